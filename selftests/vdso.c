/* SPDX-License-Identifier: BSD-3-Clause */
/* What the vDSO does by itself is no syscall; what it does by one is filtered (behaviour 127). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <sys/auxv.h>
#include <time.h>

#include "arch/arch.h"
#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-trap.h"

/* By each number that the C library may use for it. */
static int refuse_clocks(uint32_t action)
{
	static const char *const names[] = { "clock_gettime", "clock_gettime64" };
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	for (size_t i = 0; i < 2; i++) {
		int64_t nr = arch_syscall_nr(arch_native(), names[i]);

		if (nr >= 0)
			build_if(&b, BPF_JEQ, nr, builder_label(&b, "refuse"), NEXT);
	}
	build_ret(&b, SECCOMP_RET_ALLOW);
	builder_bind(&b, builder_label(&b, "refuse"));
	build_ret(&b, action);
	return kit_install_built(&b);
}

struct clocks {
	uint32_t action;
	clockid_t clock;
	struct trap trap;
	int result, err;
	struct timespec time;
};

static int read_clock(void *data)
{
	struct clocks *clocks = data;

	if (trap_handle(&clocks->trap, 0) || refuse_clocks(clocks->action))
		return 2;
	clocks->result = clock_gettime(clocks->clock, &clocks->time);
	clocks->err = clocks->result ? errno : 0;
	return 0;
}

#ifdef ARCH_VDSO_HAS_COARSE
static bool has_vdso(void)
{
	return getauxval(AT_SYSINFO_EHDR) != 0;
}

SC_TEST(vdso_is_not_filtered,
	.doc = "a clock that the vDSO reads by itself is read under filters that refuse the "
	       "syscall "
	       "with any action",
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 127 },
	.varies = VARY(DIM_ROUTE))
{
	static const uint32_t actions[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_TRAP,
					    SECCOMP_RET_ERRNO | 77 };
	static const clockid_t of_vdso[] = { CLOCK_MONOTONIC_COARSE, CLOCK_REALTIME_COARSE };

	for (size_t i = 0; has_vdso() && i < 3; i++) {
		for (size_t c = 0; c < 2; c++) {
			struct clocks clocks = { .action = actions[i], .clock = of_vdso[c] };

			EXPECT_EQ(kit_exited(0),
				  kit_end(kit_ask(read_clock, &clocks, sizeof(clocks))));
			EXPECT_EQ(0, clocks.trap.count);
			EXPECT_EQ(0, clocks.result);
			EXPECT_NE(0, clocks.time.tv_sec);
		}
	}
}

#endif

SC_TEST(vdso_falls_back_to_what_is_filtered,
	.doc = "a clock that takes a syscall is refused, also where the vDSO makes it: with the "
	       "number "
	       "of the call, and an address behind its instruction",
	.needs = { F_act_trap, F_act_errno }, .covers = { F_act_trap, F_act_errno },
	.behaviours = { 41, 127 }, .varies = VARY(DIM_ROUTE))
{
	struct clocks of_errno = { .action = SECCOMP_RET_ERRNO | 77 };
	struct clocks of_trap = { .action = SECCOMP_RET_TRAP | 9 };

	of_errno.clock = of_trap.clock = CLOCK_PROCESS_CPUTIME_ID;
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(read_clock, &of_errno, sizeof(of_errno))));
	EXPECT_EQ(-1, of_errno.result);
	EXPECT_EQ(77, of_errno.err);
	EXPECT_EQ(0, of_errno.time.tv_sec + of_errno.time.tv_nsec);
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(read_clock, &of_trap, sizeof(of_trap))));
	EXPECT_EQ(1, of_trap.trap.count);
	EXPECT_STREQ("clock_gettime",
		     strndupa(arch_syscall_name(arch_native(), of_trap.trap.nr) ?: "", 13));
	EXPECT_SIGINFO(trap_siginfo(of_trap.trap.nr, 9, of_trap.trap.ip), of_trap.trap.info);
}
TEST_HARNESS_MAIN
