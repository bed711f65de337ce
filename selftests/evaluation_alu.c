/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The filter's machine: arithmetic, registers, memory and loads, against plain C (behaviours 18 and
 * 22). One filter answers many questions: it is a calculator, and the call's arguments are its
 * keys.
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-cases.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The arguments of a question, which is getppid: which calculation, its numbers, and what the
 * result should be. Argument 5 is the byte of the result that is asked for, or COMPARE: is it, in
 * all the bits that the kernel's registers have, the same number as argument 3?
 */
enum { ARG_A = CASES_ARG + 1, ARG_X, ARG_EXPECTED, ARG_SLOT };
#define COMPARE	  4
#define SAME	  1
#define DIFFERENT 2

/* A is the result. */
static void end_case(struct builder *b, int next)
{
	build_goto(b, builder_label(b, "result"));
	builder_bind(b, next);
}

/*
 * TAX and JEQ copy and compare registers of 64 bits where the kernel has them: what an instruction
 * should have cleared there shows.
 */
static int end_filter(struct builder *b)
{
	int bytes = builder_label(b, NULL), same = builder_label(b, NULL);

	build_ret(b, SECCOMP_RET_KILL_PROCESS);
	builder_bind(b, builder_label(b, "result"));
	build_stmt(b, BPF_MISC | BPF_TAX, 0);
	build_arg_low(b, 5);
	build_if(b, BPF_JEQ, COMPARE, NEXT, bytes);
	build_arg_low(b, ARG_EXPECTED);
	build_if(b, BPF_JEQ | BPF_X, 0, same, NEXT);
	build_ret(b, SECCOMP_RET_ERRNO | DIFFERENT);
	builder_bind(b, same);
	build_ret(b, SECCOMP_RET_ERRNO | SAME);
	builder_bind(b, bytes);
	build_answer_byte(b);
	return cases_end(b);
}

/* What was wrong first. */
struct sums {
	unsigned int asked, wrong;
	uint32_t number, a, x, expected;
	uint64_t got;
	long compared;
};

static void calculate_slot(struct sums *sums, uint32_t number, uint32_t a, uint32_t x,
			   uint32_t expected, uint32_t slot)
{
	const unsigned long args[5] = { number, a, x, expected, slot };
	uint64_t got = kit_answer(__NR_getppid, args);
	long compared = arch_syscall6(__NR_getppid, number, a, x, expected, slot, COMPARE);

	sums->asked++;
	if (got == expected && compared == -SAME)
		return;
	if (sums->wrong++)
		return;
	sums->number = number;
	sums->a = a;
	sums->x = x;
	sums->expected = expected;
	sums->got = got;
	sums->compared = compared;
}

static void calculate(struct sums *sums, uint32_t number, uint32_t a, uint32_t x, uint32_t expected)
{
	calculate_slot(sums, number, a, x, expected, 0);
}

#define EXPECT_SUMS(count, main)                                                              \
	do {                                                                                  \
		struct sums sums = { .asked = 0 };                                            \
                                                                                              \
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(main, &sums, sizeof(sums))));        \
		EXPECT_EQ((unsigned int)(count), sums.asked);                                 \
		EXPECT_EQ(0u, sums.wrong)                                                     \
		{                                                                             \
			TH_LOG("of %u; the first: case %#x, A %#x, X %#x is %#llx, compared " \
			       "%ld; expected %#x",                                           \
			       sums.asked, sums.number, sums.a, sums.x,                       \
			       (unsigned long long)sums.got, sums.compared, sums.expected);   \
		}                                                                             \
	} while (0)

static const uint32_t edges[] = {
	0,	    1,		2,	    3,		7,	    31,		0x7f,
	0x80,	    0xff,	0x100,	    0xffff,	0x10000,    0x12345678, 0x5555aaaa,
	0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0x87654321, 0xfffffffe, 0xffffffff,
};

/* --- arithmetic ------------------------------------------------------------------------------ */

static const uint16_t operators[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_AND,
				      BPF_OR,  BPF_XOR, BPF_LSH, BPF_RSH };

/* Whether C, and the kernel's own rules, say what a op b is. */
static bool is_defined(uint16_t op, uint32_t b)
{
	if (op == BPF_DIV)
		return b != 0;
	return (op != BPF_LSH && op != BPF_RSH) || b < 32;
}

static uint32_t reference(uint16_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return a / b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << b;
	default:
		return a >> b;
	}
}

/* Cases are the operators. */
static int calculate_with_x(void *data)
{
	struct builder b;

	cases_begin(&b);
	for (size_t i = 0; i < COUNT(operators); i++) {
		int next = cases_next(&b, operators[i]);

		build_arg_low(&b, ARG_X);
		build_stmt(&b, BPF_MISC | BPF_TAX, 0);
		build_arg_low(&b, ARG_A);
		build_stmt(&b, BPF_ALU | BPF_X | operators[i], 0x55);
		end_case(&b, next);
	}
	if (end_filter(&b))
		return 2;
	for (size_t i = 0; i < COUNT(operators); i++)
		for (size_t a = 0; a < COUNT(edges); a++)
			for (size_t x = 0; x < COUNT(edges); x++)
				if (is_defined(operators[i], edges[x]))
					calculate(data, operators[i], edges[a], edges[x],
						  reference(operators[i], edges[a], edges[x]));
	return 0;
}

/* Of the edges all are defined for the first operators but one for DIV; 6 are for the shifts. */
#define DEFINED (COUNT(edges) * (7 * COUNT(edges) - 1 + 2 * 6))

SC_TEST(arithmetic_with_x,
	.doc = "ADD SUB MUL DIV AND OR XOR LSH RSH of A and X are unsigned and of 32 bits",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE), .seconds = 10)
{
	EXPECT_SUMS(DEFINED, calculate_with_x);
}

/* Cases are the operators and the indices of the constants. X is junk. */
static int calculate_with_k(void *data)
{
	struct builder b;

	cases_begin(&b);
	for (size_t i = 0; i < COUNT(operators); i++) {
		for (size_t k = 0; k < COUNT(edges); k++) {
			int next;

			if (!is_defined(operators[i], edges[k]))
				continue;
			next = cases_next(&b, (uint32_t)k << 8 | operators[i]);
			build_arg_low(&b, ARG_A);
			build_stmt(&b, BPF_ALU | BPF_K | operators[i], edges[k]);
			end_case(&b, next);
		}
	}
	if (end_filter(&b))
		return 2;
	for (size_t i = 0; i < COUNT(operators); i++)
		for (size_t k = 0; k < COUNT(edges); k++)
			for (size_t a = 0; a < COUNT(edges); a++)
				if (is_defined(operators[i], edges[k]))
					calculate(data, (uint32_t)k << 8 | operators[i], edges[a],
						  0, reference(operators[i], edges[a], edges[k]));
	return 0;
}

SC_TEST(arithmetic_with_constants,
	.doc = "ADD SUB MUL DIV AND OR XOR LSH RSH of A and a constant are unsigned and of 32 bits",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE), .seconds = 10)
{
	EXPECT_SUMS(DEFINED, calculate_with_k);
}

/* Case 2n: A << n and A >> n by X; 2n + 1: by the constant n. Bit 8: to the right. */
static int calculate_shifts(void *data)
{
	static const uint16_t shifts[] = { BPF_LSH, BPF_RSH };
	struct builder b;

	cases_begin(&b);
	for (uint32_t i = 0; i < COUNT(shifts); i++) {
		for (uint32_t n = 0; n < 32; n++) {
			int next = cases_next(&b, i << 8 | 2 * n);

			build_stmt(&b, BPF_LDX | BPF_IMM, n);
			build_arg_low(&b, ARG_A);
			build_stmt(&b, BPF_ALU | BPF_X | shifts[i], 0);
			end_case(&b, next);
			next = cases_next(&b, i << 8 | (2 * n + 1));
			build_arg_low(&b, ARG_A);
			build_stmt(&b, BPF_ALU | BPF_K | shifts[i], n);
			end_case(&b, next);
		}
	}
	if (end_filter(&b))
		return 2;
	for (uint32_t i = 0; i < COUNT(shifts); i++)
		for (uint32_t n = 0; n < 64; n++)
			for (size_t a = 0; a < COUNT(edges); a++)
				calculate(data, i << 8 | n, edges[a], 0,
					  reference(shifts[i], edges[a], n / 2));
	return 0;
}

SC_TEST(shifts_by_0_to_31, .doc = "LSH and RSH by each of 0 to 31, in X and as a constant",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22 }, .seconds = 10, .varies = VARY(DIM_ENGINE))
{
	EXPECT_SUMS(2 * 64 * COUNT(edges), calculate_shifts);
}

/*
 * The kernel's interpreter takes X modulo 32, and its JITs whatever the machine does: "the
 * resulting contents of the register may be arbitrary, but program behaviour as a whole remains
 * defined" (kernel/bpf/core.c). So: the program goes on, and X and memory are as they were.
 */
static int calculate_wide_shifts(void *data)
{
	static const uint16_t shifts[] = { BPF_LSH, BPF_RSH };
	static const uint32_t amounts[] = { 32,	 33,	     63,	 64,	     255,
					    256, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff };
	struct sums *sums = data;
	struct builder b;

	cases_begin(&b);
	build_arg_low(&b, ARG_A);
	build_stmt(&b, BPF_ST, 9);
	for (uint32_t i = 0; i < COUNT(shifts); i++) {
		for (uint32_t what = 0; what < 3; what++) {
			int next = cases_next(&b, i << 8 | what);

			build_arg_low(&b, ARG_X);
			build_stmt(&b, BPF_MISC | BPF_TAX, 0);
			build_arg_low(&b, ARG_A);
			build_stmt(&b, BPF_ALU | BPF_X | shifts[i], 0);
			if (what == 1)
				build_stmt(&b, BPF_MISC | BPF_TXA, 0);
			if (what == 2)
				build_stmt(&b, BPF_LD | BPF_MEM, 9);
			end_case(&b, next);
		}
	}
	if (end_filter(&b))
		return 2;
	for (uint32_t i = 0; i < COUNT(shifts); i++) {
		for (size_t n = 0; n < COUNT(amounts); n++) {
			const unsigned long args[5] = { i << 8, 0x87654321, amounts[n], 0, 0 };
			uint64_t got = kit_answer(__NR_getppid, args);

			calculate(sums, i << 8 | 1, 0x87654321, amounts[n], amounts[n]);
			calculate(sums, i << 8 | 2, 0x87654321, amounts[n], 0x87654321);
			if (!(got & KIT_NO_ANSWER))
				continue;
			sums->wrong++;
			sums->got = got;
		}
	}
	return 0;
}

SC_TEST(shifts_by_32_and_more,
	.doc = "after LSH or RSH by an X of 32 or more, whatever A is, the program goes on, and X "
	       "and M "
	       "are as they were",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22 }, .varies = VARY(DIM_ENGINE))
{
	EXPECT_SUMS(2 * 10 * 2, calculate_wide_shifts);
}

/* Case 0: -A; 1: -A of what an addition overflowed; 2: -(-A). */
static int calculate_neg(void *data)
{
	struct builder b;

	cases_begin(&b);
	for (uint32_t number = 0; number < 3; number++) {
		int next = cases_next(&b, number);

		build_arg_low(&b, ARG_A);
		if (number == 1)
			build_stmt(&b, BPF_ALU | BPF_ADD | BPF_K, 0xffffffff);
		build_stmt(&b, BPF_ALU | BPF_NEG, 0x55);
		if (number == 2)
			build_stmt(&b, BPF_ALU | BPF_NEG, 0);
		end_case(&b, next);
	}
	if (end_filter(&b))
		return 2;
	for (size_t a = 0; a < COUNT(edges); a++) {
		calculate(data, 0, edges[a], 0, 0u - edges[a]);
		calculate(data, 1, edges[a], 0, 1u - edges[a]);
		calculate(data, 2, edges[a], 0, edges[a]);
	}
	return 0;
}

SC_TEST(negation, .doc = "NEG is 0 - A in 32 bits", .needs = { F_act_errno },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 22 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE))
{
	EXPECT_SUMS(3 * COUNT(edges), calculate_neg);
}

/* --- registers and loads --------------------------------------------------------------------- */

/* Cases: A and X at the start; TAX, TXA; and that neither changes its source. */
enum { START_A, START_X, TAX, TXA, TAX_KEEPS_A, TXA_KEEPS_X, LEN_A, LEN_X, TRANSFERS };

/* 64 is the size of struct seccomp_data, which is for ever. */
static uint32_t transferred(uint32_t number, uint32_t a, uint32_t x)
{
	switch (number) {
	case START_A:
	case START_X:
		return 0;
	case TAX:
	case TAX_KEEPS_A:
		return a;
	case LEN_A:
	case LEN_X:
		return 64;
	default:
		return x;
	}
}

static void build_transfer(struct builder *b, uint32_t number)
{
	build_arg_low(b, ARG_X);
	build_stmt(b, BPF_MISC | BPF_TAX, 0);
	build_arg_low(b, ARG_A);
	switch (number) {
	case START_A:
		build_stmt(b, BPF_LD | BPF_MEM, 0);
		break;
	case START_X:
		build_stmt(b, BPF_LD | BPF_MEM, 1);
		break;
	case TAX:
		build_stmt(b, BPF_MISC | BPF_TAX, 0);
		build_stmt(b, BPF_LD | BPF_IMM, 0x11111111);
		build_stmt(b, BPF_MISC | BPF_TXA, 0);
		break;
	case TXA:
		build_stmt(b, BPF_MISC | BPF_TXA, 0);
		build_stmt(b, BPF_LDX | BPF_IMM, 0x11111111);
		break;
	case TAX_KEEPS_A:
		build_stmt(b, BPF_MISC | BPF_TAX, 0);
		break;
	case TXA_KEEPS_X:
		build_stmt(b, BPF_MISC | BPF_TXA, 0);
		build_stmt(b, BPF_LD | BPF_IMM, 0x11111111);
		build_stmt(b, BPF_MISC | BPF_TXA, 0);
		break;
	case LEN_A:
		build_stmt(b, BPF_LD | BPF_W | BPF_LEN, 0x11111111);
		break;
	case LEN_X:
		build_stmt(b, BPF_LDX | BPF_W | BPF_LEN, 0x11111111);
		build_stmt(b, BPF_MISC | BPF_TXA, 0);
		break;
	}
}

/* Above the filter stands another one, which runs first and leaves both registers full. */
static int install_junk_above(void)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_stmt(&b, BPF_LD | BPF_IMM, SECCOMP_RET_ALLOW | 0x1234);
	build_stmt(&b, BPF_LDX | BPF_IMM, 0xdeadbeef);
	for (uint32_t slot = 0; slot < BPF_MEMWORDS; slot++)
		build_stmt(&b, BPF_STX, slot);
	build_stmt(&b, BPF_RET | BPF_A, 0);
	return kit_install_built(&b);
}

static int calculate_transfers(void *data)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_stmt(&b, BPF_ST, 0);
	build_stmt(&b, BPF_STX, 1);
	cases_open(&b);
	for (uint32_t number = 0; number < TRANSFERS; number++) {
		int next = cases_next(&b, number);

		build_transfer(&b, number);
		end_case(&b, next);
	}
	if (end_filter(&b) || install_junk_above())
		return 2;
	for (uint32_t number = 0; number < TRANSFERS; number++)
		for (size_t a = 0; a < COUNT(edges); a++)
			for (size_t x = 0; x < COUNT(edges); x += 4)
				calculate(data, number, edges[a], edges[x],
					  transferred(number, edges[a], edges[x]));
	return 0;
}

SC_TEST(registers,
	.doc = "A and X are 0 at the start of each filter; TAX and TXA copy all bits and change "
	       "nothing "
	       "else; LEN is 64",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 18, 22 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	EXPECT_SUMS(TRANSFERS * COUNT(edges) * ((COUNT(edges) + 3) / 4), calculate_transfers);
}

/* Case 2k: LD IMM; 2k + 1: LDX IMM. */
static int calculate_immediates(void *data)
{
	struct builder b;

	cases_begin(&b);
	for (uint32_t k = 0; k < COUNT(edges); k++) {
		int next = cases_next(&b, 2 * k);

		build_stmt(&b, BPF_LD | BPF_IMM, edges[k]);
		end_case(&b, next);
		next = cases_next(&b, 2 * k + 1);
		build_stmt(&b, BPF_LDX | BPF_IMM, edges[k]);
		build_stmt(&b, BPF_MISC | BPF_TXA, 0);
		end_case(&b, next);
	}
	if (end_filter(&b))
		return 2;
	for (uint32_t k = 0; k < 2 * COUNT(edges); k++)
		calculate(data, k, 0, 0, edges[k / 2]);
	return 0;
}

SC_TEST(immediates, .doc = "LD IMM and LDX IMM load the constant, and extend no sign",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_ENGINE))
{
	EXPECT_SUMS(2 * COUNT(edges), calculate_immediates);
}

/* --- memory ---------------------------------------------------------------------------------- */

#define SLOT_VALUE(slot) (0x81020304u * ((slot) + 1))
#define SLOTS		 ((uint32_t)BPF_MEMWORDS)

/* If the argument is n (by A) or SLOTS + n (by X): insn of slot n. */
static void build_by_slot(struct builder *b, unsigned int arg, uint16_t with_a, uint16_t with_x)
{
	for (uint32_t n = 0; n < 2 * SLOTS; n++) {
		int next = builder_label(b, NULL);

		build_arg_low(b, arg);
		build_if(b, BPF_JEQ, n, NEXT, next);
		build_arg_low(b, ARG_A);
		build_stmt(b, n < SLOTS ? with_a : with_x, n % SLOTS);
		if (BPF_CLASS(with_x) == BPF_LDX && n >= SLOTS)
			build_stmt(b, BPF_MISC | BPF_TXA, 0);
		if (BPF_CLASS(with_x) == BPF_LDX)
			build_goto(b, builder_label(b, "result"));
		builder_bind(b, next);
	}
}

/* All slots are filled, one is written again from A or X, and one is read into A or X. */
static int calculate_memory(void *data)
{
	struct builder b;

	cases_begin(&b);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		build_stmt(&b, BPF_LD | BPF_IMM, SLOT_VALUE(slot));
		build_stmt(&b, BPF_ST, slot);
	}
	build_arg_low(&b, ARG_X);
	build_stmt(&b, BPF_MISC | BPF_TAX, 0);
	build_by_slot(&b, CASES_ARG, BPF_ST, BPF_STX);
	build_by_slot(&b, ARG_SLOT, BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM);
	if (end_filter(&b))
		return 2;
	for (uint32_t to = 0; to < 2 * SLOTS; to++)
		for (uint32_t from = 0; from < 2 * SLOTS; from++) {
			uint32_t a = 0xfedcba98 + to, x = 0x76543210 - to;
			uint32_t written = to < SLOTS ? a : x;

			calculate_slot(data, to, a, x,
				       from % SLOTS == to % SLOTS ? written
								  : SLOT_VALUE(from % SLOTS),
				       from);
		}
	return 0;
}

SC_TEST(memory,
	.doc = "each of M[0] to M[15] keeps its own value, written and read with A or with X, "
	       "while the "
	       "others are written",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	EXPECT_SUMS(4 * SLOTS * SLOTS, calculate_memory);
}

TEST_HARNESS_MAIN
