/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/quick.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
	const struct test_info *info;
	bool can_run;
	bool chosen;
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

/* What no chosen test has shown or covered yet. */
struct reached {
	bool behaviour[UCHAR_MAX + 1];
	bool feature[F_COUNT];
	bool fix[FIX_COUNT];
};

/* Whether this test reaches something new, which is reached from now on. */
static bool reaches_more(struct reached *reached, const struct test_info *info)
{
	bool more = false;

	for (size_t i = 0; i < sizeof(info->behaviours) && info->behaviours[i]; i++) {
		more |= !reached->behaviour[info->behaviours[i]];
		reached->behaviour[info->behaviours[i]] = true;
	}
	for_each_feature(i, info->covers)
	{
		more |= !reached->feature[info->covers[i]];
		reached->feature[info->covers[i]] = true;
	}
	for_each_fix(i, info)
	{
		more |= !reached->fix[info->fixes[i]];
		reached->fix[info->fixes[i]] = true;
	}
	return more;
}

void quick_choose(bool (*can_run)(const struct test_info *info, void *data), void *data)
{
	size_t count = __stop_seccompat_tests - __start_seccompat_tests;
	const struct test_info *const *row;
	struct reached reached = { 0 };

	candidates = malloc((count + 1) * sizeof(*candidates));
	if (!candidates)
		abort();
	candidate_count = 0;
	for_each_test(row) if (!(*row)->slow) candidates[candidate_count++] =
		(struct candidate){ .info = *row, .can_run = can_run(*row, data) };
	qsort(candidates, candidate_count, sizeof(*candidates), before);
	for (size_t i = 0; i < candidate_count; i++)
		candidates[i].chosen = reaches_more(&reached, candidates[i].info);
}

bool quick_includes(const struct test_info *info)
{
	for (size_t i = 0; i < candidate_count; i++)
		if (candidates[i].info == info)
			return candidates[i].chosen;
	return false;
}
