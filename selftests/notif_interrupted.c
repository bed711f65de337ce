/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Signals for a target whose call waits for its answer, and for a supervisor that waits for a call
 * (behaviours 83, 84, 91, 133 and 134). notif_killable.c has calls under WAIT_KILLABLE_RECV,
 * notif_turns.c what comes at the same time.
 */
#include "selftests/glue/test.h"

#include "selftests/glue/kit-interrupt.h"
#include "selftests/glue/kit-threads.h"

SC_TEST(before_recv,
	.doc = "a signal ends a call that was not received: EINTR, and there is nothing to receive",
	.needs = { F_notif_addfd }, .covers = { F_act_user_notif, F_notif_recv, F_notif_poll },
	.behaviours = { 83, 133 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif;
	uint64_t id;

	START_INTERRUPTED(&who, 0, 0);
	NEXT_ID(target, id);
	for (int i = 0; i < 3; i++) {
		target_call(target, __NR_getppid, NULL);
		ASSERT_TRUE(interrupted_waits_as(&who, id + i));
		EXPECT_EQ(POLLIN | POLLRDNORM, notif_events(target->listener));
		ASSERT_EQ(0, interrupt(&who));
		EXPECT_EQ(-EINTR, target_finish(target));
		EXPECT_EQ(i + 1, *who.handled);
		EXPECT_EQ(0, notif_events(target->listener));
		EXPECT_INVALID(target->listener, id + i);
		/* What it was told of is gone; it does not wait for another. */
		EXPECT_EQ(-ENOENT, notif_recv(target->listener, &notif));
	}
	HOLD(target, &notif);
	EXPECT_EQ(id + 3, notif.id);
	LET_GO(target, &notif);
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

SC_TEST(before_recv_again,
	.doc = "with SA_RESTART the call is made again, and is received under a new id",
	.needs = { F_notif_addfd }, .covers = { F_act_user_notif, F_notif_recv },
	.behaviours = { 83, 132, 133 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif, gone;
	uint64_t id;

	START_INTERRUPTED(&who, SA_RESTART, 0);
	NEXT_ID(target, id);
	target_call(target, __NR_getppid, NULL);
	for (int i = 0; i < 3; i++) {
		ASSERT_TRUE(interrupted_waits_as(&who, id + i));
		ASSERT_EQ(0, interrupt(&who));
		ASSERT_TRUE(interrupted_waits_as(&who, id + i + 1));
		EXPECT_EQ(i + 1, *who.handled);
		EXPECT_INVALID(target->listener, id + i);
	}
	RECEIVE(target, &notif);
	EXPECT_EQ(id + 3, notif.id);
	/* It was told of three that are gone. */
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-ENOENT, notif_recv(target->listener, &gone));
	LET_GO(target, &notif);
	EXPECT_EQ(3, *who.handled);
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

SC_TEST(after_recv, .doc = "a signal ends a call that was received, too: EINTR, and its id is none",
	.needs = { F_notif_addfd }, .covers = { F_act_user_notif, F_notif_id_valid },
	.behaviours = { 83, 133 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif;

	START_INTERRUPTED(&who, 0, 0);
	for (int i = 0; i < 3; i++) {
		HOLD(target, &notif);
		EXPECT_EQ(0, notif_id_valid(target->listener, notif.id));
		ASSERT_EQ(0, interrupt(&who));
		EXPECT_EQ(-EINTR, target_finish(target));
		EXPECT_EQ(i + 1, *who.handled);
		EXPECT_EQ(0, notif_events(target->listener));
		EXPECT_INVALID(target->listener, notif.id);
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

SC_TEST(after_recv_again,
	.doc = "with SA_RESTART it is received again, under a new id, and the old one is none",
	.needs = { F_notif_addfd }, .covers = { F_act_user_notif, F_notif_id_valid },
	.behaviours = { 83, 132, 133 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif, again;

	START_INTERRUPTED(&who, SA_RESTART, 0);
	HOLD(target, &notif);
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, interrupt(&who));
		ASSERT_TRUE(interrupted_waits_as(&who, notif.id + 1));
		RECEIVE(target, &again);
		EXPECT_EQ(notif.id + 1, again.id);
		EXPECT_EQ(i + 1, *who.handled);
		EXPECT_INVALID(target->listener, notif.id);
		EXPECT_FALSE(target_is_back(target));
		notif = again;
	}
	LET_GO(target, &notif);
	EXPECT_EQ(5, *who.handled);
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

SC_TEST(stopped_and_continued,
	.doc = "a target that is stopped gives up its call, and continued makes it again",
	.needs = { F_notif_addfd }, .covers = { F_act_user_notif }, .behaviours = { 83, 133 })
{
	struct interrupted who;
	struct target *target = &who.target;
	struct notif notif, again;

	START_INTERRUPTED(&who, 0, 0);
	HOLD(target, &notif);
	ASSERT_EQ(0, kill(target->pid, SIGSTOP));
	ASSERT_TRUE(target_reaches(target, 'T'));
	EXPECT_INVALID(target->listener, notif.id);
	EXPECT_EQ(0, notif_events(target->listener));
	ASSERT_EQ(0, kill(target->pid, SIGCONT));
	ASSERT_TRUE(interrupted_waits_as(&who, notif.id + 1)) TH_LOG("the call is not made again");
	RECEIVE(target, &again);
	EXPECT_EQ(notif.id + 1, again.id);
	LET_GO(target, &again);
	EXPECT_EQ(0, *who.handled);
	EXPECT_EQ(TARGET_ENDED, target_stop(target));
}

/* A target dies by that signal while its call waits, received or not. */
static void expect_death(struct __test_metadata *_metadata, int signal, bool received)
{
	struct interrupted who;
	struct target *target = &who.target, other;
	struct notif notif;
	uint64_t id;

	START_INTERRUPTED(&who, SA_RESTART, 0);
	BROKE_UNLESS(!target_fork(&other, target), "no task");
	NEXT_ID(target, id);
	target_call(target, __NR_getppid, NULL);
	ASSERT_TRUE(interrupted_waits_as(&who, id));
	if (received) {
		RECEIVE(target, &notif);
	}
	ASSERT_EQ(0, kill(target->pid, signal));
	EXPECT_EQ(kit_killed(signal), target_wait(target));
	EXPECT_EQ(0, notif_events(target->listener));
	EXPECT_INVALID(target->listener, id);
	if (!received) {
		EXPECT_EQ(-ENOENT, notif_recv(target->listener, &notif));
	}
	/* Another one's calls are told as before. */
	HOLD(&other, &notif);
	EXPECT_EQ(id + 1, notif.id);
	LET_GO(&other, &notif);
	EXPECT_EQ(TARGET_ENDED, target_stop(&other));
	target_close(target);
}

SC_TEST(killed, .doc = "a target that is killed leaves nothing to receive, to answer or to add to",
	.needs = { F_notif_addfd }, .covers = { F_act_user_notif, F_notif_id_valid },
	.behaviours = { 84 })
{
	expect_death(_metadata, SIGKILL, false);
	expect_death(_metadata, SIGKILL, true);
	expect_death(_metadata, SIGTERM, false);
	expect_death(_metadata, SIGTERM, true);
}

static void on_alarm(int signo)
{
	(void)signo;
}

/* A supervisor's thread that waits for a call, until it is told to be another way. */
struct waiting {
	int listener;
	struct notif notif;
};

static long receive(void *data)
{
	struct waiting *waiting = data;

	return notif_recv(waiting->listener, &waiting->notif);
}

SC_TEST(supervisor_in_recv,
	.doc = "a supervisor that waits in RECV is interrupted by a signal: EINTR; no call is lost",
	.needs = { F_notif_recv }, .covers = { F_notif_recv }, .behaviours = { 91 })
{
	const struct sigaction action = { .sa_handler = on_alarm };
	struct waiting waiting = { 0 };
	struct worker worker;
	struct target target;

	START_TARGET(&target, NULL);
	waiting.listener = target.listener;
	BROKE_UNLESS(!sigaction(SIGUSR2, &action, NULL) && !worker_start(&worker), "no thread");
	for (int i = 0; i < 3; i++) {
		worker_begin(&worker, receive, &waiting);
		thread_asleep(worker.tid);
		ASSERT_EQ(0, syscall(__NR_tgkill, getpid(), worker.tid, SIGUSR2));
		EXPECT_EQ(-EINTR, worker_finish(&worker));
		worker_begin(&worker, receive, &waiting);
		thread_asleep(worker.tid);
		target_call(&target, __NR_getppid, NULL);
		EXPECT_EQ(0, worker_finish(&worker));
		EXPECT_NOTIF(target_notif(&target), waiting.notif);
		LET_GO(&target, &waiting.notif);
	}
	worker_stop(&worker);
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(answers_may_be_internal,
	.doc = "the numbers by which the kernel tells itself to make a call again (512 to 516, "
	       "530) "
	       "reach the target as an answer, and make none again",
	.needs = { F_notif_send }, .covers = { F_notif_send }, .behaviours = { 134 })
{
	static const int numbers[] = { 512, 513, 514, 515, 516, 530 };
	struct target target;
	struct notif notif;
	uint64_t id = 0;

	START_TARGET(&target, NULL);
	for (int i = 0; i < 6; i++) {
		HOLD(&target, &notif);
		EXPECT_EQ(0, notif_refuse(target.listener, notif.id, -numbers[i]));
		EXPECT_EQ(-numbers[i], target_finish(&target));
		EXPECT_TRUE(!id || notif.id == id + 1);
		id = notif.id;
		EXPECT_EQ(0, notif_events(target.listener));
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

TEST_HARNESS_MAIN
