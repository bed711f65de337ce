/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/quick.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct test_info **chosen;
static size_t chosen_count;

static int before(const void *a, const void *b)
{
	const struct test_info *left = *(const struct test_info *const *)a;
	const struct test_info *right = *(const struct test_info *const *)b;
	bool left_requires = left->requires, right_requires = right->requires;

	if (test_seconds(left) != test_seconds(right))
		return test_seconds(left) < test_seconds(right) ? -1 : 1;
	if (left_requires != right_requires)
		return left_requires ? 1 : -1;
	if (strcmp(left->family, right->family))
		return strcmp(left->family, right->family);
	return left->line - right->line;
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

static void choose(void)
{
	size_t count = __stop_seccompat_tests - __start_seccompat_tests;
	struct reached reached = { 0 };

	chosen = malloc((count + 1) * sizeof(*chosen));
	if (!chosen)
		abort();
	memcpy(chosen, __start_seccompat_tests, count * sizeof(*chosen));
	qsort(chosen, count, sizeof(*chosen), before);
	for (size_t i = 0; i < count; i++)
		if (reaches_more(&reached, chosen[i]))
			chosen[chosen_count++] = chosen[i];
}

bool quick_includes(const struct test_info *info)
{
	if (!chosen)
		choose();
	for (size_t i = 0; i < chosen_count; i++)
		if (chosen[i] == info)
			return true;
	return false;
}
