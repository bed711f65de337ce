/* SPDX-License-Identifier: BSD-3-Clause */
/* A family in which each test ends in another way: what the engine must tell apart. */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

SC_TEST(passes, .doc = "passes", .fixes = { FIX_superpriv, FIX_tsync_nnp },
	.varies = VARY(DIM_ROUTE))
{
	EXPECT_EQ(1, 1);
}

SC_TEST(fails_expect, .doc = "two expectations fail", .covers = { F_act_errno },
	.fixes = { FIX_notif_zeroed, FIX_mode_dead, FIX_tsync_nnp })
{
	EXPECT_EQ(1, 2);
	EXPECT_EQ(3, 4);
}

SC_TEST(fails_assert, .doc = "an assertion ends it")
{
	ASSERT_EQ(1, 2);
	EXPECT_EQ(5, 6);
}

SC_TEST(fails_by_sigsys, .doc = "a filter kills the test itself")
{
	kit_filter_syscall(__NR_getppid, SECCOMP_RET_KILL_PROCESS);
	syscall(__NR_getppid);
}

SC_TEST(fails_in_a_thread, .doc = "an assertion fails in one variant", .varies = VARY(DIM_TASK))
{
	pid_t tid = (pid_t)syscall(SYS_gettid);

	ASSERT_EQ(getpid(), tid);
	EXPECT_FALSE(getpid() != tid) TH_LOG("it went on");
}

SC_TEST(killed_alone, .doc = "a filter kills the thread of the test itself",
	.varies = VARY(DIM_TASK))
{
	kit_filter_syscall(__NR_getppid, SECCOMP_RET_KILL_THREAD);
	syscall(__NR_getppid);
}

SC_TEST(broke_unless, .doc = "its own set-up fails", .fixes = { FIX_release_on_exit })
{
	BROKE_UNLESS(1 == 2, "no %s", "way");
}

SC_TEST(crashes, .doc = "a bug of the test")
{
	raise(SIGSEGV);
}

SC_TEST(skips, .doc = "calls the harness's skip")
{
	SKIP(return, "not today");
}

SC_TEST(skips_after_failure, .doc = "the harness prints ok for this")
{
	EXPECT_EQ(1, 2);
	SKIP(return, "never mind");
}

SC_TEST(hangs, .doc = "never ends", .seconds = 1)
{
	for (;;)
		pause();
}

SC_TEST(needs_an_option, .doc = "needs what is off nearly everywhere", .needs = { F_proc_cache },
	.fixes = { FIX_unknown_action, FIX_superpriv })
{
	EXPECT_EQ(1, 1);
}

SC_TEST(needs_root, .doc = "needs root", .requires = NEED_ROOT)
{
	EXPECT_EQ(0, geteuid());
}

TEST_HARNESS_MAIN
