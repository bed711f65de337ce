/* SPDX-License-Identifier: BSD-3-Clause */
/* That a variant (selftests/glue/variants.def) is what its name says, in the kernel's own words. */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "probe/jit.h"
#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit-uprobe.h"
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

/* --- the engine ------------------------------------------------------------------------------ */

#define CALLS 100

/* How often the interpreter ran in so many calls, of which a filter is asked each time. */
struct runs {
	int probe_errno;
	bool counted;
	uint64_t interpreted;
};

static int count_runs(void *data)
{
	const struct sock_filter code[] = {
		INSN(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x7f000000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 77),
		RET_ALLOW,
	};
	struct sock_fprog prog = { .len = 4, .filter = (struct sock_filter *)code };
	struct runs *runs = data;
	int fd = -1;

	/* Where others run filters beside it, the probe would slow them. */
	if (plan_variant() != VARIANT_BASE) {
		fd = kprobe_open("___bpf_prog_run");
		runs->probe_errno = fd < 0 ? errno : 0;
	}
	if (kit_install(&prog))
		return 1;
	for (unsigned int i = 0; i < CALLS; i++)
		syscall(SYS_getppid, 0);
	runs->counted = fd >= 0 && read(fd, &runs->interpreted, sizeof(runs->interpreted)) == 8;
	return 0;
}

static enum jit switched(void)
{
	char why[JIT_WHY];

	return jit_now(JIT_SWITCH, why, sizeof(why));
}

SC_TEST(engine_is_switched,
	.doc = "filters are compiled, or interpreted, as the variant says: a probe in the kernel's "
	       "interpreter, where there may be one, counts how often it runs",
	.requires = NEED_ROOT, .varies = VARY(DIM_ENGINE), .slow = true)
{
	enum variant variant = plan_variant();
	struct runs runs = { .counted = false };
	enum jit engine = switched();

	if (variant != VARIANT_BASE)
		EXPECT_EQ(variant == VARIANT_JIT ? JIT_ON : JIT_OFF, engine);
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(count_runs, &runs, sizeof(runs))));
	/* What has no interpreter has no function of that name. */
	if (runs.counted && engine == JIT_ON)
		EXPECT_EQ(0u, runs.interpreted);
	if (runs.counted && engine == JIT_OFF)
		EXPECT_LE(CALLS + 0u, runs.interpreted);
	if (runs.probe_errno == ENOENT)
		EXPECT_EQ(JIT_ON, engine);
}

TEST_HARNESS_MAIN
