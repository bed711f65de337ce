/* SPDX-License-Identifier: BSD-3-Clause */
/* Seccomp's modes and how they are entered (behaviours 1 to 8). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

SC_TEST(get_seccomp_fresh_and_filtered,
	.doc = "PR_GET_SECCOMP is 0 in a fresh task and 2 under a filter",
	.needs = { F_prctl_seccomp }, .covers = { F_prctl_seccomp, F_mode_filter_prctl },
	.behaviours = { 1 }, .varies = VARY(DIM_ROUTE))
{
	EXPECT_EQ(0, prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	ASSERT_EQ(0, kit_filter_syscall(__NR_getpid, SECCOMP_RET_ALLOW));
	EXPECT_EQ(2, prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
}

TEST_HARNESS_MAIN
