/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Builds a filter without counting jumps:
 *
 *	struct builder b;
 *	struct sock_fprog prog;
 *
 *	builder_init(&b, arch_native());
 *	build_arch(&b, builder_label(&b, "deny"));
 *	build_nr(&b);
 *	build_if(&b, BPF_JEQ, __NR_read, builder_label(&b, "allow"), NEXT);
 *	builder_bind(&b, builder_label(&b, "deny"));
 *	build_ret(&b, SECCOMP_RET_KILL_PROCESS);
 *	builder_bind(&b, builder_label(&b, "allow"));
 *	build_ret(&b, SECCOMP_RET_ALLOW);
 *	if (builder_finish(&b, &prog))
 *		... b.why ...
 *	builder_free(&b);
 *
 * The first error is kept and shows in builder_finish; what is appended after it is ignored, so
 * only that one call needs a test. Whether the kernel would accept the result is check_filter's
 * matter: invalid programs can be built too, but no jump that leads nowhere.
 */
#ifndef SECCOMPAT_FILTERS_BUILDER_H
#define SECCOMPAT_FILTERS_BUILDER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"

struct build_insn;
struct build_label;

/* Only err and why are for reading; the rest is the builder's own. */
struct builder {
	const struct arch *arch;
	int err;      /* 0 or -errno: ENOMEM, E2BIG, EINVAL */
	char why[96]; /* what is wrong, if err is not 0 */
	struct build_insn *insns;
	size_t len, room;
	struct build_label *labels;
	size_t label_count, label_room;
	struct sock_filter *done;
};

/* Where to jump: what builder_label returned, or this, the instruction that follows. */
#define NEXT 0

/* arch says where the halves of an argument are, and what build_arch compares with. */
void builder_init(struct builder *b, const struct arch *arch);

/*
 * The label of that name, made at its first use; a new one without a name each time if name is
 * NULL. The name must live until builder_finish. Jumps to it may come before it is bound.
 */
int builder_label(struct builder *b, const char *name);

/* The label means the next instruction appended. Once only; BPF jumps forward only. */
void builder_bind(struct builder *b, int label);

/* One instruction as it is: any code, valid or not. */
void build_stmt(struct builder *b, uint16_t code, uint32_t k);

/*
 * A conditional jump: op is BPF_JEQ, BPF_JGT, BPF_JGE or BPF_JSET, against the constant k, or
 * against X if BPF_X is or-ed in. A target more than 255 instructions away costs one
 * unconditional jump, put in by builder_finish.
 */
void build_if(struct builder *b, uint16_t op, uint32_t k, int yes, int no);
void build_goto(struct builder *b, int label);

void build_nr(struct builder *b);		       /* A = the syscall's number */
void build_arg_low(struct builder *b, unsigned int n); /* A = a half of argument n, 0 to 5 */
void build_arg_high(struct builder *b, unsigned int n);
void build_ret(struct builder *b, uint32_t value); /* SECCOMP_RET_* with its data */

/* To deny unless seccomp_data.arch is the builder's architecture. A is lost. */
void build_arch(struct builder *b, int deny);

/*
 * To deny the numbers of x32, which has x86_64's token; for other architectures nothing. A must be
 * the number and stays it. -1, a call that a tracer skipped, goes on.
 */
void build_reject_x32(struct builder *b, int deny);

/*
 * Argument n, all 64 bits: equal to value; the bits of mask equal to value; greater, or greater or
 * equal, unsigned. A is lost.
 */
void build_if_arg_eq(struct builder *b, unsigned int n, uint64_t value, int yes, int no);
void build_if_arg_masked(struct builder *b, unsigned int n, uint64_t mask, uint64_t value, int yes,
			 int no);
void build_if_arg_gt(struct builder *b, unsigned int n, uint64_t value, int yes, int no);
void build_if_arg_ge(struct builder *b, unsigned int n, uint64_t value, int yes, int no);

/*
 * Resolves the jumps. Returns 0 and the program in *prog, which is the builder's until
 * builder_free; or a negative errno with the reason in b->why, and *prog empty: -ENOMEM, -E2BIG
 * (more than 4096 instructions), -EINVAL (a label never bound, bound twice, behind the last
 * instruction or before a jump to it; an argument above 5).
 */
int builder_finish(struct builder *b, struct sock_fprog *prog);
void builder_free(struct builder *b);

#endif
