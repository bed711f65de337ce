/* SPDX-License-Identifier: BSD-3-Clause */
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "filters/check.h"
#include "filters/opcode.h"

static const char *const reason_texts[] = {
	[CHECK_OK] = "accepted",
	[CHECK_OPCODE] = "no instruction of classic BPF",
	[CHECK_DIV_ZERO] = "division by zero",
	[CHECK_SHIFT] = "a shift by 32 bits or more",
	[CHECK_SLOT] = "scratch memory has only M[0] to M[15]",
	[CHECK_JUMP] = "jumps behind the last instruction",
	[CHECK_END] = "the last instruction must be a return",
	[CHECK_UNSET] = "reads scratch memory that some path to here has not written",
	[CHECK_NO_SECCOMP] = "seccomp refuses this opcode (socket filters may use it)",
	[CHECK_OFFSET] = "loads from seccomp_data are at multiples of 4 below 64",
};

static enum check_reason check_insn(const struct sock_filter *insn, size_t left)
{
	const struct opcode *op = opcode_find(insn->code);

	if (!op)
		return CHECK_OPCODE;
	switch (insn->code) {
	case BPF_ALU | BPF_DIV | BPF_K:
	case BPF_ALU | BPF_MOD | BPF_K:
		return insn->k ? CHECK_OK : CHECK_DIV_ZERO;
	case BPF_ALU | BPF_LSH | BPF_K:
	case BPF_ALU | BPF_RSH | BPF_K:
		return insn->k < 32 ? CHECK_OK : CHECK_SHIFT;
	}
	if (op->operand == OPERAND_MEM)
		return insn->k < BPF_MEMWORDS ? CHECK_OK : CHECK_SLOT;
	if (op->operand == OPERAND_JA)
		return insn->k < left ? CHECK_OK : CHECK_JUMP;
	if (opcode_is_branch(op))
		return insn->jt < left && insn->jf < left ? CHECK_OK : CHECK_JUMP;
	return CHECK_OK;
}

/* Every path to a load from M[k] must have stored there. All jumps are known to be in range. */
static struct check_result check_memory(const struct sock_filter *prog, size_t len)
{
	/* By instruction: the words that all jumps to it have written. */
	uint16_t at_target[BPF_MAXINSNS];
	uint16_t written = 0;

	memset(at_target, 0xff, len * sizeof(at_target[0]));
	for (size_t pc = 0; pc < len; pc++) {
		const struct sock_filter *insn = &prog[pc];
		const struct opcode *op = opcode_find(insn->code);

		written &= at_target[pc];
		if (insn->code == BPF_ST || insn->code == BPF_STX) {
			written |= 1 << insn->k;
		} else if (op->operand == OPERAND_MEM) {
			if (!(written & 1 << insn->k))
				return (struct check_result){ CHECK_UNSET, pc };
		} else if (op->operand == OPERAND_JA) {
			at_target[pc + 1 + insn->k] &= written;
			written = 0xffff;
		} else if (opcode_is_branch(op)) {
			at_target[pc + 1 + insn->jt] &= written;
			at_target[pc + 1 + insn->jf] &= written;
			written = 0xffff;
		}
		/* After a return the kernel goes on as if it fell through; so must this. */
	}
	return (struct check_result){ CHECK_OK, 0 };
}

static enum check_reason check_for_seccomp(const struct sock_filter *insn)
{
	const struct opcode *op = opcode_find(insn->code);

	if (!op->seccomp)
		return CHECK_NO_SECCOMP;
	if (op->operand == OPERAND_ABS && (insn->k >= sizeof(struct seccomp_data) || insn->k % 4))
		return CHECK_OFFSET;
	return CHECK_OK;
}

struct check_result check_filter(const struct sock_filter *prog, size_t len)
{
	struct check_result result;

	if (len == 0 || len > BPF_MAXINSNS)
		return (struct check_result){ CHECK_LENGTH, 0 };
	for (size_t pc = 0; pc < len; pc++) {
		enum check_reason reason = check_insn(&prog[pc], len - pc - 1);

		if (reason)
			return (struct check_result){ reason, pc };
	}
	if (BPF_CLASS(prog[len - 1].code) != BPF_RET)
		return (struct check_result){ CHECK_END, len - 1 };
	result = check_memory(prog, len);
	for (size_t pc = 0; pc < len && !result.reason; pc++)
		result = (struct check_result){ check_for_seccomp(&prog[pc]), pc };
	if (!result.reason)
		result.pc = 0;
	return result;
}

const char *check_text(const struct check_result *result, const struct sock_filter *prog,
		       size_t len, char *buf, size_t size)
{
	char insn[64];

	if (result->reason == CHECK_LENGTH)
		snprintf(buf, size, "%zu instructions; a filter has 1 to %d", len, BPF_MAXINSNS);
	else if (result->reason == CHECK_OK)
		snprintf(buf, size, "%s", reason_texts[CHECK_OK]);
	else
		snprintf(buf, size, "instruction %zu (%s): %s", result->pc,
			 opcode_text(&prog[result->pc], result->pc, insn, sizeof(insn)),
			 reason_texts[result->reason]);
	return buf;
}
