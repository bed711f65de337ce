/* SPDX-License-Identifier: BSD-3-Clause */
/* Which programs the kernel takes as a filter (behaviours 12 to 20). */
#include "selftests/glue/test.h"

#include <limits.h>
#include <sys/mman.h>
#include <linux/seccomp.h>

#include "filters/check.h"
#include "selftests/glue/kit-refusals.h"
#include "selftests/glue/kit-task.h"

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define INSN(code, k) BPF_STMT(code, k)
#define RET_ALLOW     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* A list of trials in one child: what is accepted there stays installed, so nothing may ever run.
 */
struct trials {
	unsigned int asked, accepted;
	unsigned int wrong;		/* the kernel said something else than was expected */
	unsigned int unsure;		/* filters/check.h did */
	struct sock_filter program[32]; /* the first of both kinds */
	unsigned int len;
	int got, expected; /* errno; 0: accepted */
	bool complete;	   /* the child came to the end */
	struct kit_view before, after;
};

static void keep_first(struct trials *trials, const struct sock_filter *program, size_t len,
		       int got, int expected)
{
	if (trials->wrong + trials->unsure > 1)
		return;
	trials->len = len < COUNT(trials->program) ? len : COUNT(trials->program);
	memcpy(trials->program, program, trials->len * sizeof(*program));
	trials->got = got;
	trials->expected = expected;
}

static int install_program(struct sock_filter *program, size_t len)
{
	struct sock_fprog prog = { .len = len, .filter = program };

	return kit_install_only(&prog) ? errno : 0;
}

/* expected: 0 or EINVAL */
static void try_program(struct trials *trials, struct sock_filter *program, size_t len,
			int expected)
{
	int checked = check_filter(program, len).reason ? EINVAL : 0;
	int got = install_program(program, len);

	trials->asked++;
	trials->accepted += !got;
	if (got != expected) {
		trials->wrong++;
		keep_first(trials, program, len, got, expected);
	}
	if (checked != expected) {
		trials->unsure++;
		keep_first(trials, program, len, checked, expected);
	}
}

/*
 * As try_program, of the program "jump over these instructions; they; allow": whatever they are,
 * they never run, and what jumps to their end is in range.
 */
static void try_skipped(struct trials *trials, const struct sock_filter *insns, size_t len,
			int expected)
{
	struct sock_filter program[32] = { INSN(BPF_JMP | BPF_JA, len) };

	memcpy(program + 1, insns, len * sizeof(*insns));
	program[len + 1] = (struct sock_filter)RET_ALLOW;
	try_program(trials, program, len + 2, expected);
}

static void try_insn(struct trials *trials, struct sock_filter insn, int expected)
{
	try_skipped(trials, &insn, 1, expected);
}

/* As the checker has it; for lists too long to be written down. */
static void try_as_checked(struct trials *trials, const struct sock_filter *insns, size_t len)
{
	struct sock_filter program[32] = { INSN(BPF_JMP | BPF_JA, len) };

	memcpy(program + 1, insns, len * sizeof(*insns));
	program[len + 1] = (struct sock_filter)RET_ALLOW;
	try_program(trials, program, len + 2, check_filter(program, len + 2).reason ? EINVAL : 0);
}

struct trial_request {
	void (*fn)(struct trials *trials, const void *data);
	const void *data;
	struct trials trials;
};

static int run_trials(void *data)
{
	struct trial_request *request = data;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	kit_view_self(&request->trials.before);
	request->fn(&request->trials, request->data);
	kit_view_self(&request->trials.after);
	request->trials.complete = true;
	return 0;
}

static struct trials ask_with(void (*fn)(struct trials *trials, const void *data), const void *data)
{
	struct trial_request request = { .fn = fn, .data = data };

	if (kit_end(kit_ask(run_trials, &request, sizeof(request))) != kit_exited(0))
		request.trials.complete = false;
	return request.trials;
}

static void print_program(const struct trials *trials)
{
	for (unsigned int i = 0; i < trials->len; i++)
		fprintf(stderr, "# %u: { 0x%02x, %u, %u, 0x%08x }\n", i, trials->program[i].code,
			trials->program[i].jt, trials->program[i].jf, trials->program[i].k);
}

/* What was accepted, and only that, is installed. */
#define EXPECT_TRIALS(trials)                                                                      \
	do {                                                                                       \
		EXPECT_TRUE((trials).complete);                                                    \
		EXPECT_NE(0u, (trials).asked);                                                     \
		EXPECT_EQ(0u, (trials).wrong + (trials).unsure)                                    \
		{                                                                                  \
			TH_LOG("of %u programs %u were judged otherwise by the kernel, %u by the " \
			       "checker; the first: errno %d, expected %d",                        \
			       (trials).asked, (trials).wrong, (trials).unsure, (trials).got,      \
			       (trials).expected);                                                 \
			print_program(&(trials));                                                  \
		}                                                                                  \
		EXPECT_EQ((trials).accepted ? 2 : (trials).before.mode, (trials).after.mode);      \
		if ((trials).before.filters_line >= 0) {                                           \
			EXPECT_EQ((trials).before.filters_line + (int)(trials).accepted,           \
				  (trials).after.filters_line);                                    \
		}                                                                                  \
	} while (0)

/* --- opcodes --------------------------------------------------------------------------------- */

/* By hand from the manual's table, as numbers: not the same source as the checker's. */
static const uint16_t allowed_codes[] = {
	0x20,				    /* ld [k] */
	0x80, 0x81,			    /* ld len, ldx len */
	0x00, 0x01,			    /* ld #k, ldx #k */
	0x60, 0x61,			    /* ld M[k], ldx M[k] */
	0x02, 0x03,			    /* st, stx */
	0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, /* add, sub, mul: #k and x */
	0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, /* div, or, and */
	0x64, 0x6c, 0x74, 0x7c, 0xa4, 0xac, /* lsh, rsh, xor */
	0x84,				    /* neg */
	0x05,				    /* ja */
	0x15, 0x1d, 0x25, 0x2d,		    /* jeq, jgt */
	0x35, 0x3d, 0x45, 0x4d,		    /* jge, jset */
	0x06, 0x16,			    /* ret #k, ret a */
	0x07, 0x87,			    /* tax, txa */
};

static bool is_allowed(uint32_t code)
{
	for (size_t i = 0; i < COUNT(allowed_codes); i++)
		if (allowed_codes[i] == code)
			return true;
	return false;
}

/* k = 4 is an offset, a slot, a jump nowhere near the end, a divisor and a shift: right for each.
 */
static void try_allowed(struct trials *trials, const void *data)
{
	static const struct sock_filter nops[] = {
		INSN(BPF_LD | BPF_IMM, 0), INSN(BPF_LD | BPF_IMM, 0), INSN(BPF_LD | BPF_IMM, 0),
		INSN(BPF_LD | BPF_IMM, 0), INSN(BPF_LD | BPF_IMM, 0),
	};
	struct sock_filter insns[1 + COUNT(nops)];

	(void)data;
	memcpy(insns + 1, nops, sizeof(nops));
	for (size_t i = 0; i < COUNT(allowed_codes); i++) {
		insns[0] = (struct sock_filter)BPF_JUMP(allowed_codes[i], 4, 0, 0);
		try_skipped(trials, insns, COUNT(insns), 0);
	}
}

SC_TEST(allowed_opcodes,
	.doc = "Each of the opcodes of the allow list, with K and with X, is accepted",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 16 }, .varies = VARY(DIM_ROUTE))
{
	struct trials trials = ask_with(try_allowed, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(COUNT(allowed_codes), trials.accepted);
}

/* Opcodes of classic BPF that only socket filters have, and some of nobody's. */
static void try_refused(struct trials *trials, const void *data)
{
	static const uint16_t codes[] = {
		0x28, 0x30,		 /* ldh [k], ldb [k] */
		0x40, 0x48,	   0x50, /* ld, ldh, ldb [x + k] */
		0xb1,			 /* ldxb 4*([k]&0xf) */
		0xa0, 0xa1,	   0x21, /* ld and ldx MSH, ldx [k], which the kernel itself makes
					    of ld [k] */
		0x94, 0x9c,		 /* mod */
		0x0e, 0x1e,		 /* ret x */
		0x08, 0x09,		 /* ld x, ldx x */
		0x0a, 0x0b,		 /* st, stx with X */
		0x22, 0x23,	   0x62, 0x63, /* st [k], stx, M */
		0xb4, 0xbc,	   0xc4, 0xcc, /* eBPF's mov, arsh */
		0xd4, 0xdc,		       /* eBPF's byte swap */
		0x8c,			       /* neg x */
		0x0d,			       /* ja x */
		0x55, 0x5d,	   0x65, 0x6d, 0x75, 0x7d,
		0x85, 0x95,				   /* eBPF's jumps, call, exit */
		0x18, 0x61 | 0x08, 0x7a, 0x7b,		   /* eBPF's 64-bit loads and stores */
		0x26, 0x36,	   0x0f, 0x17, 0x8f, 0x97, /* ret and misc with other bits */
		0x88, 0x90,	   0x89, 0xe0, 0xf0, 0xf8,
	};
	static const uint32_t ks[] = { 0, 1, 4, SECCOMP_RET_ALLOW };

	(void)data;
	for (size_t i = 0; i < COUNT(codes); i++)
		for (size_t k = 0; k < COUNT(ks); k++)
			try_insn(trials, (struct sock_filter)INSN(codes[i], ks[k]), EINVAL);
}

SC_TEST(refused_opcodes,
	.doc = "Byte and half loads, IND, MSH, MOD, RET X, eBPF's opcodes and unknown ones are "
	       "EINVAL",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 15 }, .varies = VARY(DIM_ROUTE))
{
	struct trials trials = ask_with(try_refused, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(0u, trials.accepted);
}

/* k = 0: a slot, an offset and a shift, a jump to the next; only a division refuses it. */
static void try_codes(struct trials *trials, const void *data)
{
	const uint32_t *k = data;

	for (uint32_t code = 0; code < 0x10000; code++)
		try_insn(trials, (struct sock_filter)INSN(code, *k),
			 is_allowed(code) && (*k || code != (BPF_ALU | BPF_DIV | BPF_K)) &&
					 (!*k || code != (BPF_JMP | BPF_JA))
				 ? 0
				 : EINVAL);
}

SC_TEST(all_codes,
	.doc = "Of all 65536 values of an instruction's code the kernel takes those of the allow "
	       "list",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 15, 16 }, .seconds = 20)
{
	uint32_t k = 4;
	struct trials trials = ask_with(try_codes, &k);

	EXPECT_TRIALS(trials);
	/* A jump by 4 leads out of this program. */
	EXPECT_EQ(COUNT(allowed_codes) - 1, trials.accepted);
	EXPECT_EQ(65536u, trials.asked);
}

/* --- one instruction's operand --------------------------------------------------------------- */

static const uint32_t edges[] = {
	0x7f,	    0x80,	0xff,	    0x100,	0xfff,	    0x1000,
	0x7fff,	    0x8000,	0xffff,	    0x10000,	0x7ffffffc, 0x7fffffff,
	0x80000000, 0x80000004, 0x8000003c, 0xffefffff, 0xfffff000, 0xfffff004,
	0xfffff020, 0xfffff03c, 0xffffffc0, 0xfffffffc, 0xfffffffe, 0xffffffff,
};

/* insn with k from 0 to below and at the edges: accepted if it is below `good`, from `least` on. */
struct operand {
	uint16_t code;
	uint32_t least, good, multiple;
};

static void try_operand(struct trials *trials, const void *data)
{
	const struct operand *operand = data;
	/* Every path to a load must have stored; behind a jump nothing is asked of it. */
	for (uint32_t i = 0; i < 130 + COUNT(edges); i++) {
		uint32_t k = i < 130 ? i : edges[i - 130];

		try_insn(trials, (struct sock_filter)INSN(operand->code, k),
			 k >= operand->least && k < operand->good && k % operand->multiple == 0
				 ? 0
				 : EINVAL);
	}
}

SC_TEST(load_offsets,
	.doc = "ld [k] takes 0 to 60 in steps of 4; what is not aligned, beyond the end, or an "
	       "ancillary offset is EINVAL",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 14 }, .varies = VARY(DIM_ROUTE))
{
	struct operand load = { BPF_LD | BPF_W | BPF_ABS, 0, 64, 4 };
	struct trials trials = ask_with(try_operand, &load);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(16u, trials.accepted);
}

SC_TEST(memory_slots, .doc = "M has the slots 0 to 15; a load or a store of any other is EINVAL",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 }, .varies = VARY(DIM_ROUTE))
{
	static const uint16_t codes[] = { BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM, BPF_ST, BPF_STX };

	for (size_t i = 0; i < COUNT(codes); i++) {
		struct operand slot = { codes[i], 0, 16, 1 };
		struct trials trials = ask_with(try_operand, &slot);

		EXPECT_TRIALS(trials);
		EXPECT_EQ(16u, trials.accepted);
	}
}

SC_TEST(shifts, .doc = "A shift by a constant takes 0 to 31; 32 and more are EINVAL",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 }, .varies = VARY(DIM_ROUTE))
{
	static const uint16_t codes[] = { BPF_ALU | BPF_LSH | BPF_K, BPF_ALU | BPF_RSH | BPF_K };

	for (size_t i = 0; i < COUNT(codes); i++) {
		struct operand shift = { codes[i], 0, 32, 1 };
		struct trials trials = ask_with(try_operand, &shift);

		EXPECT_TRIALS(trials);
		EXPECT_EQ(32u, trials.accepted);
	}
}

/* Where k means nothing, or anything will do; and where only 0 will not. */
static void try_any_operand(struct trials *trials, const void *data)
{
	(void)data;
	for (size_t i = 0; i < COUNT(allowed_codes); i++) {
		uint16_t code = allowed_codes[i];

		switch (code) {
		case BPF_LD | BPF_W | BPF_ABS:
		case BPF_LD | BPF_MEM:
		case BPF_LDX | BPF_MEM:
		case BPF_ST:
		case BPF_STX:
		case BPF_ALU | BPF_LSH | BPF_K:
		case BPF_ALU | BPF_RSH | BPF_K:
		case BPF_JMP | BPF_JA:
			continue;
		}
		for (size_t e = 0; e < COUNT(edges); e += 3)
			try_insn(trials, (struct sock_filter)INSN(code, edges[e]), 0);
		try_insn(trials, (struct sock_filter)INSN(code, 0),
			 code == (BPF_ALU | BPF_DIV | BPF_K) ? EINVAL : 0);
		try_insn(trials, (struct sock_filter)INSN(code, 1), 0);
		/* jt and jf are for jumps. */
		if (BPF_CLASS(code) != BPF_JMP)
			try_insn(trials, (struct sock_filter)BPF_JUMP(code, 1, 255, 255), 0);
	}
}

SC_TEST(other_operands,
	.doc = "Division by the constant 0 is EINVAL; all other instructions take any k, and those "
	       "that do not jump any jt and jf",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 })
{
	struct trials trials = ask_with(try_any_operand, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(trials.asked - 1, trials.accepted);
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
	       "no "
	       "further; none leads back",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 17 }, .varies = VARY(DIM_ROUTE))
{
	struct trials trials = ask_with(try_jumps, NULL);

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
	struct trials trials = ask_with(try_long_jumps, NULL);

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
	struct trials trials = ask_with(try_ends, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(2u, trials.accepted);
}

/* --- memory that was not written ------------------------------------------------------------- */

#define LD_M(n)	 INSN(BPF_LD | BPF_MEM, n)
#define LDX_M(n) INSN(BPF_LDX | BPF_MEM, n)
#define ST_M(n)	 INSN(BPF_ST, n)
#define STX_M(n) INSN(BPF_STX, n)
/* None of these returns anything but what lets the process go on: A is not used for it. */
#define JEQ(jt, jf) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, jt, jf)
#define JA(k)	    INSN(BPF_JMP | BPF_JA, k)

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
	struct trials trials = ask_with(try_memory, NULL);

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
	uint16_t code = allowed_codes[next_random(state) % COUNT(allowed_codes)];
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
		insn.k = edges[next_random(state) % COUNT(edges)];
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
	.behaviours = { 14, 15, 16, 17 }, .seconds = 10)
{
	unsigned int accepted = 0;

	for (uint32_t seed = 1; seed <= 10; seed++) {
		struct trials trials = ask_with(try_random, &seed);

		EXPECT_TRIALS(trials);
		accepted += trials.accepted;
	}
	/* Enough of both kinds. */
	EXPECT_LT(500u, accepted);
	EXPECT_GT(2500u, accepted);
}

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
		struct trials trials = ask_with(try_length, &lengths[i]);

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
	.behaviours = { 12 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_view view = { .getppid_errno = -1 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(longest_runs, &view, sizeof(view))));
	/* A is 4090 after the additions: as an errno, below the greatest one. */
	EXPECT_EQ(4090, view.getppid_errno);
}

/* --- LEN ------------------------------------------------------------------------------------- */

static int install_len(void *data)
{
	struct sock_filter *program = data;
	struct sock_fprog prog = { .len = 7, .filter = program };
	struct kit_view view;

	if (kit_install(&prog))
		return 255;
	kit_view_self(&view);
	return view.getppid_errno;
}

SC_TEST(len_is_64, .doc = "ld len and ldx len give 64, the size of struct seccomp_data",
	.needs = { F_mode_filter_prctl, F_act_errno }, .covers = { F_mode_filter_prctl },
	.behaviours = { 18 }, .varies = VARY(DIM_ROUTE))
{
	struct sock_filter program[] = {
		INSN(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 1, 0),
		RET_ALLOW,
		/* k means nothing here. */
		INSN(BPF_LD | BPF_W | BPF_LEN, 7),
		INSN(BPF_JMP | BPF_JA, 0),
		INSN(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO),
		INSN(BPF_RET | BPF_A, 0),
	};

	EXPECT_EQ(kit_exited(64), kit_end(kit_child(install_len, program)));
	program[3] = (struct sock_filter)INSN(BPF_LDX | BPF_W | BPF_LEN, 7);
	program[4] = (struct sock_filter)INSN(BPF_MISC | BPF_TXA, 0);
	EXPECT_EQ(kit_exited(64), kit_end(kit_child(install_len, program)));
}

/* --- pointers -------------------------------------------------------------------------------- */

/* The end of two pages, the second of which nobody may touch. */
static char *edge_of_page(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
		return NULL;
	return pages + page;
}

static int ask_bad_pointers(struct refusals *refusals)
{
	char *edge = edge_of_page();
	/* The first page, the last one, and where on 64 bits the kernel begins. */
	uintptr_t wild[] = { 1,
			     8,
			     (uintptr_t)edge,
			     (uintptr_t)-4096,
			     (uintptr_t)-1,
			     (uintptr_t)1 << (sizeof(void *) * 8 - 1) | 4096 };
	struct sock_fprog prog;

	if (!edge || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	if (refusals->data && kit_install_only(refusals->prog))
		return 1;
	refusals_begin(refusals);
	/* No instructions at all are told from unreadable ones (bpf_check_basics_ok(), since 4.3). */
	refusals_expect(refusals, 0xff, kit_install_only(NULL), EFAULT);
	prog = (struct sock_fprog){ .len = 1 };
	refusals_expect(refusals, 0x1ff, kit_install_only(&prog), EINVAL);
	for (size_t i = 0; i < COUNT(wild); i++) {
		refusals_expect(refusals, i, kit_install_only((void *)wild[i]), EFAULT);
		prog = (struct sock_fprog){ .len = 1, .filter = (void *)wild[i] };
		refusals_expect(refusals, 0x100 + i, kit_install_only(&prog), EFAULT);
		prog.len = BPF_MAXINSNS;
		refusals_expect(refusals, 0x200 + i, kit_install_only(&prog), EFAULT);
		/* The length is looked at first. */
		prog.len = 0;
		refusals_expect(refusals, 0x300 + i, kit_install_only(&prog), EINVAL);
		prog.len = BPF_MAXINSNS + 1;
		refusals_expect(refusals, 0x400 + i, kit_install_only(&prog), EINVAL);
	}
	/* struct sock_fprog with its last byte, then with all but the first, in the bad page */
	for (size_t inside = 1; inside < sizeof(prog); inside++) {
		memcpy(edge - inside, refusals->prog, inside);
		refusals_expect(refusals, 0x500 + inside, kit_install_only((void *)(edge - inside)),
				EFAULT);
	}
	/* The instructions likewise: two, of which only the first, or a part of the second, is
	 * there. */
	for (size_t inside = 1; inside < 2 * sizeof(struct sock_filter); inside++) {
		struct sock_filter two[] = { RET_ALLOW, RET_ALLOW };

		memcpy(edge - inside, two, inside);
		prog = (struct sock_fprog){ .len = 2, .filter = (void *)(edge - inside) };
		refusals_expect(refusals, 0x600 + inside, kit_install_only(&prog), EFAULT);
	}
	return refusals_end(refusals);
}

SC_TEST(bad_pointers,
	.doc = "A program, or instructions, that cannot be read to their last byte are EFAULT, and "
	       "nothing is installed",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 13, 19 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_filter filter;
	struct refusals refusals;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 21);
	refusals = refusals_ask(ask_bad_pointers, &filter.prog, NULL);
	EXPECT_REFUSALS(refusals);
	/* Likewise over a filter, which stays. */
	refusals = refusals_ask(ask_bad_pointers, &filter.prog, "over a filter");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(2, refusals.after.mode);
	EXPECT_EQ(21, refusals.after.getppid_errno);
}

static int install_at_edge(void *data)
{
	struct kit_filter filter;
	const struct sock_fprog *prog =
		kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 22);
	char *edge = edge_of_page(), *other = edge_of_page();
	size_t size = prog->len * sizeof(*prog->filter);
	struct sock_fprog copy = { .len = prog->len };

	if (!edge || !other)
		return 1;
	memcpy(edge - size, prog->filter, size);
	copy.filter = (void *)(edge - size);
	memcpy(other - sizeof(copy), &copy, sizeof(copy));
	if (kit_install((void *)(other - sizeof(copy))))
		return 2;
	kit_view_self(data);
	return 0;
}

SC_TEST(not_a_byte_too_many,
	.doc = "A program, and instructions, that end where the readable memory ends are accepted",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 13 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_view view = { .mode = -1 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(install_at_edge, &view, sizeof(view))));
	EXPECT_EQ(2, view.mode);
	EXPECT_EQ(22, view.getppid_errno);
}

/* The filter is the kernel's own copy: what becomes of ours does not matter. */
static int change_afterwards(void *data)
{
	struct kit_filter filter;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 23);
	if (kit_install(&filter.prog))
		return 1;
	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 24);
	filter.prog.len = 1;
	kit_view_self(data);
	return 0;
}

SC_TEST(program_is_copied, .doc = "Changing the program's memory afterwards changes nothing",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 16 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_view view = { .mode = -1 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(change_afterwards, &view, sizeof(view))));
	EXPECT_EQ(23, view.getppid_errno);
}

/* --- what a refusal leaves ------------------------------------------------------------------- */

static int ask_bad_programs(struct refusals *refusals)
{
	static struct sock_filter bad[][2] = {
		{ INSN(BPF_LD | BPF_W | BPF_ABS, 64), RET_ALLOW },
		{ INSN(BPF_LD | BPF_W | BPF_ABS, 2), RET_ALLOW },
		{ INSN(BPF_LD | BPF_B | BPF_ABS, 0), RET_ALLOW },
		{ INSN(BPF_ALU | BPF_DIV | BPF_K, 0), RET_ALLOW },
		{ INSN(BPF_ALU | BPF_LSH | BPF_K, 32), RET_ALLOW },
		{ INSN(BPF_ALU | BPF_MOD | BPF_K, 3), RET_ALLOW },
		{ LD_M(0), RET_ALLOW },
		{ ST_M(16), RET_ALLOW },
		{ JA(1), RET_ALLOW },
		{ RET_ALLOW, JA(0) },
		{ INSN(0xffff, 0), RET_ALLOW },
	};
	const char *state = refusals->data;

	if (strchr(state, 'n') && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	if (strchr(state, 'f') &&
	    (kit_install_only(refusals->prog) || kit_install_only(refusals->prog)))
		return 1;
	refusals_begin(refusals);
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < COUNT(bad); i++) {
			struct sock_fprog prog = { .len = 2, .filter = bad[i] };

			refusals_expect(refusals, i, kit_install_only(&prog), EINVAL);
		}
	return refusals_end(refusals);
}

SC_TEST(refusal_changes_nothing,
	.doc = "After programs that were refused mode, NNP and count are as before, at 0 and over "
	       "filters, and these still work",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 19 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_filter filter;
	struct refusals refusals;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 25);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "n");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(1, refusals.after.nnp);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "nf");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(2, refusals.after.mode);
	EXPECT_EQ(25, refusals.after.getppid_errno);
}

SC_TEST(refusal_sets_no_nnp,
	.doc = "With CAP_SYS_ADMIN and without NNP, programs that are refused leave NNP at 0 too",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 19 }, .requires = NEED_ROOT | NEED_NO_NNP, .varies = VARY(DIM_ROUTE))
{
	struct kit_filter filter;
	struct refusals refusals;

	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 26);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.nnp);
	refusals = refusals_ask(ask_bad_programs, &filter.prog, "f");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.nnp);
	EXPECT_EQ(26, refusals.after.getppid_errno);
}

/* --- struct sock_fprog ----------------------------------------------------------------------- */

static int install_from(void *data)
{
	struct kit_filter filter;
	const struct sock_fprog *prog =
		kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 27);
	struct sock_fprog copy;

	/* Between the length and the pointer there are bytes that mean nothing. */
	memset(&copy, 0xff, sizeof(copy));
	copy.len = prog->len;
	copy.filter = *(void **)data ?: prog->filter;
	memcpy(copy.filter, prog->filter, prog->len * sizeof(*prog->filter));
	if (kit_install(&copy))
		return 255;
	return syscall(SYS_getppid) < 0 ? errno : 0;
}

/*
 * The same layout as the kernel's is the caller's matter only where they are of one size. A 32-bit
 * program under a 64-bit kernel has another one, whose pointer must become one of 64 bits by zeros,
 * also when it has its top bit set: on the stack, or high up.
 */
SC_TEST(program_of_any_address,
	.doc = "The caller's own layout of sock_fprog is understood (the compat one too), its "
	       "padding "
	       "ignored, and the pointer widened with zeros",
	.needs = { F_mode_filter_prctl, F_act_errno },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 20 },
	.varies = VARY(DIM_ROUTE))
{
	static const uintptr_t hints[] = { 0x10000000, 0x7fff0000, 0x80000000, 0xa0000000,
					   0xf0000000 };
	void *address = NULL;

	EXPECT_EQ(kit_exited(27), kit_end(kit_child(install_from, &address)));
	for (size_t i = 0; i < COUNT(hints); i++) {
		/* A hint: what is not free, or not the user's, is some other address. */
		address = mmap((void *)hints[i], 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		BROKE_UNLESS(address != MAP_FAILED, "no memory");
		EXPECT_EQ(kit_exited(27), kit_end(kit_child(install_from, &address)))
		{
			TH_LOG("instructions at %p", address);
		}
	}
}

TEST_HARNESS_MAIN
