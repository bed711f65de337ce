/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "filters/opcode.h"

static const struct opcode opcodes[] = {
#define OPCODE(code, name, operand, seccomp) [code] = { name, operand, seccomp },
#include "filters/opcodes.def"
#undef OPCODE
};

const struct opcode *opcode_find(uint16_t code)
{
	if (code >= sizeof(opcodes) / sizeof(opcodes[0]) || !opcodes[code].name)
		return NULL;
	return &opcodes[code];
}

bool opcode_is_branch(const struct opcode *opcode)
{
	return opcode->operand == OPERAND_JUMP_K || opcode->operand == OPERAND_JUMP_X;
}

const char *opcode_text(const struct sock_filter *insn, size_t pc, char *buf, size_t size)
{
	const struct opcode *op = opcode_find(insn->code);
	/* In 64 bits: a bad k must not wrap to a target that looks right. */
	unsigned long long next = (unsigned long long)pc + 1, k = insn->k;

	if (!op) {
		snprintf(buf, size, ".word 0x%04x, %u, %u, 0x%x", insn->code, insn->jt, insn->jf,
			 insn->k);
		return buf;
	}
	switch (op->operand) {
	case OPERAND_NONE:
		snprintf(buf, size, "%s", op->name);
		break;
	case OPERAND_K:
		snprintf(buf, size, "%s #0x%llx", op->name, k);
		break;
	case OPERAND_X:
		snprintf(buf, size, "%s x", op->name);
		break;
	case OPERAND_A:
		snprintf(buf, size, "%s a", op->name);
		break;
	case OPERAND_ABS:
		snprintf(buf, size, "%s [%llu]", op->name, k);
		break;
	case OPERAND_IND:
		snprintf(buf, size, "%s [x + %llu]", op->name, k);
		break;
	case OPERAND_MSH:
		snprintf(buf, size, "%s 4 * ([%llu] & 0xf)", op->name, k);
		break;
	case OPERAND_LEN:
		snprintf(buf, size, "%s #len", op->name);
		break;
	case OPERAND_MEM:
		snprintf(buf, size, "%s M[%llu]", op->name, k);
		break;
	case OPERAND_JA:
		snprintf(buf, size, "%s %llu", op->name, next + k);
		break;
	case OPERAND_JUMP_K:
		snprintf(buf, size, "%s #0x%llx, %llu, %llu", op->name, k, next + insn->jt,
			 next + insn->jf);
		break;
	case OPERAND_JUMP_X:
		snprintf(buf, size, "%s x, %llu, %llu", op->name, next + insn->jt, next + insn->jf);
		break;
	}
	return buf;
}
