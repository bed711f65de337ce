/* SPDX-License-Identifier: BSD-3-Clause */
/* A family whose process dies: what follows has no result. */
#include "selftests/glue/test.h"

SC_TEST(before, .doc = "has its result")
{
	EXPECT_EQ(1, 1);
}

SC_TEST(leaves_a_process, .doc = "forks and forgets")
{
	if (fork() == 0)
		for (;;)
			pause();
}

SC_TEST(kills_the_family, .doc = "kills the harness's own process")
{
	kill(getppid(), SIGKILL);
}

SC_TEST(after, .doc = "never runs")
{
	EXPECT_EQ(1, 1);
}

TEST_HARNESS_MAIN
