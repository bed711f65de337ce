/* SPDX-License-Identifier: BSD-3-Clause */
/* Several filters: each of them runs, and what they say together (behaviours 26, 27). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- one decision each ----------------------------------------------------------------------- */

#define MANY 16

struct many {
	unsigned int installed;
	long alone[MANY];    /* with filter i's argument, when it was the newest one */
	long together[MANY]; /* when all were there */
	long of_none;
};

static int install_for_argument(uint32_t number)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_getppid, NEXT, builder_label(&b, "allow"));
	build_arg_low(&b, 0);
	build_if(&b, BPF_JEQ, number, NEXT, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ERRNO | (100 + number));
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

static int ask_many(void *data)
{
	struct many *many = data;

	for (uint32_t i = 0; i < MANY; i++) {
		if (install_for_argument(i))
			return 2;
		many->installed++;
		many->alone[i] = arch_syscall6(__NR_getppid, i, 0, 0, 0, 0, 0);
	}
	for (uint32_t i = 0; i < MANY; i++)
		many->together[i] = arch_syscall6(__NR_getppid, i, 0, 0, 0, 0, 0);
	many->of_none = arch_syscall6(__NR_getppid, MANY, 0, 0, 0, 0, 0);
	return 0;
}

SC_TEST(every_filter_runs,
	.doc = "of 16 filters each refuses what it is for, wherever it stands; what none is for is "
	       "done",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 26 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_TASK))
{
	struct many many = { .installed = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_many, &many, sizeof(many))));
	EXPECT_EQ((unsigned int)MANY, many.installed);
	for (int i = 0; i < MANY; i++) {
		EXPECT_EQ(-100 - i, many.alone[i]);
		EXPECT_EQ(-100 - i, many.together[i]);
	}
	EXPECT_EQ(getpid(), many.of_none);
}

/* --- all that three filters can say ---------------------------------------------------------- */

/* As one number: a result; what the handler of SIGSYS was told; or that the call was made. */
#define RESULT(errno_) (-(long)(errno_))
#define TRAPPED(data)  (0x10000l + (data))
#define RAN	       0x20000l

/* In the order of precedence: that of the numbers here. LOG would write to the log. */
static const struct value {
	uint32_t value;
	long effect;
} values[] = {
	{ SECCOMP_RET_TRAP | 2, TRAPPED(2) },
	{ SECCOMP_RET_TRAP | 0xffff, TRAPPED(0xffff) },
	{ SECCOMP_RET_ERRNO | 0, RESULT(0) },
	{ SECCOMP_RET_ERRNO | 5, RESULT(5) },
	{ SECCOMP_RET_ERRNO | 4095, RESULT(4095) },
	/* ENOSYS without a tracer. */
	{ SECCOMP_RET_TRACE | 1, RESULT(ENOSYS) },
	{ SECCOMP_RET_TRACE | 0xffff, RESULT(ENOSYS) },
	{ SECCOMP_RET_ALLOW, RAN },
	{ SECCOMP_RET_ALLOW | 0xffff, RAN },
};

#define FILTERS 4

/* The oldest filter's first. */
static long right_effect(const struct value *said[FILTERS])
{
	const struct value *first = said[0];

	for (int i = 1; i < FILTERS; i++)
		if ((said[i]->value & SECCOMP_RET_ACTION) <= (first->value & SECCOMP_RET_ACTION))
			first = said[i];
	return first->effect;
}

static volatile long trapped;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	trapped = TRAPPED(info->si_errno);
}

static long seen_effect(const struct value *said[FILTERS], pid_t parent)
{
	long result;

	trapped = 0;
	result = arch_syscall6(__NR_getppid, said[0]->value, said[1]->value, said[2]->value,
			       said[3]->value, 0, 0);
	if (trapped)
		return trapped;
	return result == parent ? RAN : result;
}

/* getppid's argument is what the filter returns. */
static int install_of_argument(unsigned int n)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_getppid, NEXT, builder_label(&b, "allow"));
	build_arg_low(&b, n);
	build_stmt(&b, BPF_RET | BPF_A, 0);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

struct combinations {
	unsigned int asked, wrong;
	uint32_t said[FILTERS]; /* of the first wrong one */
	long got, right;
};

static void compare(struct combinations *combinations, unsigned int number, pid_t parent)
{
	const struct value *said[FILTERS];
	long got, right;

	for (int i = 0; i < FILTERS; i++, number /= COUNT(values))
		said[i] = &values[number % COUNT(values)];
	got = seen_effect(said, parent);
	right = right_effect(said);
	combinations->asked++;
	if (got == right || combinations->wrong++)
		return;
	combinations->got = got;
	combinations->right = right;
	for (int i = 0; i < FILTERS; i++)
		combinations->said[i] = said[i]->value;
}

static int ask_combinations(void *data)
{
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };
	struct combinations *combinations = data;
	pid_t parent = getppid();
	unsigned int all = 1;

	for (unsigned int i = 0; i < FILTERS; i++) {
		if (install_of_argument(i))
			return 2;
		all *= COUNT(values);
	}
	if (sigaction(SIGSYS, &action, NULL))
		return 2;
	for (unsigned int number = 0; number < all; number++)
		compare(combinations, number, parent);
	return 0;
}

SC_TEST(all_combinations_of_four,
	.doc = "whatever four filters return, the first action in the order of precedence counts, "
	       "installed in any order; among equal ones the data of the newest, be it more or "
	       "less",
	.needs = { F_act_errno, F_act_trap },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 26, 27 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE), .seconds = 10)
{
	struct combinations combinations = { .asked = 0 };

	ASSERT_EQ(kit_exited(0),
		  kit_end(kit_ask(ask_combinations, &combinations, sizeof(combinations))));
	EXPECT_EQ(COUNT(values) * COUNT(values) * COUNT(values) * COUNT(values),
		  combinations.asked);
	EXPECT_EQ(0u, combinations.wrong)
	{
		TH_LOG("of %u; the first: %#x %#x %#x %#x, the oldest first: %#lx, expected %#lx",
		       combinations.asked, combinations.said[0], combinations.said[1],
		       combinations.said[2], combinations.said[3], combinations.got,
		       combinations.right);
	}
}

/* --- the newest of many ---------------------------------------------------------------------- */

/* Up and down. */
static const uint16_t newest[] = { 7, 8, 7, 4095, 1, 0, 3, 3, 2, 4000, 0, 4095, 9, 10, 9, 11 };

struct newest_look {
	long results[COUNT(newest)];
};

static int ask_newest(void *data)
{
	struct newest_look *look = data;

	for (size_t i = 0; i < COUNT(newest); i++) {
		if (kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | newest[i]))
			return 2;
		look->results[i] = arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0);
	}
	return 0;
}

SC_TEST(each_new_filter_has_its_data,
	.doc = "each filter that refuses the same call again replaces the errno, with a greater or "
	       "a "
	       "lesser one",
	.needs = { F_act_errno }, .covers = { F_ret_data }, .behaviours = { 27 },
	.varies = VARY(DIM_ROUTE))
{
	struct newest_look look = { { 0 } };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_newest, &look, sizeof(look))));
	for (size_t i = 0; i < COUNT(newest); i++) {
		EXPECT_EQ(-(long)newest[i], look.results[i])
		{
			TH_LOG("of filter %zu", i);
		}
	}
}

TEST_HARNESS_MAIN
