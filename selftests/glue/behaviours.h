/* SPDX-License-Identifier: BSD-3-Clause */
/* What seccomp does, a row of behaviours.def each. Tests declare which of it they show. */
#ifndef SECCOMPAT_SELFTESTS_BEHAVIOURS_H
#define SECCOMPAT_SELFTESTS_BEHAVIOURS_H

#include <stdbool.h>
#include <stddef.h>

#include "selftests/glue/info.h"

/* A row of behaviours.def, which says what each column holds. */
struct behaviour {
	unsigned int number;
	const char *group, *arches, *elsewhere, *peers, *text;
};

/* All rows, by number. */
extern const struct behaviour behaviours[];
extern const size_t behaviour_count;

/* Whether a program of that architecture can see it. */
bool behaviour_concerns(const struct behaviour *behaviour, const char *arch);

bool behaviour_is_shown_by(const struct behaviour *behaviour, const struct test_info *test);

#endif
