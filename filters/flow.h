/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of the machine before each instruction of a filter: the disassembler's knowledge.
 */
#ifndef SECCOMPAT_FILTERS_FLOW_H
#define SECCOMPAT_FILTERS_FLOW_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"

struct flow_value {
	enum { FLOW_UNKNOWN, FLOW_CONST, FLOW_FIELD } kind;
	uint32_t number; /* the constant, or the offset in seccomp_data */
	uint32_t mask;	 /* of a field: what has been and-ed with it */
};

struct flow_state {
	bool reached;
	bool arch_checked;  /* every path here has found seccomp_data.arch equal to something */
	uint64_t archs;	    /* the rows of arches[] that are possible here, a bit each */
	unsigned int jumps; /* to here, not counting the instruction before */
	size_t from[3];	    /* where the first of them stand */
	struct flow_value a, x, mem[BPF_MEMWORDS];
};

/*
 * The state before each instruction; len of them, for the caller to free; NULL without memory. As
 * all jumps go forward one pass sees everything. prog may be invalid: a jump out of it leads
 * nowhere.
 */
struct flow_state *flow_follow(const struct sock_filter *prog, size_t len);

/*
 * The architectures that names in this state should come from, a bit each: those the filter has
 * checked for; if it has not, fallback unless it is ruled out.
 */
uint64_t flow_archs(const struct flow_state *state, const struct arch *fallback);

#endif
