/* SPDX-License-Identifier: BSD-3-Clause */
/* The results of all kernels side by side: a row per feature and per behaviour, a cell per kernel.
 */
#ifndef SECCOMPAT_REPORT_MATRIX_H
#define SECCOMPAT_REPORT_MATRIX_H

#include "report/results.h"

struct feature_row {
	const struct result_feature *sample; /* its id, group, method */
	const struct result_feature **cells; /* NULL where a kernel's results do not have it */
};

/* A test's variants, and those of the compat twin, in one kernel. */
struct cell {
	enum state state; /* the worst one */
	const struct result_test **tests;
	size_t count;
};

struct test_row {
	const struct result_test *sample; /* its family, key and doc */
	struct cell *cells;
	bool differs; /* between kernels that have it */
	bool all_pass;
};

/* The rows of a family stand together. */
struct family_row {
	const char *name;
	size_t length;
	size_t first, count; /* of its rows */
	enum state *cells;   /* the worst one */
};

struct matrix {
	const struct results *results;
	struct feature_row *features;
	size_t feature_count;
	struct test_row *rows;
	size_t row_count;
	struct family_row *families;
	size_t family_count;
};

/* Of results that are sorted and judged, and outlive it. */
struct matrix matrix_make(const struct results *results);
void matrix_free(struct matrix *matrix);

/* The family of the fixes' results, whose rows stand by severity; NULL where there is none. */
const struct family_row *matrix_fixes(const struct matrix *matrix);

/*
 * Whether a row tells what the table of features does not: rows of the family "features" repeat it,
 * unless a kernel's two ABIs disagree, or the list knows a failure.
 */
bool matrix_row_is_news(const struct matrix *matrix, const struct test_row *row);

#endif
