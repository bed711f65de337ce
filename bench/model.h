/* SPDX-License-Identifier: BSD-3-Clause */
/* What was measured, as a few numbers that foretell what was not; and whether the bitmap works. */
#ifndef SECCOMPAT_BENCH_MODEL_H
#define SECCOMPAT_BENCH_MODEL_H

#include <linux/seccomp.h>

#include "bench/bench.h"

enum model_term {
#define TERM(id, text) TERM_##id,
#include "bench/model.def"
#undef TERM
	TERM_COUNT
};

struct model_term_info {
	const char *id, *text;
};

extern const struct model_term_info model_terms[TERM_COUNT];

/* How often each term is in a call. */
struct model_counts {
	double of[TERM_COUNT];
	unsigned int executed; /* instructions */
};

struct model_residual {
	size_t row;
	double added, foretold; /* ns */
};

struct model {
	bool fits;     /* else nothing else is said */
	double bitmap; /* ns of a call that the bitmap allows; NAN if none was timed */
	double ns[TERM_COUNT];
	struct model_residual residuals[BENCH_CONFIGS];
	size_t residual_count;
	double worst; /* residual, as a part of what was measured */
};

/* What one filter does about data; to add up for several. */
struct model_counts model_count(const struct sock_filter *insns, const struct seccomp_data *data);

/* By least squares of the relative errors, over the rows that have programs in them. */
void model_fit(const struct bench_plan *plan, const struct bench_results *results,
	       struct model *model);

/* Nanoseconds above the native call. */
double model_foretell(const struct model *model, const struct model_counts *counts);

enum bitmap_state { BITMAP_UNCLEAR, BITMAP_YES, BITMAP_NO };

/*
 * Stacks of equal filters, one of which is allowed by the number: with a bitmap its depth costs
 * next to nothing, and without one as much as that of the other. Each start has a vote.
 */
struct bitmap {
	enum bitmap_state state;
	unsigned int yes, no, starts;
	double constant, by_arg; /* ns that the two stacks add */
};

struct bitmap bitmap_diagnose(const struct bench_plan *plan, const struct bench_results *results);
const char *bitmap_name(enum bitmap_state state); /* "yes", "no", "not clear" */

#endif
