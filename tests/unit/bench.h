/* SPDX-License-Identifier: BSD-3-Clause */
/* What the units of the bench share. */
#ifndef SECCOMPAT_TESTS_BENCH_H
#define SECCOMPAT_TESTS_BENCH_H

#include <math.h>
#include <stdio.h>

#include "arch/arch.h"
#include "bench/mix.h"
#include "tests/unit/unit.h"

static inline bool is_near(double got, double wanted)
{
	bool near = fabs(got - wanted) < 1e-6 * (1 + fabs(wanted));

	if (!near)
		fprintf(stderr, "# got %.9f, wanted %.9f\n", got, wanted);
	return near;
}

static inline int parse(const char *text, struct mix *mix, char *why)
{
	char copy[2048];

	snprintf(copy, sizeof(copy), "%s", text);
	return mix_parse(copy, strlen(copy), arch_native(), mix, why, 160);
}

#endif
