/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/tree.h"

#include <float.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"
#include "compile/window.h"

/* Where so many intervals begin not all boundaries are tried, but those near the best of
 * neighbours. */
#define MANY 400
#define NEAR 8

/* A number with less of the calls is never worth a test that all others must pass. */
#define HOT_SHARE 0.2

/* For intervals from i to j: the least cost, and the boundary where the best tree begins. */
struct table {
	const struct intervals *intervals;
	size_t count;
	double *cost, *sum; /* sum[i]: the weights before i */
	uint16_t *root;
	struct windows *windows; /* NULL: boundaries alone */
	bool all;		 /* all boundaries are tried */
};

static size_t cell(const struct table *t, size_t i, size_t j)
{
	return i * t->count + j;
}

static double weight(const struct table *t, size_t i, size_t j)
{
	return t->sum[j + 1] - t->sum[i] + TEST_PRICE;
}

static void fill(struct table *t, size_t i, size_t j)
{
	size_t first = i + 1, last = j;
	double best = DBL_MAX;

	/* The best boundary of optimal alphabetic trees lies between those of the neighbours. */
	if (!t->all && j > i + 1) {
		size_t slack = t->windows ? NEAR : 0;

		first = t->root[cell(t, i, j - 1)];
		last = t->root[cell(t, i + 1, j)];
		first = first > i + 1 + slack ? first - slack : i + 1;
		last = last + slack < j ? last + slack : j;
	}
	for (size_t k = first; k <= last; k++) {
		double cost = t->cost[cell(t, i, k - 1)] + t->cost[cell(t, k, j)];

		if (cost >= best)
			continue;
		best = cost;
		t->root[cell(t, i, j)] = k;
	}
	t->cost[cell(t, i, j)] = best + weight(t, i, j);
	if (t->windows && j - i < WINDOW)
		t->cost[cell(t, i, j)] = window_cost(t->windows, i, (2u << (j - i)) - 1);
}

static void table_make(struct table *t, const struct intervals *intervals, struct windows *windows)
{
	size_t count = intervals->count;

	*t = (struct table){ .intervals = intervals, .count = count, .windows = windows };
	t->all = windows && count <= MANY;
	t->cost = must_calloc(count * count, sizeof(*t->cost));
	t->root = must_calloc(count * count, sizeof(*t->root));
	t->sum = must_calloc(count + 1, sizeof(*t->sum));
	for (size_t i = 0; i < count; i++)
		t->sum[i + 1] = t->sum[i] + intervals->list[i].weight;
	for (size_t length = 1; length < count; length++)
		for (size_t i = 0; i + length < count; i++)
			fill(t, i, i + length);
}

static void table_free(struct table *t)
{
	free(t->cost);
	free(t->root);
	free(t->sum);
}

double tree_optimum(const struct intervals *intervals)
{
	struct table t;
	double cost;

	table_make(&t, intervals, NULL);
	cost = t.cost[cell(&t, 0, t.count - 1)];
	table_free(&t);
	return cost;
}

/* --- from tables to nodes --------------------------------------------------------------------- */

static int test_nr(struct dag *dag, uint16_t op, uint32_t k, int yes, int no)
{
	const struct dag_node test = {
		.op = op,
		.word = offsetof(struct seccomp_data, nr),
		.mask = UINT32_MAX,
		.k = k,
	};

	return dag_test(dag, &test, yes, no);
}

static int build_part(const struct table *t, struct dag *dag, size_t first, unsigned int part)
{
	unsigned int skip = (unsigned int)__builtin_ctz(part);
	struct choice choice;
	int yes, no;

	first += skip;
	choice = window_choose(t->windows, first, part >> skip);
	if (!choice.op)
		return t->intervals->list[first].node;
	yes = build_part(t, dag, first, choice.yes);
	no = build_part(t, dag, first, choice.no);
	return test_nr(dag, choice.op, choice.k, yes, no);
}

/* A tree of boundaries is never deeper than its intervals are many: a filter that fits has few. */
static int build(const struct table *t, struct dag *dag, size_t i, size_t j)
{
	size_t k = t->root[cell(t, i, j)];
	int yes, no;

	if (i == j)
		return t->intervals->list[i].node;
	if (t->windows && j - i < WINDOW)
		return build_part(t, dag, i, (2u << (j - i)) - 1);
	yes = build(t, dag, k, j);
	no = build(t, dag, i, k - 1);
	return test_nr(dag, BPF_JGE, t->intervals->list[k].first, yes, no);
}

/* --- numbers that are tested first ------------------------------------------------------------ */

/* The best tree with the hottest numbers tested one by one before it, and what that costs. */
static double try_hot(struct intervals *rest, size_t hot, struct dag *dag, int *root)
{
	struct windows windows;
	double total = 0, cost = 0;
	struct table t;

	for (size_t i = 0; i < rest->count; i++)
		total += rest->list[i].weight;
	for (size_t i = 0; i < hot; i++)
		cost += rest->hot[i].weight * (double)(i + 1) + TEST_PRICE;
	cost += total * (double)hot;
	windows_init(&windows, rest);
	table_make(&t, rest, &windows);
	cost += t.cost[cell(&t, 0, t.count - 1)];
	*root = build(&t, dag, 0, t.count - 1);
	for (size_t i = hot; i-- > 0;)
		*root = test_nr(dag, BPF_JEQ, rest->hot[i].nr, rest->list[rest->hot[i].at].node,
				*root);
	table_free(&t);
	windows_free(&windows);
	return cost;
}

int tree_make(const struct intervals *intervals, struct dag *dag)
{
	struct intervals rest = *intervals;
	double best, cost, total = 0;
	int root, other;
	size_t hot = 0;

	rest.list = must_calloc(rest.count, sizeof(*rest.list));
	memcpy(rest.list, intervals->list, rest.count * sizeof(*rest.list));
	for (size_t i = 0; i < rest.count; i++)
		total += rest.list[i].weight;
	best = try_hot(&rest, 0, dag, &root);
	while (hot < rest.hot_count && rest.hot[hot].weight > HOT_SHARE * total) {
		rest.list[rest.hot[hot].at].weight -= rest.hot[hot].weight;
		cost = try_hot(&rest, ++hot, dag, &other);
		if (cost >= best)
			break;
		best = cost;
		root = other;
	}
	free(rest.list);
	return root;
}
