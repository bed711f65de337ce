/* SPDX-License-Identifier: BSD-3-Clause */
/* The arithmetic of the bench, on plain arrays. A sample that was not taken is NAN and left out. */
#ifndef SECCOMPAT_BENCH_STATS_H
#define SECCOMPAT_BENCH_STATS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The value below which that part of the samples lies, between two of them by straight line;
 * NAN if there is none. 0.1 is the lower decile: noise only ever adds.
 */
double stats_quantile(const double *samples, size_t count, double part);
double stats_least(const double *samples, size_t count);
double stats_decile(const double *samples, size_t count);
double stats_median(const double *samples, size_t count);

/* The one in that place, 0 being the least, or the last one if there are not so many. */
double stats_place(const double *samples, size_t count, size_t place);

/*
 * How calm each round was: the median, over the rows, of its sample as a part of the row's median.
 * A disturbance, or a processor in another state, shows in all rows of a round. rows[i] has
 * round_count samples; NAN for a round without any.
 */
void stats_scores(const double *const rows[], size_t row_count, size_t round_count,
		  double scores[]);

/* The median of the samples whose score is limit or less; *taken is how many these are. */
double stats_calm_median(const double *samples, const double *scores, size_t count, double limit,
			 size_t *taken);

/* The median of above[i] / below[i], over those i that have both; NAN if there is none. */
double stats_paired_ratio(const double *above, const double *below, size_t count);

struct stats_spread {
	double median, least, most;
	size_t count; /* of what was no NAN */
};

struct stats_spread stats_spread(const double *samples, size_t count);

/* (most - least) / median; 0 for less than two. */
double stats_range(const struct stats_spread *spread);

#define STATS_UNKNOWNS 12

/*
 * The x that makes the sum of (row . x - right)^2 least; rows is row_count by unknowns, a row after
 * the other. False if the rows do not tell the unknowns apart.
 */
bool stats_least_squares(const double *rows, const double *right, size_t row_count, size_t unknowns,
			 double x[]);

#endif
