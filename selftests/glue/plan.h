/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which tests run, in which variants, and which do not and why: decided from the rows and the
 * probe's answers before anything is started.
 */
#ifndef SECCOMPAT_SELFTESTS_PLAN_H
#define SECCOMPAT_SELFTESTS_PLAN_H

#include "probe/jit.h"
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
	enum variant variant;
	char name[128]; /* "x86_64.modes.strict_kills_getpid/prctl" */
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
	int twin_fd;			/* the compat twin, executable; -1: none, because of */
	const char *twin_why;
	unsigned int cpus;
	enum jit engine;	 /* that runs filters as the machine is */
	unsigned int tried, met; /* of needs.def, so far: bits of enum need */
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
struct plan plan_make(struct plan_facts *facts, const char *abi, const struct plan_choice *choice);
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

/* A skip, after all, that says why. */
void plan_skip(struct test_case *test, const char *why);

/* A skip that says what stopped the plan. */
void plan_leave_out(const struct plan *plan, struct test_case *test);

/* That many processes are enough for what runs side by side; a test may need more, and says so. */
#define PLAN_PROCESSES 64

bool plan_name_matches(const char *name, char *const *patterns);

/*
 * The pass: which variant a family's process runs now. plan_includes() is asked by each test of it,
 * and says so on standard error if it is only that the plan has been stopped.
 */
void plan_set_pass(const struct plan *plan, enum variant variant);
bool plan_includes(const struct test_info *info);
enum variant plan_variant(void);
int plan_twin_fd(void);

#endif
