/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/interval.h"

#include <stdlib.h>

#include "compile/condition.h"
#include "compile/grow.h"

/* What the trees are made for: the mix; then, a thousandth of it, that all with a rule are called.
 */
#define TRACE 1e-3

/* What the architectures behind the first one weigh, which is the one that is mostly run. */
#define OTHERS 1e-2

static void append(struct intervals *intervals, uint32_t first, uint32_t last, int node)
{
	struct interval *before;

	if (first > last)
		return;
	before = intervals->count ? &intervals->list[intervals->count - 1] : NULL;
	if (before && before->node == node) {
		before->last = last;
		return;
	}
	intervals->list =
		grow(intervals->list, intervals->count, &intervals->room, sizeof(*intervals->list));
	intervals->list[intervals->count++] =
		(struct interval){ .first = first, .last = last, .node = node };
}

static int by_number(const void *a, const void *b)
{
	const struct policy_rule *const *left = a, *const *right = b;

	return (*left)->nr < (*right)->nr ? -1 : (*left)->nr > (*right)->nr;
}

/* The rules of an architecture by number; NULL ends them. */
static struct policy_rule **sorted_rules(const struct policy_arch *on)
{
	struct policy_rule **rules = must_calloc(on->count + 1, sizeof(struct policy_rule *));

	for (size_t i = 0; i < on->count; i++)
		rules[i] = &on->rules[i];
	qsort(rules, on->count, sizeof(struct policy_rule *), by_number);
	return rules;
}

/* From first to last all numbers are those of one architecture; NULL is a foreign one. */
static void append_region(struct intervals *intervals, const struct policy *policy,
			  const struct policy_arch *on, uint32_t first, uint32_t last,
			  struct dag *dag)
{
	struct policy_rule **rules;
	int otherwise = dag_ret(dag, on ? on->otherwise : policy->foreign);
	uint64_t next = first;

	if (!on) {
		append(intervals, first, last, otherwise);
		return;
	}
	rules = sorted_rules(on);
	for (size_t i = 0; rules[i]; i++) {
		uint32_t nr = rules[i]->nr;

		if (nr < first || nr > last)
			continue;
		if (nr > next)
			append(intervals, next, nr - 1, otherwise);
		append(intervals, nr, nr, condition_compile(dag, rules[i], on));
		next = (uint64_t)nr + 1;
	}
	if (next <= last)
		append(intervals, next, last, otherwise);
	free(rules);
}

/* Where x32's numbers begin, if there are such with this token; else 0. */
static uint32_t shared_from(uint32_t audit)
{
	for (size_t i = 0; i < arch_count; i++)
		if (arches[i].audit == audit && arches[i].nr_bit)
			return arches[i].nr_bit;
	return 0;
}

void intervals_make(struct intervals *intervals, const struct policy *policy, uint32_t audit,
		    struct dag *dag)
{
	uint32_t shared = shared_from(audit);

	*intervals = (struct intervals){ .audit = audit };
	append_region(intervals, policy, policy_owner(policy, audit, 0), 0,
		      shared ? shared - 1 : UINT32_MAX, dag);
	if (!shared)
		return;
	append_region(intervals, policy, policy_owner(policy, audit, shared), shared,
		      UINT32_MAX - 1, dag);
	append_region(intervals, policy, policy_owner(policy, audit, UINT32_MAX), UINT32_MAX,
		      UINT32_MAX, dag);
}

void intervals_free(struct intervals *intervals)
{
	free(intervals->list);
	*intervals = (struct intervals){ 0 };
}

/* --- weights ---------------------------------------------------------------------------------- */

static void keep_hot(struct intervals *intervals, struct hot hot)
{
	size_t at = intervals->hot_count;

	while (at > 0 && intervals->hot[at - 1].weight < hot.weight)
		at--;
	if (at >= HOT_MAX || hot.weight <= 0)
		return;
	if (intervals->hot_count < HOT_MAX)
		intervals->hot_count++;
	for (size_t i = intervals->hot_count - 1; i > at; i--)
		intervals->hot[i] = intervals->hot[i - 1];
	intervals->hot[at] = hot;
}

static size_t interval_of(const struct intervals *intervals, uint32_t nr)
{
	size_t low = 0, high = intervals->count - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (intervals->list[middle].last < nr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct weigher {
	struct intervals *intervals;
	const struct policy_arch *on;
	const struct mix *mix;
	enum weighing weighing;
	double mix_total;
	double share; /* of the architecture */
};

/* The weight of a number by its name in the table. */
static int weigh(uint32_t nr, const char *name, void *data)
{
	const struct weigher *w = data;
	double share = w->mix_total > 0 ? mix_count(w->mix, name) / w->mix_total : 0;
	double even = policy_rule_for(w->on, nr) ? 1.0 / (double)w->on->count : 0;
	struct hot hot = { .nr = nr, .at = interval_of(w->intervals, nr) };

	if (w->weighing == WEIGH_UNIFORM || w->mix_total <= 0)
		hot.weight = even;
	else if (w->weighing == WEIGH_MIX)
		hot.weight = share;
	else
		hot.weight = share * (1 - TRACE) + even * TRACE;
	hot.weight *= w->share;
	w->intervals->list[hot.at].weight += hot.weight;
	keep_hot(w->intervals, hot);
	return 0;
}

static int add_count(uint32_t nr, const char *name, void *data)
{
	struct weigher *w = data;

	(void)nr;
	w->mix_total += mix_count(w->mix, name);
	return 0;
}

void intervals_weigh(struct intervals *intervals, const struct policy *policy,
		     const struct mix *mix, enum weighing weighing)
{
	intervals->hot_count = 0;
	for (size_t i = 0; i < intervals->count; i++)
		intervals->list[i].weight = 0;
	for (size_t i = 0; i < policy->arch_count; i++) {
		struct weigher w = { intervals, &policy->archs[i], mix, weighing, 0, 1 };

		if (w.on->arch->audit != intervals->audit)
			continue;
		if (i)
			w.share = weighing == WEIGH_BLEND ? OTHERS : 0;
		arch_each_syscall(w.on->arch, add_count, &w);
		arch_each_syscall(w.on->arch, weigh, &w);
	}
}
