/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tracepoint at the entry of syscalls comes after the filters: who traces the machine is told
 * of the calls that are made, with the number that a tracer gave them (behaviours 36, 51 and 53).
 */
#include "selftests/glue/test.h"

/* On arm64 6.1 a call was not counted in 10 of 44 boots: why is not known yet. */
#if defined(__x86_64__) || defined(__i386__)

#include <linux/seccomp.h>

#include "arch/regs.h"
#include "selftests/glue/kit-trace.h"
#include "selftests/glue/kit-tracepoint.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Two that no kit calls, and that always return 0. */
#define CALL	__NR_munlockall
#define ANOTHER __NR_sched_yield

/* What becomes of the first, of which so many are told. */
static const struct {
	uint32_t action;
	const char *text;
	long told;
} answers[] = {
	{ SECCOMP_RET_KILL_PROCESS | 7, "killed by SIGSYS", 0 },
	{ SECCOMP_RET_KILL_THREAD | 7, "killed by SIGSYS", 0 },
	{ SECCOMP_RET_TRAP | 7, "signal SIGSYS, trap 7", 0 },
	{ SECCOMP_RET_ERRNO | 7, "errno 7", 0 },
	{ SECCOMP_RET_ERRNO, "returns 0", 0 },
	{ SECCOMP_RET_USER_NOTIF | 7, "errno ENOSYS", 0 },
	{ SECCOMP_RET_TRACE | 7, "event 7, returns 0", 1 },
	{ SECCOMP_RET_LOG | 7, "returns 0", 1 },
	{ SECCOMP_RET_ALLOW, "returns 0", 1 },
};

#define HOLD_TRACEPOINT() BROKE_UNLESS(tracepoint_hold(), "the tracepoint cannot be opened")

static int call_fd, another_fd;

static void count(pid_t pid)
{
	call_fd = tracepoint_open(pid, CALL);
	another_fd = tracepoint_open(pid, ANOTHER);
}

/* In a test's body: makes the call, and compares how many are told of the two. */
#define EXPECT_TOLD(calls, others, text, plan)                                                    \
	do {                                                                                      \
		(plan).ready = count;                                                             \
		EXPECT_CALL(text, plan);                                                          \
		BROKE_UNLESS(call_fd >= 0 && another_fd >= 0, "the tracepoint cannot be opened"); \
		EXPECT_EQ(calls, tracepoint_count(call_fd)) TH_LOG("the call, %s", text);         \
		EXPECT_EQ(others, tracepoint_count(another_fd)) TH_LOG("another, %s", text);      \
		close(call_fd);                                                                   \
		close(another_fd);                                                                \
	} while (0)

SC_TEST(calls_that_are_made_are_told,
	.doc = "perf is told of a call that the filters let pass, once, and not of one that they "
	       "refuse",
	.needs = { F_act_kill_process, F_act_user_notif, F_act_log }, .covers = { F_act_errno },
	.behaviours = { 36 }, .requires = NEED_PTRACE | NEED_TRACEPOINTS, .seconds = 20)
{
	HOLD_TRACEPOINT();
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct trace_plan plan = { .rules = { TRACE_RULE(CALL, answers[i].action) },
					   .nr = CALL };

		EXPECT_TOLD(answers[i].told, 0, answers[i].text, plan);
	}
	tracepoint_let_go();
}

SC_TEST(number_of_the_tracer_is_told,
	.doc = "perf is told of the number that a tracer set, at the entry or at the event, not of "
	       "the first one, and of no call if it set none",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 51, 53 },
	.requires = NEED_PTRACE | NEED_TRACEPOINTS, .seconds = 20)
{
	const struct trace_change to_another = { .what = CHANGE_NR, .nr = ANOTHER };
	struct trace_plan at_event = { .rules = { TRACE_RULE(CALL, SECCOMP_RET_TRACE | 4) },
				       .nr = CALL };
	struct trace_plan at_entry = { .rules = { TRACE_RULE(CALL, SECCOMP_RET_ERRNO | 7) },
				       .nr = CALL,
				       .follow = FOLLOW_UNTIL_ENTRY };
	struct trace_plan skipped = at_event;

	HOLD_TRACEPOINT();
	at_event.at[WHEN_EVENT] = to_another;
	EXPECT_TOLD(0, 1, "event 4, returns 0", at_event);
	trace_skip_with(&skipped, WHEN_EVENT, 77);
	skipped.follow = FOLLOW_SYSCALLS;
	EXPECT_TOLD(0, 0, "entry, event 4, exit, returns 77", skipped);
	at_entry.at[WHEN_ENTRY] = to_another;
	EXPECT_TOLD(0, 1, "entry, returns 0", at_entry);
	tracepoint_let_go();
}
#endif

TEST_HARNESS_MAIN
