/* SPDX-License-Identifier: BSD-3-Clause */
/* That a variant (selftests/glue/variants.def) is what its name says, in the kernel's own words. */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "probe/jit.h"
#include "selftests/glue/kit-insns.h"
#include "selftests/glue/plan.h"

#define ALL_DIMENSIONS                                                                             \
	(VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_TASK) | \
	 VARY(DIM_REPORTER))

/* What a process sees of itself in which a test has installed a filter. */
struct dimensions {
	int installed, nnp, filters;
	bool leader, reported;
	long refused;
};

static bool has_handler(void)
{
	struct sigaction action;

	return !sigaction(SIGSYS, NULL, &action) && action.sa_handler != SIG_DFL;
}

static int look(void *data)
{
	struct dimensions *seen = data;

	seen->leader = syscall(SYS_gettid) == getpid();
	seen->reported = has_handler();
	seen->installed = kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | 77);
	seen->nnp = kit_status(0, "NoNewPrivs");
	seen->filters = kit_status(0, "Seccomp_filters");
	seen->refused = syscall(SYS_getppid) == -1 ? errno : 0;
	return 0;
}

SC_TEST(are_in_effect,
	.doc = "a variant of a test is what its name says: the right, the stack, the task and the "
	       "handler that it is about",
	.needs = { F_act_errno, F_proc_nnp }, .requires = NEED_UNFILTERED | NEED_NO_NNP,
	.varies = ALL_DIMENSIONS)
{
	enum variant variant = plan_variant();
	int deep = variant == VARIANT_DEEP ? DEEP_BELOW + DEEP_ABOVE : 0;
	struct dimensions seen = { .installed = -1 };

	EXPECT_EQ(variant != VARIANT_THREAD, syscall(SYS_gettid) == getpid());
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(look, &seen, sizeof(seen))));
	EXPECT_EQ(0, seen.installed);
	EXPECT_EQ(77, seen.refused);
	EXPECT_EQ(variant != VARIANT_THREAD, seen.leader);
	EXPECT_EQ(variant == VARIANT_REPORTER, seen.reported);
	EXPECT_EQ(variant != VARIANT_CAP, seen.nnp);
	if (seen.filters >= 0)
		EXPECT_EQ(1 + deep, seen.filters);
}

/* As long as a filter may be, and the same again for each call: no argument is the right one. */
#define LONG  4000
#define CALLS 2000

static int run_long_filter(void *data)
{
	static struct sock_filter code[LONG + 2];
	struct sock_fprog prog = { .len = LONG + 2, .filter = code };

	(void)data;
	code[0] = (struct sock_filter)INSN(BPF_LD | BPF_W | BPF_ABS,
					   offsetof(struct seccomp_data, args));
	for (unsigned int i = 1; i <= LONG; i++)
		code[i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x7f000000 + i, 0,
						       0);
	code[LONG + 1] = (struct sock_filter)RET_ALLOW;
	if (kit_install(&prog))
		return 1;
	for (unsigned int i = 0; i < CALLS; i++)
		syscall(SYS_getppid, 0);
	return 0;
}

/* How long it takes tells the engine, where one can compare: tests/qemu.t does. */
SC_TEST(engine_is_switched, .doc = "filters are compiled, or interpreted, as the variant says",
	.needs = { F_limit_4096 }, .varies = VARY(DIM_ENGINE), .seconds = 20, .slow = true)
{
	enum variant variant = plan_variant();
	enum jit other = variant == VARIANT_JIT ? JIT_ON : JIT_OFF;
	char why[JIT_WHY];

	if (variant != VARIANT_BASE)
		EXPECT_EQ(other, jit_now(JIT_SWITCH, why, sizeof(why)));
	EXPECT_EQ(kit_exited(0), kit_end(run_child(run_long_filter, NULL, 20000)));
}

TEST_HARNESS_MAIN
