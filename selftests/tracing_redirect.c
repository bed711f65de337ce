/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A tracer changes a call's number, arguments and result at its stops: what is run then is what the
 * filters say of the changed call (behaviours 51 to 55).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <sys/personality.h>
#include <sys/utsname.h>

#include "arch/arch.h"
#include "arch/regs.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* No syscall has it, on no architecture. */
#define NO_SUCH_NR 9999

/* What write(2) comes to under each action, when nothing but the filters stops it. */
static const struct {
	uint32_t action;
	const char *first; /* at its first check */
	const char *again; /* at the check after an event */
} answers[] = {
	{ SECCOMP_RET_KILL_PROCESS | 7, "killed by SIGSYS", "killed by SIGSYS" },
	{ SECCOMP_RET_KILL_THREAD | 7, "killed by SIGSYS", "killed by SIGSYS" },
	{ SECCOMP_RET_TRAP | 7, "signal SIGSYS, trap 7", "signal SIGSYS, trap 7" },
	{ SECCOMP_RET_ERRNO | 7, "errno 7", "errno 7" },
	{ SECCOMP_RET_ERRNO, "returns 0", "returns 0" },
	{ SECCOMP_RET_USER_NOTIF | 7, "errno ENOSYS", "errno ENOSYS" },
	{ SECCOMP_RET_TRACE | 7, "event 7, wrote", "wrote" },
	{ SECCOMP_RET_LOG | 7, "wrote", "wrote" },
	{ SECCOMP_RET_ALLOW, "wrote", "wrote" },
	{ 0x7ffe0000, "killed by SIGSYS", "killed by SIGSYS" },
};

#define ANSWERS_NEED F_act_kill_process, F_act_user_notif, F_act_log, F_act_unknown

static const char *after(const char *stops, const char *answer)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s, %s", stops, answer);
	return text;
}

static struct trace_change to_nr(int nr)
{
	return (struct trace_change){ .what = CHANGE_NR, .nr = nr };
}

static struct trace_change to_arg(unsigned int arg, unsigned long value)
{
	return (struct trace_change){ .what = CHANGE_ARG, .arg = arg, .value = value };
}

SC_TEST(event_redirect_is_checked,
	.doc = "a number that the tracer sets at the event is checked by the filters, and their "
	       "answer counts (4.8)",
	.needs = { ANSWERS_NEED }, .covers = { F_act_trace }, .fixes = { FIX_ptrace_before_4_8 },
	.behaviours = { 51, 55 }, .requires = NEED_PTRACE,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK))
{
	for (size_t i = 0; i < COUNT(answers); i++) {
		const struct trace_rule traced = TRACE_RULE(__NR_getppid, SECCOMP_RET_TRACE | 4);
		const struct trace_rule answered = TRACE_RULE(__NR_write, answers[i].action);
		struct trace_plan plan = { .rules = { traced, answered }, .nr = __NR_getppid };

		plan.at[WHEN_EVENT] = to_nr(__NR_write);
		EXPECT_CALL(after("event 4", answers[i].again), plan);
		/* The older filter is asked again, too. */
		plan.rules[0] = answered;
		plan.rules[1] = traced;
		EXPECT_CALL(after("event 4", answers[i].again), plan);
	}
}

SC_TEST(entry_redirect_is_checked,
	.doc = "a number that the tracer sets at the entry is checked by the filters, and not the "
	       "first one (4.8)",
	.needs = { ANSWERS_NEED }, .covers = { F_act_trace, F_ptrace_order48 },
	.fixes = { FIX_ptrace_before_4_8, FIX_CVE_2019_2054, FIX_s390_nr }, .behaviours = { 51 },
	.requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct trace_plan plan = { .rules = { TRACE_RULE(__NR_write, answers[i].action) },
					   .follow = FOLLOW_UNTIL_ENTRY };

		plan.nr = __NR_getppid;
		plan.at[WHEN_ENTRY] = to_nr(__NR_write);
		EXPECT_CALL(after("entry", answers[i].first), plan);
		plan.nr = __NR_write;
		plan.at[WHEN_ENTRY] = to_nr(__NR_getppid);
		EXPECT_CALL("entry, getppid", plan);
	}
}

SC_TEST(redirect_to_an_allowed_call,
	.doc = "a call under TRACE that becomes another one at the event is not run itself",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .fixes = { FIX_arm_reload_nr },
	.behaviours = { 51 }, .requires = NEED_PTRACE)
{
	struct trace_plan plan = { .rules = { TRACE_RULE(__NR_write, SECCOMP_RET_TRACE | 4) },
				   .nr = __NR_write };

	plan.at[WHEN_EVENT] = to_nr(__NR_getppid);
	EXPECT_CALL("event 4, getppid", plan);
	plan.at[WHEN_EVENT] = to_nr(__NR_getpid);
	EXPECT_CALL("event 4, getpid", plan);
	/* There and back. */
	plan.at[WHEN_ENTRY] = to_nr(__NR_getpid);
	plan.follow = FOLLOW_SYSCALLS;
	EXPECT_CALL("entry, exit, getpid", plan);
	plan.nr = __NR_getpid;
	plan.at[WHEN_ENTRY] = to_nr(__NR_write);
	EXPECT_CALL("entry, event 4, exit, getpid", plan);
	plan.at[WHEN_EVENT] = to_nr(NO_SUCH_NR);
	EXPECT_CALL("entry, event 4, exit, errno ENOSYS", plan);
}

#if defined(__x86_64__) || defined(__i386__)
SC_TEST(redirect_to_number_0,
	.doc = "number 0 is a call like any other for a tracer that sets it: read, on i386 "
	       "restart_syscall",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 51, 53 },
	.requires = NEED_PTRACE)
{
	struct trace_plan plan = { .rules = { TRACE_RULE(__NR_write, SECCOMP_RET_TRACE | 4) },
				   .nr = __NR_write };

	plan.at[WHEN_EVENT] = to_nr(0);
	/* EBADF: what is written to cannot be read. EINTR: there is nothing to restart. */
	EXPECT_CALL(__NR_read == 0 ? "event 4, errno 9" : "event 4, errno 4", plan);
}
#endif

SC_TEST(redirect_to_no_call,
	.doc = "a number that no syscall has is checked as well, and is ENOSYS if it is allowed",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .fixes = { FIX_s390_nr },
	.behaviours = { 51 }, .requires = NEED_PTRACE)
{
	struct trace_plan plan = { .rules = { TRACE_RULE(__NR_write, SECCOMP_RET_TRACE | 4),
					      TRACE_RULE(NO_SUCH_NR, SECCOMP_RET_ERRNO | 7) },
				   .nr = __NR_write };

	plan.at[WHEN_EVENT] = to_nr(NO_SUCH_NR);
	EXPECT_CALL("event 4, errno 7", plan);
	plan.rules[1].action = SECCOMP_RET_ALLOW;
	EXPECT_CALL("event 4, errno ENOSYS", plan);
}

SC_TEST(trace_is_told_once,
	.doc = "a call that became another one under TRACE, at the event, is no second event and "
	       "is run",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 55 },
	.requires = NEED_PTRACE)
{
	struct trace_plan plan = { .rules = { TRACE_RULE(__NR_getppid, SECCOMP_RET_TRACE | 4),
					      TRACE_RULE(__NR_write, SECCOMP_RET_TRACE | 5) },
				   .nr = __NR_getppid };

	plan.at[WHEN_EVENT] = to_nr(__NR_write);
	EXPECT_CALL("event 4, wrote", plan);
	plan.follow = FOLLOW_SYSCALLS;
	EXPECT_CALL("entry, event 4, exit, wrote", plan);
	/* At the entry it is in time for the event of the new number. */
	plan.at[WHEN_ENTRY] = to_nr(__NR_write);
	plan.at[WHEN_EVENT] = to_nr(__NR_getppid);
	EXPECT_CALL("entry, event 5, exit, getppid", plan);
}

/* In both halves, if there are two, and no address or descriptor. */
#define VALUE(n) ((unsigned long)(0xfedcba9800000000ull | 0x11111111u * (n)))

static const unsigned long old_args[6] = { VALUE(1), VALUE(2), VALUE(3),
					   VALUE(4), VALUE(5), VALUE(6) };

/*
 * For a filter that refuses getppid(2) if the argument is `refused`: the text when the tracer
 * changes it at `when`.
 */
static const char *call_with_arg(unsigned int arg, unsigned long refused, enum trace_when when)
{
	const bool at_event = when == WHEN_EVENT;
	struct trace_plan plan = {
		.rules = { TRACE_RULE(__NR_getppid,
				      at_event ? SECCOMP_RET_TRACE | 4 : SECCOMP_RET_ALLOW),
			   { __NR_getppid, SECCOMP_RET_ERRNO | 7, true, arg, refused } },
		.nr = __NR_getppid,
		.args = old_args,
		.follow = at_event ? FOLLOW_EVENTS : FOLLOW_UNTIL_ENTRY,
	};

	plan.at[when] = to_arg(arg, VALUE(9));
	return trace_call(&plan);
}

#define EXPECT_ARG(text, arg, refused, when)                                   \
	do {                                                                   \
		const char *arg_seen = call_with_arg(arg, refused, when);      \
                                                                               \
		BROKE_UNLESS(arg_seen != NULL, "the call could not be tried"); \
		EXPECT_STREQ(text, arg_seen)                                   \
		{                                                              \
			TH_LOG("argument %u", (unsigned int)(arg));            \
		}                                                              \
	} while (0)

#define EXPECT_NEW_ARG_IS_CHECKED(arg)                                        \
	do {                                                                  \
		EXPECT_ARG("event 4, errno 7", arg, VALUE(9), WHEN_EVENT);    \
		EXPECT_ARG("event 4, getppid", arg, VALUE(10), WHEN_EVENT);   \
		EXPECT_ARG("entry, errno 7", arg, VALUE(9), WHEN_ENTRY);      \
		EXPECT_ARG("entry, getppid", arg, old_args[arg], WHEN_ENTRY); \
		EXPECT_ARG("entry, getppid", arg, VALUE(10), WHEN_ENTRY);     \
	} while (0)

/* What a tracer that changes argument 0 needs. */
#define ARG0_NEEDS (REGS_ARG0_HIDDEN ? F_ptrace_set_syscall_info : F_NONE)

/* aarch64 keeps a copy of it, which was not updated before 6.1.191, 6.12.114 and 7.3. */
SC_TEST(new_argument_0_is_checked,
	.doc = "the first argument, changed by the tracer at the entry or at the event, is what "
	       "the filters see, all its bits (arm64: fixed in 6.1.191, 6.12.114, 7.3)",
	.needs = { F_act_trace, ARG0_NEEDS }, .covers = { F_act_trace },
	.fixes = { FIX_arm64_orig_x0 }, .behaviours = { 52 }, .requires = NEED_PTRACE)
{
	EXPECT_NEW_ARG_IS_CHECKED(0);
}

SC_TEST(new_arguments_are_checked,
	.doc = "arguments 1 to 5, changed by the tracer at the entry or at the event, are what the "
	       "filters see, all their bits",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .fixes = { FIX_s390_args },
	.behaviours = { 52 }, .requires = NEED_PTRACE)
{
	for (unsigned int arg = 1; arg < 6; arg++)
		EXPECT_NEW_ARG_IS_CHECKED(arg);
}

/* For write(2): the text when the tracer changes the argument at `when`. */
static const char *write_with_arg(unsigned int arg, unsigned long value, enum trace_when when)
{
	struct trace_plan plan = {
		.rules = { TRACE_RULE(__NR_write, SECCOMP_RET_TRACE | 4) },
		.nr = __NR_write,
		.follow = FOLLOW_UNTIL_ENTRY,
	};

	plan.at[when] = to_arg(arg, value);
	return trace_call(&plan);
}

#define EXPECT_NEW_ARG_IS_USED(arg, value, answer)                                      \
	do {                                                                            \
		for (enum trace_when when = WHEN_ENTRY; when <= WHEN_EVENT; when++) {   \
			const char *used_seen = write_with_arg(arg, value, when);       \
                                                                                        \
			BROKE_UNLESS(used_seen != NULL, "the call could not be tried"); \
			EXPECT_STREQ(after("entry, event 4", answer), used_seen);       \
		}                                                                       \
	} while (0)

SC_TEST(new_argument_0_is_used,
	.doc = "a call is run with the first argument that the tracer changed, at the entry or at "
	       "the event",
	.needs = { F_act_trace, ARG0_NEEDS }, .covers = { F_act_trace }, .behaviours = { 52 },
	.requires = NEED_PTRACE)
{
	EXPECT_NEW_ARG_IS_USED(0, -1ul, "errno 9");
}

SC_TEST(new_arguments_are_used,
	.doc = "a call is run with the arguments 1 to 5 that the tracer changed, at the entry or "
	       "at the event",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 52 },
	.requires = NEED_PTRACE)
{
	EXPECT_NEW_ARG_IS_USED(1, 8, "errno 14");
	EXPECT_NEW_ARG_IS_USED(2, 0, "returns 0");
	EXPECT_NEW_ARG_IS_USED(2, 2, "returns 2, 2 bytes were written");
	EXPECT_NEW_ARG_IS_USED(5, 0, "wrote");
}

/* What a skipped call returns is what the tracer says, if it can. */
#define IF_SAID(when, stops, answer) (ARCH_RESULT_AT_##when ? stops answer : stops "errno ENOSYS")

static const struct {
	long ret;
	const char *answer;
} skipped[] = {
	{ 0, "returns 0" },
	{ 42, "returns 42" },
	{ 1, "returns 1, 0 bytes were written" },
	{ -1, "errno 1" },
	{ -4095, "errno 4095" },
	{ 0x12345678, "returns 0x12345678" },
	{ -0x12345678, sizeof(long) == 8 ? "returns 0xffffffffedcba988" : "returns 0xedcba988" },
};

SC_TEST(skip_at_the_event,
	.doc = "number -1 at the event skips the call, which returns what the tracer says (on some "
	       "architectures: at the exit) and does nothing",
	.needs = { F_act_trace }, .covers = { F_act_trace, F_ptrace_skip_nr },
	.fixes = { FIX_riscv_a0 }, .behaviours = { 53 }, .requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(skipped); i++) {
		struct trace_plan plan = {
			.rules = { TRACE_RULE(__NR_write, SECCOMP_RET_TRACE | 4),
				   /* No filter is asked: it is the tracer's decision. */
				   TRACE_RULE(ARCH_NR_MINUS_ONE, SECCOMP_RET_ERRNO | 7) },
			.nr = __NR_write,
			.follow = FOLLOW_SYSCALLS,
		};
		/* Or it is a number as any. */
		const char *answer = ARCH_RESULT_AT_EVENT ? skipped[i].answer : "errno 7";

		trace_skip_with(&plan, WHEN_EVENT, skipped[i].ret);
		EXPECT_CALL(after("entry, event 4, exit", skipped[i].answer), plan);
		plan.follow = FOLLOW_EVENTS;
		if (!ARCH_SKIP_HAS_NO_RESULT)
			EXPECT_CALL(after("event 4", answer), plan);
	}
}

SC_TEST(skip_at_the_entry,
	.doc = "number -1 at the entry skips the call, which returns what the tracer says (on some "
	       "architectures: at the exit) and does nothing, whatever the filters say of the "
	       "first number",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .fixes = { FIX_s390_nr },
	.behaviours = { 53 }, .requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(skipped); i++) {
		struct trace_plan plan = {
			.rules = { TRACE_RULE(__NR_write, SECCOMP_RET_KILL_THREAD) },
			.nr = __NR_write,
			.follow = FOLLOW_SYSCALLS,
		};
		const char *answer = ARCH_RESULT_AT_ENTRY ? skipped[i].answer : "errno ENOSYS";

		trace_skip_with(&plan, WHEN_ENTRY, skipped[i].ret);
		EXPECT_CALL(after("entry, exit", skipped[i].answer), plan);
		plan.follow = FOLLOW_UNTIL_ENTRY;
		if (!ARCH_SKIP_HAS_NO_RESULT)
			EXPECT_CALL(after("entry", answer), plan);
	}
}

SC_TEST(skip_at_the_entry_is_checked,
	.doc = "number -1 that the tracer sets at the entry is a number that the filters are asked "
	       "about",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 51, 53 },
	.requires = NEED_PTRACE)
{
	static const struct {
		uint32_t action;
		const char *answer;
		const char *to_the_exit; /* if it is skipped after all, with the tracer's result */
	} rows[] = {
		{ SECCOMP_RET_KILL_THREAD, "killed by SIGSYS", NULL },
		{ SECCOMP_RET_TRAP | 7, "signal SIGSYS, trap 7", NULL },
		{ SECCOMP_RET_ERRNO | 7, "errno 7", NULL },
		{ SECCOMP_RET_TRACE | 7, IF_SAID(ENTRY, "event 7, ", "returns 42"),
		  "event 7, exit, returns 42" },
		{ SECCOMP_RET_ALLOW, IF_SAID(ENTRY, "", "returns 42"), "exit, returns 42" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trace_plan plan = {
			.rules = { TRACE_RULE(ARCH_NR_MINUS_ONE, rows[i].action) },
			.nr = __NR_write,
			.follow = FOLLOW_UNTIL_ENTRY,
		};

		trace_skip_with(&plan, WHEN_ENTRY, 42);
		if (!ARCH_SKIP_HAS_NO_RESULT || !rows[i].to_the_exit)
			EXPECT_CALL(after("entry", rows[i].answer), plan);
		plan.follow = FOLLOW_SYSCALLS;
		if (rows[i].to_the_exit)
			EXPECT_CALL(after("entry", rows[i].to_the_exit), plan);
	}
}

SC_TEST(result_at_the_exit,
	.doc = "at its exit a tracer may change what a call returns, be it run or refused",
	.needs = { F_act_trace }, .covers = { F_act_errno, F_act_trace }, .behaviours = { 53 },
	.requires = NEED_PTRACE)
{
	static const struct {
		uint32_t action;
		const char *text;
	} rows[] = {
		{ SECCOMP_RET_ERRNO | 7, "entry, exit, returns 77" },
		{ SECCOMP_RET_TRACE | 7, "entry, event 7, exit, returns 77, 1 bytes were written" },
		{ SECCOMP_RET_ALLOW, "entry, exit, returns 77, 1 bytes were written" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trace_plan plan = {
			.rules = { TRACE_RULE(__NR_write, rows[i].action) },
			.nr = __NR_write,
			.follow = FOLLOW_SYSCALLS,
			.at[WHEN_EXIT] = { .what = CHANGE_RET, .ret = 77 },
		};

		EXPECT_CALL(rows[i].text, plan);
	}
}

SC_TEST(minus_one_is_checked,
	.doc = "syscall(-1) gets the filters' answer, and what the tracer makes of it at the event",
	.needs = { F_act_trace }, .covers = { F_act_errno, F_act_trace },
	.fixes = { FIX_arm64_nosyscall }, .behaviours = { 30, 54 }, .requires = NEED_PTRACE)
{
	static const struct {
		uint32_t action;
		struct trace_change at_event;
		const char *answer;
	} rows[] = {
		{ SECCOMP_RET_KILL_THREAD, { 0 }, "killed by SIGSYS" },
		{ SECCOMP_RET_TRAP | 7, { 0 }, "signal SIGSYS, trap 7" },
		{ SECCOMP_RET_ERRNO | 7, { 0 }, "errno 7" },
		{ SECCOMP_RET_ERRNO, { 0 }, "returns 0" },
		{ SECCOMP_RET_TRACE | 7,
		  { .what = CHANGE_NR, .nr = __NR_getppid },
		  "event 7, getppid" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trace_plan plan = {
			.rules = { TRACE_RULE(ARCH_NR_MINUS_ONE, rows[i].action) }, .nr = -1
		};

		plan.at[WHEN_EVENT] = rows[i].at_event;
		EXPECT_CALL(rows[i].answer, plan);
		plan.follow = FOLLOW_UNTIL_ENTRY;
		EXPECT_CALL(after("entry", rows[i].answer), plan);
	}
	/* With a tracer that is not told. */
	struct trace_plan blind = { .rules = { TRACE_RULE(ARCH_NR_MINUS_ONE,
							  SECCOMP_RET_TRACE | 7) },
				    .nr = -1,
				    .options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD };

	EXPECT_CALL("errno ENOSYS", blind);
}

/*
 * A 32-bit ARM kernel: syscall(-1) is an illegal instruction there, or, once something looks at the
 * task's calls, skipped with nothing put into the result. Not so the 32-bit mode of an arm64
 * kernel, which can be told by the name that it has without PER_LINUX32.
 */
static bool on_arm_kernel(void)
{
	struct utsname name = { 0 };

	if (strcmp(arch_native()->name, "arm") != 0)
		return false;
	personality(PER_LINUX);
	uname(&name);
	return strcmp(name.machine, "aarch64") != 0;
}

/* Exits with the errno. */
static int minus_one(void *data)
{
	(void)data;
	return (int)-arch_syscall6(-1, 1, 2, 3, 4, 5, 6);
}

SC_TEST(minus_one_is_no_call,
	.doc = "syscall(-1) is ENOSYS, with and without tracer and filter (32-bit ARM: SIGILL, "
	       "or its first argument)",
	.needs = { F_act_trace }, .covers = { F_act_trace },
	.fixes = { FIX_arm64_nosyscall, FIX_riscv_nosyscall }, .behaviours = { 54 },
	.requires = NEED_PTRACE)
{
	struct trace_plan plan = { .nr = -1 };

	/* There audit looks at all calls, once it was on. */
	if (on_arm_kernel()) {
		int end = kit_end(kit_child(minus_one, NULL));

		EXPECT_TRUE(end == kit_killed(SIGILL) || end == kit_exited(-1 & 0xff))
		{
			TH_LOG("it ended with %d", end);
		}
		return;
	}
	EXPECT_EQ(kit_exited(ENOSYS), kit_end(kit_child(minus_one, NULL)));
	EXPECT_CALL("errno ENOSYS", plan);
	plan.follow = FOLLOW_SYSCALLS;
	EXPECT_CALL("entry, exit, errno ENOSYS", plan);
	plan.rules[0] = (struct trace_rule)TRACE_RULE(__NR_write, SECCOMP_RET_ERRNO | 7);
	EXPECT_CALL("entry, exit, errno ENOSYS", plan);
	plan.rules[0] = (struct trace_rule)TRACE_RULE(ARCH_NR_MINUS_ONE, SECCOMP_RET_ALLOW);
	EXPECT_CALL("entry, exit, errno ENOSYS", plan);
}

SC_TEST(minus_one_with_a_result,
	.doc = "syscall(-1) under TRACE returns what the tracer says (on some architectures: at "
	       "the "
	       "exit)",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .fixes = { FIX_riscv_a0 },
	.behaviours = { 53, 54 }, .requires = NEED_PTRACE)
{
	struct trace_plan plan = { .nr = -1,
				   .rules = { TRACE_RULE(ARCH_NR_MINUS_ONE,
							 SECCOMP_RET_TRACE | 7) },
				   .follow = FOLLOW_SYSCALLS };
	const char *answer = IF_SAID(EVENT, "event 7, ", "returns 42");

	trace_skip_with(&plan, WHEN_EVENT, 42);
	EXPECT_CALL("entry, event 7, exit, returns 42", plan);
	/* It is -1 without being made so. */
	plan.at[WHEN_EVENT].what &= ~CHANGE_NR;
	EXPECT_CALL("entry, event 7, exit, returns 42", plan);
	if (ARCH_SKIP_HAS_NO_RESULT)
		return;
	plan.follow = FOLLOW_EVENTS;
	EXPECT_CALL(answer, plan);
	plan.follow = FOLLOW_UNTIL_ENTRY;
	EXPECT_CALL(after("entry", answer), plan);
}

/* Without a cover: what comes of no call at all is not what TRACE is there for. */
SC_TEST(minus_one_at_an_event_is_no_call,
	.doc = "syscall(-1) is ENOSYS under TRACE too, if the tracer leaves it as it is",
	.needs = { F_act_trace }, .behaviours = { 54 }, .requires = NEED_PTRACE)
{
	struct trace_plan plan = { .nr = -1,
				   .rules = { TRACE_RULE(ARCH_NR_MINUS_ONE,
							 SECCOMP_RET_TRACE | 7) },
				   .follow = FOLLOW_SYSCALLS };

	if (on_arm_kernel())
		return;
	EXPECT_CALL("entry, event 7, exit, errno ENOSYS", plan);
	plan.follow = FOLLOW_EVENTS;
	EXPECT_CALL("event 7, errno ENOSYS", plan);
}

TEST_HARNESS_MAIN
