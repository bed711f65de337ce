/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Results of several kernels, as `seccompat check --json` and the matrix write them (see
 * docs/results.schema.json), checked and in memory.
 */
#ifndef SECCOMPAT_REPORT_RESULTS_H
#define SECCOMPAT_REPORT_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "arch/arch.h"
#include "probe/probe.h"
#include "selftests/glue/plan.h"
#include "verdict/verdict.h"

/* What a result means beside the list of what is known, from good to bad. */
enum state {
	STATE_NONE, /* this kernel's program has no such test */
	STATE_PASS,
	STATE_SKIP,
	STATE_KNOWN, /* a failure, or no result, that the list explains */
	/* From here on a result wants explaining. */
	STATE_NEW_SKIP, /* a skip that the list does not have */
	STATE_FIXED,	/* passed, and is listed as a failure */
	STATE_FAIL,
	STATE_BROKE, /* the test broke, or there is no result */
	STATE_COUNT
};

/* How a state is shown: "fail", 'F', and what it means. */
struct state_info {
	const char *word;
	char letter;
	const char *doc;
};

extern const struct state_info states[STATE_COUNT];

static inline bool state_unexplained(enum state state)
{
	return state > STATE_KNOWN;
}

struct result_feature {
	const char *id, *group, *asked, *err, *method, *since, *why; /* err: a name, or NULL */
	enum verdict_kind verdict;
};

struct result_test {
	const char *name;  /* "x86_64.modes.strict_lock/prctl" */
	const char *local; /* in name: without the ABI, "modes.strict_lock/prctl" */
	size_t key;	   /* of local, as many bytes as "modes.strict_lock" has */
	size_t family;	   /* of local, as many as "modes" has */
	enum outcome outcome;
	const char *message;
	double seconds;
	const char *doc;      /* "" where there is none */
	char *needs, *covers; /* features' ids, a space between two; or NULL */
	char *fixes;	      /* likewise, the ids of fixes that it detects */
	enum state state;
	const char *reason; /* of the row that explains it; or NULL */
};

struct json_t;

struct result_kernel {
	const char *path;
	char *name;		 /* unique among the results */
	const struct arch *arch; /* of the kernel; NULL where it is not known */
	const char *machine;	 /* as it calls itself, or run.arch */
	const char *program;	 /* the architecture of the program that ran on it, or NULL */
	struct version version;
	const char *version_text; /* what version was read from: "6.1.176-1", "6.18.44-fc" */

	/* Each may be NULL. */
	const char *release, *banner, *build_id, *cmdline, *emulator, *tool, *commit;
	const char *package, *package_version, *suite, *date;
	double boot_seconds, seconds; /* -1 where it is not known */
	bool quick, root;
	const char *error, *console; /* error: there is no result, because of that */

	struct result_feature *features;
	size_t feature_count;
	struct result_test *tests;
	size_t test_count;
	enum state state; /* of the kernel as a whole: STATE_PASS, or that of an error */
	const char *reason;
	struct json_t *json; /* owns the strings */
};

struct results {
	struct result_kernel *kernels; /* by architecture, version, name once they are sorted */
	size_t count;
	bool judged; /* by a list of what is known */
};

/* Whether this build reads results: it was made with a JSON library. Else one line on stderr. */
bool results_readable(void);

/* Adds a file, or all *.json of a folder: 0, or -1 after a line on stderr for each bad file. */
int results_add(struct results *results, const char *path);

/* The order of every report, and a name of its own for each. After the last results_add(). */
void results_sort(struct results *results);

void results_free(struct results *results);

/* How many of a kernel's tests are in a state. */
size_t kernel_count(const struct result_kernel *kernel, enum state state);

/* What a kernel comes to, in a word or two. */
const char *kernel_verdict(const struct result_kernel *kernel);

/* The architecture's name in arch/arches.tsv, or else what the kernel says it is. */
const char *kernel_arch(const struct result_kernel *kernel);

/* The word for the result of a fix: "fixed", "VULNERABLE", "not testable", or the state's own. */
const char *fix_word(enum state state);

/* Whether it said anything of itself: a test ran and passed, failed or broke. */
bool kernel_tested(const struct result_kernel *kernel);

/* Whether name is of the ABI of the program itself, not of its compat twin. */
bool test_is_native(const struct result_kernel *kernel, const struct result_test *test);

/* The standing of all without a list of what is known: failures are failures, skips are skips. */
void results_judge(struct results *results);

/* What a report exits with. */
int results_status(const struct results *results);

/* One file of results into *kernel, all of it checked: 0, or -1 after one line on stderr. */
int result_read(struct result_kernel *kernel, const char *path);
void result_release(struct result_kernel *kernel);

#endif
