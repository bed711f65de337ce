/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * To know which calls are allowed whatever their arguments, the kernel follows a filter's jumps in
 * a second, small interpreter (since 5.11; behaviour 29). Here each place but the right one allows:
 * where the forecast jumps elsewhere, the filter is not asked, and the call is made.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define OF_NR offsetof(struct seccomp_data, nr)

/* What was wrong first. */
struct forecast {
	unsigned int asked, wrong;
	unsigned int distance; /* the only one, for some tests */
	uint32_t nr;
	long got, right;
};

static void compare(struct forecast *forecast, uint32_t nr, long right)
{
	long got = kit_call(nr, KIT_NO_SECRET);

	forecast->asked++;
	if (got == right || forecast->wrong++)
		return;
	forecast->nr = nr;
	forecast->got = got;
	forecast->right = right;
}

#define EXPECT_FORECAST(forecast, main)                                                           \
	do {                                                                                      \
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(main, &(forecast), sizeof(forecast))));  \
		EXPECT_NE(0u, (forecast).asked);                                                  \
		EXPECT_EQ(0u, (forecast).wrong)                                                   \
		{                                                                                 \
			TH_LOG("of %u; the first: call %u returned %ld, expected %ld "            \
			       "(distance %u)",                                                   \
			       (forecast).asked, (forecast).nr, (forecast).got, (forecast).right, \
			       (forecast).distance);                                              \
		}                                                                                 \
	} while (0)

static void allow_all(struct sock_filter *program, size_t len)
{
	for (size_t i = 0; i < len; i++)
		program[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

/* A is the number: if it is that one, on to the place. Returns where to go on. */
static uint32_t put_goto(struct sock_filter *program, uint32_t at, uint32_t nr, uint32_t place)
{
	program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1);
	program[at] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, place - at - 1);
	return at + 1;
}

static void put_errno(struct sock_filter *program, uint32_t place, uint32_t err)
{
	program[place] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err);
}

/* --- far ------------------------------------------------------------------------------------- */

/* Around the powers of two: what a jump over too few bits would lose. */
static uint32_t far_place(unsigned int i)
{
	return (128u << i / 3) + i % 3 - 1;
}

#define FAR_PLACES 16 /* 127, 128, 129, 255 ... 4095 */

static int ask_far(void *data)
{
	static struct sock_filter program[BPF_MAXINSNS];
	struct sock_fprog prog = { .len = BPF_MAXINSNS, .filter = program };
	struct kit_calls calls;
	uint32_t at = 0;

	kit_learn_calls(&calls);
	if (calls.count < FAR_PLACES)
		return 3;
	allow_all(program, BPF_MAXINSNS);
	program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, OF_NR);
	for (unsigned int i = 0; i < FAR_PLACES; i++) {
		at = put_goto(program, at, calls.call[i].nr, far_place(i));
		put_errno(program, far_place(i), 1000 + i);
	}
	if (at >= far_place(0) || kit_install(&prog))
		return 2;
	for (unsigned int i = 0; i < FAR_PLACES; i++)
		compare(data, calls.call[i].nr, -1000 - (long)i);
	return 0;
}

SC_TEST(far_jumps,
	.doc = "a call that is refused far away is refused, though all around is allowed",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24, 29 }, .varies = VARY(DIM_ROUTE))
{
	struct forecast forecast = { .asked = 0 };

	EXPECT_FORECAST(forecast, ask_far);
}

/* --- near ------------------------------------------------------------------------------------ */

/* Each conditional jump, by yes and by no. */
#define KINDS 8

#define RUNWAY 256 /* what a conditional jump can reach */

/* The jump of that kind over the distance, of a call whose number A is, and is not 0. */
static struct sock_filter jump_of(unsigned int kind, uint32_t nr, uint8_t distance)
{
	static const uint16_t ops[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	const uint16_t op = ops[kind / 2];
	const bool yes = kind % 2 == 0;
	const uint8_t other = 255 - distance;
	uint32_t k = yes ? nr : nr + 1;

	if (op == BPF_JGT)
		k--;
	else if (op == BPF_JSET && !yes)
		k = ~nr;
	return (struct sock_filter)BPF_JUMP(BPF_JMP | op | BPF_K, k, yes ? distance : other,
					    yes ? other : distance);
}

static int ask_near(void *data)
{
	static struct sock_filter program[1 + 2 * KINDS + 1 + KINDS * (1 + RUNWAY)];
	struct sock_fprog prog = { .len = COUNT(program), .filter = program };
	uint32_t numbers[KINDS], at = 0, section = 1 + 2 * KINDS + 1;
	struct forecast *forecast = data;
	struct kit_calls calls;
	unsigned int kinds = 0;

	kit_learn_calls(&calls);
	allow_all(program, COUNT(program));
	program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, OF_NR);
	for (unsigned int i = 0; i < calls.count && kinds < KINDS; i++) {
		uint32_t nr = calls.call[i].nr;

		if (!nr)
			continue;
		at = put_goto(program, at, nr, section);
		program[section] = jump_of(kinds, nr, forecast->distance);
		put_errno(program, section + 1 + forecast->distance, 1000 + kinds);
		numbers[kinds++] = nr;
		section += 1 + RUNWAY;
	}
	if (kinds < KINDS || kit_install(&prog))
		return 2;
	for (unsigned int kind = 0; kind < KINDS; kind++)
		compare(forecast, numbers[kind], -1000 - (long)kind);
	return 0;
}

static const uint8_t distances[] = { 0,	 1,  2,	 3,  4,	  7,   8,   9,	 15,  16,  17,	31,
				     32, 63, 64, 85, 127, 128, 129, 170, 191, 192, 254, 255 };

SC_TEST(near_jumps,
	.doc = "JEQ JGT JGE JSET by the number, by yes and by no, over each distance: a call that "
	       "is "
	       "refused there is refused, though all around is allowed",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24, 29 })
{
	for (size_t i = 0; i < COUNT(distances); i++) {
		struct forecast forecast = { .distance = distances[i] };

		EXPECT_FORECAST(forecast, ask_near);
	}
}

TEST_HARNESS_MAIN
