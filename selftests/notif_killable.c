/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: a call that was received is interrupted by fatal signals
 * alone (behaviours 84 and 87). notif_interrupted.c has what the same signals do without it.
 */
#include "selftests/glue/test.h"

#include "selftests/glue/kit-interrupt.h"

SC_TEST(before_recv, .needs = { F_flag_wait_killable_recv },
	.covers = { F_flag_wait_killable_recv },
	.doc = "a call that was not received is interrupted by a signal: EINTR, or it is "
	       "made again under a new id",
	.behaviours = { 83, 87 })
{
	static const int flags[] = { 0, SA_RESTART };

	for (int i = 0; i < 2; i++) {
		struct interrupted who;
		struct target *target = &who.target;
		struct notif notif;
		uint64_t id;

		START_INTERRUPTED(&who, flags[i], WAIT_KILLABLE_RECV);
		NEXT_ID(target, id);
		target_call(target, __NR_getppid, NULL);
		ASSERT_TRUE(interrupted_waits_as(&who, id));
		ASSERT_EQ(0, interrupt(&who));
		if (flags[i]) {
			ASSERT_TRUE(interrupted_waits_as(&who, id + 1));
			RECEIVE(target, &notif);
			EXPECT_EQ(id + 1, notif.id);
			LET_GO(target, &notif);
		} else {
			EXPECT_EQ(-EINTR, target_finish(target));
			EXPECT_EQ(0, notif_events(target->listener));
		}
		EXPECT_INVALID(target->listener, id);
		EXPECT_EQ(1, *who.handled);
		EXPECT_EQ(TARGET_ENDED, target_stop(target));
		target_close(target);
	}
}

SC_TEST(after_recv, .needs = { F_flag_wait_killable_recv }, .covers = { F_flag_wait_killable_recv },
	.doc = "a call that was received is not interrupted: the answer is its result, and "
	       "only then the handler runs",
	.behaviours = { 87 })
{
	static const int flags[] = { 0, SA_RESTART };

	for (int i = 0; i < 2; i++) {
		struct interrupted who;
		struct target *target = &who.target;
		struct notif notif;

		START_INTERRUPTED(&who, flags[i], WAIT_KILLABLE_RECV);
		for (int round = 0; round < 3; round++) {
			HOLD(target, &notif);
			ASSERT_EQ(0, interrupt(&who));
			/* It woke up, and sleeps so that no other signal wakes it again. */
			ASSERT_TRUE(target_reaches(target, 'D'));
			ASSERT_EQ(0, interrupt(&who));
			EXPECT_EQ(round, *who.handled);
			EXPECT_EQ(POLLOUT | POLLWRNORM, notif_events(target->listener));
			LET_GO(target, &notif);
			EXPECT_EQ(round + 1, *who.handled);
			EXPECT_EQ(0, notif_events(target->listener));
			EXPECT_INVALID(target->listener, notif.id);
		}
		EXPECT_EQ(TARGET_ENDED, target_stop(target));
		target_close(target);
	}
}

SC_TEST(refused_after_signal, .needs = { F_flag_wait_killable_recv },
	.covers = { F_flag_wait_killable_recv },
	.doc = "so is a refusal, and a call that is to run runs once", .behaviours = { 87 },
	.varies = VARY(DIM_TASK))
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif;

	START_INTERRUPTED(&who, SA_RESTART, WAIT_KILLABLE_RECV);
	HOLD(target, &notif);
	ASSERT_EQ(0, interrupt(&who));
	ASSERT_TRUE(target_reaches(target, 'D'));
	EXPECT_EQ(0, notif_refuse(target->listener, notif.id, -EPERM));
	EXPECT_EQ(-EPERM, target_finish(target));
	HOLD(target, &notif);
	ASSERT_EQ(0, interrupt(&who));
	ASSERT_TRUE(target_reaches(target, 'D'));
	EXPECT_EQ(0, notif_continue(target->listener, notif.id));
	EXPECT_EQ(getpid(), target_finish(target));
	EXPECT_EQ(2, *who.handled);
	EXPECT_EQ(0, notif_events(target->listener));
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

SC_TEST(given_after_signal, .needs = { F_flag_wait_killable_recv },
	.covers = { F_flag_wait_killable_recv },
	.doc = "descriptors are added to a call that was signalled, too, and are its answer",
	.behaviours = { 87, 100 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif;
	long number;

	START_INTERRUPTED(&who, SA_RESTART, WAIT_KILLABLE_RECV);
	ASSERT_EQ(0, fd_tidy(target));
	number = fd_lowest(target);
	HOLD(target, &notif);
	ASSERT_EQ(0, interrupt(&who));
	ASSERT_TRUE(target_reaches(target, 'D'));
	EXPECT_EQ(number, addfd_ask(target->listener, addfd_new(notif.id, 2, 0)));
	EXPECT_EQ(0, *who.handled);
	ASSERT_TRUE(target_reaches(target, 'D'));
	EXPECT_EQ(number + 1, addfd_ask(target->listener, addfd_new(notif.id, 2, ADDFD_FLAG_SEND)));
	EXPECT_EQ(number + 1, target_finish(target));
	EXPECT_EQ(1, *who.handled);
	EXPECT_EQ(number + 2, fd_lowest(target));
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

SC_TEST(stopped_after_recv, .needs = { F_flag_wait_killable_recv },
	.covers = { F_flag_wait_killable_recv },
	.doc = "a call that was received is answered before its target stops", .behaviours = { 87 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif;

	START_INTERRUPTED(&who, 0, WAIT_KILLABLE_RECV);
	HOLD(target, &notif);
	ASSERT_EQ(0, kill(target->pid, SIGSTOP));
	ASSERT_TRUE(target_reaches(target, 'D'));
	EXPECT_EQ(0, notif_id_valid(target->listener, notif.id));
	EXPECT_EQ(0, notif_answer(target->listener, notif.id, 7));
	ASSERT_TRUE(target_reaches(target, 'T'));
	EXPECT_EQ(0, notif_events(target->listener));
	ASSERT_EQ(0, kill(target->pid, SIGCONT));
	EXPECT_EQ(7, target_finish(target));
	EXPECT_EQ(0, notif_events(target->listener));
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

SC_TEST(listener_closed, .needs = { F_flag_wait_killable_recv },
	.covers = { F_flag_wait_killable_recv },
	.doc = "when the listener is closed a call that was signalled is ENOSYS",
	.behaviours = { 87 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif;

	START_INTERRUPTED(&who, SA_RESTART, WAIT_KILLABLE_RECV);
	HOLD(target, &notif);
	ASSERT_EQ(0, interrupt(&who));
	ASSERT_TRUE(target_reaches(target, 'D'));
	target_close(target);
	EXPECT_EQ(-ENOSYS, target_finish(target));
	EXPECT_EQ(1, *who.handled);
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

/* signalled: with a signal before that does not kill. */
static void expect_death(struct __test_metadata *_metadata, int signal, bool received,
			 bool signalled)
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif;
	uint64_t id;

	START_INTERRUPTED(&who, SA_RESTART, WAIT_KILLABLE_RECV);
	NEXT_ID(target, id);
	target_call(target, __NR_getppid, NULL);
	ASSERT_TRUE(interrupted_waits_as(&who, id));
	if (received) {
		RECEIVE(target, &notif);
	}
	if (signalled) {
		ASSERT_EQ(0, interrupt(&who));
		ASSERT_TRUE(target_reaches(target, 'D'));
	}
	ASSERT_EQ(0, kill(target->pid, signal));
	EXPECT_EQ(kit_killed(signal), target_wait(target));
	EXPECT_EQ(0, *who.handled);
	EXPECT_EQ(POLLHUP, notif_events(target->listener));
	EXPECT_INVALID(target->listener, id);
	target_close(target);
}

SC_TEST(killed, .needs = { F_flag_wait_killable_recv }, .covers = { F_flag_wait_killable_recv },
	.doc = "a fatal signal ends a call, received or not, at once, and its id is none",
	.behaviours = { 84, 87 })
{
	static const int fatal[] = { SIGKILL, SIGTERM };

	for (int i = 0; i < 2; i++) {
		expect_death(_metadata, fatal[i], false, false);
		expect_death(_metadata, fatal[i], true, false);
	}
	/* While another signal is pending, the kernel takes none but SIGKILL for fatal. */
	expect_death(_metadata, SIGKILL, true, true);
}

TEST_HARNESS_MAIN
