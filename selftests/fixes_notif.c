/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fixes of what a listener is asked, on every kernel that has listeners (behaviours 76, 78): what a
 * fix brought is no need of its detector, as a kernel without it is to fail. And of what becomes of
 * a call that is answered while a signal comes (behaviour 87).
 */
#include "selftests/glue/test.h"

#include <poll.h>
#include <linux/seccomp.h>

#include "arch/regs.h"
#include "run/cpus.h"
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

/* Makes calls until it is killed: which one it is, and how many had another answer so far. */
static long makes_calls(void *data)
{
	unsigned long wrong = 0;

	(void)data;
	for (unsigned long made = 0;; made++)
		wrong += arch_syscall6(__NR_getppid, made, wrong, 0, 0, 0, 0) != ANSWER;
	return 0;
}

/*
 * How long until the target, woken on its CPU, is between its sleep and the lock is another on each
 * machine: each scale has its share of the rounds.
 */
static void wait_a_moment(unsigned int round)
{
	unsigned int scale = 16u << round % 12;

	for (volatile unsigned int i = scale + round * 37u % scale; i; i--)
		;
}

/* The call of that round, which is answered a moment after a signal; false if it is another one. */
static bool answer_beside_signal(const struct target *target, unsigned int round)
{
	struct notif notif;

	if (notif_recv(target->listener, &notif) || notif.data.args[0] != round ||
	    notif.data.args[1])
		return false;
	kill(target->pid, SIGUSR1);
	wait_a_moment(round);
	return !notif_answer(target->listener, notif.id, ANSWER);
}

/* Two CPUs, one for each. */
static bool part(const struct target *target)
{
	cpu_set_t set;
	int first = 0, last = CPU_SETSIZE - 1;

	cpus_usable(&set);
	while (!CPU_ISSET(first, &set))
		first++;
	while (!CPU_ISSET(last, &set))
		last--;
	return !kit_stay_on(0, first) && !kit_stay_on(target->pid, last);
}

#define ROUNDS	12000
#define SECONDS 10 /* where two CPUs are not had at once */

/* By chance: the answer has to come when the signal has woken the target, before it is asked why.
 */
SC_TEST(answered_once,
	.doc = "a call under WAIT_KILLABLE_RECV that is answered is not made again, though a "
	       "signal "
	       "comes right before the answer (6.18)",
	.needs = { F_flag_wait_killable_recv, F_notif_recv }, .fixes = { FIX_wait_killable_race },
	.behaviours = { 87 }, .requires = NEED_TWO_CPUS, .seconds = 30, .slow = true)
{
	const struct target_plan plan = { .flags = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
					  .prepare = handles };
	const double until = run_now() + SECONDS;
	struct target target;
	bool once = true;

	START_TARGET(&target, &plan);
	BROKE_UNLESS(part(&target), "no CPU to stay on");
	target_begin(&target, makes_calls, NULL);
	for (unsigned int round = 0; once && round < ROUNDS && run_now() < until; round++) {
		once = answer_beside_signal(&target, round);
		EXPECT_TRUE(once) TH_LOG("call %u was made twice", round);
	}
	target_kill(&target);
}

TEST_HARNESS_MAIN
