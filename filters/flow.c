/* SPDX-License-Identifier: BSD-3-Clause */
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "filters/flow.h"
#include "filters/opcode.h"

static const struct flow_value unknown = { .kind = FLOW_UNKNOWN };

static struct flow_value constant(uint32_t k)
{
	return (struct flow_value){ .kind = FLOW_CONST, .number = k };
}

static struct flow_value field(uint32_t offset)
{
	if (offset >= sizeof(struct seccomp_data) || offset % 4)
		return unknown;
	return (struct flow_value){ .kind = FLOW_FIELD, .number = offset, .mask = UINT32_MAX };
}

static bool is_field(const struct flow_value *value, size_t offset)
{
	return value->kind == FLOW_FIELD && value->number == offset && value->mask == UINT32_MAX;
}

static void join_value(struct flow_value *into, const struct flow_value *other)
{
	if (into->kind != other->kind || into->number != other->number || into->mask != other->mask)
		*into = unknown;
}

/* Another path leads to into's instruction. */
static void join(struct flow_state *into, const struct flow_state *other)
{
	if (!into->reached) {
		into->reached = true;
		into->arch_checked = other->arch_checked;
		into->archs = other->archs;
		into->a = other->a;
		into->x = other->x;
		memcpy(into->mem, other->mem, sizeof(into->mem));
		return;
	}
	into->arch_checked &= other->arch_checked;
	into->archs |= other->archs;
	join_value(&into->a, &other->a);
	join_value(&into->x, &other->x);
	for (size_t i = 0; i < BPF_MEMWORDS; i++)
		join_value(&into->mem[i], &other->mem[i]);
}

static uint64_t archs_with_token(uint32_t audit)
{
	uint64_t set = 0;

	for (size_t i = 0; i < arch_count; i++)
		if (arches[i].audit == audit)
			set |= UINT64_C(1) << i;
	return set;
}

static uint64_t archs_with_bit(uint32_t nr_bit)
{
	uint64_t set = 0;

	for (size_t i = 0; i < arch_count; i++)
		if (arches[i].nr_bit && arches[i].nr_bit == nr_bit)
			set |= UINT64_C(1) << i;
	return set;
}

/* What taking, or not taking, a branch says about the architecture. */
static void learn(struct flow_state *state, const struct sock_filter *insn, bool taken)
{
	uint64_t with_bit;

	if (insn->code == (BPF_JMP | BPF_JEQ | BPF_K) &&
	    is_field(&state->a, offsetof(struct seccomp_data, arch))) {
		state->archs &= taken ? archs_with_token(insn->k) : ~archs_with_token(insn->k);
		state->arch_checked |= taken;
		return;
	}
	if (insn->code != (BPF_JMP | BPF_JSET | BPF_K) && insn->code != (BPF_JMP | BPF_JGE | BPF_K))
		return;
	/* x32's bit in the number */
	with_bit = archs_with_bit(insn->k);
	if (!is_field(&state->a, offsetof(struct seccomp_data, nr)) || !(state->archs & with_bit))
		return;
	if (taken && state->arch_checked)
		state->archs &= with_bit;
	if (!taken)
		state->archs &= ~with_bit;
}

static void lead(struct flow_state *states, size_t len, size_t pc, uint64_t target,
		 const struct flow_state *state)
{
	struct flow_state *to;

	if (target >= len)
		return;
	to = &states[target];
	join(to, state);
	if (target == pc + 1)
		return;
	if (to->jumps < sizeof(to->from) / sizeof(to->from[0]))
		to->from[to->jumps] = pc;
	to->jumps++;
}

static struct flow_value loaded(const struct flow_state *state, const struct sock_filter *insn)
{
	switch (opcode_find(insn->code)->operand) {
	case OPERAND_K:
		return constant(insn->k);
	case OPERAND_LEN:
		return constant(sizeof(struct seccomp_data));
	case OPERAND_ABS:
		return BPF_SIZE(insn->code) == BPF_W ? field(insn->k) : unknown;
	case OPERAND_MEM:
		return insn->k < BPF_MEMWORDS ? state->mem[insn->k] : unknown;
	default:
		return unknown;
	}
}

/* The instruction's effect on the registers. */
static void step(struct flow_state *state, const struct sock_filter *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		state->a = loaded(state, insn);
		break;
	case BPF_LDX:
		state->x = loaded(state, insn);
		break;
	case BPF_ST:
	case BPF_STX:
		if (insn->k < BPF_MEMWORDS)
			state->mem[insn->k] = BPF_CLASS(insn->code) == BPF_ST ? state->a : state->x;
		break;
	case BPF_ALU:
		if (insn->code == (BPF_ALU | BPF_AND | BPF_K) && state->a.kind == FLOW_FIELD)
			state->a.mask &= insn->k;
		else
			state->a = unknown;
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			state->x = state->a;
		else
			state->a = state->x;
		break;
	}
}

static void branch(struct flow_state *states, const struct sock_filter *prog, size_t len, size_t pc)
{
	struct flow_state yes = states[pc], no = states[pc];

	if (prog[pc].jt == prog[pc].jf) {
		lead(states, len, pc, (uint64_t)pc + 1 + prog[pc].jt, &yes);
		return;
	}
	learn(&yes, &prog[pc], true);
	learn(&no, &prog[pc], false);
	lead(states, len, pc, (uint64_t)pc + 1 + prog[pc].jt, &yes);
	lead(states, len, pc, (uint64_t)pc + 1 + prog[pc].jf, &no);
}

static void follow(struct flow_state *states, const struct sock_filter *prog, size_t len, size_t pc)
{
	const struct opcode *op = opcode_find(prog[pc].code);
	struct flow_state after = states[pc];

	if (!op || BPF_CLASS(prog[pc].code) == BPF_RET)
		return;
	if (opcode_is_branch(op)) {
		branch(states, prog, len, pc);
	} else if (op->operand == OPERAND_JA) {
		lead(states, len, pc, (uint64_t)pc + 1 + prog[pc].k, &after);
	} else {
		step(&after, &prog[pc]);
		lead(states, len, pc, (uint64_t)pc + 1, &after);
	}
}

struct flow_state *flow_follow(const struct sock_filter *prog, size_t len)
{
	struct flow_state *states = calloc(len ? len : 1, sizeof(*states));

	if (!states || !len)
		return states;
	states[0].reached = true;
	states[0].archs = UINT64_MAX;
	for (size_t pc = 0; pc < len; pc++)
		if (states[pc].reached)
			follow(states, prog, len, pc);
	return states;
}

uint64_t flow_archs(const struct flow_state *state, const struct arch *fallback)
{
	uint64_t bit = UINT64_C(1) << (fallback - arches);

	return state->arch_checked ? state->archs : state->archs & bit;
}
