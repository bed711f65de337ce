/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What seccomp costs here: what is timed, and what came of it. How, and why so, is in
 * docs/bench.md.
 */
#ifndef SECCOMPAT_BENCH_BENCH_H
#define SECCOMPAT_BENCH_BENCH_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#include "bench/stats.h"
#include "filters/builder.h"
#include "probe/jit.h"

enum bench_set { SET_CALLS, SET_ACTIONS, SET_OWN, SET_COUNT };

/* "calls", "actions", "own filters". */
const char *bench_set_name(enum bench_set set);

enum load_id {
#define LOAD(id, ...) L_##id,
#include "bench/loads.def"
#undef LOAD
	L_COUNT
};

/* K_native and so on: the rows of configs.def, which bench_configs[] is indexed by. */
enum config_id {
#define CONFIG(id, ...) K_##id,
#include "bench/configs.def"
#undef CONFIG
	K_COUNT
};

/* A row of configs.def; or of one's own filters, then with prog. */
struct bench_config {
	const char *id, *group;
	enum bench_set set;
	size_t reference; /* an index; its own: none */
	enum load_id load;
	unsigned int n, every, most;
	const char *text;
	const struct sock_fprog *prog; /* NULL: no filter, or the load's own */
};

extern const struct bench_config bench_configs[K_COUNT];

/* What is called in turn, where it is not getppid(): calls that the kernel answers at once. */
struct bench_call {
	long nr;
	unsigned long args[6];
};

struct bench_schedule {
	const struct bench_call *calls;
	size_t count;
};

#define BENCH_CONFIGS 96 /* at most, at once */
#define BENCH_STARTS  64 /* of a set, at most */

/* Whether a row's instructions repeat: a call that is made here, and whoever answers it. */
bool bench_can_count(const struct bench_config *config);

/* Why a row has no figure; "" if it has one. */
#define BENCH_WHY 160

struct bench_plan {
	const struct bench_config *configs;
	size_t count;
	struct bench_schedule schedule;
	double seconds;	  /* of work for one engine; as much again if the machine is noisy */
	double tolerance; /* that the A/A control must be within */
	double insn_ns;	  /* > 0: not time but instructions, which take so long (bench/count.h) */
	int cpu;	  /* to pin to; -1: the one that is least busy */
	bool progress;	  /* on standard error */
};

struct bench_row {
	char why[BENCH_WHY];
	struct stats_spread ns;	   /* a go, over the starts: the median of the calmest rounds */
	double estimate;	   /* of the ratio: the second lowest start's */
	struct stats_spread ratio; /* of it to the reference's, likewise */
	double decile;		   /* the median of the starts' ratios of lower deciles */
	double paired;		   /* the median of the starts' medians of paired ratios */
	/* Of each start, NAN where the row has none: what ns and ratio are of. */
	double starts[BENCH_STARTS], ratios[BENCH_STARTS];
};

struct bench_results {
	enum jit engine;
	int cpu, other; /* other: -1 if there is one only */
	unsigned int starts[SET_COUNT];
	unsigned int rounds;	   /* the least of a start */
	double control[SET_COUNT]; /* how far the twin of the native call is off, as a part of it */
	bool quiet;		   /* all controls are within the tolerance */
	double seconds;
	char trouble[BENCH_WHY]; /* "" unless a start came to nothing */
	struct bench_row rows[BENCH_CONFIGS];
};

/*
 * Times the plan. Returns 0 with results; or the signal that interrupted it, when all children are
 * gone. Nothing is left behind, whatever happens. With an engine that is not as it was found, it is
 * the caller's to have borrowed it (probe/jit.h).
 */
int bench_run(const struct bench_plan *plan, struct bench_results *results);

/*
 * What a row costs: the reference's nanoseconds times the ratio, as the machine may have been of
 * another speed in each start; and what of that is above the reference. NAN without a figure.
 */
double bench_ns(const struct bench_plan *plan, const struct bench_results *results, size_t row);
double bench_added(const struct bench_plan *plan, const struct bench_results *results, size_t row);

/* Whether anything but native calls could be timed; else the first reason why not, in why. */
bool bench_has_filters(const struct bench_plan *plan, const struct bench_results *results,
		       char *why, size_t size);

/*
 * The program of a row that has one: for builder_free, and what builder_finish returns; -ENOENT if
 * the row has none of its own.
 */
int bench_program(const struct bench_config *config, struct builder *b, struct sock_fprog *prog);

#endif
