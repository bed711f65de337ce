/* SPDX-License-Identifier: BSD-3-Clause */
/* What is made of a row's ratios, of which each start has one. */
#ifndef SECCOMPAT_BENCH_ESTIMATE_H
#define SECCOMPAT_BENCH_ESTIMATE_H

#include "bench/bench.h"

/* How far the twin of the native call is off, as a part of it: the median over the starts. */
double estimate_control(const struct bench_plan *plan, const struct bench_results *results,
			enum bench_set set);

/* The ratio of a row of that set; NAN without any. */
double estimate_ratio(const struct bench_plan *plan, const struct bench_results *results,
		      const struct bench_row *row, enum bench_set set);

/* Whether two starts agree about the best state that they found the processor in. */
bool estimate_is_settled(const struct bench_plan *plan, const struct bench_results *results,
			 enum bench_set set);

#endif
