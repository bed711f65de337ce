/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filters/builder.h"

#define NEAR 255 /* as far as jt and jf reach */

struct build_insn {
	uint16_t code;
	uint32_t k;
	enum { BUILD_STMT, BUILD_IF, BUILD_GOTO } kind;
	int yes, no;	      /* labels */
	bool far_yes, far_no; /* reached by an unconditional jump behind this one */
	size_t at;	      /* where it will stand */
};

struct build_label {
	const char *name;
	bool bound;
	size_t insn;
};

__attribute__((format(printf, 3, 4))) static void fail(struct builder *b, int err,
						       const char *format, ...)
{
	va_list args;

	if (b->err)
		return;
	b->err = err;
	va_start(args, format);
	vsnprintf(b->why, sizeof(b->why), format, args);
	va_end(args);
}

/* The array with room for one element more; the same array and b->err set if there is no memory. */
static void *grow(struct builder *b, void *array, size_t len, size_t *room, size_t size)
{
	size_t wanted = (*room + 64) * 2;
	void *bigger;

	if (len < *room)
		return array;
	bigger = realloc(array, wanted * size);
	if (!bigger) {
		fail(b, -ENOMEM, "out of memory");
		return array;
	}
	*room = wanted;
	return bigger;
}

void builder_init(struct builder *b, const struct arch *arch)
{
	*b = (struct builder){ .arch = arch };
}

void builder_free(struct builder *b)
{
	free(b->insns);
	free(b->labels);
	free(b->done);
	*b = (struct builder){ .arch = b->arch };
}

int builder_label(struct builder *b, const char *name)
{
	for (size_t i = 0; name && i < b->label_count; i++)
		if (b->labels[i].name && !strcmp(b->labels[i].name, name))
			return (int)i + 1;
	if (b->err)
		return NEXT;
	b->labels = grow(b, b->labels, b->label_count, &b->label_room, sizeof(b->labels[0]));
	if (b->err)
		return NEXT;
	b->labels[b->label_count] = (struct build_label){ .name = name };
	return (int)++b->label_count;
}

/* How an error names a label. */
static const char *label_name(const struct builder *b, int label, char buf[16])
{
	if (b->labels[label - 1].name)
		return b->labels[label - 1].name;
	snprintf(buf, 16, "%d", label);
	return buf;
}

static bool label_ok(struct builder *b, int label)
{
	if (!b->err && (label < 0 || (size_t)label > b->label_count))
		fail(b, -EINVAL, "instruction %zu: %d is no label", b->len, label);
	return !b->err;
}

void builder_bind(struct builder *b, int label)
{
	char buf[16];

	if (!label_ok(b, label))
		return;
	if (label == NEXT) {
		fail(b, -EINVAL, "NEXT is no label to bind");
		return;
	}
	if (b->labels[label - 1].bound) {
		fail(b, -EINVAL, "label %s is bound twice", label_name(b, label, buf));
		return;
	}
	b->labels[label - 1].bound = true;
	b->labels[label - 1].insn = b->len;
}

static void append(struct builder *b, struct build_insn insn)
{
	if (!label_ok(b, insn.yes) || !label_ok(b, insn.no))
		return;
	if (b->len >= BPF_MAXINSNS) {
		fail(b, -E2BIG, "more than %d instructions", BPF_MAXINSNS);
		return;
	}
	b->insns = grow(b, b->insns, b->len, &b->room, sizeof(b->insns[0]));
	if (!b->err)
		b->insns[b->len++] = insn;
}

void build_stmt(struct builder *b, uint16_t code, uint32_t k)
{
	append(b, (struct build_insn){ .code = code, .k = k });
}

void build_if(struct builder *b, uint16_t op, uint32_t k, int yes, int no)
{
	append(b, (struct build_insn){
			  .code = BPF_JMP | op, .k = k, .kind = BUILD_IF, .yes = yes, .no = no });
}

void build_goto(struct builder *b, int label)
{
	append(b,
	       (struct build_insn){ .code = BPF_JMP | BPF_JA, .kind = BUILD_GOTO, .yes = label });
}

void build_nr(struct builder *b)
{
	build_stmt(b, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
}

static void build_arg(struct builder *b, unsigned int n, bool second_word)
{
	if (n > 5)
		fail(b, -EINVAL, "instruction %zu: a syscall has arguments 0 to 5, not %u", b->len,
		     n);
	build_stmt(b, BPF_LD | BPF_W | BPF_ABS,
		   offsetof(struct seccomp_data, args) + 8 * n + (second_word ? 4 : 0));
}

void build_arg_low(struct builder *b, unsigned int n)
{
	build_arg(b, n, b->arch->big_endian);
}

void build_arg_high(struct builder *b, unsigned int n)
{
	build_arg(b, n, !b->arch->big_endian);
}

void build_ret(struct builder *b, uint32_t value)
{
	build_stmt(b, BPF_RET | BPF_K, value);
}

void build_arch(struct builder *b, int deny)
{
	build_stmt(b, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	build_if(b, BPF_JEQ, b->arch->audit, NEXT, deny);
}

void build_reject_x32(struct builder *b, int deny)
{
	int next = builder_label(b, NULL);

	for (size_t i = 0; i < arch_count; i++) {
		const struct arch *twin = &arches[i];

		if (twin->audit != b->arch->audit || !twin->nr_bit || b->arch->nr_bit)
			continue;
		build_if(b, BPF_JEQ, UINT32_MAX, next, NEXT);
		build_if(b, BPF_JSET, twin->nr_bit, deny, NEXT);
	}
	builder_bind(b, next);
}

void build_if_arg_eq(struct builder *b, unsigned int n, uint64_t value, int yes, int no)
{
	int next = builder_label(b, NULL);

	build_arg_high(b, n);
	build_if(b, BPF_JEQ, value >> 32, NEXT, no ? no : next);
	build_arg_low(b, n);
	build_if(b, BPF_JEQ, (uint32_t)value, yes, no);
	builder_bind(b, next);
}

void build_if_arg_masked(struct builder *b, unsigned int n, uint64_t mask, uint64_t value, int yes,
			 int no)
{
	int next = builder_label(b, NULL);

	build_arg_high(b, n);
	build_stmt(b, BPF_ALU | BPF_AND | BPF_K, mask >> 32);
	build_if(b, BPF_JEQ, value >> 32, NEXT, no ? no : next);
	build_arg_low(b, n);
	build_stmt(b, BPF_ALU | BPF_AND | BPF_K, (uint32_t)mask);
	build_if(b, BPF_JEQ, (uint32_t)value, yes, no);
	builder_bind(b, next);
}

/* The high halves decide, unless they are equal. */
static void build_order(struct builder *b, unsigned int n, uint16_t op, uint64_t value, int yes,
			int no)
{
	int next = builder_label(b, NULL);

	build_arg_high(b, n);
	build_if(b, BPF_JGT, value >> 32, yes ? yes : next, NEXT);
	build_if(b, BPF_JEQ, value >> 32, NEXT, no ? no : next);
	build_arg_low(b, n);
	build_if(b, op, (uint32_t)value, yes, no);
	builder_bind(b, next);
}

void build_if_arg_gt(struct builder *b, unsigned int n, uint64_t value, int yes, int no)
{
	build_order(b, n, BPF_JGT, value, yes, no);
}

void build_if_arg_ge(struct builder *b, unsigned int n, uint64_t value, int yes, int no)
{
	build_order(b, n, BPF_JGE, value, yes, no);
}

static size_t insn_size(const struct build_insn *insn)
{
	return 1 + insn->far_yes + insn->far_no;
}

static size_t end_of(const struct builder *b)
{
	return b->len ? b->insns[b->len - 1].at + insn_size(&b->insns[b->len - 1]) : 0;
}

/* Where a jump of instruction i leads to. */
static size_t address(const struct builder *b, size_t i, int label)
{
	if (label == NEXT)
		return b->insns[i].at + insn_size(&b->insns[i]);
	return b->insns[b->labels[label - 1].insn].at;
}

static void check_label(struct builder *b, size_t i, int label)
{
	const struct build_label *target;
	char buf[16];

	if (label == NEXT)
		return;
	target = &b->labels[label - 1];
	if (!target->bound)
		fail(b, -EINVAL, "label %s is used but never bound", label_name(b, label, buf));
	else if (target->insn <= i)
		fail(b, -EINVAL, "label %s is bound before a jump to it; BPF jumps forward only",
		     label_name(b, label, buf));
	else if (target->insn >= b->len)
		fail(b, -EINVAL, "label %s is bound behind the last instruction",
		     label_name(b, label, buf));
}

static void check_labels(struct builder *b)
{
	for (size_t i = 0; i < b->len; i++) {
		if (b->insns[i].kind == BUILD_STMT)
			continue;
		check_label(b, i, b->insns[i].yes);
		check_label(b, i, b->insns[i].no);
	}
}

/* A branch that became too long gets its own jump, which moves the rest: until nothing changes. */
static void lay_out(struct builder *b)
{
	bool moved = true;

	while (moved) {
		size_t at = 0;

		moved = false;
		for (size_t i = 0; i < b->len; i++) {
			b->insns[i].at = at;
			at += insn_size(&b->insns[i]);
		}
		for (size_t i = 0; i < b->len; i++) {
			struct build_insn *insn = &b->insns[i];
			size_t next = insn->at + 1;

			if (insn->kind != BUILD_IF)
				continue;
			if (!insn->far_yes && address(b, i, insn->yes) - next > NEAR)
				moved = insn->far_yes = true;
			if (!insn->far_no && address(b, i, insn->no) - next > NEAR)
				moved = insn->far_no = true;
		}
	}
}

static void emit_goto(struct builder *b, size_t at, size_t target)
{
	b->done[at] = (struct sock_filter){ .code = BPF_JMP | BPF_JA, .k = target - at - 1 };
}

static void emit(struct builder *b, size_t i)
{
	const struct build_insn *insn = &b->insns[i];
	struct sock_filter *out = &b->done[insn->at];
	size_t next = insn->at + 1;

	*out = (struct sock_filter){ .code = insn->code, .k = insn->k };
	if (insn->kind == BUILD_GOTO)
		emit_goto(b, insn->at, address(b, i, insn->yes));
	if (insn->kind != BUILD_IF)
		return;
	out->jt = insn->far_yes ? 0 : address(b, i, insn->yes) - next;
	out->jf = insn->far_no ? insn->far_yes : address(b, i, insn->no) - next;
	if (insn->far_yes)
		emit_goto(b, next++, address(b, i, insn->yes));
	if (insn->far_no)
		emit_goto(b, next, address(b, i, insn->no));
}

int builder_finish(struct builder *b, struct sock_fprog *prog)
{
	*prog = (struct sock_fprog){ 0 };
	if (!b->len)
		fail(b, -EINVAL, "no instructions");
	check_labels(b);
	if (b->err)
		return b->err;
	lay_out(b);
	if (end_of(b) > BPF_MAXINSNS) {
		fail(b, -E2BIG, "%zu instructions with the long jumps; %d is the limit", end_of(b),
		     BPF_MAXINSNS);
		return b->err;
	}
	free(b->done);
	b->done = calloc(end_of(b), sizeof(b->done[0]));
	if (!b->done) {
		fail(b, -ENOMEM, "out of memory");
		return b->err;
	}
	for (size_t i = 0; i < b->len; i++)
		emit(b, i);
	*prog = (struct sock_fprog){ .len = end_of(b), .filter = b->done };
	return 0;
}
