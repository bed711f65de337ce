/* SPDX-License-Identifier: BSD-3-Clause */
/* One start: a set of children, new ones, interleaved at random for a while. */
#ifndef SECCOMPAT_BENCH_START_H
#define SECCOMPAT_BENCH_START_H

#include "bench/bench.h"
#include "bench/child.h"

#define START_ROUNDS	  100 /* at least */
#define START_MOST_ROUNDS 2000
#define START_COUNTS	  3	/* rounds, where instructions are counted */
#define START_SILENCE_MS  15000 /* it says something after every few rounds */

/* In memory that is shared with it. */
struct start {
	const struct bench_plan *plan;
	enum bench_set set;
	int cpu, other;
	double seconds;
	unsigned int seed;
	char why[BENCH_WHY];
	unsigned int rounds; /* that were made */
	struct bench_slot slots[BENCH_CONFIGS];
	double samples[BENCH_CONFIGS][START_MOST_ROUNDS]; /* NAN where there is none */
};

/* In a process of its own, which leads a group; ends when all its children have. 0, or 1 when some
 * had to be killed. */
int start_main(void *start);

/* The filters that were freed at its end. */
unsigned int start_filters(const struct start *start);

#endif
