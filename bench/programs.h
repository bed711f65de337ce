/* SPDX-License-Identifier: BSD-3-Clause */
/* The filters that are timed. */
#ifndef SECCOMPAT_BENCH_PROGRAMS_H
#define SECCOMPAT_BENCH_PROGRAMS_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "filters/builder.h"

/* What a filter of some length is made of. Those before BODY_LINEAR are kinds of instructions. */
enum body { BODY_ALU, BODY_JEQ, BODY_LD, BODY_MEM, BODY_DIV, BODY_LINEAR, BODY_TREE };

/*
 * Each allows all that there is. The builder (see filters/builder.h) is the caller's to free;
 * returns what builder_finish does.
 *
 * constant: allows by the number, so that a kernel with a bitmap need not run it.
 * by_arg: just as long, but decides by an argument, so that every kernel must.
 * body: decides by an argument, then runs n instructions of a kind; or finds getppid() in a list of
 * n numbers: as the last one that a linear list compares with, or in a binary tree.
 */
int program_constant(struct builder *b, struct sock_fprog *prog);
int program_by_arg(struct builder *b, struct sock_fprog *prog);
int program_body(struct builder *b, enum body body, unsigned int n, struct sock_fprog *prog);

/* action for getppid(), and all else is allowed. */
int program_action(struct builder *b, uint32_t action, struct sock_fprog *prog);

/*
 * Whether a kernel with a bitmap has the call in it: the filter allows nr of arch by instructions
 * that look at nothing but number and architecture (the kernel's seccomp_is_const_allow, 5.11).
 */
bool program_is_constant(const struct sock_filter *insns, const struct arch *arch, uint32_t nr);

#endif
