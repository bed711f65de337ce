/* SPDX-License-Identifier: BSD-3-Clause */
/* Which lengths, jumps and uses of M the kernel takes in a filter (behaviours 12, 14 to 17). */
#include "selftests/glue/test.h"

#include <limits.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit-trials.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- lengths --------------------------------------------------------------------------------- */

/*
 * Nothing but the last instruction of these decides: what is before it only counts. Of length 1 the
 * last one is all there is.
 */
static void make_long(struct sock_filter *program, size_t len)
{
	for (size_t i = 0; i < len; i++)
		program[i] = (struct sock_filter)INSN(BPF_ALU | BPF_ADD | BPF_K, 1);
	program[len - 1] = (struct sock_filter)RET_ALLOW;
}

static void try_length(struct trials *trials, const void *data)
{
	static struct sock_filter program[USHRT_MAX];
	const unsigned int *len = data;

	make_long(program, *len ?: 1);
	try_program(trials, program, *len, *len >= 1 && *len <= 4096 ? 0 : EINVAL);
}

SC_TEST(lengths,
	.doc = "Programs of 1 to 4096 instructions are accepted; 0, 4097 and more are EINVAL",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 12 }, .varies = VARY(DIM_ROUTE))
{
	static const unsigned int lengths[] = {
		0, 1, 2, 3, 255, 256, 257, 2048, 4095, 4096, 4097, 4098, 8192, 32767, 32768, 65535,
	};

	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct trials trials = trials_ask(try_length, &lengths[i]);

		EXPECT_TRIALS(trials);
		EXPECT_EQ(lengths[i] >= 1 && lengths[i] <= 4096, trials.accepted)
		{
			TH_LOG("length %u", lengths[i]);
		}
	}
}

static int longest_runs(void *data)
{
	static struct sock_filter program[BPF_MAXINSNS];
	struct sock_fprog prog = { .len = BPF_MAXINSNS, .filter = program };
	struct kit_view *view = data;

	make_long(program, BPF_MAXINSNS);
	/* A counts the 4093 instructions between; then it is the data of the answer to getppid. */
	program[0] = (struct sock_filter)INSN(BPF_LD | BPF_W | BPF_ABS,
					      offsetof(struct seccomp_data, nr));
	program[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 1, 0);
	program[2] = (struct sock_filter)RET_ALLOW;
	program[3] = (struct sock_filter)INSN(BPF_LD | BPF_IMM, 0);
	program[BPF_MAXINSNS - 2] =
		(struct sock_filter)INSN(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO);
	program[BPF_MAXINSNS - 1] = (struct sock_filter)INSN(BPF_RET | BPF_A, 0);
	if (kit_install(&prog))
		return 1;
	kit_view_self(view);
	return 0;
}

SC_TEST(longest_program_runs, .doc = "A program of 4096 instructions is run to its last one",
	.needs = { F_mode_filter_prctl, F_act_errno }, .covers = { F_mode_filter_prctl },
	.behaviours = { 12 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE))
{
	struct kit_view view = { .getppid_errno = -1 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(longest_runs, &view, sizeof(view))));
	/* A is 4090 after the additions: as an errno, below the greatest one. */
	EXPECT_EQ(4090, view.getppid_errno);
}

/* --- jumps ----------------------------------------------------------------------------------- */

/* Four instructions from the jump to the end: jumps by 0 to 3 are in range. */
static void try_jump_by(struct trials *trials, uint32_t k, uint8_t jt, uint8_t jf, uint16_t code,
			int expected)
{
	struct sock_filter program[] = {
		RET_ALLOW, /* the jump itself is never reached */
		BPF_JUMP(code, k, jt, jf),
		INSN(BPF_LD | BPF_IMM, 0),
		INSN(BPF_LD | BPF_IMM, 0),
		INSN(BPF_LD | BPF_IMM, 0),
		RET_ALLOW,
	};

	try_program(trials, program, COUNT(program), expected);
}

static void try_jumps(struct trials *trials, const void *data)
{
	static const uint16_t codes[] = { 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d };
	/* The last ones would wrap round to the start, or to the jump itself. */
	static const uint32_t far[] = { 4,	    5,		255,	    4095,	4096,
					0x7fffffff, 0x80000000, 0xfffffffa, 0xfffffffb, 0xfffffffc,
					0xfffffffd, 0xfffffffe, 0xffffffff };
	static const uint8_t far_byte[] = { 4, 5, 127, 128, 252, 253, 254, 255 };

	(void)data;
	for (uint32_t k = 0; k < 4; k++)
		try_jump_by(trials, k, 255, 255, BPF_JMP | BPF_JA, 0);
	for (size_t i = 0; i < COUNT(far); i++)
		try_jump_by(trials, far[i], 0, 0, BPF_JMP | BPF_JA, EINVAL);
	for (size_t c = 0; c < COUNT(codes); c++) {
		for (uint8_t to = 0; to < 4; to++) {
			try_jump_by(trials, 0xffffffff, to, 3 - to, codes[c], 0);
		}
		for (size_t i = 0; i < COUNT(far_byte); i++) {
			try_jump_by(trials, 0, far_byte[i], 0, codes[c], EINVAL);
			try_jump_by(trials, 0, 0, far_byte[i], codes[c], EINVAL);
			try_jump_by(trials, 0, far_byte[i], far_byte[i], codes[c], EINVAL);
		}
	}
}

SC_TEST(jumps,
	.doc = "ja, and jt and jf of each conditional jump, may lead to the last instruction and "
	       "no further; none leads back",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 }, .varies = VARY(DIM_ROUTE))
{
	struct trials trials = trials_ask(try_jumps, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(4u + 8 * 4, trials.accepted);
}

/* The longest jumps there are, and one further. */
static void try_long_jumps(struct trials *trials, const void *data)
{
	static struct sock_filter program[BPF_MAXINSNS];

	(void)data;
	for (size_t i = 0; i < COUNT(program); i++)
		program[i] = (struct sock_filter)RET_ALLOW;
	program[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 255, 255);
	try_program(trials, program, 257, 0);
	try_program(trials, program, 256, EINVAL);
	program[0] = (struct sock_filter)INSN(BPF_JMP | BPF_JA, BPF_MAXINSNS - 2);
	try_program(trials, program, BPF_MAXINSNS, 0);
	try_program(trials, program, BPF_MAXINSNS - 1, EINVAL);
	program[0].k++;
	try_program(trials, program, BPF_MAXINSNS, EINVAL);
}

SC_TEST(long_jumps,
	.doc = "The longest jumps: 255 conditionally, 4094 with ja; one further is EINVAL",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 })
{
	struct trials trials = trials_ask(try_long_jumps, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(2u, trials.accepted);
}

/* --- the end --------------------------------------------------------------------------------- */

static void try_ends(struct trials *trials, const void *data)
{
	(void)data;
	for (uint32_t code = 0; code < 0x100; code++) {
		struct sock_filter program[] = { RET_ALLOW, INSN(code, 1) };
		bool is_ret = code == (BPF_RET | BPF_K) || code == (BPF_RET | BPF_A);

		try_program(trials, program, 2, is_ret ? 0 : EINVAL);
		/* Alone, without what would let the process go on. */
		if (!is_ret)
			try_program(trials, program + 1, 1, EINVAL);
	}
}

SC_TEST(last_is_a_return,
	.doc = "The last instruction must be ret #k or ret a, even where it is never reached",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 }, .varies = VARY(DIM_ROUTE))
{
	struct trials trials = trials_ask(try_ends, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(2u, trials.accepted);
}

/* --- memory that was not written ------------------------------------------------------------- */

/* None of these returns anything but what lets the process go on: A is not used for it. */
#define JEQ(jt, jf) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, jt, jf)

static const struct memory_case {
	int expected;
	unsigned int len;
	struct sock_filter program[8];
} memory_cases[] = {
	{ EINVAL, 2, { LD_M(0), RET_ALLOW } },
	{ EINVAL, 2, { LDX_M(0), RET_ALLOW } },
	{ EINVAL, 2, { LD_M(15), RET_ALLOW } },
	{ EINVAL, 2, { LDX_M(15), RET_ALLOW } },
	{ 0, 3, { ST_M(0), LD_M(0), RET_ALLOW } },
	{ 0, 3, { STX_M(0), LD_M(0), RET_ALLOW } },
	{ 0, 3, { ST_M(15), LDX_M(15), RET_ALLOW } },
	{ 0, 3, { STX_M(15), LDX_M(15), RET_ALLOW } },
	/* another slot */
	{ EINVAL, 3, { ST_M(1), LD_M(0), RET_ALLOW } },
	{ EINVAL, 3, { ST_M(14), LDX_M(15), RET_ALLOW } },
	{ EINVAL, 4, { ST_M(0), LD_M(0), LD_M(1), RET_ALLOW } },
	/* too late */
	{ EINVAL, 3, { LD_M(3), ST_M(3), RET_ALLOW } },
	/* on one branch only: first the one, then the other */
	{ EINVAL, 4, { JEQ(1, 0), ST_M(2), LD_M(2), RET_ALLOW } },
	{ EINVAL, 4, { JEQ(0, 1), ST_M(2), LD_M(2), RET_ALLOW } },
	{ EINVAL, 4, { JA(1), ST_M(2), LD_M(2), RET_ALLOW } },
	/* on both, or before */
	{ 0, 6, { JEQ(0, 2), ST_M(2), JA(1), STX_M(2), LD_M(2), RET_ALLOW } },
	{ EINVAL, 6, { JEQ(0, 2), ST_M(2), JA(1), STX_M(3), LD_M(2), RET_ALLOW } },
	{ EINVAL, 6, { JEQ(0, 2), ST_M(3), JA(1), STX_M(2), LD_M(2), RET_ALLOW } },
	{ 0, 5, { ST_M(2), JEQ(1, 0), ST_M(4), LD_M(2), RET_ALLOW } },
	{ EINVAL, 5, { ST_M(2), JEQ(1, 0), ST_M(4), LD_M(4), RET_ALLOW } },
	/* three ways to one place, one of them without the store */
	{ EINVAL, 7, { JEQ(0, 2), ST_M(5), JA(2), JEQ(1, 0), ST_M(5), LD_M(5), RET_ALLOW } },
	{ 0, 7, { ST_M(5), JEQ(0, 2), ST_M(6), JA(1), JEQ(0, 0), LD_M(5), RET_ALLOW } },
	/* what nothing jumps to, behind an unconditional jump, may read */
	{ 0, 3, { JA(1), LD_M(7), RET_ALLOW } },
	/* but not behind a return, where the kernel's check just goes on */
	{ EINVAL, 3, { RET_ALLOW, LD_M(7), RET_ALLOW } },
	{ 0, 4, { ST_M(7), RET_ALLOW, LD_M(7), RET_ALLOW } },
};

static void try_memory(struct trials *trials, const void *data)
{
	(void)data;
	for (size_t i = 0; i < COUNT(memory_cases); i++) {
		struct sock_filter program[8];

		memcpy(program, memory_cases[i].program, sizeof(program));
		try_program(trials, program, memory_cases[i].len, memory_cases[i].expected);
	}
	/* Each slot for itself: a store of it alone is enough, one of all the others is not. */
	for (uint32_t slot = 0; slot < 16; slot++) {
		struct sock_filter program[18] = { LD_M(slot), RET_ALLOW };

		try_program(trials, program, 2, EINVAL);
		program[0] = (struct sock_filter)ST_M(slot);
		program[1] = (struct sock_filter)LD_M(slot);
		program[2] = (struct sock_filter)RET_ALLOW;
		try_program(trials, program, 3, 0);
		for (uint32_t other = 0, at = 0; other < 16; other++)
			if (other != slot)
				program[at++] = (struct sock_filter)ST_M(other);
		program[15] = (struct sock_filter)LD_M(slot);
		program[16] = (struct sock_filter)RET_ALLOW;
		try_program(trials, program, 17, EINVAL);
	}
}

SC_TEST(unwritten_memory,
	.doc = "A load from M[k] that some path reaches without a store to it is EINVAL",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 }, .varies = VARY(DIM_ROUTE))
{
	struct trials trials = trials_ask(try_memory, NULL);

	EXPECT_TRIALS(trials);
}

/* --- programs nobody would write ------------------------------------------------------------- */

/* The same numbers everywhere and always: a failure can be repeated. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Mostly good instructions, or nearly no program would be accepted. */
static struct sock_filter random_insn(uint32_t *state, size_t left)
{
	uint16_t code = trial_codes[next_random(state) % TRIAL_CODES];
	struct sock_filter insn =
		BPF_JUMP(code, next_random(state) % 20 * 4, next_random(state) % (left + 1),
			 next_random(state) % (left + 1));

	if (BPF_CLASS(code) == BPF_ST || BPF_CLASS(code) == BPF_STX || code == 0x60 || code == 0x61)
		insn.k = next_random(state) % 4;
	else if (code == (BPF_JMP | BPF_JA))
		insn.k = next_random(state) % (left + 1);
	else if (BPF_CLASS(code) == BPF_ALU)
		insn.k = 1 + next_random(state) % 31;
	if (next_random(state) % 32 == 0)
		insn.code ^= 1 << next_random(state) % 8;
	if (next_random(state) % 32 == 0)
		insn.k = trial_edges[next_random(state) % TRIAL_EDGES];
	if (next_random(state) % 32 == 0)
		insn.jt++;
	return insn;
}

static void try_random(struct trials *trials, const void *data)
{
	uint32_t state = *(const uint32_t *)data;

	for (int i = 0; i < 300; i++) {
		size_t len = 1 + next_random(&state) % 12;
		struct sock_filter insns[12];

		for (size_t at = 0; at < len; at++)
			insns[at] = random_insn(&state, len - at - 1);
		/* Some are never reached; all begin by storing, or loads would all be refused. */
		try_as_checked(trials, insns, len);
	}
}

SC_TEST(random_programs,
	.doc = "The kernel takes exactly those of 3000 random programs that the checker takes",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 14, 15, 16, 17 }, .seconds = 30, .slow = true)
{
	unsigned int accepted = 0;

	for (uint32_t seed = 1; seed <= 10; seed++) {
		struct trials trials = trials_ask(try_random, &seed);

		EXPECT_TRIALS(trials);
		accepted += trials.accepted;
	}
	/* Enough of both kinds. */
	EXPECT_LT(500u, accepted);
	EXPECT_GT(2500u, accepted);
}

TEST_HARNESS_MAIN
