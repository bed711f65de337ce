/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/stats.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* Those that were taken, in order; the caller frees them. */
static double *sorted(const double *samples, size_t count, size_t *kept)
{
	double *copy = malloc((count ? count : 1) * sizeof(*copy));

	*kept = 0;
	if (!copy)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (samples[i] == samples[i]) /* isnan() without the mathematics library */
			copy[(*kept)++] = samples[i];
	qsort(copy, *kept, sizeof(*copy), by_value);
	return copy;
}

double stats_quantile(const double *samples, size_t count, double part)
{
	size_t kept, below;
	double *copy = sorted(samples, count, &kept), place, value = NAN;

	if (copy && kept) {
		place = part * (kept - 1);
		below = place;
		value = copy[below];
		if (below + 1 < kept)
			value += (place - below) * (copy[below + 1] - copy[below]);
	}
	free(copy);
	return value;
}

double stats_place(const double *samples, size_t count, size_t place)
{
	size_t kept;
	double *copy = sorted(samples, count, &kept), value = NAN;

	if (copy && kept)
		value = copy[place < kept ? place : kept - 1];
	free(copy);
	return value;
}

double stats_least(const double *samples, size_t count)
{
	return stats_quantile(samples, count, 0);
}

double stats_decile(const double *samples, size_t count)
{
	return stats_quantile(samples, count, 0.1);
}

double stats_median(const double *samples, size_t count)
{
	return stats_quantile(samples, count, 0.5);
}

void stats_scores(const double *const rows[], size_t row_count, size_t round_count, double scores[])
{
	double *medians = calloc(row_count ? row_count : 1, sizeof(*medians));
	double *parts = calloc(row_count ? row_count : 1, sizeof(*parts));

	for (size_t i = 0; medians && i < row_count; i++)
		medians[i] = stats_median(rows[i], round_count);
	for (size_t round = 0; round < round_count; round++) {
		for (size_t i = 0; medians && parts && i < row_count; i++)
			parts[i] = rows[i][round] / medians[i];
		scores[round] = medians && parts ? stats_median(parts, row_count) : NAN;
	}
	free(medians);
	free(parts);
}

double stats_calm_median(const double *samples, const double *scores, size_t count, double limit,
			 size_t *taken)
{
	double *calm = malloc((count ? count : 1) * sizeof(*calm)), median;

	*taken = 0;
	if (!calm)
		return NAN;
	for (size_t i = 0; i < count; i++)
		if (scores[i] <= limit && samples[i] == samples[i])
			calm[(*taken)++] = samples[i];
	median = stats_median(calm, *taken);
	free(calm);
	return median;
}

double stats_paired_ratio(const double *above, const double *below, size_t count)
{
	double *ratios = malloc((count ? count : 1) * sizeof(*ratios)), median;

	if (!ratios)
		return NAN;
	for (size_t i = 0; i < count; i++)
		ratios[i] = below[i] > 0 ? above[i] / below[i] : NAN;
	median = stats_median(ratios, count);
	free(ratios);
	return median;
}

struct stats_spread stats_spread(const double *samples, size_t count)
{
	struct stats_spread spread = { .median = NAN, .least = NAN, .most = NAN };
	double *copy = sorted(samples, count, &spread.count);

	if (copy && spread.count) {
		spread.median = stats_median(copy, spread.count);
		spread.least = copy[0];
		spread.most = copy[spread.count - 1];
	}
	free(copy);
	return spread;
}

double stats_range(const struct stats_spread *spread)
{
	if (spread->count < 2 || !(spread->median > 0))
		return 0;
	return (spread->most - spread->least) / spread->median;
}

/* --- least squares --------------------------------------------------------------------------- */

/* The normal equations, with their right side in the last column. */
struct equations {
	double cell[STATS_UNKNOWNS][STATS_UNKNOWNS + 1];
	size_t unknowns;
};

/* Gauss and Jordan. Normal equations are positive definite: their pivots need no choosing. */
static bool solve(struct equations *eq, double x[], double least_pivot)
{
	for (size_t column = 0; column < eq->unknowns; column++) {
		if (!(fabs(eq->cell[column][column]) > least_pivot))
			return false;
		for (size_t row = 0; row < eq->unknowns; row++) {
			double factor = eq->cell[row][column] / eq->cell[column][column];

			for (size_t i = column; row != column && i <= eq->unknowns; i++)
				eq->cell[row][i] -= factor * eq->cell[column][i];
		}
	}
	for (size_t i = 0; i < eq->unknowns; i++)
		x[i] = eq->cell[i][eq->unknowns] / eq->cell[i][i];
	return true;
}

/* What columns are multiplied by, so that counts of one and of a thousand weigh alike. */
static void find_scales(const double *rows, size_t row_count, size_t unknowns, double scale[])
{
	for (size_t i = 0; i < unknowns; i++) {
		double most = 0;

		for (size_t row = 0; row < row_count; row++)
			if (fabs(rows[row * unknowns + i]) > most)
				most = fabs(rows[row * unknowns + i]);
		scale[i] = most > 0 ? 1 / most : 0;
	}
}

bool stats_least_squares(const double *rows, const double *right, size_t row_count, size_t unknowns,
			 double x[])
{
	struct equations eq = { .unknowns = unknowns };
	double scale[STATS_UNKNOWNS];

	if (!unknowns || unknowns > STATS_UNKNOWNS || row_count < unknowns)
		return false;
	find_scales(rows, row_count, unknowns, scale);
	for (size_t row = 0; row < row_count; row++)
		for (size_t i = 0; i < unknowns; i++) {
			double cell = rows[row * unknowns + i] * scale[i];

			for (size_t j = 0; j < unknowns; j++)
				eq.cell[i][j] += cell * rows[row * unknowns + j] * scale[j];
			eq.cell[i][unknowns] += cell * right[row];
		}
	if (!solve(&eq, x, 1e-9))
		return false;
	for (size_t i = 0; i < unknowns; i++)
		x[i] *= scale[i];
	return true;
}
