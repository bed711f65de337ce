/* SPDX-License-Identifier: BSD-3-Clause */
/* Which single instructions the kernel takes in a filter (behaviours 14 to 18). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit-trials.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- opcodes --------------------------------------------------------------------------------- */

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
	for (size_t i = 0; i < TRIAL_CODES; i++) {
		insns[0] = (struct sock_filter)BPF_JUMP(trial_codes[i], 4, 0, 0);
		try_skipped(trials, insns, COUNT(insns), 0);
	}
}

SC_TEST(allowed_opcodes,
	.doc = "Each of the opcodes of the allow list, with K and with X, is accepted",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 16 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_ENGINE))
{
	struct trials trials = trials_ask(try_allowed, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(TRIAL_CODES, trials.accepted);
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
	.behaviours = { 15 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT))
{
	struct trials trials = trials_ask(try_refused, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(0u, trials.accepted);
}

/* k = 0: a slot, an offset and a shift, a jump to the next; only a division refuses it. */
static void try_code(struct trials *trials, uint16_t code, uint32_t k)
{
	bool is_right = is_trial_code(code) && (k || code != (BPF_ALU | BPF_DIV | BPF_K)) &&
			(!k || code != (BPF_JMP | BPF_JA));

	try_insn(trials, (struct sock_filter)INSN(code, k), is_right ? 0 : EINVAL);
}

/* The opcodes have 8 bits, the code 16: with another one set even a right opcode is none. */
static void try_codes(struct trials *trials, const void *data)
{
	const uint32_t *k = data;

	for (uint32_t code = 0; code < 0x100; code++) {
		try_code(trials, code, *k);
		for (uint32_t bit = 0x100; bit < 0x10000; bit <<= 1)
			try_code(trials, code | bit, *k);
		try_code(trials, code | 0xff00, *k);
	}
}

SC_TEST(all_codes,
	.doc = "Of all opcodes of 8 bits the kernel takes those of the allow list, and none with a "
	       "higher bit set",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 15, 16 }, .seconds = 10)
{
	uint32_t k = 4;
	struct trials trials = trials_ask(try_codes, &k);

	EXPECT_TRIALS(trials);
	/* A jump by 4 leads out of this program. */
	EXPECT_EQ(TRIAL_CODES - 1, trials.accepted);
	EXPECT_EQ(256u * 10, trials.asked);
}

/* --- one instruction's operand --------------------------------------------------------------- */

/* insn with k from 0 to below and at the edges: accepted if it is below `good`, from `least` on. */
struct operand {
	uint16_t code;
	uint32_t least, good, multiple;
};

static void try_operand(struct trials *trials, const void *data)
{
	const struct operand *operand = data;
	/* Every path to a load must have stored; behind a jump nothing is asked of it. */
	for (uint32_t i = 0; i < 130 + TRIAL_EDGES; i++) {
		uint32_t k = i < 130 ? i : trial_edges[i - 130];

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
	.behaviours = { 14 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT))
{
	struct operand load = { BPF_LD | BPF_W | BPF_ABS, 0, 64, 4 };
	struct trials trials = trials_ask(try_operand, &load);

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
		struct trials trials = trials_ask(try_operand, &slot);

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
		struct trials trials = trials_ask(try_operand, &shift);

		EXPECT_TRIALS(trials);
		EXPECT_EQ(32u, trials.accepted);
	}
}

/* Where k means nothing, or anything will do; and where only 0 will not. */
static void try_any_operand(struct trials *trials, const void *data)
{
	(void)data;
	for (size_t i = 0; i < TRIAL_CODES; i++) {
		uint16_t code = trial_codes[i];

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
		for (size_t e = 0; e < TRIAL_EDGES; e += 3)
			try_insn(trials, (struct sock_filter)INSN(code, trial_edges[e]), 0);
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
	struct trials trials = trials_ask(try_any_operand, NULL);

	EXPECT_TRIALS(trials);
	EXPECT_EQ(trials.asked - 1, trials.accepted);
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
	.behaviours = { 18 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
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

TEST_HARNESS_MAIN
