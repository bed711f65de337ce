/* SPDX-License-Identifier: BSD-3-Clause */
/* bench: the arithmetic, mixes; on fixed data. */
#include "bench/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/count.h"
#include "bench/estimate.h"
#include "tests/unit/bench.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- statistics ------------------------------------------------------------------------------ */

static void test_quantiles(void)
{
	const double ten[] = { 50, 10, 30, 20, 40, 90, 100, 60, 80, 70, 110 };
	const double gaps[] = { NAN, 7, NAN, 3, NAN };
	const double nothing[] = { NAN };

	check(is_near(stats_decile(ten, COUNT(ten)), 20), "the lower decile of eleven: the second");
	check(is_near(stats_decile(ten, 10), 19), "of ten: on the way to the second");
	check(is_near(stats_median(ten, COUNT(ten)), 60), "the median");
	check(is_near(stats_median(gaps, COUNT(gaps)), 5), "samples that were not taken: left out");
	check(isnan(stats_median(nothing, 1)), "no sample: no number");
	check(isnan(stats_median(ten, 0)), "none at all: no number");
	check(is_near(stats_decile(ten, 1), 50), "one sample: that one");
	check(is_near(stats_place(ten, COUNT(ten), 1), 20), "a place: the second lowest");
	check(is_near(stats_place(gaps, COUNT(gaps), 4), 7), "of fewer: the last");
	check(isnan(stats_place(nothing, 1, 0)), "of none: no number");
}

/* Of five starts, in the fourth of which the control is off. */
static void test_estimates(void)
{
	static const struct bench_config configs[3]; /* native, its twin, a filter */
	static struct bench_results results = {
		.starts = { [SET_CALLS] = 5 },
		.rows = { { .ratios = { 1, 1, 1, 1, 1 } },
			  { .ratios = { 1, 1.001, 0.999, 1.02, 1 } },
			  { .ratios = { 1.23, 1.17, 1.23, 1.0, 1.172 } } },
	};
	const struct bench_plan plan = { .configs = configs, .count = 3, .tolerance = 0.005 };
	struct bench_row *filter = &results.rows[2];

	check(is_near(estimate_control(&plan, &results, SET_CALLS), 0.001), "control: the median");
	check(is_near(estimate_ratio(&plan, &results, filter, SET_CALLS), 1.172),
	      "estimate: the second lowest, of starts whose control is right");
	check(estimate_is_settled(&plan, &results, SET_CALLS), "two agree: settled");
	filter->ratios[4] = 1.23;
	check(is_near(estimate_ratio(&plan, &results, filter, SET_CALLS), 1.23), "one is none");
	check(!estimate_is_settled(&plan, &results, SET_CALLS), "and nothing is settled");
	results.rows[1].ratios[0] = results.rows[1].ratios[2] = 1.02;
	check(is_near(estimate_ratio(&plan, &results, filter, SET_CALLS), 1.17),
	      "too few are right: the second lowest of all");
}

static void test_ratios(void)
{
	const double above[] = { 200, 220, 4000, NAN, 230, 210 };
	const double below[] = { 100, 100, 100, 100, NAN, 0 };

	check(is_near(stats_paired_ratio(above, below, COUNT(above)), 2.2),
	      "paired ratios: the median, of pairs that are whole");
	check(isnan(stats_paired_ratio(above + 3, below + 3, 3)), "none: no number");
}

static void test_calm(void)
{
	/* Two rows in five rounds: the second round is disturbed, the fourth is another state of
	 * the processor, the fifth has one row only. */
	const double first[] = { 100, 150, 101, 90, 100 },
		     second[] = { 1000, 1600, 1001, 905, NAN };
	const double none[] = { NAN, NAN, NAN, NAN, NAN };
	const double *rows[] = { first, second, none };
	double scores[5];
	size_t taken;

	stats_scores(rows, COUNT(rows), 5, scores);
	check(is_near(scores[0], (1 + 1000 / 1000.5) / 2), "a round's score: of all its rows");
	check(scores[1] > 1.4 && scores[3] < 0.95, "what disturbs a round shows in it");
	check(is_near(scores[4], 1), "of the rows it has");
	check(is_near(stats_calm_median(first, scores, 5, 1.001, &taken), 100) && taken == 3,
	      "the median of the calm ones");
	check(isnan(stats_calm_median(none, scores, 5, 2, &taken)) && taken == 0,
	      "of a row that is in none: no number");
	stats_scores(rows + 2, 1, 5, scores);
	check(isnan(scores[0]), "without samples: no score");
}

static void test_spread(void)
{
	const double starts[] = { 102, NAN, 100, 110 };
	struct stats_spread spread = stats_spread(starts, COUNT(starts));

	check(spread.count == 3 && is_near(spread.median, 102), "a spread's median and count");
	check(is_near(stats_range(&spread), 10.0 / 102), "and range");
	spread = stats_spread(starts, 1);
	check(is_near(stats_range(&spread), 0), "one start has no range");
	spread = stats_spread(starts + 1, 1);
	check(!spread.count && isnan(spread.median), "no start has nothing");
}

static void test_least_squares(void)
{
	/* y = 3 + 2 a - 0.5 b, one more row than there are unknowns, and big next to small */
	const double rows[] = { 1, 1, 1000, 1, 2, 0, 1, 3, 2000, 1, 5, 500 };
	const double right[] = { 3 + 2 - 500, 3 + 4, 3 + 6 - 1000, 3 + 10 - 250 };
	/* y = x + noise that adds up to nothing along x */
	const double line[] = { 1, 0, 1, 1, 1, 2, 1, 3 };
	const double noisy[] = { 1, 0, 1, 4 };
	const double same[] = { 1, 2, 2, 4, 3, 6 };
	double x[3];

	check(stats_least_squares(rows, right, 4, 3, x), "least squares: solved");
	check(is_near(x[0], 3) && is_near(x[1], 2) && is_near(x[2], -0.5), "exactly, where it can");
	check(stats_least_squares(line, noisy, 4, 2, x), "more rows than unknowns");
	check(is_near(x[0], 0) && is_near(x[1], 1), "the line with the least squares");
	check(!stats_least_squares(same, noisy, 3, 2, x), "columns that say the same: none");
	check(!stats_least_squares(rows, right, 2, 3, x), "too few rows: none");
}

/* --- clocks that count instructions ---------------------------------------------------------- */

static void test_clocks(void)
{
	/* As measured: QEMU with -icount shift=0, one whose guest is not sure of its clock's speed,
	 * and shift=1; a workstation; a board whose 1 GHz processor does one instruction at a time.
	 */
	static const struct {
		struct count_clock clock;
		const char *why; /* NULL: it counts */
	} clocks[] = {
		{ { 1, 4, 4 }, NULL },
		{ { 1.0004, 4.003, 4.001 }, NULL },
		{ { 2, 8, 8 }, "take 2000 ns" },
		{ { 0.023, 1.1, 4.7 }, "take 23 ns" },
		{ { 1, 4, 17 }, "near and 17.00 ns far" },
		{ { NAN, 4, 4 }, "take " },
		{ { 1, 0, 0 }, "near and " },
	};

	for (size_t i = 0; i < COUNT(clocks); i++) {
		char why[160] = "";
		bool exact = count_is_exact(&clocks[i].clock, why, sizeof(why));

		check(exact == !clocks[i].why && (exact || strstr(why, clocks[i].why)),
		      "clock %zu %s", i, exact ? "counts" : why);
	}
}

static void test_least(void)
{
	const double samples[] = { 7, NAN, 3, 5 };

	check(is_near(stats_least(samples, COUNT(samples)), 3), "the least of those there are");
}

/* --- mixes ----------------------------------------------------------------------------------- */

#define HEAD                                                           \
	"% time     seconds  usecs/call     calls    errors syscall\n" \
	"------ ----------- ----------- --------- --------- ----------------\n"

static void test_mix(void)
{
	static struct mix mix;
	char why[160] = "";

	check(!parse(HEAD " 81.01    1.709650       17996        95        45 wait4\n"
			  "  2.04    0.043131          25      1678           read\n"
			  "  0.00    0.000000           0         5           read\n"
			  "------ ----------- ----------- --------- --------- ----------------\n"
			  "100.00    2.110367          65     32243      7810 total\n",
		     &mix, why),
	      "what strace -c prints");
	check(mix.count == 2 && is_near(mix.total, 1778), "its calls, the sum left out");
	check(!strcmp(mix.calls[1].name, "read") && is_near(mix.calls[1].count, 1683) &&
		      mix.calls[1].nr == (uint32_t)arch_syscall_nr(arch_native(), "read"),
	      "errors are no calls, and what stands there twice is added up");
	check(parse(HEAD "  2.04    0.043131          25      1678           raed\n", &mix, why) &&
		      strstr(why, "line 3: ") && strstr(why, "no syscall raed"),
	      "a call that there is not: %s", why);
	check(parse("read 5\n", &mix, why) && strstr(why, "line 1 "), "no row: %s", why);
	check(parse(HEAD " 2.04 0.04 25 -3 read\n", &mix, why) && strstr(why, "line 3 "),
	      "calls below nothing: %s", why);
	check(parse(HEAD, &mix, why) && strstr(why, "no calls"), "nothing in it: %s", why);
	check(parse("", &mix, why) && strstr(why, "no calls"), "nothing at all: %s", why);
}

int main(void)
{
	test_quantiles();
	test_estimates();
	test_ratios();
	test_calm();
	test_spread();
	test_clocks();
	test_least();
	test_least_squares();
	test_mix();
	return unit_end();
}
