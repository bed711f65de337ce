/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/behaviours.h"

#include "arch/words.h"

/* clang-format off */
const struct behaviour behaviours[] = {
#define BEHAVIOUR(number_, group_, arches_, elsewhere_, peers_, text_) \
	{ .number = (number_), .group = (group_), .arches = (arches_), .elsewhere = (elsewhere_), \
	  .peers = (peers_), .text = (text_) },
#include "selftests/behaviours.def"
#undef BEHAVIOUR
};
/* clang-format on */

const size_t behaviour_count = sizeof(behaviours) / sizeof(behaviours[0]);

bool behaviour_concerns(const struct behaviour *behaviour, const char *arch)
{
	return !*behaviour->arches || words_have(behaviour->arches, arch);
}

bool behaviour_is_shown_by(const struct behaviour *behaviour, const struct test_info *test)
{
	for (size_t i = 0; i < sizeof(test->behaviours) && test->behaviours[i]; i++)
		if (test->behaviours[i] == behaviour->number)
			return true;
	return false;
}
