/* SPDX-License-Identifier: BSD-3-Clause */
/* A list becomes a filter: ranges, trees, instructions, and the proof that it is the same. */
#ifndef SECCOMPAT_COMPILE_COMPILE_H
#define SECCOMPAT_COMPILE_COMPILE_H

#include "compile/emit.h"
#include "compile/mix.h"
#include "compile/policy.h"

/* What a filter costs, of instructions executed. Arguments are taken as 0. */
struct cost {
	double executed; /* by the average call */
	double tests;	 /* of the number, among them */
	double optimum;	 /* those of the best tree of comparisons; see tree.h */
};

struct compiled {
	struct filter filter;
	size_t worst;  /* instructions executed at most */
	size_t ranges; /* of numbers, over all architectures */
	struct cost uniform,
		mix;  /* of the first architecture: all numbers with a rule alike; the mix */
	bool has_mix; /* the mix has calls of it */
	unsigned long proved; /* calls that were compared */
};

/*
 * Returns 0; or -1 and the reason in why (400 bytes are enough), with *broke set if it is the
 * compiler's fault: the filter is not what the list says.
 */
int compile(const struct policy *policy, const struct mix *mix, struct compiled *compiled,
	    char *why, size_t size, bool *broke);
void compiled_free(struct compiled *compiled);

#endif
