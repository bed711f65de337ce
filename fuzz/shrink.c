/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/shrink.h"

#include <string.h>

#include "filters/opcode.h"

struct shrinking {
	struct fuzz_difference *best;
	struct fuzz_difference candidate;
	bool (*still)(struct fuzz_difference *difference, void *data);
	void *data;
	unsigned int tries;
};

/* How far a jump at pc goes that went to target, once [from, from + count) is gone. */
static uint32_t shorter(uint32_t pc, uint32_t distance, uint32_t from, uint32_t count)
{
	uint64_t target = (uint64_t)pc + 1 + distance;

	if (pc >= from || target <= from)
		return distance;
	return distance - (uint32_t)(target - from < count ? target - from : count);
}

void fuzz_remove(struct program *program, uint32_t pc, uint32_t count)
{
	for (uint32_t i = 0; i < pc; i++) {
		struct sock_filter *insn = &program->code[i];
		const struct opcode *op = opcode_find(insn->code);

		if (!op)
			continue;
		if (op->operand == OPERAND_JA)
			insn->k = shorter(i, insn->k, pc, count);
		if (!opcode_is_branch(op))
			continue;
		insn->jt = shorter(i, insn->jt, pc, count);
		insn->jf = shorter(i, insn->jf, pc, count);
	}
	memmove(&program->code[pc], &program->code[pc + count],
		(program->len - pc - count) * sizeof(program->code[0]));
	program->len -= count;
}

/* The candidate replaces the best if it is one. */
static bool keep_if_still(struct shrinking *s)
{
	if (!s->tries)
		return false;
	s->tries--;
	if (!s->still(&s->candidate, s->data))
		return false;
	*s->best = s->candidate;
	return true;
}

static bool try_removal(struct shrinking *s, uint32_t pc, uint32_t count)
{
	s->candidate = *s->best;
	fuzz_remove(&s->candidate.program, pc, count);
	return keep_if_still(s);
}

/* From the end, as what stands there decides less; large pieces first. */
static bool remove_pieces(struct shrinking *s)
{
	uint32_t before = s->best->program.len;

	for (uint32_t size = (before - s->best->keep + 1) / 2; size > 0 && s->tries; size /= 2) {
		uint32_t pc = s->best->program.len;

		while (pc > s->best->keep && s->tries) {
			uint32_t most = pc - s->best->keep;
			uint32_t count = size < most ? size : most;

			pc -= count;
			try_removal(s, pc, count);
		}
	}
	return s->best->program.len < before;
}

static bool try_insn(struct shrinking *s, uint32_t pc, struct sock_filter insn)
{
	const struct sock_filter *now = &s->best->program.code[pc];

	if (!memcmp(now, &insn, sizeof(insn)))
		return false;
	s->candidate = *s->best;
	s->candidate.program.code[pc] = insn;
	return keep_if_still(s);
}

/* A jump that always goes one way; no jump at all; a constant for what was loaded; small numbers.
 */
static bool simplify_insn(struct shrinking *s, uint32_t pc)
{
	static const uint32_t small[] = { 0, 1, 2 };
	const struct sock_filter *insn = &s->best->program.code[pc];
	struct sock_filter changed = *insn;
	const struct opcode *op = opcode_find(insn->code);
	bool branch = op && opcode_is_branch(op), better = false;

	if (branch) {
		better |= try_insn(s, pc, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, insn->jt));
		better |= !better &&
			  try_insn(s, pc, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, insn->jf));
	} else {
		changed.jt = changed.jf = 0;
		better |= try_insn(s, pc, changed);
	}
	for (size_t i = 0; !better && i < sizeof(small) / sizeof(small[0]); i++) {
		changed = *insn;
		if (changed.k <= small[i])
			break;
		changed.k = small[i];
		better = try_insn(s, pc, changed);
	}
	return better;
}

static bool simplify_insns(struct shrinking *s)
{
	bool better = false;

	for (uint32_t pc = s->best->keep; pc < s->best->program.len && s->tries; pc++)
		better |= simplify_insn(s, pc);
	return better;
}

static void simplify_data(struct shrinking *s)
{
	for (unsigned int i = 0; i < 6; i++) {
		if (!s->best->question.data.args[i])
			continue;
		s->candidate = *s->best;
		s->candidate.question.data.args[i] = 0;
		keep_if_still(s);
	}
}

/* What lets everything through is a return; what stands before it only varies the beginning. */
static void simplify_guard(struct shrinking *s)
{
	do {
		if (s->best->keep <= 1)
			return;
		s->candidate = *s->best;
		s->candidate.keep--;
		fuzz_remove(&s->candidate.program, 0, 1);
	} while (keep_if_still(s));
}

void fuzz_shrink(struct fuzz_difference *difference,
		 bool (*still)(struct fuzz_difference *difference, void *data), void *data,
		 unsigned int tries)
{
	static struct shrinking s;
	bool better = true;

	s = (struct shrinking){ .best = difference, .still = still, .data = data, .tries = tries };
	while (better && s.tries) {
		better = remove_pieces(&s);
		better |= simplify_insns(&s);
	}
	if (difference->kind == FUZZ_PROGRAMS)
		simplify_data(&s);
	else
		simplify_guard(&s);
}
