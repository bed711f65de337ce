/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fixes of how a task ends by a filter's signal: under a tracer that holds it back, and as the
 * first process of a pid namespace (behaviours 34, 47, 48, 49).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- under a tracer ----------------------------------------------------------------------------
 */

/* Shared with the tracee. */
struct victim {
	uint32_t action; /* of getppid */
	bool handles;	 /* SIGSYS */
	int handled;	 /* so often */
	bool survived;	 /* it went on behind the call */
};

static struct victim *victim;

static void on_sigsys(int signal)
{
	(void)signal;
	victim->handled++;
}

static int is_refused(void *data)
{
	struct kit_filter filter;

	(void)data;
	if (victim->handles && signal(SIGSYS, on_sigsys) == SIG_ERR)
		return NO_WORD;
	if (kit_install_flags(0, kit_on_syscall(&filter, __NR_getppid, victim->action)))
		return CANNOT_INSTALL;
	trace_stop_self();
	syscall(__NR_getppid);
	victim->survived = true;
	return 0;
}

/* How the tracee ends whose tracer passes on no signal, and in how many stops for a signal. */
static int hold_back(struct victim made, unsigned long options, unsigned int *signals)
{
	pid_t pid;
	int status;

	*signals = 0;
	*victim = made;
	pid = trace_fork_ready(is_refused, NULL, TRACE_OPTIONS | options);
	if (pid < 0)
		return -1;
	do {
		status = trace_go(PTRACE_CONT, pid, 0);
		*signals += status == TRACE_STOP(SIGSYS);
	} while (status != -1 && TRACE_IS_STOP(status));
	return status;
}

SC_TEST(killed_although_held_back,
	.doc = "KILL_PROCESS, and KILL_THREAD of the only thread, end a traced task with SIGSYS, "
	       "though its tracer passes no signal on",
	.needs = { F_act_kill_process }, .fixes = { FIX_mode_dead }, .behaviours = { 47, 49 },
	.requires = NEED_PTRACE)
{
	static const uint32_t actions[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD };
	static const unsigned long options[] = { 0, PTRACE_O_TRACEEXIT };

	victim = trace_shared(sizeof(*victim));
	BROKE_UNLESS(victim != NULL, "no memory");
	for (size_t i = 0; i < COUNT(actions) * COUNT(options) * 2; i++) {
		struct victim made = { .action = actions[i & 1], .handles = i & 4 };
		unsigned int signals;
		int status = hold_back(made, options[i >> 1 & 1], &signals);

		BROKE_UNLESS(status != -1, "no tracee");
		EXPECT_EQ(TRACE_KILLED(SIGSYS), status) TH_LOG("variant %zu", i);
		EXPECT_FALSE(victim->survived);
		EXPECT_EQ(0, victim->handled);
	}
}

SC_TEST(trap_is_told_and_held_back,
	.doc = "a tracer is told of the SIGSYS of a TRAP, with or without a handler, once, and may "
	       "keep it from the tracee, which goes on",
	.fixes = { FIX_immutable_forced }, .behaviours = { 34, 47 }, .requires = NEED_PTRACE)
{
	victim = trace_shared(sizeof(*victim));
	BROKE_UNLESS(victim != NULL, "no memory");
	for (int handles = 0; handles <= 1; handles++) {
		struct victim made = { .action = SECCOMP_RET_TRAP, .handles = handles };
		unsigned int signals;
		int status = hold_back(made, 0, &signals);

		BROKE_UNLESS(status != -1, "no tracee");
		EXPECT_EQ(TRACE_EXITED(0), status) TH_LOG("handled: %d", handles);
		EXPECT_EQ(1u, signals);
		EXPECT_TRUE(victim->survived);
		EXPECT_EQ(0, victim->handled);
	}
}

/* --- the first process of a pid namespace ------------------------------------------------------
 */

static int is_first(void *data)
{
	const uint32_t *action = data;

	if (getpid() != 1)
		return NO_TASK;
	if (kit_filter_syscall(__NR_getppid, *action))
		return CANNOT_INSTALL;
	syscall(__NR_getppid);
	return 0;
}

struct first {
	uint32_t action;
	int end; /* as kit_end says it */
};

static int has_first(void *data)
{
	struct first *first = data;

	if (unshare(CLONE_NEWUSER | CLONE_NEWPID))
		return NO_TASK;
	first->end = kit_end(kit_child(is_first, &first->action));
	return 0;
}

SC_TEST(first_process_dies,
	.doc = "the first process of a pid namespace dies of KILL_PROCESS, KILL_THREAD and an "
	       "unhandled TRAP, by SIGSYS, though no signal of its children could kill it",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process },
	.fixes = { FIX_handler_exit_init }, .behaviours = { 48 }, .requires = NEED_USER_NS,
	.varies = VARY(DIM_ROUTE))
{
	static const uint32_t actions[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
					    SECCOMP_RET_TRAP };

	for (size_t i = 0; i < COUNT(actions); i++) {
		struct first first = { .action = actions[i], .end = -1 };

		ASSERT_LIVED(kit_end(kit_ask(has_first, &first, sizeof(first))), "unshare");
		EXPECT_EQ(kit_killed(SIGSYS), first.end) TH_LOG("action %#x", actions[i]);
	}
}

TEST_HARNESS_MAIN
