/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fixes of what a listener is asked, on every kernel that has listeners (behaviours 76, 78): what a
 * fix brought is no need of its detector, as a kernel without it is to fail. And of what becomes of
 * a call that is answered while a signal comes (behaviour 87).
 */
#include "selftests/glue/test.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <linux/seccomp.h>

#include "arch/regs.h"
#include "selftests/glue/kit-notif.h"

SC_TEST(recv_wants_zeros, .doc = "RECV into a buffer that is not all zero is EINVAL (5.5)",
	.needs = { F_notif_recv }, .fixes = { FIX_notif_zeroed }, .behaviours = { 78 })
{
	struct notif notif = { 0 };
	struct target target;

	START_TARGET(&target, NULL);
	target_call(&target, __NR_getppid, NULL);
	((char *)&notif)[sizeof(notif) - 1] = 1;
	EXPECT_EQ(-EINVAL, listener_ioctl(target.listener, NOTIF_RECV, &notif));
	target_kill(&target);
}

SC_TEST(id_valid_has_its_number,
	.doc = "ID_VALID by the number that headers have since 5.9 knows an id, and no other one",
	.needs = { F_notif_recv }, .fixes = { FIX_id_valid_nr }, .behaviours = { 76 })
{
	struct target target;
	struct notif notif;
	uint64_t id;

	START_TARGET(&target, NULL);
	target_call(&target, __NR_getppid, NULL);
	ASSERT_EQ(0, notif_recv(target.listener, &notif));
	id = notif.id;
	EXPECT_EQ(0, listener_ioctl(target.listener, NOTIF_ID_VALID, &id));
	id = NOTIF_BOGUS(notif.id);
	EXPECT_EQ(-ENOENT, listener_ioctl(target.listener, NOTIF_ID_VALID, &id));
	target_kill(&target);
}

/* --- answers while signals come ----------------------------------------------------------------
 */

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

#define ANSWER 7

static void on_signal(int signal)
{
	(void)signal;
}

static int handles(void *data)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	(void)data;
	return sigaction(SIGUSR1, &action, NULL) ? errno : 0;
}

/* Makes so many calls; how many had the answer. */
static long makes_calls(void *data)
{
	unsigned int calls = *(unsigned int *)data, answered = 0;

	for (unsigned int made = 0; made < calls; made++)
		answered += arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0) == ANSWER;
	signal(SIGUSR1, SIG_IGN);
	return answered;
}

struct disturbance {
	pid_t pid;
	atomic_bool ends;
};

static void *disturbs(void *data)
{
	struct disturbance *d = data;

	while (!d->ends) {
		kill(d->pid, SIGUSR1);
		sched_yield();
	}
	return NULL;
}

/* Answers so many; false if there is anything wrong. */
static bool answer_all(int listener, unsigned int calls)
{
	struct notif notif;

	for (unsigned int answered = 0; answered < calls;) {
		long result = notif_recv(listener, &notif);

		if (!result)
			result = notif_answer(listener, notif.id, ANSWER);
		answered += !result;
		/* A signal took the call back; it comes again, unless the target is gone. */
		if (result && (result != -ENOENT || listener_poll(listener, 0) & POLLHUP))
			return false;
	}
	return true;
}

/* After that many answers: whether the target asks once more, before it is done. */
static bool asks_again(const struct target *target)
{
	while (!target_is_back(target))
		if (listener_poll(target->listener, 0) & POLLIN)
			return true;
	return false;
}

/* By chance: the signal has to come when the call is being received and is answered at once. */
SC_TEST(answered_once,
	.doc = "a call under WAIT_KILLABLE_RECV that is answered is not made again, though signals "
	       "come at any time (6.18)",
	.needs = { F_flag_wait_killable_recv, F_notif_recv }, .fixes = { FIX_wait_killable_race },
	.behaviours = { 87 }, .requires = NEED_TWO_CPUS, .seconds = 30, .slow = true)
{
	const struct target_plan plan = { .flags = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
					  .prepare = handles };
	unsigned int calls = kit_rounds(4000);
	struct disturbance d = { .ends = false };
	struct target target;
	pthread_t thread;
	bool answered, again;

	START_TARGET(&target, &plan);
	d.pid = target.pid;
	target_begin(&target, makes_calls, &calls);
	BROKE_UNLESS(!pthread_create(&thread, NULL, disturbs, &d), "no thread");
	answered = answer_all(target.listener, calls);
	again = answered && asks_again(&target);
	d.ends = true;
	pthread_join(thread, NULL);
	EXPECT_TRUE(answered);
	EXPECT_FALSE(again) TH_LOG("a call was made twice");
	if (answered && !again)
		EXPECT_EQ((long)calls, target_finish(&target));
	target_kill(&target);
}

TEST_HARNESS_MAIN
