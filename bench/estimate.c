/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/estimate.h"

#include <math.h>

#include "bench/stats.h"

/*
 * Of the starts whose own control is right, if they are so many, the second lowest: what sticks in
 * one for all of its time only ever adds, and may do so in most of them; what is in one alone is an
 * accident.
 */
#define RIGHT_LEAST 3
#define RIGHT_PLACE 1

/* Each set begins with a native call, its twin, and something under a filter. */
enum { AT_NATIVE, AT_CONTROL, AT_FILTER };

static const struct bench_row *first_rows(const struct bench_plan *plan,
					  const struct bench_results *results, enum bench_set set)
{
	size_t native = 0;

	while (plan->configs[native].set != set)
		native++;
	return &results->rows[native];
}

/* How far it is off in a start. */
static double control_in(const struct bench_plan *plan, const struct bench_results *results,
			 enum bench_set set, unsigned int start)
{
	return fabs(first_rows(plan, results, set)[AT_CONTROL].ratios[start] - 1);
}

double estimate_control(const struct bench_plan *plan, const struct bench_results *results,
			enum bench_set set)
{
	double off[BENCH_STARTS];

	for (unsigned int i = 0; i < results->starts[set]; i++)
		off[i] = control_in(plan, results, set, i);
	return stats_median(off, results->starts[set]);
}

/* The row's ratios in the starts whose control is right. */
static size_t right_ratios(const struct bench_plan *plan, const struct bench_results *results,
			   const struct bench_row *row, enum bench_set set,
			   double right[BENCH_STARTS])
{
	size_t count = 0;

	for (unsigned int i = 0; i < results->starts[set]; i++)
		if (control_in(plan, results, set, i) < plan->tolerance)
			right[count++] = row->ratios[i];
	return count;
}

double estimate_ratio(const struct bench_plan *plan, const struct bench_results *results,
		      const struct bench_row *row, enum bench_set set)
{
	unsigned int starts = results->starts[set];
	double right[BENCH_STARTS];
	size_t count = right_ratios(plan, results, row, set, right);

	if (count >= RIGHT_LEAST)
		return stats_place(right, count, RIGHT_PLACE);
	return stats_place(row->ratios, starts, starts >= RIGHT_LEAST ? RIGHT_PLACE : 0);
}

/* Counts know of no state. */
bool estimate_is_settled(const struct bench_plan *plan, const struct bench_results *results,
			 enum bench_set set)
{
	double right[BENCH_STARTS];
	size_t count =
		right_ratios(plan, results, &first_rows(plan, results, set)[AT_FILTER], set, right);
	double best = stats_least(right, count);

	return plan->insn_ns > 0 || isnan(best) ||
	       (count >= RIGHT_LEAST &&
		stats_place(right, count, RIGHT_PLACE) < best * (1 + plan->tolerance));
}
