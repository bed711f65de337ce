/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compile/tree: the optimum of comparisons against the plain recursion; trees against the best
 * there is of all tests on sixteen numbers, found by trying everything; many intervals.
 */
#include <float.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "compile/tree.h"
#include "tests/unit/unit.h"

#define NUMBERS 16 /* the last one stands for all from it up */
#define MOST	600

static uint64_t state = UINT64_C(0x13198a2e03707344);

static unsigned int below(unsigned int limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % limit;
}

/* Intervals of one number each, and all that is above in the last one; neighbours may be alike. */
static void make_list(struct intervals *intervals, struct interval *list, struct dag *dag,
		      size_t count, unsigned int outcomes)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		int node = dag_ret(dag, below(outcomes));
		double weight = i + 1 == count ? 0 : below(3) ? below(10) : below(200);

		if (kept && list[kept - 1].node == node) {
			list[kept - 1].last = i;
			list[kept - 1].weight += weight;
			continue;
		}
		list[kept++] = (struct interval){ i, i, node, weight };
	}
	list[kept - 1].last = UINT32_MAX;
	*intervals = (struct intervals){ .list = list, .count = kept };
}

static double total_of(const struct intervals *intervals, size_t first, size_t last)
{
	double total = 0;

	for (size_t i = first; i <= last; i++)
		total += intervals->list[i].weight;
	return total;
}

/* The expected tests of a tree, by walking it with each interval's first number. */
static double cost_of(const struct intervals *intervals, const struct dag *dag, int root,
		      bool *right)
{
	double cost = 0;

	for (size_t i = 0; i < intervals->count; i++) {
		int node = root;

		while (!dag->nodes[node].is_ret) {
			const struct dag_node *test = &dag->nodes[node];

			node = dag_holds(test, intervals->list[i].first) ? test->yes : test->no;
			cost += intervals->list[i].weight;
		}
		*right &= node == intervals->list[i].node;
	}
	return cost;
}

/* --- comparisons alone -------------------------------------------------------------------------
 */

static double naive(const struct intervals *intervals, size_t i, size_t j)
{
	double best = DBL_MAX;

	if (i == j)
		return 0;
	for (size_t k = i + 1; k <= j; k++) {
		double cost = naive(intervals, i, k - 1) + naive(intervals, k, j);

		best = cost < best ? cost : best;
	}
	return best + total_of(intervals, i, j);
}

static bool near(double a, double b)
{
	return a - b < 0.001 && b - a < 0.001;
}

static void check_optimum(void)
{
	unsigned int differ = 0;

	for (unsigned int i = 0; i < 30; i++) {
		struct interval list[MOST] = { 0 };
		struct intervals intervals;
		struct dag dag;

		dag_init(&dag, MOST);
		make_list(&intervals, list, &dag, 11, 4);
		differ +=
			!near(tree_optimum(&intervals), naive(&intervals, 0, intervals.count - 1));
		dag_free(&dag);
	}
	check(!differ, "the optimum of comparisons is that of the plain recursion");
}

/* --- all tests ---------------------------------------------------------------------------------
 */

static struct {
	int outcome[NUMBERS];
	double weight[NUMBERS], cost[1u << NUMBERS];
} all;

static double best_of(unsigned int set);

static double split(unsigned int set, unsigned int yes)
{
	if (!(set & yes) || !(set & ~yes))
		return DBL_MAX;
	return best_of(set & yes) + best_of(set & ~yes);
}

static double search(unsigned int set)
{
	double best = DBL_MAX, cost;

	for (unsigned int k = 0; k < NUMBERS; k++) {
		cost = split(set, ~0u << k);
		best = cost < best ? cost : best;
		cost = k + 1 < NUMBERS ? split(set, 1u << k) : DBL_MAX;
		best = cost < best ? cost : best;
	}
	/* What is above the last number has any bits. */
	for (unsigned int bits = 1; bits < NUMBERS && !(set >> (NUMBERS - 1)); bits++) {
		unsigned int yes = 0;

		for (unsigned int k = 0; k < NUMBERS; k++)
			yes |= (k & bits) ? 1u << k : 0;
		cost = split(set, yes);
		best = cost < best ? cost : best;
	}
	return best;
}

static double best_of(unsigned int set)
{
	double weight = 0;
	bool settled = true;
	unsigned int first = __builtin_ctz(set);

	if (all.cost[set] >= 0)
		return all.cost[set];
	for (unsigned int k = 0; k < NUMBERS; k++) {
		if (!(set >> k & 1))
			continue;
		weight += all.weight[k];
		settled &= all.outcome[k] == all.outcome[first];
	}
	all.cost[set] = settled ? 0 : search(set) + weight;
	return all.cost[set];
}

static double best_there_is(const struct intervals *intervals)
{
	for (size_t i = 0; i < sizeof(all.cost) / sizeof(all.cost[0]); i++)
		all.cost[i] = -1;
	for (size_t i = 0; i < intervals->count; i++) {
		const struct interval *range = &intervals->list[i];

		uint32_t last = range->last < NUMBERS ? range->last : NUMBERS - 1;

		for (uint32_t k = range->first; k <= last; k++) {
			all.outcome[k] = range->node;
			all.weight[k] = range->weight / (last - range->first + 1);
		}
	}
	return best_of((1u << NUMBERS) - 1);
}

static void check_trees(unsigned int outcomes)
{
	double ours = 0, best = 0, comparisons = 0;
	bool right = true, worse = false;

	for (unsigned int i = 0; i < 6; i++) {
		struct interval list[MOST] = { 0 };
		struct intervals intervals;
		double cost, optimum;
		struct dag dag;
		int root;

		dag_init(&dag, MOST * 4);
		make_list(&intervals, list, &dag, NUMBERS, outcomes);
		root = tree_make(&intervals, &dag);
		cost = cost_of(&intervals, &dag, root, &right);
		optimum = tree_optimum(&intervals);
		worse |= cost > optimum + 0.001;
		ours += cost;
		comparisons += optimum;
		best += best_there_is(&intervals);
		dag_free(&dag);
	}
	check(right, "%u outcomes: each number is decided as its interval is", outcomes);
	check(!worse && ours <= best * 1.05,
	      "%u outcomes: %.0f tests, %.0f with all of them tried, %.0f with comparisons alone",
	      outcomes, ours, best, comparisons);
}

/* --- many --------------------------------------------------------------------------------------
 */

/* So many that not all boundaries are tried. */
static void check_many(void)
{
	static struct interval list[MOST];
	struct intervals intervals;
	double cost, optimum;
	bool right = true;
	struct dag dag;
	int root;

	dag_init(&dag, MOST * 8);
	make_list(&intervals, list, &dag, MOST, 12);
	root = tree_make(&intervals, &dag);
	cost = cost_of(&intervals, &dag, root, &right);
	optimum = tree_optimum(&intervals);
	check(right && cost <= optimum && cost > optimum / 2,
	      "%zu intervals: %.0f tests, %.0f with comparisons alone", intervals.count, cost,
	      optimum);
	dag_free(&dag);
}

/* Half of all calls are one: it is asked for first, in the middle of what is decided alike. */
static void check_hot(void)
{
	struct interval list[40] = { 0 };
	struct intervals intervals = { .list = list, .count = 40 };
	const struct dag_node *first;
	struct dag dag;
	int root;

	dag_init(&dag, MOST);
	for (unsigned int i = 0; i < 40; i++)
		intervals.list[i] = (struct interval){ 10 * i, i == 39 ? UINT32_MAX : 10 * i + 9,
						       dag_ret(&dag, i % 2), i == 20 ? 80 : 1 };
	intervals.hot[intervals.hot_count++] = (struct hot){ 203, 80, 20 };
	root = tree_make(&intervals, &dag);
	first = &dag.nodes[root];
	check(first->op == BPF_JEQ && first->k == 203, "what is called most is asked for first");
	dag_free(&dag);
}

int main(void)
{
	check_optimum();
	check_trees(2);
	check_trees(3);
	check_trees(6);
	check_many();
	check_hot();
	return unit_end();
}
