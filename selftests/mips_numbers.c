/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mips: the number alone says which ABI's call it is, whatever the program's own is. So a list of
 * what is refused, made of one ABI's numbers, is passed by with another one's (behaviours 123,
 * 130).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#ifdef __mips64
#include <linux/seccomp.h>

#include "arch/arch.h"
#include "selftests/glue/kit-exact.h"
#include "selftests/glue/kit-trap.h"

#define O32_GETPPID 4064
#define N32_GETPPID 6108

struct of_abi {
	int nr;
	unsigned int args; /* that registers have */
	long result;
	pid_t parent;
};

static const unsigned long mixed[6] = { 0x1111111121212121ul, 0x1212121222222222ul,
					0x1313131323232323ul, 0x1414141424242424ul,
					0x1515151525252525ul, 0x1616161626262626ul };

static int call_exactly(void *data)
{
	struct of_abi *call = data;
	struct seccomp_data expected = { .nr = call->nr,
					 .arch = arch_native()->audit,
					 .instruction_pointer = trap_call_end() };

	for (unsigned int i = 0; i < 6; i++)
		expected.args[i] = mixed[i];
	if (exact_install_args(&expected, call->args))
		return 2;
	call->result = trap_call(call->nr, mixed);
	return 0;
}

static int pass_a_list_by(void *data)
{
	struct of_abi *call = data;

	call->parent = getppid();
	if (kit_filter_syscall(__NR_getppid, SECCOMP_RET_KILL_PROCESS))
		return 2;
	call->result = arch_syscall6(call->nr, 0, 0, 0, 0, 0, 0);
	return 0;
}

SC_TEST(numbers_of_other_abis,
	.doc = "o32's and n32's numbers are seen as such by the filter of an n64 program, with its "
	       "architecture: a list of n64's numbers does not refuse them",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 21, 123, 130 }, .varies = VARY(DIM_ROUTE))
{
	/* Of o32's calls the fifth argument and the sixth are on the stack. */
	static const struct of_abi calls[] = { { .nr = O32_GETPPID, .args = 4 },
					       { .nr = N32_GETPPID, .args = 6 } };

	for (size_t i = 0; i < 2; i++) {
		struct of_abi exact = calls[i], passed = calls[i];

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(call_exactly, &exact, sizeof(exact))));
		EXPECT_EQ(EXACT, exact.result) TH_LOG("number %d", exact.nr);
		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(pass_a_list_by, &passed, sizeof(passed))));
		EXPECT_TRUE(passed.result == passed.parent || passed.result == -ENOSYS)
		{
			TH_LOG("number %d returned %ld", passed.nr, passed.result);
		}
	}
}
#endif

TEST_HARNESS_MAIN
