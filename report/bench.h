/* SPDX-License-Identifier: BSD-3-Clause */
/* What a bench found, as text, JSON and plots. */
#ifndef SECCOMPAT_REPORT_BENCH_H
#define SECCOMPAT_REPORT_BENCH_H

#include <stdio.h>

#include "bench/own.h"
#include "probe/environment.h"

#define BENCH_ENGINES 2

/* What ran with one engine, and what follows from it. */
struct bench_engine_run {
	struct bench_results results;
	struct model model;
	struct bitmap bitmap;
};

struct bench_report {
	struct environment env;
	struct bench_plan plan;
	struct bench_engine_run runs[BENCH_ENGINES];
	size_t run_count;
	char how[360]; /* how the engine is known, and why there is one only */
	bool broke;    /* the switch of the engine could not be set back */
	/* Somebody's own filters: their rows are those of the plan from the first one on, in this
	 * order. */
	struct own_filter filters[OWN_FILTERS];
	size_t filter_count, first_row;
	const char *mix_path; /* NULL: none was given */
	struct mix mix;
	struct own_choice choice;
};

/* Where a filter's row is. */
size_t bench_filter_row(const struct bench_report *report, size_t filter);

/* Of the figures: "ns"; or "insns", if instructions were counted. */
const char *bench_unit(const struct bench_report *report);

/* Whether every run's control was within the tolerance. */
bool bench_is_quiet(const struct bench_report *report);

/* A table, and what follows from it. */
void bench_print(FILE *out, const struct bench_report *report);

/* One object; docs/bench.schema.json describes it. */
void bench_write_json(FILE *out, const struct bench_report *report);

/*
 * length.svg, depth.svg and actions.svg (or filters.svg) in a folder, which is made if it is not
 * there, by gnuplot. bench_can_plot looks before long work. Both: 0, or -1 after a line on stderr.
 */
int bench_can_plot(const char *folder);
int bench_plot(const char *folder, const struct bench_report *report);

#endif
