/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a family of kernel tests includes: the kernel's own harness (from a kernel tree, GPL-2.0)
 *and SC_TEST, which adds to its TEST what the toolkit must know about a test. A family is one file:
 *
 *	#include "selftests/glue/test.h"
 *
 *	SC_TEST(strict_kills_getpid, .doc = "...", .needs = { F_mode_strict },
 *		.covers = { F_mode_strict }, .behaviours = { 2 }, .varies = VARY(DIM_ROUTE))
 *	{
 *		EXPECT_EQ(...);
 *	}
 *
 *	TEST_HARNESS_MAIN
 *
 * Bodies use EXPECT_* and ASSERT_* for what the kernel must do, BROKE_UNLESS for what the test
 *needs in order to ask it, and never the harness's SKIP: what is missing is declared in the row.
 */
#ifndef SECCOMPAT_SELFTESTS_TEST_H
#define SECCOMPAT_SELFTESTS_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "run/run.h"
#include "selftests/glue/info.h"
#include "selftests/glue/kit-variant.h"
#include "selftests/glue/kit.h"

#define SC_CONCAT_(a, b) a##b
#define SC_CONCAT(a, b)	 SC_CONCAT_(a, b)
#define SC_TEXT_(a)	 #a
#define SC_TEXT(a)	 SC_TEXT_(a)

/* The bounds are ours (test_begin), as only they know how slow the machine is. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 3600

/* The harness's TEST_HARNESS_MAIN, one per program, becomes one per family. */
#define main SC_CONCAT(FAMILY, _main)
int main(int argc, char **argv);

/* A test's body, and the harness's record of it. */
struct sc_body {
	void (*body)(struct __test_metadata *metadata);
	struct __test_metadata *metadata;
};

/* In whatever task: an assertion that fails jumps to where its own body began. */
static int __attribute__((unused)) sc_body_main(void *data)
{
	struct sc_body *body = data;

	if (!setjmp(body->metadata->env))
		body->body(body->metadata);
	__test_check_assert(body->metadata);
	return body->metadata->exit_code;
}

/* clang-format off */
#define SC_TEST(test, ...) \
	static const struct test_info info_##test = { \
		.family = SC_TEXT(FAMILY), .name = #test, .line = __LINE__, __VA_ARGS__ \
	}; \
	static const struct test_info *const row_##test \
		__attribute__((used, section("seccompat_tests"))) = &info_##test; \
	static void body_##test(struct __test_metadata *_metadata); \
	TEST(test) \
	{ \
		struct sc_body body = { body_##test, _metadata }; \
\
		if (test_begin(row_##test)) \
			variant_run(sc_body_main, &body); \
	} \
	static void body_##test(struct __test_metadata __attribute__((unused)) *_metadata)
/* clang-format on */

/*
 * The test cannot ask its question (no memory, no file, a helper failed): neither the kernel's pass
 * nor its failure. Ends the test.
 */
#define BROKE_UNLESS(condition, ...)                                    \
	do {                                                            \
		const bool sc_held = (condition);                       \
                                                                        \
		if (!sc_held) {                                         \
			test_broke(__FILE__, __LINE__, "" __VA_ARGS__); \
			ASSERT_TRUE(sc_held);                           \
		}                                                       \
	} while (0)

#endif
