/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filters/action.h"
#include "filters/disasm.h"
#include "filters/flow.h"
#include "filters/opcode.h"

/* One line in the making. */
struct line {
	const struct sock_filter *insn;
	size_t next; /* the instruction after it */
	const struct flow_state *state;
	uint64_t archs; /* where names come from */
	bool big_endian;
	char text[256];
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
	size_t used = strlen(line->text);
	va_list args;

	va_start(args, format);
	vsnprintf(line->text + used, sizeof(line->text) - used, format, args);
	va_end(args);
}

static void add_number(struct line *line, uint32_t k)
{
	add(line, k < 10 ? "%u" : "0x%x", k);
}

static void add_field(struct line *line, uint32_t offset)
{
	const char *half = (offset & 4) == (line->big_endian ? 4u : 0u) ? "low" : "high";

	if (offset == offsetof(struct seccomp_data, nr))
		add(line, "nr");
	else if (offset == offsetof(struct seccomp_data, arch))
		add(line, "arch");
	else if (offset < offsetof(struct seccomp_data, args))
		add(line, "ip.%s", half);
	else
		add(line, "args[%zu].%s", (offset - offsetof(struct seccomp_data, args)) / 8, half);
}

/* What a register holds, if that is better known than by the register's name. */
static void add_value(struct line *line, const struct flow_value *value, const char *name)
{
	if (value->kind != FLOW_FIELD) {
		add(line, "%s", name);
	} else if (value->mask == UINT32_MAX) {
		add_field(line, value->number);
	} else {
		add(line, "(");
		add_field(line, value->number);
		add(line, " & 0x%x)", value->mask);
	}
}

/* The name of nr on row i of arches[], if this path may be for it. */
static const char *name_on(const struct line *line, size_t i, uint32_t nr)
{
	return line->archs >> i & 1 ? arch_syscall_name(&arches[i], nr) : NULL;
}

/*
 * "read"; "read (x32)" where the number's bit says so; "1 (x86_64 write, i386 exit)" where a path
 * is for architectures that differ. False if there is no name.
 */
static bool add_syscall(struct line *line, uint32_t nr)
{
	const char *first = NULL, *separator = "(";
	const struct arch *by_bit = NULL;
	bool agree = true;

	for (size_t i = 0; i < arch_count; i++) {
		const char *name = name_on(line, i, nr);

		agree &= !name || !first || !strcmp(name, first);
		first = first ? first : name;
		by_bit = name && arches[i].nr_bit ? &arches[i] : by_bit;
	}
	if (!first)
		return false;
	if (agree) {
		add(line, "%s", first);
		if (by_bit)
			add(line, " (%s)", by_bit->name);
		return true;
	}
	add(line, "%u ", nr);
	for (size_t i = 0; i < arch_count; i++) {
		if (!name_on(line, i, nr))
			continue;
		add(line, "%s%s %s", separator, arches[i].name, name_on(line, i, nr));
		separator = ", ";
	}
	add(line, ")");
	return true;
}

/* A constant that A is compared with, by its name there. */
static void add_constant(struct line *line, bool ordered)
{
	const struct flow_value *a = &line->state->a;
	bool plain = a->kind == FLOW_FIELD && a->mask == UINT32_MAX;
	uint32_t k = line->insn->k;
	const struct arch *arch = arch_by_audit(k, 0);

	if (plain && a->number == offsetof(struct seccomp_data, nr) && !ordered) {
		if (!add_syscall(line, k))
			add(line, (int32_t)k < 0 ? "%d" : "%u", k);
	} else if (plain && a->number == offsetof(struct seccomp_data, nr) && k < 0x10000) {
		/* The end of a range, whose own name would say little. */
		add(line, "%u", k);
	} else if (plain && a->number == offsetof(struct seccomp_data, arch) && arch) {
		add(line, "%s", arch->name);
	} else {
		add_number(line, k);
	}
}

/* The condition of a branch, or its opposite. */
static void add_condition(struct line *line, bool opposite)
{
	static const struct {
		uint16_t op;
		const char *is, *is_not;
	} operators[] = {
		{ BPF_JEQ, "==", "!=" },
		{ BPF_JGT, ">", "<=" },
		{ BPF_JGE, ">=", "<" },
		{ BPF_JSET, "&", "&" },
	};
	const struct sock_filter *insn = line->insn;
	bool bits = BPF_OP(insn->code) == BPF_JSET;

	add(line, "%s", bits && opposite ? "!(" : "");
	add_value(line, &line->state->a, "A");
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (operators[i].op == BPF_OP(insn->code))
			add(line, " %s ", opposite ? operators[i].is_not : operators[i].is);
	if (BPF_SRC(insn->code) == BPF_X)
		add_value(line, &line->state->x, "X");
	else if (bits)
		add(line, "0x%x", insn->k);
	else
		add_constant(line, BPF_OP(insn->code) != BPF_JEQ);
	add(line, "%s", bits && opposite ? ")" : "");
}

static void mean_branch(struct line *line)
{
	const struct sock_filter *insn = line->insn;

	if (insn->jt == insn->jf) {
		add(line, "goto %zu", line->next + insn->jt);
		return;
	}
	add(line, "if (");
	add_condition(line, insn->jt == 0);
	add(line, ") goto %zu", line->next + (insn->jt ? insn->jt : insn->jf));
	if (insn->jt && insn->jf)
		add(line, " else goto %zu", line->next + insn->jf);
}

static void mean_load(struct line *line, const char *reg)
{
	const struct sock_filter *insn = line->insn;
	const struct flow_value *slot;

	add(line, "%s = ", reg);
	switch (opcode_find(insn->code)->operand) {
	case OPERAND_K:
		add_number(line, insn->k);
		break;
	case OPERAND_LEN:
		add(line, "%zu", sizeof(struct seccomp_data));
		break;
	case OPERAND_MEM:
		add(line, "M[%u]", insn->k);
		slot = &line->state->mem[insn->k % BPF_MEMWORDS];
		if (insn->k < BPF_MEMWORDS && slot->kind == FLOW_FIELD) {
			add(line, ", ");
			add_value(line, slot, "");
		}
		break;
	case OPERAND_ABS:
		if (BPF_SIZE(insn->code) == BPF_W && insn->k < sizeof(struct seccomp_data) &&
		    insn->k % 4 == 0) {
			add_field(line, insn->k);
			break;
		}
		/* fall through */
	default:
		add(line, "nothing that seccomp has");
	}
}

static void mean_alu(struct line *line)
{
	static const struct {
		uint16_t op;
		const char *text;
	} operators[] = {
		{ BPF_ADD, "+=" },  { BPF_SUB, "-=" },	{ BPF_MUL, "*=" }, { BPF_DIV, "/=" },
		{ BPF_MOD, "%=" },  { BPF_AND, "&=" },	{ BPF_OR, "|=" },  { BPF_XOR, "^=" },
		{ BPF_LSH, "<<=" }, { BPF_RSH, ">>=" },
	};

	if (BPF_OP(line->insn->code) == BPF_NEG) {
		add(line, "A = -A");
		return;
	}
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (operators[i].op == BPF_OP(line->insn->code))
			add(line, "A %s ", operators[i].text);
	if (BPF_SRC(line->insn->code) == BPF_X)
		add(line, "X");
	else
		add_number(line, line->insn->k);
}

static void mean_return(struct line *line)
{
	char action[48] = "A";

	if (BPF_RVAL(line->insn->code) != BPF_A)
		action_text(line->insn->k, action, sizeof(action));
	add(line, "return %s", action);
}

static void mean(struct line *line)
{
	const struct opcode *op = opcode_find(line->insn->code);

	if (!op)
		return;
	switch (BPF_CLASS(line->insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		mean_load(line, BPF_CLASS(line->insn->code) == BPF_LD ? "A" : "X");
		break;
	case BPF_ST:
	case BPF_STX:
		add(line, "M[%u] = %s", line->insn->k,
		    BPF_CLASS(line->insn->code) == BPF_ST ? "A" : "X");
		break;
	case BPF_ALU:
		mean_alu(line);
		break;
	case BPF_JMP:
		if (opcode_is_branch(op))
			mean_branch(line);
		else
			add(line, "goto %llu", (unsigned long long)line->next + line->insn->k);
		break;
	case BPF_RET:
		mean_return(line);
		break;
	case BPF_MISC:
		add(line, BPF_MISCOP(line->insn->code) == BPF_TAX ? "X = A" : "A = X");
		break;
	}
}

/* Big endian if all the architectures of this path are; if the path has none, as arch. */
static bool path_big_endian(uint64_t archs, const struct arch *arch)
{
	for (size_t i = 0; i < arch_count; i++)
		if (archs >> i & 1 && !arches[i].big_endian)
			return false;
	return archs ? true : arch->big_endian;
}

int disasm(const struct sock_filter *prog, size_t len, const struct arch *arch,
	   void (*line)(void *data, const struct disasm_line *line), void *data)
{
	struct flow_state *states = flow_follow(prog, len);
	char text[64];

	if (!states)
		return -ENOMEM;
	for (size_t pc = 0; pc < len; pc++) {
		const struct flow_state *state = &states[pc];
		struct line l = { .insn = &prog[pc], .next = pc + 1, .state = state };
		struct disasm_line out = { .pc = pc,
					   .jumps = state->jumps,
					   .reached = state->reached };

		memcpy(out.from, state->from, sizeof(out.from));
		l.archs = flow_archs(state, arch);
		l.big_endian = path_big_endian(l.archs, arch);
		mean(&l);
		out.text = opcode_text(&prog[pc], pc, text, sizeof(text));
		out.meaning = l.text;
		line(data, &out);
	}
	free(states);
	return 0;
}
