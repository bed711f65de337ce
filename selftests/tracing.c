/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a tracer is told of a call under TRACE: the stop, its message, its place among the other
 * stops, the registers (behaviours 50 and 55).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "arch/arch.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a call gives that is TRACE'd and has nobody to tell. */
#define REFUSED "errno ENOSYS"

/* write(2) under these actions, a filter each, the oldest first. */
static struct trace_plan plan_write(size_t count, const uint32_t *actions)
{
	struct trace_plan plan = { .nr = __NR_write };

	for (size_t i = 0; i < count; i++)
		plan.rules[i] = (struct trace_rule){ .nr = __NR_write, .action = actions[i] };
	return plan;
}

static const struct {
	uint32_t action;
	const char *event;
	const char *all;
} data_rows[] = {
	{ SECCOMP_RET_TRACE, "event 0, wrote", "entry, event 0, exit, wrote" },
	{ SECCOMP_RET_TRACE | 1, "event 1, wrote", "entry, event 1, exit, wrote" },
	{ SECCOMP_RET_TRACE | 0x8000, "event 32768, wrote", "entry, event 32768, exit, wrote" },
	{ SECCOMP_RET_TRACE | 0xffff, "event 65535, wrote", "entry, event 65535, exit, wrote" },
};

SC_TEST(event_stop,
	.doc = "TRACE stops the call once, with exactly the status and the message of "
	       "PTRACE_EVENT_SECCOMP",
	.needs = { F_act_trace }, .covers = { F_act_trace, F_ret_data, F_ptrace_o_traceseccomp },
	.behaviours = { 50 }, .requires = NEED_PTRACE,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_TASK) |
		  VARY(DIM_REPORTER))
{
	for (size_t i = 0; i < COUNT(data_rows); i++) {
		struct trace_plan plan = plan_write(1, &data_rows[i].action);

		EXPECT_CALL(data_rows[i].event, plan);
		/* It does not take the option that marks the stops of syscalls. */
		plan.options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP;
		EXPECT_CALL(data_rows[i].event, plan);
	}
}

SC_TEST(event_after_entry,
	.doc = "PTRACE_SYSCALL sees the entry, then the event, then the exit, and nothing else "
	       "(4.8)",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 50 },
	.requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(data_rows); i++) {
		struct trace_plan plan = plan_write(1, &data_rows[i].action);

		plan.follow = FOLLOW_SYSCALLS;
		EXPECT_CALL(data_rows[i].all, plan);
		plan.options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP;
		EXPECT_CALL(data_rows[i].all, plan);
	}
}

SC_TEST(event_decides_about_the_exit,
	.doc = "whether there is a stop at the exit is what the tracer asked for at the event",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 50 },
	.requires = NEED_PTRACE)
{
	static const uint32_t action = SECCOMP_RET_TRACE | 3;
	struct trace_plan plan = plan_write(1, &action);

	plan.follow = FOLLOW_FROM_EVENT;
	EXPECT_CALL("event 3, exit, wrote", plan);
	plan.follow = FOLLOW_UNTIL_ENTRY;
	EXPECT_CALL("entry, event 3, wrote", plan);
}

SC_TEST(event_needs_the_option,
	.doc = "without PTRACE_O_TRACESECCOMP a call under TRACE is ENOSYS, is not run, and is no "
	       "event",
	.needs = { F_act_trace }, .covers = { F_act_trace, F_ptrace_o_traceseccomp },
	.behaviours = { 37, 50 }, .requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(data_rows); i++) {
		struct trace_plan plan = plan_write(1, &data_rows[i].action);

		plan.options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD;
		EXPECT_CALL(REFUSED, plan);
		plan.follow = FOLLOW_SYSCALLS;
		EXPECT_CALL("entry, exit, " REFUSED, plan);
	}
}

SC_TEST(no_event_is_no_result,
	.doc = "without PTRACE_O_TRACESECCOMP a call under TRACE is ENOSYS whatever the tracer put "
	       "where results are, when the call began",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 37 },
	.requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(data_rows); i++) {
		struct trace_plan plan = plan_write(1, &data_rows[i].action);

		plan.options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD;
		plan.follow = FOLLOW_UNTIL_ENTRY;
		plan.at[WHEN_ENTRY] = (struct trace_change){ .what = CHANGE_RET, .ret = 77 };
		EXPECT_CALL("entry, " REFUSED, plan);
	}
}

SC_TEST(event_is_of_the_newest_filter,
	.doc = "of several filters that say TRACE the newest one's data is the message, and there "
	       "is one event",
	.needs = { F_act_trace }, .covers = { F_act_trace, F_ret_data }, .behaviours = { 27, 50 },
	.requires = NEED_PTRACE, .varies = VARY(DIM_DEPTH))
{
	static const struct {
		uint32_t actions[3];
		const char *text;
	} rows[] = {
		{ { SECCOMP_RET_TRACE | 1, SECCOMP_RET_TRACE | 2, SECCOMP_RET_ALLOW },
		  "event 2, wrote" },
		{ { SECCOMP_RET_TRACE | 2, SECCOMP_RET_TRACE | 1, SECCOMP_RET_ALLOW },
		  "event 1, wrote" },
		{ { SECCOMP_RET_ALLOW, SECCOMP_RET_TRACE, SECCOMP_RET_TRACE | 0xffff },
		  "event 65535, wrote" },
		{ { SECCOMP_RET_TRACE | 0xffff, SECCOMP_RET_ALLOW, SECCOMP_RET_TRACE },
		  "event 0, wrote" },
		{ { SECCOMP_RET_TRACE | 1, SECCOMP_RET_TRACE | 3, SECCOMP_RET_TRACE | 2 },
		  "event 2, wrote" },
		{ { SECCOMP_RET_TRACE | 1, SECCOMP_RET_ERRNO | 3, SECCOMP_RET_TRACE | 2 },
		  "errno 3" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trace_plan plan = plan_write(COUNT(rows[i].actions), rows[i].actions);

		EXPECT_CALL(rows[i].text, plan);
	}
}

SC_TEST(no_event_for_other_actions,
	.doc = "other actions are no event: a tracer sees the stops of the call, and the signal of "
	       "TRAP",
	.needs = { F_act_user_notif, F_act_log },
	.covers = { F_act_trap, F_act_errno, F_act_user_notif, F_act_log, F_act_allow },
	.behaviours = { 50 }, .requires = NEED_PTRACE)
{
	static const struct {
		uint32_t action;
		const char *text;
	} rows[] = {
		/* The last two stops are of the handler's return. */
		{ SECCOMP_RET_TRAP | 7, "entry, exit, signal SIGSYS, entry, exit, trap 7" },
		{ SECCOMP_RET_ERRNO | 7, "entry, exit, errno 7" },
		{ SECCOMP_RET_ERRNO, "entry, exit, returns 0" },
		{ SECCOMP_RET_USER_NOTIF | 7, "entry, exit, " REFUSED },
		{ SECCOMP_RET_LOG | 7, "entry, exit, wrote" },
		{ SECCOMP_RET_ALLOW | 7, "entry, exit, wrote" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trace_plan plan = plan_write(1, &rows[i].action);

		plan.follow = FOLLOW_SYSCALLS;
		EXPECT_CALL(rows[i].text, plan);
	}
}

#define BIG(n) ((unsigned long)(0xfedcba9800000000ull | 0x11111111u * (n)))

/* All different, in both halves. */
static const unsigned long big_args[6] = { BIG(9), BIG(10), BIG(11), BIG(12), BIG(13), BIG(14) };

/* Shared with the tracee of registers_at_the_event. */
struct site {
	unsigned long ip; /* after the instruction of the call, as a signal's handler is told */
	long result;
};

static struct site *site;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	site->ip = (unsigned long)info->si_call_addr;
}

static __attribute__((noinline)) long call_site(unsigned long arg0)
{
	return arch_syscall6(__NR_getppid, arg0, big_args[1], big_args[2], big_args[3], big_args[4],
			     big_args[5]);
}

/* The same instruction twice: the handler of the first call tells where it is. */
static int calls_twice(void *data)
{
	static const struct trace_rule rules[] = {
		{ .nr = __NR_getppid, .action = SECCOMP_RET_TRACE | 6 },
		{ .nr = __NR_getppid, .action = SECCOMP_RET_TRAP, .if_arg = true, .value = 1 },
		{ 0 },
	};
	const struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };
	/* Not for the compiler to know, which could make two functions of call_site. */
	const volatile unsigned long first[] = { 1, big_args[0] };

	(void)data;
	if (sigaction(SIGSYS, &action, NULL) || trace_install(rules))
		return 2;
	for (int i = 0; i < 2; i++)
		site->result = call_site(first[i]);
	return 3;
}

SC_TEST(registers_at_the_event,
	.doc = "at the event the tracer reads the number, the six arguments and the address that "
	       "the tracee's call has; reading and writing them back changes nothing",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 50 },
	.requires = NEED_PTRACE)
{
	struct regs regs;
	pid_t pid;

	site = trace_shared(sizeof(*site));
	BROKE_UNLESS(site != NULL, "no memory");
	pid = trace_fork(calls_twice, NULL, TRACE_OPTIONS);
	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(TRACE_STOP(SIGSYS), trace_go(PTRACE_CONT, pid, 0));
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, SIGSYS));
	EXPECT_EQ(6, trace_message(pid));
	ASSERT_EQ(0, regs_read(pid, &regs));
	EXPECT_EQ(__NR_getppid, regs_nr(&regs));
	for (unsigned int i = 0; i < 6; i++)
		EXPECT_EQ(big_args[i], regs_arg(&regs, i));
	EXPECT_EQ(site->ip, regs_ip(&regs));
	ASSERT_EQ(0, regs_write(pid, &regs));
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(getpid(), site->result);
}

/* More calls than one: exits with 3 if each gave what it should. */
static int calls_thrice(void *data)
{
	long parent = getppid();

	if (trace_install(data))
		return 2;
	for (unsigned long i = 1; i <= 3; i++)
		if (arch_syscall6(__NR_getppid, i, 0, 0, 0, 0, 0) != parent)
			return 4;
	return 3;
}

SC_TEST(event_of_each_call,
	.doc = "each call under TRACE is an event of its own, with the message of that call",
	.needs = { F_act_trace }, .covers = { F_act_trace, F_ret_data }, .behaviours = { 50 },
	.requires = NEED_PTRACE)
{
	struct trace_rule rules[] = {
		{ __NR_getppid, SECCOMP_RET_TRACE | 7, .if_arg = true, .value = 1 },
		{ __NR_getppid, SECCOMP_RET_TRACE | 6, .if_arg = true, .value = 2 },
		{ __NR_getppid, SECCOMP_RET_TRACE | 5, .if_arg = true, .value = 3 },
		{ 0 },
	};
	pid_t pid = trace_fork(calls_thrice, rules, TRACE_OPTIONS);

	BROKE_UNLESS(pid > 0, "no tracee");
	for (unsigned long message = 7; message >= 5; message--) {
		ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(message, trace_message(pid));
	}
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0));
}

TEST_HARNESS_MAIN
