/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A call under USER_NOTIF, received by who has the listener: what is told of it, by whom it is
 * made, and in which order (behaviours 72, 73, 78, 85 and 86).
 */
#include "selftests/glue/test.h"

#include "selftests/glue/kit-notif.h"

SC_TEST(received,
	.doc = "a call is received with the caller's pid, no flags, and all that its filter sees",
	.needs = { F_notif_recv }, .covers = { F_notif_recv, F_act_user_notif },
	.behaviours = { 73 })
{
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	target_call(&target, __NR_getppid, NULL);
	RECEIVE(&target, &notif);
	EXPECT_EQ(0, notif_answer(target.listener, notif.id, 7));
	EXPECT_EQ(7, target_finish(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

TEST_HARNESS_MAIN
