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

/* What a test needs beside features of the kernel. Not to have it is a skip with that reason. */
enum need {
	NEED_ROOT = 1 << 0,	/* effective uid 0 and CAP_SYS_ADMIN */
	NEED_TWO_CPUS = 1 << 1, /* a race needs two */
	NEED_PTRACE = 1 << 2,	/* may trace its own children: not itself traced, no Yama level 3 */
	NEED_UNPRIVILEGED = 1 << 3,   /* is no root, or may become another user */
	NEED_USER_NS = 1 << 4,	      /* can make a user namespace, and has CAP_SYS_ADMIN in it */
	NEED_TWIN = 1 << 5,	      /* carries the compat twin, and can execute it */
	NEED_NO_NNP = 1 << 6,	      /* starts without no_new_privs: a container may have set it */
	NEED_UNFILTERED = 1 << 7,     /* starts in mode 0: a container's filter is inherited */
	NEED_SYSCTL = 1 << 8,	      /* may write sysctls: a container's /proc/sys is read-only */
	NEED_CORE = 1 << 9,	      /* a program that dies leaves a core file in its own folder */
	NEED_FIRST_USER_NS = 1 << 10, /* its capabilities count for the whole machine */
	NEED_OWN_MOUNT = 1 << 11,     /* can mount a file system that nobody else sees */
	NEED_FILE_CAPS = 1 << 12,     /* and files there can have capabilities */
	NEED_DISPOSABLE = 1 << 13,    /* what it changes cannot be undone, so: a guest's machine */
	NEED_UPROBES = 1 << 14,	      /* perf may probe this program's functions */
	NEED_REALTIME = 1 << 15,      /* may have threads of a real-time priority */
	NEED_FAULTS = 1 << 16,	      /* a kernel whose allocations fail when they are told to */
};

/* The dimensions a test varies over; the values of each stand in plan.c. */
enum dimension {
	DIM_ROUTE, /* how the filter is installed: prctl(2) or seccomp(2) */
	DIM_COUNT
};

enum route { ROUTE_SECCOMP, ROUTE_PRCTL };

#define VARY(dimension) (1u << (dimension))

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
