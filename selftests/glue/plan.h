/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which tests run, in which variants, and which do not and why: decided from the rows and the
 * probe's answers before anything is started.
 */
#ifndef SECCOMPAT_SELFTESTS_PLAN_H
#define SECCOMPAT_SELFTESTS_PLAN_H

#include "selftests/glue/info.h"
#include "verdict/verdict.h"

/* What a test that broke says first, on a diagnostic line of its own. */
#define PLAN_BROKE "BROKE: "

/* So begins the reason of a skip for want of a second one. */
#define PLAN_TWO_CPUS "needs two CPUs"

/* What the process of a test says that does not run, as the plan has been stopped. */
#define PLAN_LEFT_OUT "LEFT OUT"

enum outcome { PENDING, PASSED, FAILED, SKIPPED, BROKE };

/* "pass", "fail", "skip", "broke": the words of every report. */
const char *outcome_name(enum outcome outcome);

/* A test in one variant, and in the end its result. */
struct test_case {
	const struct test_info *info;
	int values[DIM_COUNT]; /* the value of each dimension; 0 where it does not vary */
	char name[128];	       /* "x86_64.modes.strict_kills_getpid/prctl" */
	enum outcome outcome;
	char message[512]; /* why, unless it passed */
	double seconds;	   /* 0 if it was not run */
};

struct plan_shared;

struct plan {
	struct test_case *cases; /* a family's stand together, in the order of its file */
	size_t count;
	const char *doubt; /* what may be the cause of a failure; or NULL; see plan_doubt() */
	int twin_fd;	   /* as in plan_facts */
	struct plan_shared *shared; /* with fail_fast */
	char stopped_by[128];	    /* the first case that failed or broke */
};

/* What the decisions rest on. */
struct plan_facts {
	const struct environment *env;
	const struct answer *answers;	/* trusted, indexed by enum feature */
	const struct verdict *verdicts; /* likewise */
	bool ptrace;			/* a child can be traced here */
	bool processes;			/* enough of them can be had at once */
	bool unprivileged;		/* children can be without privileges */
	bool user_ns;			/* a user namespace gives its maker CAP_SYS_ADMIN */
	bool own_mount;			/* see kit_can_mount() */
	bool file_caps;			/* see kit_can_give_file_capability() */
	bool uprobes;			/* see uprobe_can() */
	bool real_time;			/* see turns_possible() */
	bool first_user_ns;		/* see kit_in_first_user_ns() */
	bool faults;			/* see faults_possible() */
	const char *core_why;		/* see core_refusal() */
	int twin_fd;			/* the compat twin, executable; -1: none, because of */
	const char *twin_why;
	unsigned int cpus;
};

/* What was asked for. */
struct plan_choice {
	/*
	 * fnmatch, or a part of the name where no wildcard is in it; none: all. With a ! before it
	 * what matches is left out. A test is chosen, or left out, by the name of a fix that it
	 * detects, too.
	 */
	char **patterns;
	bool quick;	/* see quick.h */
	bool fail_fast; /* nothing is started after a failure; see plan_watch() */
};

/*
 * Cases of the tests that were chosen. Cases that cannot run have their outcome already. Free with
 * plan_free().
 */
struct plan plan_make(const struct plan_facts *facts, const char *abi,
		      const struct plan_choice *choice);
void plan_free(struct plan *plan);

/*
 * Under an outer filter, or a tracer, a pass is a pass, but a failure may be its doing: it becomes
 * a skip that says so, as the probe's answers become unknown.
 */
void plan_doubt(const struct plan *plan, struct test_case *test);

/*
 * With fail_fast a case that failed or broke stops the plan: what runs comes to its end, no other
 * test begins. So that none is too quick, each waits in plan_includes() for its plan_begin(), by
 * which all that came before it in its family has been watched.
 */
void plan_begin(const struct plan *plan, const struct test_case *test);
void plan_watch(struct plan *plan, const struct test_case *test);
bool plan_is_stopped(const struct plan *plan);

/* A skip that says what stopped the plan. */
void plan_leave_out(const struct plan *plan, struct test_case *test);

/* Whether a child may be traced here; tried. */
bool plan_can_ptrace(void);

/* That many processes are enough for what runs side by side; a test may need more, and says so. */
#define PLAN_PROCESSES 64

/* Whether as many can be had; tried, as several things limit them. */
bool plan_can_have_processes(void);

/* Whether a child of ours can be without privileges: the namespace may have no other user. */
bool plan_can_drop(void);

/* Whether a user namespace gives its maker CAP_SYS_ADMIN; tried, as many things refuse it. */
bool plan_can_user_ns(void);

bool plan_name_matches(const char *name, char *const *patterns);

/*
 * The pass: which variant a family's process runs now. plan_includes() is asked by each test of it,
 * and says so on standard error if it is only that the plan has been stopped.
 */
void plan_set_pass(const struct plan *plan, const int values[DIM_COUNT]);
bool plan_includes(const struct test_info *info);
int plan_value(enum dimension dimension);
int plan_twin_fd(void);

/* "prctl": the word of a dimension's value. */
const char *plan_value_name(enum dimension dimension, int value);

#endif
