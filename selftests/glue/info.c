/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/info.h"

#include <string.h>

const struct variant_info variants[VARIANT_COUNT] = {
#define VARIANT(id, dimension, name, feature, requires, doc) \
	[VARIANT_##id] = { VARY(DIM_##dimension), name, feature, requires, doc },
#include "selftests/glue/variants.def"
#undef VARIANT
};

/* The compiler orders the rows as it likes. */
static const struct test_info *next_by_line(const char *family, int line)
{
	const struct test_info *const *row, *next = NULL;

	for_each_test(row) if (!strcmp((*row)->family, family) && (*row)->line > line &&
			       (!next || (*row)->line < next->line)) next = *row;
	return next;
}

const struct test_info *test_after(const struct test_info *test)
{
	const struct family *family = families;
	int line = test ? test->line : 0;

	while (test && strcmp(family->name, test->family))
		family++;
	for (; family->name; family++, line = 0) {
		const struct test_info *next = next_by_line(family->name, line);

		if (next)
			return next;
	}
	return NULL;
}
