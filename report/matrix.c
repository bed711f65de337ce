/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/matrix.h"

#include <stdlib.h>
#include <string.h>

static void *grown(void *array, size_t count, size_t size)
{
	array = realloc(array, (count + 1) * size);
	if (!array)
		abort();
	return array;
}

static void *zeros(size_t count, size_t size)
{
	void *made = calloc(count ? count : 1, size);

	if (!made)
		abort();
	return made;
}

/* --- features --------------------------------------------------------------------------------- */

/* The row of id; hint is where it most likely is, as kernels have them in one order. */
static struct feature_row *feature_row_of(struct matrix *matrix,
					  const struct result_feature *feature, size_t *hint)
{
	for (size_t i = 0; i < matrix->feature_count; i++) {
		size_t at = (*hint + i) % matrix->feature_count;

		if (!strcmp(matrix->features[at].sample->id, feature->id)) {
			*hint = at + 1;
			return &matrix->features[at];
		}
	}
	matrix->features =
		grown(matrix->features, matrix->feature_count, sizeof(*matrix->features));
	matrix->features[matrix->feature_count] = (struct feature_row){
		.sample = feature,
		.cells = zeros(matrix->results->count, sizeof(*matrix->features->cells)),
	};
	*hint = matrix->feature_count + 1;
	return &matrix->features[matrix->feature_count++];
}

static void add_features(struct matrix *matrix, size_t index)
{
	const struct result_kernel *kernel = &matrix->results->kernels[index];
	size_t hint = 0;

	for (size_t i = 0; i < kernel->feature_count; i++)
		feature_row_of(matrix, &kernel->features[i], &hint)->cells[index] =
			&kernel->features[i];
}

/* --- behaviours ------------------------------------------------------------------------------- */

static bool same_start(const char *a, size_t a_length, const char *b, size_t b_length)
{
	return a_length == b_length && !memcmp(a, b, a_length);
}

/* The same test in other variants and ABIs shares a row. */
static struct test_row *test_row_of(struct matrix *matrix, const struct result_test *test,
				    size_t *hint)
{
	for (size_t i = 0; i < matrix->row_count; i++) {
		size_t at = (*hint + i) % matrix->row_count;
		const struct result_test *sample = matrix->rows[at].sample;

		if (same_start(sample->local, sample->key, test->local, test->key)) {
			*hint = at;
			return &matrix->rows[at];
		}
	}
	matrix->rows = grown(matrix->rows, matrix->row_count, sizeof(*matrix->rows));
	matrix->rows[matrix->row_count] = (struct test_row){
		.sample = test,
		.cells = zeros(matrix->results->count, sizeof(struct cell)),
	};
	*hint = matrix->row_count;
	return &matrix->rows[matrix->row_count++];
}

static void add_test(struct cell *cell, const struct result_test *test)
{
	cell->tests = grown(cell->tests, cell->count, sizeof(*cell->tests));
	cell->tests[cell->count++] = test;
	if (test->state > cell->state)
		cell->state = test->state;
}

static void add_tests(struct matrix *matrix, size_t index)
{
	const struct result_kernel *kernel = &matrix->results->kernels[index];
	size_t hint = 0;

	for (size_t i = 0; i < kernel->test_count; i++)
		add_test(&test_row_of(matrix, &kernel->tests[i], &hint)->cells[index],
			 &kernel->tests[i]);
}

/* What a kernel's results do not have is no difference: not every test is for every architecture.
 */
static void judge_row(const struct matrix *matrix, struct test_row *row)
{
	enum state first = STATE_COUNT;

	row->all_pass = true;
	for (size_t i = 0; i < matrix->results->count; i++) {
		enum state state = row->cells[i].state;

		if (state == STATE_NONE)
			continue;
		row->all_pass &= state == STATE_PASS;
		row->differs |= first != STATE_COUNT && first != state;
		first = state;
	}
}

bool matrix_row_is_news(const struct matrix *matrix, const struct test_row *row)
{
	if (!same_start(row->sample->local, row->sample->family, "features", strlen("features")))
		return true;
	for (size_t i = 0; i < matrix->results->count; i++) {
		const struct cell *cell = &row->cells[i];

		for (size_t j = 0; j < cell->count; j++)
			if (cell->tests[j]->state != cell->tests[0]->state ||
			    cell->tests[j]->state == STATE_KNOWN)
				return true;
	}
	return false;
}

/* --- families --------------------------------------------------------------------------------- */

static struct family_row *family_row_of(struct matrix *matrix, const struct result_test *test)
{
	for (size_t i = 0; i < matrix->family_count; i++)
		if (same_start(matrix->families[i].name, matrix->families[i].length, test->local,
			       test->family))
			return &matrix->families[i];
	matrix->families = grown(matrix->families, matrix->family_count, sizeof(*matrix->families));
	matrix->families[matrix->family_count] = (struct family_row){
		.name = test->local,
		.length = test->family,
		.cells = zeros(matrix->results->count, sizeof(enum state)),
	};
	return &matrix->families[matrix->family_count++];
}

static void add_to_family(struct matrix *matrix, const struct test_row *row)
{
	struct family_row *family = family_row_of(matrix, row->sample);

	family->count++;
	for (size_t i = 0; i < matrix->results->count; i++)
		if (row->cells[i].state > family->cells[i])
			family->cells[i] = row->cells[i].state;
}

const struct family_row *matrix_fixes(const struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->family_count; i++)
		if (same_start(matrix->families[i].name, matrix->families[i].length, "fixes",
			       strlen("fixes")))
			return &matrix->families[i];
	return NULL;
}

/* Puts the rows of a family together, families in the order they came in. */
static void group_rows(struct matrix *matrix)
{
	struct test_row *grouped = zeros(matrix->row_count, sizeof(*grouped));
	size_t next = 0;

	for (size_t i = 0; i < matrix->row_count; i++)
		add_to_family(matrix, &matrix->rows[i]);
	for (size_t i = 0; i < matrix->family_count; i++) {
		struct family_row *family = &matrix->families[i];

		family->first = next;
		for (size_t j = 0; j < matrix->row_count; j++)
			if (family_row_of(matrix, matrix->rows[j].sample) == family)
				grouped[next++] = matrix->rows[j];
	}
	free(matrix->rows);
	matrix->rows = grouped;
}

struct matrix matrix_make(const struct results *results)
{
	struct matrix matrix = { .results = results };

	for (size_t i = 0; i < results->count; i++) {
		add_features(&matrix, i);
		add_tests(&matrix, i);
	}
	for (size_t i = 0; i < matrix.row_count; i++)
		judge_row(&matrix, &matrix.rows[i]);
	group_rows(&matrix);
	return matrix;
}

void matrix_free(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->feature_count; i++)
		free(matrix->features[i].cells);
	for (size_t i = 0; i < matrix->row_count; i++) {
		for (size_t j = 0; j < matrix->results->count; j++)
			free(matrix->rows[i].cells[j].tests);
		free(matrix->rows[i].cells);
	}
	for (size_t i = 0; i < matrix->family_count; i++)
		free(matrix->families[i].cells);
	free(matrix->features);
	free(matrix->rows);
	free(matrix->families);
	*matrix = (struct matrix){ 0 };
}
