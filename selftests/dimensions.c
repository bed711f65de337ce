/* SPDX-License-Identifier: BSD-3-Clause */
/* That a variant (selftests/glue/variants.def) is what its name says, in the kernel's own words. */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "probe/jit.h"
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

/* By the word of the kernel's switch; any, where the variant is about something else. */
static bool engine_is_right(enum variant variant)
{
	char why[JIT_WHY];
	enum jit engine = jit_now(JIT_SWITCH, why, sizeof(why));

	if (variant == VARIANT_JIT)
		return engine == JIT_ON;
	return variant != VARIANT_INTERPRETER || engine == JIT_OFF;
}

SC_TEST(are_in_effect,
	.doc = "a variant of a test is what its name says: the right, the stack, the engine, the "
	       "task and the handler that it is about",
	.needs = { F_act_errno, F_proc_nnp }, .requires = NEED_UNFILTERED | NEED_NO_NNP,
	.varies = ALL_DIMENSIONS)
{
	enum variant variant = plan_variant();
	int deep = variant == VARIANT_DEEP ? DEEP_BELOW + DEEP_ABOVE : 0;
	struct dimensions seen = { .installed = -1 };

	EXPECT_EQ(variant != VARIANT_THREAD, syscall(SYS_gettid) == getpid());
	EXPECT_TRUE(engine_is_right(variant));
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(look, &seen, sizeof(seen))));
	EXPECT_EQ(0, seen.installed);
	EXPECT_EQ(77, seen.refused);
	EXPECT_EQ(variant != VARIANT_THREAD, seen.leader);
	EXPECT_EQ(variant == VARIANT_REPORTER, seen.reported);
	EXPECT_EQ(variant != VARIANT_CAP, seen.nnp);
	if (seen.filters >= 0)
		EXPECT_EQ(1 + deep, seen.filters);
}

TEST_HARNESS_MAIN
