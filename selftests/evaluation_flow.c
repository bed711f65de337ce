/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a filter goes on (behaviours 22, 24). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "filters/builder.h"
#include "filters/seccomp-bpf.h"
#include "selftests/glue/kit-cases.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A question is getppid: the case, and what A and X are. The answer is an errno. */
enum { ARG_A = CASES_ARG + 1, ARG_X };

static long ask(uint32_t number, uint32_t a, uint32_t x)
{
	return arch_syscall6(__NR_getppid, number, a, x, 0, 0, 0);
}

/* What was wrong first. */
struct answers {
	unsigned int asked, wrong;
	uint32_t number, a, x;
	long got, expected;
};

static void compare(struct answers *answers, uint32_t number, uint32_t a, uint32_t x, long expected)
{
	long got = ask(number, a, x);

	answers->asked++;
	if (got == expected || answers->wrong++)
		return;
	answers->number = number;
	answers->a = a;
	answers->x = x;
	answers->got = got;
	answers->expected = expected;
}

#define EXPECT_ANSWERS(count, main)                                                              \
	do {                                                                                     \
		struct answers answers = { .asked = 0 };                                         \
                                                                                                 \
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(main, &answers, sizeof(answers))));     \
		EXPECT_EQ((unsigned int)(count), answers.asked);                                 \
		EXPECT_EQ(0u, answers.wrong)                                                     \
		{                                                                                \
			TH_LOG("of %u; the first: case %#x, A %#x, X %#x: %ld, expected %ld",    \
			       answers.asked, answers.number, answers.a, answers.x, answers.got, \
			       answers.expected);                                                \
		}                                                                                \
	} while (0)

/* --- conditions ------------------------------------------------------------------------------ */

static const uint32_t edges[] = {
	0,	    1,		2,	    3,		0x80,	    0xff,	0x7ffffffe,
	0x7fffffff, 0x80000000, 0x80000001, 0xaaaaaaaa, 0xfffffffe, 0xffffffff,
};

static const uint16_t conditions[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };

static bool holds(uint16_t condition, uint32_t a, uint32_t b)
{
	switch (condition) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	default:
		return (a & b) != 0;
	}
}

#define YES 1
#define NO  2

/* The kernel makes other instructions of a jump when one of its branches is the next one. */
enum { NEXT_IS_YES, NEXT_IS_NO, NEXT_IS_NEITHER, LAYOUTS };

static void build_branches(struct builder *b, uint16_t condition, uint32_t k, int layout)
{
	int yes = builder_label(b, NULL), no = builder_label(b, NULL);

	build_if(b, condition, k, layout == NEXT_IS_YES ? NEXT : yes,
		 layout == NEXT_IS_NO ? NEXT : no);
	if (layout == NEXT_IS_NEITHER)
		build_ret(b, SECCOMP_RET_KILL_PROCESS);
	if (layout != NEXT_IS_NO) {
		builder_bind(b, yes);
		build_ret(b, SECCOMP_RET_ERRNO | YES);
	}
	builder_bind(b, no);
	build_ret(b, SECCOMP_RET_ERRNO | NO);
	if (layout == NEXT_IS_NO) {
		builder_bind(b, yes);
		build_ret(b, SECCOMP_RET_ERRNO | YES);
	}
}

static int end_filter(struct builder *b)
{
	build_ret(b, SECCOMP_RET_KILL_PROCESS);
	return cases_end(b);
}

/* Cases: the condition and the layout. */
static int ask_conditions_of_x(void *data)
{
	struct builder b;

	cases_begin(&b);
	for (size_t i = 0; i < COUNT(conditions); i++) {
		for (int layout = 0; layout < LAYOUTS; layout++) {
			int next = cases_next(&b, (uint32_t)layout << 8 | conditions[i]);

			build_arg_low(&b, ARG_X);
			build_stmt(&b, BPF_MISC | BPF_TAX, 0);
			build_arg_low(&b, ARG_A);
			build_branches(&b, BPF_X | conditions[i], 0x80000001, layout);
			builder_bind(&b, next);
		}
	}
	if (end_filter(&b))
		return 2;
	for (size_t i = 0; i < COUNT(conditions); i++)
		for (uint32_t layout = 0; layout < LAYOUTS; layout++)
			for (size_t a = 0; a < COUNT(edges); a++)
				for (size_t x = 0; x < COUNT(edges); x++)
					compare(data, layout << 8 | conditions[i], edges[a],
						edges[x],
						holds(conditions[i], edges[a], edges[x]) ? -YES
											 : -NO);
	return 0;
}

#define ALL_CONDITIONS (COUNT(conditions) * LAYOUTS * COUNT(edges) * COUNT(edges))

SC_TEST(conditions_of_x,
	.doc = "JEQ JGT JGE JSET of A and X are unsigned, and take the right branch of both",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE),
	.seconds = 10)
{
	EXPECT_ANSWERS(ALL_CONDITIONS, ask_conditions_of_x);
}

/* Cases: the constant, the condition and the layout. */
static int ask_conditions_of_k(void *data)
{
	struct builder b;

	cases_begin(&b);
	build_stmt(&b, BPF_LDX | BPF_IMM, 0x80000001);
	for (uint32_t k = 0; k < COUNT(edges); k++) {
		for (size_t i = 0; i < COUNT(conditions); i++) {
			for (int layout = 0; layout < LAYOUTS; layout++) {
				int next = cases_next(&b, k << 16 | (uint32_t)layout << 8 |
								  conditions[i]);

				build_arg_low(&b, ARG_A);
				build_branches(&b, conditions[i], edges[k], layout);
				builder_bind(&b, next);
			}
		}
	}
	if (end_filter(&b))
		return 2;
	for (uint32_t k = 0; k < COUNT(edges); k++)
		for (size_t i = 0; i < COUNT(conditions); i++)
			for (uint32_t layout = 0; layout < LAYOUTS; layout++)
				for (size_t a = 0; a < COUNT(edges); a++)
					compare(data, k << 16 | layout << 8 | conditions[i],
						edges[a], 0,
						holds(conditions[i], edges[a], edges[k]) ? -YES
											 : -NO);
	return 0;
}

SC_TEST(conditions_of_constants,
	.doc = "JEQ JGT JGE JSET of A and a constant are unsigned, and take the right branch of "
	       "both",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE), .seconds = 10)
{
	EXPECT_ANSWERS(ALL_CONDITIONS, ask_conditions_of_k);
}

/* Where a packet filter has its extensions: as the offset of a load, and nowhere else. */
#define EXTENSIONS 16

static uint32_t extension(uint32_t n)
{
	return (uint32_t)SKF_AD_OFF + 4 * n;
}

/* Two instructions, each with the offset for a constant if it is to be there, and what A is then.
 */
static const struct {
	uint16_t first, second;
	enum { IT, ONE } constant; /* of the first */
	enum { MAKES_IT, MAKES_0, MAKES_1 } result;
} uses[] = {
	{ BPF_LDX | BPF_IMM, BPF_MISC | BPF_TXA, IT, MAKES_IT },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_SUB | BPF_K, IT, MAKES_0 },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_XOR | BPF_K, IT, MAKES_0 },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_MUL | BPF_K, ONE, MAKES_IT },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_DIV | BPF_K, IT, MAKES_1 },
	{ BPF_LD | BPF_IMM, BPF_ALU | BPF_AND | BPF_K, IT, MAKES_IT },
};

static uint32_t result_of(size_t use, uint32_t offset)
{
	if (uses[use].result == MAKES_IT)
		return offset;
	return uses[use].result == MAKES_1;
}

/* Cases: the extension; from bit 8, the use. */
static int ask_constants_of_extensions(void *data)
{
	struct builder b;

	cases_begin(&b);
	for (uint32_t n = 0; n < EXTENSIONS; n++) {
		for (uint32_t i = 0; i < COUNT(uses); i++) {
			int next = cases_next(&b, i << 8 | n);

			build_stmt(&b, uses[i].first, uses[i].constant == ONE ? 1 : extension(n));
			build_stmt(&b, uses[i].second, extension(n));
			build_branches(&b, BPF_JEQ, result_of(i, extension(n)), NEXT_IS_YES);
			builder_bind(&b, next);
		}
	}
	if (end_filter(&b))
		return 2;
	for (uint32_t n = 0; n < EXTENSIONS; n++)
		for (uint32_t i = 0; i < COUNT(uses); i++)
			compare(data, i << 8 | n, 0, 0, -YES);
	return 0;
}

SC_TEST(constants_of_extensions,
	.doc = "A constant is what it is also where it looks like the offset of a packet filter's "
	       "extension (SKF_AD_OFF)",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22, 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE))
{
	EXPECT_ANSWERS(COUNT(uses) * EXTENSIONS, ask_constants_of_extensions);
}

/* --- jumps far and near ---------------------------------------------------------------------- */

/* A program whose every instruction, but for those that jump, tells where it stands. */
static void fill_with_places(struct sock_filter *program, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		program[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | i);
}

/* Everything but getppid is allowed; then A is the case. Returns its length. */
static uint32_t put_head(struct sock_filter *program)
{
	const struct sock_filter head[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, syscall_arg_low(CASES_ARG)),
	};

	memcpy(program, head, sizeof(head));
	return COUNT(head);
}

static const uint16_t far_places[] = { 100,  126,  127,	 128,  129,  130,  131,	 132,  254,
				       255,  256,  257,	 258,  259,  260,  511,	 512,  1000,
				       1023, 1024, 2047, 2048, 3000, 4000, 4093, 4094, 4095 };

static int ask_far_jumps(void *data)
{
	static struct sock_filter program[BPF_MAXINSNS];
	struct sock_fprog prog = { .len = BPF_MAXINSNS, .filter = program };
	uint32_t at = put_head(program);

	fill_with_places(program, at, BPF_MAXINSNS);
	for (uint32_t i = 0; i < COUNT(far_places); i++) {
		program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, i, 0, 1);
		program[at] =
			(struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, far_places[i] - at - 1);
		at++;
	}
	if (at > far_places[0] || kit_install(&prog))
		return 2;
	for (uint32_t i = 0; i < COUNT(far_places); i++)
		compare(data, i, 0, 0, -(long)far_places[i]);
	return 0;
}

SC_TEST(far_jumps,
	.doc = "JA leads to exactly the instruction that it names, up to the last of 4096",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	EXPECT_ANSWERS(COUNT(far_places), ask_far_jumps);
}

/* Distances at which instruction sets have another form of the jump, and all the small ones; and,
 * by the other branch, what each lacks of 255. */
static const uint8_t distances[] = { 0,	 1,  2,	 3,  4,	 5,  7,	 8,  10,  15,  16,
				     20, 31, 32, 42, 63, 64, 84, 85, 100, 126, 127 };

/* Which branch of the jump is taken over the distance. */
enum branch { BY_YES, BY_NO, BRANCHES };

#define NEAR_JUMPS (COUNT(distances) * BRANCHES)

struct near_jump {
	uint8_t yes, no;
	uint16_t source;
};

static struct near_jump near_jump(uint32_t number)
{
	uint8_t distance = distances[number / BRANCHES], other = 255 - distance;
	bool by_yes = number % BRANCHES == BY_YES;

	return (struct near_jump){ .yes = by_yes ? distance : other,
				   .no = by_yes ? other : distance,
				   .source = number / BRANCHES % 2 ? BPF_X : BPF_K };
}

/* A case: two instructions to find it, two that load A and X, the jump, and all that it reaches. */
#define NEAR_LEN	(5 + 256)
#define NEAR_IN_PROGRAM 15

static void put_near_jump(struct sock_filter *program, uint32_t at, uint32_t number)
{
	const struct near_jump jump = near_jump(number);
	const struct sock_filter code[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 1, 0),
		BPF_STMT(BPF_JMP | BPF_JA, NEAR_LEN - 2),
		BPF_STMT(BPF_LDX | BPF_IMM, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, syscall_arg_low(ARG_A)),
		BPF_JUMP(BPF_JMP | BPF_JGT | jump.source, jump.source == BPF_K ? 5 : 0, jump.yes,
			 jump.no),
	};

	memcpy(program + at, code, sizeof(code));
}

struct near_trial {
	struct answers answers;
	uint32_t first, end; /* the cases of one program */
};

static int ask_near_jumps(void *data)
{
	static struct sock_filter program[BPF_MAXINSNS];
	struct near_trial *trial = data;
	uint32_t head = put_head(program), at = head;
	struct sock_fprog prog = { .filter = program };

	fill_with_places(program, at, BPF_MAXINSNS);
	for (uint32_t i = trial->first; i < trial->end; i++, at += NEAR_LEN)
		put_near_jump(program, at, i);
	/* Behind the last one, for a case that is none of these. */
	prog.len = at + 1;
	if (kit_install(&prog))
		return 2;
	for (uint32_t i = trial->first; i < trial->end; i++) {
		const struct near_jump jump = near_jump(i);
		uint32_t behind = head + (i - trial->first) * NEAR_LEN + 5;

		compare(&trial->answers, i, 5, 0, -(long)(behind + jump.no));
		compare(&trial->answers, i, 6, 0, -(long)(behind + jump.yes));
	}
	return 0;
}

SC_TEST(near_jumps,
	.doc = "both branches of a conditional jump, by a constant or X, lead to exactly the "
	       "instruction that they name, of 0 to 255 further",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 24 }, .seconds = 30, .varies = VARY(DIM_ENGINE))
{
	for (uint32_t i = 0; i < NEAR_JUMPS; i += NEAR_IN_PROGRAM) {
		struct near_trial trial = { .first = i, .end = i + NEAR_IN_PROGRAM };

		if (trial.end > NEAR_JUMPS)
			trial.end = NEAR_JUMPS;
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(ask_near_jumps, &trial, sizeof(trial))));
		EXPECT_EQ(2 * (trial.end - trial.first), trial.answers.asked);
		EXPECT_EQ(0u, trial.answers.wrong)
		{
			const struct near_jump jump = near_jump(trial.answers.number);

			TH_LOG("the jump over %u or %u, source %#x: A %u: %ld, expected %ld",
			       jump.yes, jump.no, jump.source, trial.answers.a, trial.answers.got,
			       trial.answers.expected);
		}
	}
}

TEST_HARNESS_MAIN
