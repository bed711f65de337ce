/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arm's private calls, whose numbers begin at 0xf0000: filters are asked about them as about any
 * other (behaviour 130).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#ifdef __arm__
#include <linux/seccomp.h>

#include "arch/arch.h"
#include "selftests/glue/kit-exact.h"
#include "selftests/glue/kit-trap.h"

#define ARM_BREAKPOINT 0xf0001
#define ARM_CACHEFLUSH 0xf0002
#define ARM_USR26      0xf0003
#define ARM_SET_TLS    0xf0005
#define ARM_BEYOND     0xf0007

static const int private_calls[] = { ARM_BREAKPOINT, ARM_CACHEFLUSH, ARM_USR26, ARM_SET_TLS,
				     ARM_BEYOND };

#define CALLS (sizeof(private_calls) / sizeof(private_calls[0]))

/* Nothing that would be done if it were: no range to flush, and the thread pointer as it is. */
static void harmless(int nr, unsigned long args[6])
{
	for (unsigned int i = 0; i < 6; i++)
		args[i] = 0x1000 + i;
	if (nr == ARM_CACHEFLUSH)
		args[0] = args[1] = (unsigned long)&private_calls, args[2] = 0;
	if (nr == ARM_SET_TLS)
		args[0] = (unsigned long)__builtin_thread_pointer();
}

struct private_call {
	int nr;
	uint32_t action;
	long result;
	struct trap trap;
};

static int call_exactly(void *data)
{
	struct private_call *call = data;
	struct seccomp_data expected = { .nr = call->nr,
					 .arch = arch_native()->audit,
					 .instruction_pointer = trap_call_end() };
	unsigned long args[6];

	harmless(call->nr, args);
	for (unsigned int i = 0; i < 6; i++)
		expected.args[i] = args[i];
	if (exact_install(&expected))
		return 2;
	call->result = trap_call(call->nr, args);
	return 0;
}

static int call_under_action(void *data)
{
	struct private_call *call = data;
	unsigned long args[6];

	harmless(call->nr, args);
	if (trap_handle(&call->trap, 0) || kit_filter_syscall(call->nr, call->action))
		return 2;
	call->result = trap_call(call->nr, args);
	return 0;
}

SC_TEST(private_calls_are_filtered,
	.doc = "a filter sees cacheflush, set_tls, breakpoints and the rest by their numbers, with "
	       "all arguments, and they are refused as it says",
	.needs = { F_act_errno, F_act_trap }, .covers = { F_act_errno, F_act_trap },
	.behaviours = { 21, 30, 130 }, .varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < CALLS; i++) {
		struct private_call exact = { .nr = private_calls[i] };
		struct private_call trapped = { .nr = private_calls[i],
						.action = SECCOMP_RET_TRAP | 5 };
		struct private_call killed = { .nr = private_calls[i],
					       .action = SECCOMP_RET_KILL_PROCESS };

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(call_exactly, &exact, sizeof(exact))));
		EXPECT_EQ(EXACT, exact.result) TH_LOG("number %#x", exact.nr);
		EXPECT_EQ(kit_exited(0),
			  kit_end(kit_ask(call_under_action, &trapped, sizeof(trapped))));
		EXPECT_EQ(1, trapped.trap.count);
		EXPECT_SIGINFO(trap_siginfo(trapped.nr, 5, trap_call_end()), trapped.trap.info);
		EXPECT_EQ(kit_killed(SIGSYS),
			  kit_end(kit_ask(call_under_action, &killed, sizeof(killed))));
	}
}

SC_TEST(private_calls_are_allowed,
	.doc = "cacheflush and set_tls work under a filter that allows them",
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 130 },
	.varies = VARY(DIM_ROUTE))
{
	static const int allowed[] = { ARM_CACHEFLUSH, ARM_SET_TLS };

	for (size_t i = 0; i < 2; i++) {
		struct private_call call = { .nr = allowed[i], .action = SECCOMP_RET_ALLOW };

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(call_under_action, &call, sizeof(call))));
		EXPECT_EQ(0, call.result) TH_LOG("number %#x", call.nr);
		EXPECT_EQ(0, call.trap.count);
	}
}
#endif

TEST_HARNESS_MAIN
