/* SPDX-License-Identifier: BSD-3-Clause */
/* The opcodes of classic BPF as data (opcodes.def), and one instruction as text. */
#ifndef SECCOMPAT_FILTERS_OPCODE_H
#define SECCOMPAT_FILTERS_OPCODE_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an instruction works on, besides A. */
enum operand {
	OPERAND_NONE,
	OPERAND_K,	/* the constant k */
	OPERAND_X,	/* the index register */
	OPERAND_A,	/* the accumulator itself: ret a */
	OPERAND_ABS,	/* the word at offset k of seccomp_data */
	OPERAND_IND,	/* the same at x + k: socket filters only */
	OPERAND_MSH,	/* a header's length: socket filters only */
	OPERAND_LEN,	/* the length of the data */
	OPERAND_MEM,	/* the scratch word M[k] */
	OPERAND_JA,	/* always to pc + 1 + k */
	OPERAND_JUMP_K, /* A against k: to pc + 1 + jt or pc + 1 + jf */
	OPERAND_JUMP_X, /* A against X */
};

struct opcode {
	const char *name;
	enum operand operand;
	bool seccomp; /* a seccomp filter may use it */
};

/* The row for a sock_filter's code; NULL if classic BPF has no such opcode. */
const struct opcode *opcode_find(uint16_t code);

/* A jump with two targets. */
bool opcode_is_branch(const struct opcode *opcode);

/*
 * The instruction at pc in assembler: "jeq #0x3b, 7, 9", targets being instruction numbers;
 * ".word 0x0042, 1, 2, 0x3" (code, jt, jf, k) for what is no instruction. Into buf, which is
 * returned; 64 bytes are enough.
 */
const char *opcode_text(const struct sock_filter *insn, size_t pc, char *buf, size_t size);

#endif
