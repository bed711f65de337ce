/* SPDX-License-Identifier: BSD-3-Clause */
/* Results as check --json writes them, and all that is made of them. */
#include "report/html.h"
#include "report/junit.h"
#include "report/matrix.h"
#include "report/results.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct results results = { 0 };
	struct matrix matrix;
	char *text = NULL;
	size_t length = 0;
	FILE *out;

	if (results_add(&results, target_file(data, size))) {
		results_free(&results);
		return 0;
	}
	results_sort(&results);
	results_judge(&results);
	out = open_memstream(&text, &length);
	if (!out)
		abort();
	matrix = matrix_make(&results);
	junit_write(out, &results);
	html_write(out, &matrix);
	matrix_free(&matrix);
	fclose(out);
	free(text);
	results_free(&results);
	return 0;
}
