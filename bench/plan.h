/* SPDX-License-Identifier: BSD-3-Clause */
/* What is timed, a row after the other. A plan's insn_ns is to be known before. */
#ifndef SECCOMPAT_BENCH_PLAN_H
#define SECCOMPAT_BENCH_PLAN_H

#include "bench/own.h"

/* The rows of configs.def that are in that set. */
void plan_add_set(struct bench_plan *plan, enum bench_set set);

/*
 * Somebody's own filters, hot and cold, with the calls that were chosen. Returns the row of the
 * first one; those of the others follow.
 */
size_t plan_add_own(struct bench_plan *plan, const struct own_filter *filters, size_t count,
		    const struct own_choice *choice);

#endif
