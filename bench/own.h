/* SPDX-License-Identifier: BSD-3-Clause */
/* Somebody's own filters, side by side: what can be timed of a mix of calls, and what is foretold.
 */
#ifndef SECCOMPAT_BENCH_OWN_H
#define SECCOMPAT_BENCH_OWN_H

#include "bench/mix.h"
#include "bench/model.h"

#define OWN_FILTERS 32	/* at once */
#define OWN_CALLS   128 /* that are made in turn */

/* Why a call of the mix is not timed. */
enum own_why { OWN_TIMED, OWN_RARE, OWN_HARMFUL, OWN_REFUSED };

/* Which calls are made, for all filters the same. */
struct own_choice {
	struct bench_call calls[OWN_CALLS];
	size_t count;		     /* 0: there is none that all filters allow */
	enum own_why why[MIX_CALLS]; /* of the mix's calls */
	double timed;		     /* the part of the mix that is */
};

/* A filter, and what it does with the mix; parts of the calls, weighed by how often they are made.
 */
struct own_filter {
	const char *path;
	struct sock_fprog prog;
	double executed; /* instructions a call, on average, where each call runs the filter */
	double constant; /* the part that the bitmap allows */
	double refused;	 /* the part that is not allowed */
	/* Of an average call: what is run in any case, and what the bitmap saves. */
	struct model_counts run, saved;
};

/* A mix of the first harmless call that all the filters allow; getppid() if there is none. */
void own_default_mix(const struct own_filter *filters, size_t count, struct mix *mix);

void own_choose(const struct own_filter *filters, size_t count, const struct mix *mix,
		struct own_choice *choice);

/* All but path and prog. Arguments are those of the harmless call, else 0. */
void own_judge(struct own_filter *filter, const struct mix *mix);

/* What the filter adds to a call of the mix, with a bitmap or without; NAN if nothing fits. */
double own_foretell(const struct own_filter *filter, const struct model *model,
		    const struct bitmap *bitmap);

#endif
