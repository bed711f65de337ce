/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a filter costs, as far as it is so clear that a busy machine cannot hide it (behaviours 135
 * to 137): by the least time of many short batches, and by nothing finer than 2 to 1.
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <time.h>

#include "filters/seccomp-bpf.h"
#include "selftests/glue/kit-insns.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Instructions that decide nothing: so few that all fit where the JIT hides constants, which takes
 * four for one. */
#define CHAIN  1000
#define STACK  7 /* of such filters, which is what a task may have */
#define BATCH  16
#define ROUNDS 200

/* Nanoseconds a call, under one filter and under all. */
struct cost {
	long at_once[2]; /* allowed by an argument, before the chain */
	long by_nr[2];	 /* allowed behind it, by the number alone */
	long by_arg[2];	 /* allowed behind it, whatever the argument */
	int refused;
};

static void measure(long nr, unsigned long argument, long *least)
{
	struct timespec from, to;
	long took;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (int i = 0; i < BATCH; i++)
		arch_syscall6(nr, argument, 0, 0, 0, 0, 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	took = (to.tv_sec - from.tv_sec) * 1000000000l + to.tv_nsec - from.tv_nsec;
	if (!*least || took / BATCH < *least)
		*least = took / BATCH;
}

/* Everything is allowed; getppid() by its number, all else by argument 0. */
static int install_chain(void)
{
	static struct sock_filter code[CHAIN + 8];
	const struct sock_filter head[] = {
		INSN(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 3, 0),
		INSN(BPF_LD | BPF_W | BPF_ABS, syscall_arg_low(0)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		RET_ALLOW,
	};
	struct sock_fprog prog = { .len = COUNT(head) + CHAIN + 1, .filter = code };

	memcpy(code, head, sizeof(head));
	for (unsigned int i = 0; i < CHAIN; i++)
		code[COUNT(head) + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
								     0x7f000000 + i, 0, 0);
	code[COUNT(head) + CHAIN] = (struct sock_filter)RET_ALLOW;
	return kit_install(&prog);
}

static void measure_all(struct cost *cost, int all)
{
	for (unsigned int round = 0; round < kit_rounds(ROUNDS); round++) {
		measure(__NR_gettid, 1, &cost->at_once[all]);
		measure(__NR_getppid, 0, &cost->by_nr[all]);
		measure(__NR_getpid, 0, &cost->by_arg[all]);
	}
}

static int measure_costs(void *data)
{
	struct cost *cost = data;

	for (unsigned int filters = 1; filters <= STACK && !cost->refused; filters++) {
		cost->refused = install_chain() ? errno : 0;
		if (filters == 1 || filters == STACK)
			measure_all(cost, filters == STACK);
	}
	return 0;
}

/* What the chains of one filter, or of all, add to a call. */
static long of_chains(const struct cost *cost, int all)
{
	return cost->by_arg[all] - cost->at_once[all];
}

static bool length_shows(const struct cost *cost)
{
	return of_chains(cost, 1) > 0 && of_chains(cost, 1) > 2 * of_chains(cost, 0);
}

static bool number_saves(const struct cost *cost)
{
	return of_chains(cost, 1) > 0 &&
	       of_chains(cost, 1) > 4 * (cost->by_nr[1] - cost->at_once[1]);
}

/* In a test's body: that shows, the second or third time if something was in the way. */
#define EXPECT_COST(shows)                                                                       \
	do {                                                                                     \
		struct cost cost_;                                                               \
                                                                                                 \
		for (int times_ = 0; !times_ || (times_ < 3 && !shows(&cost_)); times_++) {      \
			cost_ = (struct cost){ .refused = 0 };                                   \
			ASSERT_EQ(kit_exited(0),                                                 \
				  kit_end(kit_ask(measure_costs, &cost_, sizeof(cost_))));       \
			ASSERT_EQ(0, cost_.refused);                                             \
		}                                                                                \
		EXPECT_TRUE(shows(&cost_))                                                       \
		{                                                                                \
			TH_LOG("ns a call, under one filter and under %d: allowed at once %ld "  \
			       "and %ld, by the number %ld and %ld, by an argument %ld and %ld", \
			       STACK, cost_.at_once[0], cost_.at_once[1], cost_.by_nr[0],        \
			       cost_.by_nr[1], cost_.by_arg[0], cost_.by_arg[1]);                \
		}                                                                                \
	} while (0)

SC_TEST(length_counts,
	.doc = "What filters add to a call that they decide about by an argument is more than "
	       "twice as much for 7000 instructions as for 1000",
	.needs = { F_mode_filter_prctl, F_limit_4096 }, .covers = { F_mode_filter_prctl },
	.behaviours = { 136 }, .seconds = 20, .slow = true)
{
	EXPECT_COST(length_shows);
}

SC_TEST(allowed_by_number,
	.doc = "A call that all filters allow by its number costs the same whatever their length: "
	       "7000 instructions add less than a quarter of what they add to one that is "
	       "allowed by an argument",
	.needs = { F_const_bitmap, F_limit_4096 }, .covers = { F_const_bitmap },
	.behaviours = { 135, 137 }, .seconds = 20, .slow = true)
{
	EXPECT_COST(number_saves);
}

TEST_HARNESS_MAIN
