/* SPDX-License-Identifier: BSD-3-Clause */
/* A trapped call's SIGSYS is the calling thread's alone (behaviours 34, 41, 42). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/signalfd.h>

#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Several threads, each of which makes trapped calls with its own number as data. */
#define THREADS 4
#define ROUNDS	200

struct member {
	int number; /* from 1 */
	pid_t tid;
	long wrong_results;
};

struct crowd {
	struct trap trap; /* of no use here: all write to it */
	int refused;
	int handled[THREADS + 1]; /* how often, by data */
	int strays;		  /* handlers in another thread than the caller */
	long wrong_results;
};

static __thread struct member *self;

static void look_who(struct trap *trap, ucontext_t *uc)
{
	struct crowd *crowd = (struct crowd *)trap;
	int number = (int)(ucontext_arg(uc, 5) & 0xffff);

	if (!self || self->number != number || self->tid != (pid_t)syscall(__NR_gettid))
		__atomic_fetch_add(&crowd->strays, 1, __ATOMIC_SEQ_CST);
	if (number <= THREADS)
		__atomic_fetch_add(&crowd->handled[number], 1, __ATOMIC_SEQ_CST);
	ucontext_set_ret(uc, 1000 + number);
}

static long member_main(void *data)
{
	self = data;
	self->tid = (pid_t)syscall(__NR_gettid);
	if (trap_marked())
		return errno;
	for (int i = 0; i < ROUNDS; i++)
		self->wrong_results +=
			trap_call_data(__NR_getppid, self->number) != 1000 + self->number;
	return 0;
}

static int crowd_main(void *data)
{
	struct worker workers[THREADS];
	struct member members[THREADS];
	struct crowd *crowd = data;

	crowd->trap.act = look_who;
	if (trap_handle(&crowd->trap, 0))
		return 2;
	for (int i = 0; i < THREADS; i++) {
		members[i] = (struct member){ .number = i + 1 };
		if (worker_start(&workers[i]))
			return 3;
	}
	for (int i = 0; i < THREADS; i++)
		worker_begin(&workers[i], member_main, &members[i]);
	for (int i = 0; i < THREADS; i++) {
		crowd->refused |= worker_finish(&workers[i]);
		crowd->wrong_results += members[i].wrong_results;
	}
	return 0;
}

SC_TEST(each_thread_gets_its_own,
	.doc = "threads that make trapped calls at the same time get their own signals, with their "
	       "own data, in their own handlers",
	.covers = { F_act_trap }, .behaviours = { 34, 41 }, .varies = VARY(DIM_ROUTE))
{
	struct crowd crowd = { .refused = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(crowd_main, &crowd, sizeof(crowd))));
	ASSERT_EQ(0, crowd.refused);
	EXPECT_EQ(0, crowd.strays);
	EXPECT_EQ(0, crowd.wrong_results);
	for (int i = 1; i <= THREADS; i++)
		EXPECT_EQ(ROUNDS, crowd.handled[i]);
}

/* The caller is the leader or another thread, which is the one under the filter. */
struct pair {
	struct trap trap;
	bool leader_calls;
	int refused;
	pid_t caller;
	siginfo_t expected;
};

static long pair_call(void *data)
{
	struct pair *pair = data;

	pair->caller = (pid_t)syscall(__NR_gettid);
	pair->refused = trap_marked() ? errno : 0;
	if (!pair->refused)
		trap_call_data(__NR_getppid, 7);
	return 0;
}

static int pair_main(void *data)
{
	struct worker worker;
	struct pair *pair = data;

	if (trap_handle(&pair->trap, 0) || worker_start(&worker))
		return 2;
	if (pair->leader_calls)
		pair_call(pair);
	else
		worker_do(&worker, pair_call, pair);
	worker_stop(&worker);
	return 0;
}

SC_TEST(caller_handles_it,
	.doc = "the handler of a TRAP runs in the calling thread, be it the first of the process "
	       "or another one",
	.covers = { F_act_trap }, .behaviours = { 34, 41 }, .varies = VARY(DIM_ROUTE))
{
	for (int leader_calls = 0; leader_calls <= 1; leader_calls++) {
		struct pair pair = { .leader_calls = leader_calls };

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(pair_main, &pair, sizeof(pair))));
		ASSERT_EQ(0, pair.refused);
		EXPECT_EQ(1, pair.trap.count);
		EXPECT_EQ(pair.caller, pair.trap.tid);
		EXPECT_SIGINFO(trap_siginfo(__NR_getppid, 7, trap_call_end()), pair.trap.info);
	}
}

/* Others that would take the signal, if they could. */
enum thief { THIEF_WAITS, THIEF_SIGNALFD, THIEF_UNBLOCKED };

struct theft {
	struct trap trap;
	enum thief thief;
	bool blocked; /* SIGSYS is, in the caller */
	int refused;
	long got; /* what the thief got in the end: a signal, or -errno */
	int waiting;
	int fd;
};

static void handed_over(int signo)
{
	(void)signo;
}

static void sigsys_and_usr1(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGSYS);
	sigaddset(set, SIGUSR1);
}

/* SIGUSR1 ends its wait, if nothing else does. */
static long steal(void *data)
{
	struct theft *theft = data;
	sigset_t set;
	int signo;

	sigsys_and_usr1(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	__atomic_store_n(&theft->waiting, 1, __ATOMIC_SEQ_CST);
	if (theft->thief == THIEF_SIGNALFD) {
		struct signalfd_siginfo info;

		theft->got =
			read(theft->fd, &info, sizeof(info)) < 0 ? -errno : (long)info.ssi_signo;
		return 0;
	}
	signo = sigwaitinfo(&set, NULL);
	theft->got = signo < 0 ? -errno : signo;
	return 0;
}

/* The third kind of thief has the signal unblocked, and waits for something else. */
static long lurk(void *data)
{
	struct theft *theft = data;
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	__atomic_store_n(&theft->waiting, 1, __ATOMIC_SEQ_CST);
	signo = sigwaitinfo(&set, NULL);
	theft->got = signo < 0 ? -errno : signo;
	return 0;
}

static void wait_for_thief(const struct theft *theft, const struct worker *worker)
{
	while (!__atomic_load_n(&theft->waiting, __ATOMIC_SEQ_CST))
		sched_yield();
	thread_asleep(worker->tid);
}

static int theft_main(void *data)
{
	struct theft *theft = data;
	struct worker worker;
	sigset_t set;

	sigsys_and_usr1(&set);
	signal(SIGUSR1, handed_over);
	theft->fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (theft->fd < 0 || trap_handle(&theft->trap, 0) || worker_start(&worker))
		return 2;
	worker_begin(&worker, theft->thief == THIEF_UNBLOCKED ? lurk : steal, theft);
	wait_for_thief(theft, &worker);
	if (theft->blocked && trap_mask(SIG_BLOCK))
		return 2;
	theft->refused = trap_marked() ? errno : 0;
	if (!theft->refused)
		trap_call_data(__NR_getppid, 7);
	syscall(__NR_tgkill, getpid(), worker.tid, SIGUSR1);
	worker_finish(&worker);
	return 0;
}

static const struct {
	const char *who;
	enum thief thief;
} thieves[] = {
	{ "waits for it", THIEF_WAITS },
	{ "reads it from a signalfd", THIEF_SIGNALFD },
	{ "has it unblocked", THIEF_UNBLOCKED },
};

SC_TEST(nobody_can_steal_it,
	.doc = "a thread that waits for SIGSYS, with sigwaitinfo or a signalfd, does not get "
	       "another thread's",
	.covers = { F_act_trap }, .behaviours = { 34 }, .varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < COUNT(thieves); i++) {
		struct theft theft = { .thief = thieves[i].thief };

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(theft_main, &theft, sizeof(theft))));
		ASSERT_EQ(0, theft.refused);
		EXPECT_EQ(1, theft.trap.count);
		EXPECT_EQ(SIGUSR1, theft.got)
		{
			TH_LOG("by a thread that %s", thieves[i].who);
		}
	}
}

SC_TEST(nobody_can_take_it_over,
	.doc = "a caller with SIGSYS blocked dies of TRAP, though another thread waits for that "
	       "signal or has it unblocked",
	.covers = { F_act_trap }, .behaviours = { 42 }, .varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < COUNT(thieves); i++) {
		struct theft theft = { .thief = thieves[i].thief, .blocked = true };
		int end = kit_end(kit_ask(theft_main, &theft, sizeof(theft)));

		ASSERT_EQ(0, theft.refused);
		EXPECT_EQ(kit_killed(SIGSYS), end)
		{
			TH_LOG("beside a thread that %s", thieves[i].who);
		}
		EXPECT_EQ(0, theft.trap.count);
		EXPECT_EQ(0, theft.got);
	}
}

TEST_HARNESS_MAIN
