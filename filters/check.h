/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Would the kernel accept this filter? Exactly what bpf_check_classic (net/core/filter.c) and
 * seccomp_check_filter (kernel/seccomp.c) decide, unchanged from 3.16 to 6.18, plus the length
 * that seccomp_prepare_filter allows. Privileges, and the limit on all filters of a task together
 * (ENOMEM), are not the program's and not asked here.
 */
#ifndef SECCOMPAT_FILTERS_CHECK_H
#define SECCOMPAT_FILTERS_CHECK_H

#include <linux/filter.h>
#include <stddef.h>

/* In the kernel's order of checking; each of them is EINVAL there. */
enum check_reason {
	CHECK_OK,
	CHECK_LENGTH,	  /* not 1 to 4096 instructions */
	CHECK_OPCODE,	  /* no opcode of classic BPF */
	CHECK_DIV_ZERO,	  /* division by the constant 0 */
	CHECK_SHIFT,	  /* shift by a constant of 32 or more */
	CHECK_SLOT,	  /* M[16] and above */
	CHECK_JUMP,	  /* a target behind the last instruction (BPF has no jumps back) */
	CHECK_END,	  /* the last instruction is no return */
	CHECK_UNSET,	  /* M[k] read where some path has not written it */
	CHECK_NO_SECCOMP, /* an opcode for socket filters only */
	CHECK_OFFSET,	  /* a load outside of seccomp_data, or not aligned */
};

struct check_result {
	enum check_reason reason;
	size_t pc; /* the instruction it is about; 0 for CHECK_OK and CHECK_LENGTH */
};

/* The first objection the kernel has to prog's len instructions; allocates nothing. */
struct check_result check_filter(const struct sock_filter *prog, size_t len);

/*
 * "instruction 3 (div #0x0): division by zero" into buf, which is returned. 160 bytes are
 * enough.
 */
const char *check_text(const struct check_result *result, const struct sock_filter *prog,
		       size_t len, char *buf, size_t size);

#endif
