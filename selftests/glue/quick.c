/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/quick.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
	const struct test_info *info;
	bool can_run;
	bool chosen;
	unsigned int gain; /* how much it reached that nothing else did, when last counted */
};

static struct candidate *candidates;
static size_t candidate_count;

static int before(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	bool left_requires = left->info->requires, right_requires = right->info->requires;

	if (left->can_run != right->can_run)
		return left->can_run ? -1 : 1;
	if (test_seconds(left->info) != test_seconds(right->info))
		return test_seconds(left->info) < test_seconds(right->info) ? -1 : 1;
	if (left_requires != right_requires)
		return left_requires ? 1 : -1;
	if (strcmp(left->info->family, right->info->family))
		return strcmp(left->info->family, right->info->family);
	return left->info->line - right->info->line;
}

/* What the chosen tests show, cover and detect. */
struct reached {
	bool behaviour[UCHAR_MAX + 1];
	bool feature[F_COUNT];
	bool fix[FIX_COUNT];
};

static unsigned int reach(bool *item, bool mark)
{
	bool is_new = !*item;

	*item |= mark;
	return is_new;
}

/* How much this test reaches that is not reached; that is marked as reached, if wanted. */
static unsigned int gain_of(struct reached *reached, const struct test_info *info, bool mark)
{
	unsigned int gain = 0;

	for (size_t i = 0; i < sizeof(info->behaviours) && info->behaviours[i]; i++)
		gain += reach(&reached->behaviour[info->behaviours[i]], mark);
	for_each_feature(i, info->covers) gain += reach(&reached->feature[info->covers[i]], mark);
	for_each_fix(i, info) gain += reach(&reached->fix[info->fixes[i]], mark);
	return gain;
}

/*
 * Of the candidates from here to there the one that reaches most; the first of those, as they are
 * in order. A gain can only have fallen since it was counted, so few are counted anew.
 */
static struct candidate *best(struct reached *reached, struct candidate *from, struct candidate *to)
{
	for (;;) {
		struct candidate *most = NULL;
		unsigned int gain;

		for (struct candidate *each = from; each < to; each++)
			if (each->gain > (most ? most->gain : 0))
				most = each;
		if (!most)
			return NULL;
		gain = gain_of(reached, most->info, false);
		if (gain == most->gain)
			return most;
		most->gain = gain;
	}
}

static void choose(struct reached *reached, struct candidate *from, struct candidate *to)
{
	struct candidate *next;

	while ((next = best(reached, from, to))) {
		gain_of(reached, next->info, true);
		next->gain = 0;
		next->chosen = true;
	}
}

void quick_choose(bool (*can_run)(const struct test_info *info, void *data), void *data)
{
	size_t count = __stop_seccompat_tests - __start_seccompat_tests, runnable = 0;
	const struct test_info *const *row;
	struct reached reached = { 0 };

	candidates = malloc((count + 1) * sizeof(*candidates));
	if (!candidates)
		abort();
	candidate_count = 0;
	for_each_test(row) if (!(*row)->slow) candidates[candidate_count++] = (struct candidate){
		.info = *row, .can_run = can_run(*row, data), .gain = UINT_MAX
	};
	qsort(candidates, candidate_count, sizeof(*candidates), before);
	while (runnable < candidate_count && candidates[runnable].can_run)
		runnable++;
	choose(&reached, candidates, candidates + runnable);
	choose(&reached, candidates + runnable, candidates + candidate_count);
}

bool quick_includes(const struct test_info *info)
{
	for (size_t i = 0; i < candidate_count; i++)
		if (candidates[i].info == info)
			return candidates[i].chosen;
	return false;
}
