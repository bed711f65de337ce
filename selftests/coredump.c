/* SPDX-License-Identifier: BSD-3-Clause */
/* Whom seccomp kills leaves a core, but not the thread that others outlive (behaviour 46). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <pthread.h>

#include "selftests/glue/kit-core.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A process that makes one call under one filter, in a folder of its own. */
struct death {
	uint32_t action;
	bool limited; /* RLIMIT_CORE is 0 */
	bool undumpable;
	void (*call)(struct death *death);
	char folder[CORE_FOLDER_SIZE];
	int refused; /* errno of the filter */
	pid_t caller;
};

static const unsigned long args[6] = { 0x11223344, 0x8000, 0x7fffffff, 4, 0, 6 };

static void call_alone(struct death *death)
{
	death->caller = (pid_t)syscall(__NR_gettid);
	death->refused = kit_filter_syscall(__NR_getppid, death->action) ? errno : 0;
	if (!death->refused)
		trap_call(__NR_getppid, args);
}

static void *call_in_thread(void *death)
{
	call_alone(death);
	return NULL;
}

/* The leader waits for its end. */
static void call_as_worker(struct death *death)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, call_in_thread, death))
		pthread_join(thread, NULL);
}

/* The kernel clears this at the leader's end. */
static int leader_lives = 1;

static void *outlive_leader(void *data)
{
	while (__atomic_load_n(&leader_lives, __ATOMIC_SEQ_CST))
		sched_yield();
	_exit(0);
	return data;
}

static void call_as_leader(struct death *death)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, outlive_leader, NULL))
		return;
	syscall(__NR_set_tid_address, &leader_lives);
	call_alone(death);
}

static long do_nothing(void *data)
{
	(void)data;
	return 0;
}

static void call_when_left(struct death *death)
{
	struct worker worker;

	if (worker_start(&worker))
		return;
	worker_do(&worker, do_nothing, NULL);
	worker_stop(&worker);
	call_alone(death);
}

/* The other thread was killed by the same action before. */
static void call_when_left_by_death(struct death *death)
{
	pid_t other;

	call_as_worker(death);
	other = death->caller;
	if (death->refused)
		return;
	thread_gone(other);
	call_alone(death);
}

static int death_main(void *data)
{
	struct death *death = data;

	if (core_enter(death->folder, !death->limited) ||
	    (death->undumpable && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)))
		return 2;
	death->call(death);
	return death->refused ? 3 : 0;
}

/* What became of the process, and of its folder, which is gone. */
struct remains {
	struct run_end end;
	struct core core;
};

static bool die(struct death *death, struct remains *remains)
{
	if (core_folder(death->folder))
		return false;
	remains->end = kit_ask(death_main, death, sizeof(*death));
	remains->core = core_take(death->folder);
	return true;
}

#define KILLS 1000 + SIGSYS

static const struct row {
	const char *who;
	uint32_t action;
	void (*call)(struct death *death);
	bool limited, undumpable;
	int end;
	bool core;
} deadly[] = {
	{ "the only thread", SECCOMP_RET_KILL_PROCESS, call_alone, false, false, KILLS, true },
	{ "the second thread", SECCOMP_RET_KILL_PROCESS, call_as_worker, false, false, KILLS, true },
	{ "the first thread", SECCOMP_RET_KILL_PROCESS, call_as_leader, false, false, KILLS, true },
	{ "limited to 0", SECCOMP_RET_KILL_PROCESS, call_alone, true, false, KILLS, false },
	{ "not dumpable", SECCOMP_RET_KILL_PROCESS, call_alone, false, true, KILLS, false },
	{ "none", SECCOMP_RET_ERRNO, call_alone, false, false, 0, false },
}, of_threads[] = {
	{ "the only thread", SECCOMP_RET_KILL_THREAD, call_alone, false, false, KILLS, true },
	{ "the last thread", SECCOMP_RET_KILL_THREAD, call_when_left, false, false, KILLS, true },
	{ "the last thread to be killed", SECCOMP_RET_KILL_THREAD, call_when_left_by_death, false, false,
	  KILLS, true },
	{ "the second thread", SECCOMP_RET_KILL_THREAD, call_as_worker, false, false, 0, false },
	{ "the first thread", SECCOMP_RET_KILL_THREAD, call_as_leader, false, false, 0, false },
	{ "limited to 0", SECCOMP_RET_KILL_THREAD, call_alone, true, false, KILLS, false },
	{ "not dumpable", SECCOMP_RET_KILL_THREAD, call_alone, false, true, KILLS, false },
}, of_signals[] = {
	{ "the only thread", SECCOMP_RET_TRAP, call_alone, false, false, KILLS, true },
	{ "the second thread", SECCOMP_RET_TRAP, call_as_worker, false, false, KILLS, true },
	{ "the first thread", SECCOMP_RET_TRAP, call_as_leader, false, false, KILLS, true },
}, of_unknown[] = {
	{ "the only thread", 0x00010000, call_alone, false, false, KILLS, true },
	{ "the second thread", 0x00010000, call_as_worker, false, false, KILLS, true },
};

#define EXPECT_ROWS(rows)                                                           \
	do {                                                                        \
		for (size_t i_ = 0; i_ < COUNT(rows); i_++) {                       \
			const struct row *row = &(rows)[i_];                        \
			struct death death = { .action = row->action,               \
					       .call = row->call,                   \
					       .limited = row->limited,             \
					       .undumpable = row->undumpable };     \
			struct remains remains;                                     \
                                                                                    \
			BROKE_UNLESS(die(&death, &remains), "no folder");           \
			ASSERT_EQ(0, death.refused);                                \
			EXPECT_EQ(row->end, kit_end(remains.end))                   \
			{                                                           \
				TH_LOG("action 0x%08x, %s", row->action, row->who); \
			}                                                           \
			EXPECT_EQ(row->core, remains.end.core)                      \
			{                                                           \
				TH_LOG("action 0x%08x, %s", row->action, row->who); \
			}                                                           \
			EXPECT_EQ(row->core ? 1 : 0, remains.core.files)            \
			{                                                           \
				TH_LOG("action 0x%08x, %s", row->action, row->who); \
			}                                                           \
		}                                                                   \
	} while (0)

SC_TEST(kill_process_dumps_core,
	.doc = "KILL_PROCESS dumps core from any thread, unless limited to 0 or not dumpable",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process, F_coredump_on_kill },
	.behaviours = { 46 }, .requires = NEED_CORE, .varies = VARY(DIM_ROUTE), .dumpable = true)
{
	EXPECT_ROWS(deadly);
}

SC_TEST(kill_thread_dumps_core_at_last,
	.doc = "KILL_THREAD dumps core from the last thread, and none while another one lives, "
	       "which goes on",
	.covers = { F_act_kill_thread, F_coredump_on_kill }, .behaviours = { 46 },
	.requires = NEED_CORE, .varies = VARY(DIM_ROUTE), .dumpable = true)
{
	EXPECT_ROWS(of_threads);
}

SC_TEST(trap_dumps_core_by_default, .doc = "TRAP without a handler dumps core, from any thread",
	.covers = { F_act_trap }, .behaviours = { 46 }, .requires = NEED_CORE,
	.varies = VARY(DIM_ROUTE), .dumpable = true)
{
	EXPECT_ROWS(of_signals);
}

SC_TEST(unknown_action_dumps_core,
	.doc = "an action that is none kills the process with a core, from any thread (5.10)",
	.needs = { F_act_unknown }, .covers = { F_act_unknown }, .behaviours = { 33, 46 },
	.requires = NEED_CORE, .varies = VARY(DIM_ROUTE), .dumpable = true)
{
	EXPECT_ROWS(of_unknown);
}

static const struct {
	uint32_t action;
	void (*call)(struct death *death);
	int data;
} described[] = {
	{ SECCOMP_RET_KILL_PROCESS | 0x1234, call_alone, 0x1234 },
	{ SECCOMP_RET_KILL_PROCESS | 0xffff, call_as_worker, 0xffff },
	{ SECCOMP_RET_KILL_THREAD | 0x4321, call_alone, 0x4321 },
	{ SECCOMP_RET_TRAP | 0x8001, call_as_worker, 0x8001 },
};

SC_TEST(core_describes_the_call,
	.doc = "the core has the signal's siginfo as TRAP's handler gets it, the thread, and the "
	       "registers as they were at the call",
	.needs = { F_act_kill_process },
	.covers = { F_act_kill_process, F_act_kill_thread, F_act_trap },
	.behaviours = { 41, 43, 46 }, .requires = NEED_CORE, .varies = VARY(DIM_ROUTE),
	.dumpable = true)
{
	for (size_t i = 0; i < COUNT(described); i++) {
		struct death death = { .action = described[i].action, .call = described[i].call };
		struct remains remains;
		struct regs regs;

		BROKE_UNLESS(die(&death, &remains), "no folder");
		ASSERT_EQ(0, death.refused);
		ASSERT_EQ(1, remains.core.files);
		ASSERT_TRUE(remains.core.complete);
		regs_of_core(&regs, remains.core.word);
		EXPECT_EQ(SIGSYS, remains.core.signal);
		EXPECT_EQ(death.caller, remains.core.tid);
		EXPECT_SIGINFO(trap_siginfo(__NR_getppid, described[i].data, trap_call_end()),
			       remains.core.info);
		EXPECT_EQ(trap_call_end(), regs_ip(&regs));
		for (unsigned int n = 0; n < 6; n++) {
			EXPECT_EQ(args[n], regs_arg(&regs, n))
			{
				TH_LOG("of argument %u, action 0x%08x", n, described[i].action);
			}
		}
	}
}

/* Without a cover: this register is the architecture's matter, and not what the actions are for. */
SC_TEST(core_has_no_result,
	.doc = "the result's register in the core is as it was at the call: the number or argument "
	       "0",
	.needs = { F_act_kill_process }, .behaviours = { 43, 46 }, .requires = NEED_CORE,
	.dumpable = true)
{
	const long before = (int)UCONTEXT_RET == (int)UCONTEXT_NR ? __NR_getppid : (long)args[0];

	for (size_t i = 0; i < COUNT(described); i++) {
		struct death death = { .action = described[i].action, .call = described[i].call };
		struct remains remains;
		struct regs regs;

		BROKE_UNLESS(die(&death, &remains), "no folder");
		ASSERT_EQ(0, death.refused);
		ASSERT_TRUE(remains.core.complete);
		regs_of_core(&regs, remains.core.word);
		if (!trap_lost_arg0((unsigned long)regs_ret(&regs)))
			EXPECT_EQ(before, (long)regs.word[REGS_RET]);
	}
}

TEST_HARNESS_MAIN
