/* SPDX-License-Identifier: BSD-3-Clause */
/* What differs between the results of two kernels. */
#ifndef SECCOMPAT_REPORT_DIFF_H
#define SECCOMPAT_REPORT_DIFF_H

#include <stdio.h>

#include "report/results.h"

/* One side is NULL where only the other has it. */
struct feature_change {
	const struct result_feature *a, *b;
};

struct test_change {
	const struct result_test *a, *b;
};

struct diff {
	const struct result_kernel *a, *b; /* outlive it */
	struct feature_change *features;
	size_t feature_count;
	struct test_change *tests;
	size_t test_count;
};

/*
 * Features whose answer (what was asked, with its errno) or verdict differs, and tests whose result
 * does. Tests of a program's own ABI are compared with those of the other's, whatever it is called.
 */
struct diff diff_make(const struct result_kernel *a, const struct result_kernel *b);
void diff_free(struct diff *diff);

void diff_write_text(FILE *out, const struct diff *diff);
void diff_write_json(FILE *out, const struct diff *diff);

#endif
