/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers of an architecture token as ranges of what becomes of them: all of 0 to 0xffffffff.
 */
#ifndef SECCOMPAT_COMPILE_INTERVAL_H
#define SECCOMPAT_COMPILE_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

#include "compile/dag.h"
#include "compile/mix.h"
#include "compile/policy.h"

struct interval {
	uint32_t first, last;
	int node;      /* what decides */
	double weight; /* of the calls that are made */
};

/* A number that is called so often that it may be worth a test of its own. */
struct hot {
	uint32_t nr;
	double weight;
	size_t at; /* in which interval */
};

#define HOT_MAX 8

struct intervals {
	uint32_t audit;
	struct interval *list;
	size_t count, room;
	struct hot hot[HOT_MAX]; /* by weight */
	size_t hot_count;
};

/*
 * How often numbers are called: what the mix says, or all those with a rule alike. Of architectures
 * behind the policy's first one nothing, or (blended) little.
 */
enum weighing {
	WEIGH_MIX,
	WEIGH_UNIFORM,
	WEIGH_BLEND, /* the mix, and where it says nothing a trace of the others */
};

/* Conditions become nodes of dag. Neighbours that lead to the same node are one range. */
void intervals_make(struct intervals *intervals, const struct policy *policy, uint32_t audit,
		    struct dag *dag);
void intervals_weigh(struct intervals *intervals, const struct policy *policy,
		     const struct mix *mix, enum weighing weighing);
void intervals_free(struct intervals *intervals);

#endif
