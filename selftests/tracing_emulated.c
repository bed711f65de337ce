/* SPDX-License-Identifier: BSD-3-Clause */
/* PTRACE_SYSEMU: a call that its tracer makes in the kernel's place (behaviour 50). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "arch/regs.h"
#include "selftests/glue/kit-trace.h"

/* Elsewhere the request has another number, or does not exist. */
#if defined(__x86_64__) || defined(__i386__)

#define SYSEMU 31

static int makes_a_call(void *data)
{
	const struct trace_rule *rules = data;

	if (trace_install(rules))
		return 2;
	trace_stop_self();
	arch_syscall6(__NR_exit_group, 9, 0, 0, 0, 0, 0);
	return 3;
}

/* The call is not made, whatever a filter says of it; the tracee goes on behind it. */
static void expect_emulated(struct __test_metadata *_metadata, uint32_t action)
{
	const struct trace_rule rules[] = {
		{ .nr = __NR_exit_group, .action = action, .if_arg = true, .arg = 0, .value = 9 },
		{ .nr = 0 },
	};
	pid_t pid = trace_fork_ready(makes_a_call, (void *)rules, TRACE_OPTIONS);

	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(TRACE_SYSCALL, trace_go(SYSEMU, pid, 0));
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0)) TH_LOG("action %#x", action);
	trace_end(pid);
}

SC_TEST(no_filter_is_asked,
	.doc = "a call that a tracer emulates is not made, and no filter is asked about it, "
	       "whatever "
	       "its action would be",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl }, .behaviours = { 50 },
	.requires = NEED_PTRACE, .varies = VARY(DIM_ROUTE))
{
	static const uint32_t actions[] = {
		SECCOMP_RET_ALLOW,     SECCOMP_RET_ERRNO | 77,	SECCOMP_RET_TRAP,
		SECCOMP_RET_TRACE | 5, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS,
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		expect_emulated(_metadata, actions[i]);
}

#endif

TEST_HARNESS_MAIN
