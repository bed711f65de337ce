/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/window.h"

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>

#include "compile/grow.h"

#define PARTS (1u << (WINDOW - 1)) /* of a window: its first interval is always among them */

/* --- what a mask of bits says of a range ------------------------------------------------------ */

/* The bits in which the numbers of a range differ, and all below them. */
static uint32_t differing(const struct interval *range)
{
	uint32_t differ = range->first ^ range->last;

	for (unsigned int shift = 1; shift < 32; shift *= 2)
		differ |= differ >> shift;
	return differ;
}

/* The smallest number from at up that has none of the bits; 0 if there is none. */
static uint32_t next_without(uint32_t at, uint32_t bits)
{
	for (int bit = 31; bit >= 0; bit--) {
		uint32_t one = UINT32_C(1) << bit;

		if (!(at & bits & one))
			continue;
		/* The lowest free bit above is set, and all below it are cleared. */
		for (int up = bit + 1; up < 32; up++) {
			uint32_t higher = UINT32_C(1) << up;

			if (!(at & higher) && !(bits & higher))
				return (at | higher) & ~(higher - 1);
		}
		return 0;
	}
	return at;
}

/* Whether each number of the range has one of the bits. */
static bool all_have(const struct window_range *range, uint32_t bits)
{
	uint32_t without;

	if (range->every & bits)
		return true;
	without = next_without(range->first, bits);
	return (range->first & bits) && (!without || without > range->last);
}

void windows_init(struct windows *windows, const struct intervals *intervals)
{
	*windows = (struct windows){ .count = intervals->count };
	windows->ranges = must_calloc(intervals->count, sizeof(*windows->ranges));
	for (size_t i = 0; i < intervals->count; i++) {
		const struct interval *range = &intervals->list[i];

		windows->ranges[i] = (struct window_range){
			.first = range->first,
			.last = range->last,
			.some = range->last | differing(range),
			.every = range->last & ~differing(range),
			.node = range->node,
			.weight = range->weight,
		};
	}
	windows->costs = must_calloc(intervals->count * PARTS, sizeof(*windows->costs));
	for (size_t i = 0; i < intervals->count * PARTS; i++)
		windows->costs[i] = -1;
}

void windows_free(struct windows *windows)
{
	free(windows->ranges);
	free(windows->costs);
	*windows = (struct windows){ 0 };
}

/* --- the search ------------------------------------------------------------------------------- */

struct search {
	struct windows *windows;
	size_t first;
	unsigned int part;
	double best;
	struct choice choice;
};

static double cost_of(struct windows *windows, size_t first, unsigned int part)
{
	unsigned int skip = part ? (unsigned int)__builtin_ctz(part) : 0;

	return part ? window_cost(windows, first + skip, part >> skip) : 0;
}

static void consider(struct search *s, uint16_t op, uint32_t k, unsigned int yes)
{
	unsigned int no = s->part & ~yes;
	double cost;

	yes &= s->part;
	if (!yes || !no)
		return;
	cost = cost_of(s->windows, s->first, yes) + cost_of(s->windows, s->first, no);
	if (cost >= s->best)
		return;
	s->best = cost;
	s->choice = (struct choice){ op, k, yes, no };
}

/* The part that has the bits, if each interval has them or has none of them. */
static void consider_bits(struct search *s, uint32_t bits)
{
	const struct window_range *list = &s->windows->ranges[s->first];
	unsigned int yes = 0;

	for (unsigned int i = 0; s->part >> i; i++) {
		if (!(s->part >> i & 1) || !(list[i].some & bits))
			continue;
		if (!all_have(&list[i], bits))
			return;
		yes |= 1u << i;
	}
	consider(s, BPF_JSET, bits, yes);
}

/* The bits that what leads to a node has never, and those that all else has never. */
static void consider_outcome(struct search *s, int node)
{
	const struct window_range *list = &s->windows->ranges[s->first];
	uint32_t its = 0, others = 0;

	for (unsigned int i = 0; s->part >> i; i++) {
		if (!(s->part >> i & 1))
			continue;
		if (list[i].node == node)
			its |= list[i].some;
		else
			others |= list[i].some;
	}
	if (~its)
		consider_bits(s, ~its);
	if (~others)
		consider_bits(s, ~others);
}

/* Each outcome once; of the last one all was seen with the others. */
static void consider_outcomes(struct search *s)
{
	const struct window_range *list = &s->windows->ranges[s->first];
	unsigned int left = s->part;

	while (left) {
		int node = list[__builtin_ctz(left)].node;
		unsigned int its = 0;

		for (unsigned int i = 0; left >> i; i++)
			if ((left >> i & 1) && list[i].node == node)
				its |= 1u << i;
		if (its == left && left != s->part)
			return;
		consider_outcome(s, node);
		left &= ~its;
	}
}

static bool is_settled(const struct window_range *list, unsigned int part)
{
	for (unsigned int i = 1; part >> i; i++)
		if ((part >> i & 1) && list[i].node != list[0].node)
			return false;
	return true;
}

static void search(struct search *s)
{
	const struct window_range *list = &s->windows->ranges[s->first];
	uint32_t varying = 0;

	for (unsigned int i = 1; s->part >> i; i++) {
		if (!(s->part >> i & 1))
			continue;
		consider(s, BPF_JGE, list[i].first, ~0u << i);
		varying |= list[i].first ^ list[0].first;
	}
	for (unsigned int i = 0; s->part >> i; i++) {
		if (!(s->part >> i & 1))
			continue;
		if (list[i].first == list[i].last)
			consider(s, BPF_JEQ, list[i].first, 1u << i);
	}
	consider_outcomes(s);
	for (unsigned int bit = 0; bit < 32; bit++)
		if (varying >> bit & 1)
			consider_bits(s, UINT32_C(1) << bit);
}

struct choice window_choose(struct windows *windows, size_t first, unsigned int part)
{
	struct search s = { .windows = windows, .first = first, .part = part, .best = DBL_MAX };

	if (!is_settled(&windows->ranges[first], part))
		search(&s);
	return s.choice;
}

static double weight_of(const struct window_range *list, unsigned int part)
{
	double weight = TEST_PRICE;

	for (unsigned int i = 0; part >> i; i++)
		if (part >> i & 1)
			weight += list[i].weight;
	return weight;
}

double window_cost(struct windows *windows, size_t first, unsigned int part)
{
	struct search s = { .windows = windows, .first = first, .part = part, .best = DBL_MAX };
	double *known = &windows->costs[first * PARTS + (part >> 1)];

	if (*known >= 0)
		return *known;
	if (is_settled(&windows->ranges[first], part)) {
		*known = 0;
		return 0;
	}
	search(&s);
	*known = s.best + weight_of(&windows->ranges[first], part);
	return *known;
}
