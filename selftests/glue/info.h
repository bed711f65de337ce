/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a kernel test declares about itself: data, readable without running it. The rows of all
 * families stand in one section of the program, in any order.
 */
#ifndef SECCOMPAT_SELFTESTS_INFO_H
#define SECCOMPAT_SELFTESTS_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "probe/probe.h"
#include "selftests/glue/fixes.h"

/* What a test needs beside features of the kernel: NEED_ROOT ..., to be or-ed. */
enum need_row {
#define NEED(id, trial, reason, more) NEED_ROW_##id,
#include "selftests/glue/needs.def"
#undef NEED
	NEED_COUNT
};

enum need {
#define NEED(id, trial, reason, more) NEED_##id = 1 << NEED_ROW_##id,
#include "selftests/glue/needs.def"
#undef NEED
};

/* The dimensions that a test may vary over. */
enum dimension {
	DIM_ROUTE,  /* how a filter is installed: seccomp(2), or prctl(2) */
	DIM_RIGHT,  /* by which right: no_new_privs, or CAP_SYS_ADMIN */
	DIM_DEPTH,  /* the test's filters alone, or in a deep stack */
	DIM_ENGINE, /* the kernel's compiler or its interpreter: as the machine is, or the other */
	DIM_TASK,   /* the leader of a process, or another thread of it */
	DIM_REPORTER, /* without or with the syscall reporter's handler */
};

#define VARY(dimension) (1u << (dimension))

/* A test runs as it is, with the first value of each dimension; then once for each other value. */
enum variant {
	VARIANT_BASE,
#define VARIANT(id, dimension, name, feature, requires, doc) VARIANT_##id,
#include "selftests/glue/variants.def"
#undef VARIANT
	VARIANT_COUNT
};

struct variant_info {
	unsigned int dimension; /* VARY(); 0: VARIANT_BASE */
	const char *name;
	enum feature feature;  /* or F_NONE */
	unsigned int requires; /* enum need, or-ed */
	const char *doc;
};

extern const struct variant_info variants[VARIANT_COUNT];

#define FEATURES_MAX 8
#define FIXES_MAX    4

struct test_info {
	const char *family;
	const char *name;
	int line;	 /* of its file: the order of a family's tests */
	const char *doc; /* the behaviour, as one sentence */
	enum feature
		needs[FEATURES_MAX]; /* without which it cannot run; ends with F_NONE or full */
	enum feature covers[FEATURES_MAX]; /* that do not work when it fails; likewise */
	enum fix fixes[FIXES_MAX];	   /* that the kernel lacks when it fails; likewise */
	unsigned char behaviours[10]; /* numbers of the list of behaviours; ends with 0 or full */
	unsigned int requires;	      /* enum need, or-ed */
	unsigned int varies;	      /* VARY(), or-ed */
	unsigned int seconds;	      /* bound on a common machine; see test_seconds() */
	bool dumpable;		      /* cores or tracing are what it tests */
	bool slow;		      /* a second or more where a CPU is emulated; see quick.h */
};

/* Whether the test runs in that variant at all, on whatever machine. */
static inline bool test_has_variant(const struct test_info *info, enum variant variant)
{
	return variant == VARIANT_BASE || (info->varies & variants[variant].dimension);
}

static inline unsigned int test_seconds(const struct test_info *info)
{
	return info->seconds ? info->seconds : 5;
}

/* Over a list of needs or covers: i is the index. */
#define for_each_feature(i, list) for (size_t i = 0; i < FEATURES_MAX && (list)[i]; i++)

#define for_each_fix(i, info) for (size_t i = 0; i < FIXES_MAX && (info)->fixes[i]; i++)

/* All rows. */
extern const struct test_info *const __start_seccompat_tests[] __attribute__((weak));
extern const struct test_info *const __stop_seccompat_tests[] __attribute__((weak));

#define for_each_test(p) for (p = __start_seccompat_tests; p < __stop_seccompat_tests; p++)

/* The next in the order of families and of their files; NULL: the first one, and after the last. */
const struct test_info *test_after(const struct test_info *test);

/* A family's main, for the harness. The list ends with a NULL name. */
struct family {
	const char *name;
	int (*main)(int argc, char **argv);
};

extern const struct family families[];

#endif
