/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/sim: each opcode with numbers worked out by hand, the layouts of seccomp_data, the trace.
 */
#include <errno.h>

#include "filters/sim.h"
#include "run/run.h"
#include "tests/unit/unit.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define RET_A                            \
	{                                \
		BPF_RET | BPF_A, 0, 0, 0 \
	}

static const struct seccomp_data data = {
	.nr = -2,
	.arch = 0xc000003e,
	.instruction_pointer = 0x1111111122222222,
	.args = { 0x0000000a0000000b, 1, 2, 3, 4, 0x5555555566666666 },
};

/* A = a, X = x, then one instruction on A. */
static const struct alu_row {
	const char *text;
	__u32 a, x;
	__u16 op;
	__u32 k, wanted;
} alu_rows[] = {
	{ "add k", 0xffffffff, 0, BPF_ADD | BPF_K, 2, 1 },
	{ "add x", 5, 7, BPF_ADD | BPF_X, 0, 12 },
	{ "sub k", 1, 0, BPF_SUB | BPF_K, 2, 0xffffffff },
	{ "sub x", 1, 3, BPF_SUB | BPF_X, 0, 0xfffffffe },
	{ "mul k", 0x10001, 0, BPF_MUL | BPF_K, 0x10001, 0x20001 },
	{ "mul x", 7, 6, BPF_MUL | BPF_X, 0, 42 },
	{ "div k, unsigned", 0xfffffff0, 0, BPF_DIV | BPF_K, 16, 0x0fffffff },
	{ "div x", 43, 6, BPF_DIV | BPF_X, 0, 7 },
	{ "and k", 0xff00ff00, 0, BPF_AND | BPF_K, 0x0ff00ff0, 0x0f000f00 },
	{ "and x", 0xff00ff00, 0x0ff00ff0, BPF_AND | BPF_X, 0, 0x0f000f00 },
	{ "or k", 0xf0, 0, BPF_OR | BPF_K, 0x0f, 0xff },
	{ "or x", 0xf0, 0x0f, BPF_OR | BPF_X, 0, 0xff },
	{ "xor k", 0xff, 0, BPF_XOR | BPF_K, 0x0f, 0xf0 },
	{ "xor x", 0xff, 0x0f, BPF_XOR | BPF_X, 0, 0xf0 },
	{ "lsh k", 3, 0, BPF_LSH | BPF_K, 31, 0x80000000 },
	{ "lsh x", 3, 4, BPF_LSH | BPF_X, 0, 0x30 },
	{ "lsh by an x of 33 is by 1", 3, 33, BPF_LSH | BPF_X, 0, 6 },
	{ "rsh k, no sign", 0x80000000, 0, BPF_RSH | BPF_K, 31, 1 },
	{ "rsh x", 0x30, 4, BPF_RSH | BPF_X, 0, 3 },
	{ "rsh by an x of 32 is by 0", 0x30, 32, BPF_RSH | BPF_X, 0, 0x30 },
	{ "neg", 1, 0, BPF_NEG, 0, 0xffffffff },
};

/* A = a, X = x, then one branch: 1 if it was taken. */
static const struct jump_row {
	const char *text;
	__u32 a, x;
	__u16 op;
	__u32 k, wanted;
} jump_rows[] = {
	{ "jeq k", 5, 0, BPF_JEQ | BPF_K, 5, 1 },
	{ "jeq k, other", 5, 5, BPF_JEQ | BPF_K, 6, 0 },
	{ "jeq x", 5, 5, BPF_JEQ | BPF_X, 6, 1 },
	{ "jgt k, unsigned", 0x80000000, 0, BPF_JGT | BPF_K, 0x7fffffff, 1 },
	{ "jgt k, equal", 7, 0, BPF_JGT | BPF_K, 7, 0 },
	{ "jgt x", 7, 6, BPF_JGT | BPF_X, 9, 1 },
	{ "jge k, equal", 7, 0, BPF_JGE | BPF_K, 7, 1 },
	{ "jge k, unsigned", 1, 0, BPF_JGE | BPF_K, 0xffffffff, 0 },
	{ "jge x", 6, 7, BPF_JGE | BPF_X, 0, 0 },
	{ "jset k", 6, 0, BPF_JSET | BPF_K, 2, 1 },
	{ "jset k, none", 6, 0, BPF_JSET | BPF_K, 9, 0 },
	{ "jset x", 6, 4, BPF_JSET | BPF_X, 0, 1 },
};

/* What a load from seccomp_data gives, by the architecture's order. */
static const struct load_row {
	__u32 offset, little, big;
} load_rows[] = {
	{ 0, 0xfffffffe, 0xfffffffe },
	{ 4, 0xc000003e, 0xc000003e },
	{ 8, 0x22222222, 0x11111111 },
	{ 12, 0x11111111, 0x22222222 },
	{ 16, 0x0b, 0x0a },
	{ 20, 0x0a, 0x0b },
	{ 24, 1, 0 },
	{ 52, 0, 4 },
	{ 56, 0x66666666, 0x55555555 },
	{ 60, 0x55555555, 0x66666666 },
};

static __u32 value_of(const struct sock_filter *prog, size_t len, bool big_endian)
{
	struct sim_result result = { .value = 0xdeadbeef };

	sim_run(prog, len, &data, big_endian, NULL, NULL, &result);
	return result.value;
}

static void check_alu(void)
{
	for (size_t i = 0; i < LEN(alu_rows); i++) {
		const struct alu_row *row = &alu_rows[i];
		struct sock_filter prog[] = {
			{ BPF_LD | BPF_IMM, 0, 0, row->a },
			{ BPF_LDX | BPF_IMM, 0, 0, row->x },
			{ BPF_ALU | row->op, 0, 0, row->k },
			RET_A,
		};
		__u32 got = value_of(prog, LEN(prog), false);

		check(got == row->wanted, "%s: 0x%x", row->text, got);
	}
}

static void check_division_by_zero(void)
{
	static const struct sock_filter prog[] = {
		{ BPF_LD | BPF_IMM, 0, 0, 43 },
		{ BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0 },
		{ BPF_RET | BPF_K, 0, 0, 0x7fff0000 },
	};
	struct sim_result result = { .value = 1 };

	sim_run(prog, LEN(prog), &data, false, NULL, NULL, &result);
	check(result.value == 0 && result.pc == 1 && result.executed == 2,
	      "division by an X of 0 ends the filter there, with 0");
}

static void check_jumps(void)
{
	for (size_t i = 0; i < LEN(jump_rows); i++) {
		const struct jump_row *row = &jump_rows[i];
		struct sock_filter prog[] = {
			{ BPF_LD | BPF_IMM, 0, 0, row->a },  { BPF_LDX | BPF_IMM, 0, 0, row->x },
			{ BPF_JMP | row->op, 1, 0, row->k }, { BPF_RET | BPF_K, 0, 0, 0 },
			{ BPF_RET | BPF_K, 0, 0, 1 },
		};
		__u32 got = value_of(prog, LEN(prog), false);

		check(got == row->wanted, "%s: %staken", row->text, got ? "" : "not ");
	}
}

static void check_loads(void)
{
	for (size_t i = 0; i < LEN(load_rows); i++) {
		const struct load_row *row = &load_rows[i];
		struct sock_filter prog[] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0, row->offset },
					      RET_A };

		check(value_of(prog, LEN(prog), false) == row->little,
		      "the word at %u, little endian", row->offset);
		check(value_of(prog, LEN(prog), true) == row->big, "the word at %u, big endian",
		      row->offset);
	}
}

/* All that moves a value and computes nothing. */
static void check_moves(void)
{
	static const struct sock_filter moves[] = {
		{ BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 },	/* A = 64 */
		{ BPF_LDX | BPF_W | BPF_LEN, 0, 0, 0 }, /* X = 64 */
		{ BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0 }, /* A = 128 */
		{ BPF_ST, 0, 0, 0 },
		{ BPF_STX, 0, 0, 15 },
		{ BPF_LDX | BPF_MEM, 0, 0, 0 },		/* X = 128 */
		{ BPF_LD | BPF_MEM, 0, 0, 15 },		/* A = 64 */
		{ BPF_ALU | BPF_SUB | BPF_X, 0, 0, 0 }, /* A = -64 */
		{ BPF_MISC | BPF_TAX, 0, 0, 0 },	/* X = -64 */
		{ BPF_LD | BPF_IMM, 0, 0, 5 },
		{ BPF_MISC | BPF_TXA, 0, 0, 0 }, /* A = -64 */
		{ BPF_JMP | BPF_JA, 0, 0, 1 },
		{ BPF_RET | BPF_K, 0, 0, 1 },
		RET_A,
	};
	static const struct sock_filter start[] = { { BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0 }, RET_A };

	check(value_of(moves, LEN(moves), false) == (__u32)-64,
	      "len, st, stx, ld and ldx M[], tax, txa, ja");
	check(value_of(start, LEN(start), false) == 0, "A and X begin as 0");
}

struct seen {
	size_t count, pc[8];
	__u32 a[8], x[8];
};

static void see(void *seen_data, const struct sim_step *step)
{
	struct seen *seen = seen_data;

	if (seen->count < LEN(seen->pc)) {
		seen->pc[seen->count] = step->pc;
		seen->a[seen->count] = step->a;
		seen->x[seen->count] = step->x;
	}
	seen->count++;
}

static void check_trace(void)
{
	static const struct sock_filter prog[] = {
		{ BPF_LD | BPF_IMM, 0, 0, 7 },	       { BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 7 },
		{ BPF_RET | BPF_K, 0, 0, 1 },	       { BPF_MISC | BPF_TAX, 0, 0, 0 },
		{ BPF_RET | BPF_K, 0, 0, 0x7fff0000 },
	};
	static const struct sock_filter bad[] = { { BPF_LD | BPF_IMM, 0, 0, 0 } };
	struct sim_result result = { 0 };
	struct seen seen = { 0 };

	check(sim_run(prog, LEN(prog), &data, false, see, &seen, &result) == 0, "a filter runs");
	check(result.value == 0x7fff0000 && result.executed == 4 && result.pc == 4,
	      "the result has value, count and place");
	check(seen.count == 4 && seen.pc[0] == 0 && seen.pc[1] == 1 && seen.pc[2] == 3 &&
		      seen.pc[3] == 4,
	      "the trace has what was executed");
	check(seen.a[0] == 7 && seen.x[1] == 0 && seen.x[2] == 7,
	      "and the registers after each instruction");
	seen.count = 0;
	check(sim_run(bad, LEN(bad), &data, false, see, &seen, &result) == -EINVAL &&
		      seen.count == 0,
	      "what the kernel refuses is not run");
}

/*
 * 250 million instructions a second on a common machine of 2024, so that the kernel is what takes
 * the time where the two are compared. The bound is for emulated CPUs and sanitizers.
 */
static void check_speed(void)
{
	static struct sock_filter prog[1001];
	unsigned long long executed = 0;
	double start = run_now(), seconds;

	for (size_t i = 0; i < LEN(prog); i++)
		prog[i] = (struct sock_filter)BPF_STMT(
			i % 2 ? BPF_ALU | BPF_ADD | BPF_K : BPF_JMP | BPF_JEQ | BPF_K, (__u32)i);
	prog[LEN(prog) - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	do
		executed += sim_run_checked(prog, &data, false, NULL, NULL).executed;
	while ((seconds = run_now() - start) < 0.1);
	printf("# %.0f million instructions a second\n", (double)executed / seconds / 1e6);
	check((double)executed / seconds > 2e5, "fast enough");
}

int main(void)
{
	check_alu();
	check_division_by_zero();
	check_jumps();
	check_loads();
	check_moves();
	check_trace();
	check_speed();
	return unit_end();
}
