/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/html-data.h"

#include <stdlib.h>
#include <string.h>

#include "report/intern.h"
#include "report/json.h"
#include "report/text.h"

struct writer {
	struct json json;
	struct intern strings;
	const struct matrix *matrix;
};

static void put_index(struct writer *writer, const char *text)
{
	jsonw_int(&writer->json, NULL, intern(&writer->strings, text));
}

/* --- kernels ---------------------------------------------------------------------------------- */

static void write_fact(struct json *json, const char *label, const char *value)
{
	if (!value || !*value)
		return;
	jsonw_array(json, NULL);
	jsonw_string(json, NULL, label);
	jsonw_string(json, NULL, value);
	jsonw_end(json);
}

static void write_time(struct json *json, const char *label, double seconds)
{
	char text[40];

	snprintf(text, sizeof(text), "%.1f s", seconds);
	write_fact(json, label, seconds < 0 ? NULL : text);
}

static void write_facts(struct json *json, const struct result_kernel *kernel)
{
	jsonw_array(json, "facts");
	write_fact(json, "verdict", kernel_verdict(kernel));
	write_fact(json, "error", kernel->error);
	write_fact(json, "known", kernel->reason);
	write_fact(json, "release", kernel->release);
	write_fact(json, "version", kernel->banner);
	write_fact(json, "machine", kernel->machine);
	write_fact(json, "build id", kernel->build_id);
	write_fact(json, "command line", kernel->cmdline);
	write_fact(json, "package", kernel->package);
	write_fact(json, "package version", kernel->package_version);
	write_fact(json, "suite", kernel->suite);
	write_fact(json, "program", kernel->program);
	write_fact(json, "seccompat", kernel->tool);
	write_fact(json, "commit", kernel->commit);
	write_fact(json, "emulated by", kernel->emulator);
	write_fact(json, "run as", kernel->error ? NULL : kernel->root ? "root" : "unprivileged");
	write_fact(json, "extent", kernel->quick ? "quick: not all tests" : NULL);
	write_fact(json, "date", kernel->date);
	write_time(json, "boot", kernel->boot_seconds);
	write_time(json, "check", kernel->seconds);
	write_fact(json, "file", kernel->path);
	jsonw_end(json);
}

static void write_kernels(struct writer *writer)
{
	const struct results *results = writer->matrix->results;
	struct json *json = &writer->json;

	jsonw_array(json, "kernels");
	for (size_t i = 0; i < results->count; i++) {
		const struct result_kernel *kernel = &results->kernels[i];

		jsonw_object(json, NULL);
		jsonw_string(json, "name", kernel->name);
		jsonw_string(json, "arch", kernel_arch(kernel));
		jsonw_bool(json, "error", kernel->error);
		jsonw_bool(json, "quick", kernel->quick);
		jsonw_string(json, "console", kernel->console);
		write_facts(json, kernel);
		jsonw_end(json);
	}
	jsonw_end(json);
}

/* --- cells ------------------------------------------------------------------------------------ */

static void write_feature_cell(struct writer *writer, const struct result_feature *cell)
{
	if (!cell) {
		jsonw_int(&writer->json, NULL, 0);
		return;
	}
	jsonw_array(&writer->json, NULL);
	put_index(writer, cell->asked);
	put_index(writer, cell->err);
	jsonw_int(&writer->json, NULL, cell->verdict);
	put_index(writer, cell->why);
	jsonw_end(&writer->json);
}

static void write_features(struct writer *writer)
{
	const struct matrix *matrix = writer->matrix;

	jsonw_array(&writer->json, "features");
	for (size_t i = 0; i < matrix->feature_count; i++) {
		const struct feature_row *row = &matrix->features[i];

		jsonw_object(&writer->json, NULL);
		jsonw_string(&writer->json, "id", row->sample->id);
		jsonw_string(&writer->json, "group", row->sample->group);
		jsonw_string(&writer->json, "method", row->sample->method);
		jsonw_string(&writer->json, "since", row->sample->since);
		jsonw_array(&writer->json, "cells");
		for (size_t j = 0; j < matrix->results->count; j++)
			write_feature_cell(writer, row->cells[j]);
		jsonw_end(&writer->json);
		jsonw_end(&writer->json);
	}
	jsonw_end(&writer->json);
}

/* ABI and variant: what a row's name does not say. */
static void put_case(struct writer *writer, const struct result_test *test)
{
	int abi = test->local > test->name ? test->local - test->name - 1 : 0;
	char *text;

	if (asprintf(&text, "%.*s%s", abi, test->name, test->local + test->key) < 0)
		abort();
	put_index(writer, text);
	free(text);
}

/* No test takes a month, whatever a file says. */
static long milliseconds(double seconds)
{
	return seconds < 2e6 ? (long)(seconds * 1000 + 0.5) : 2000000000;
}

static void write_test(struct writer *writer, const struct result_test *test)
{
	jsonw_array(&writer->json, NULL);
	put_case(writer, test);
	jsonw_int(&writer->json, NULL, test->state);
	jsonw_int(&writer->json, NULL, milliseconds(test->seconds));
	put_index(writer, test->message);
	if (test->reason)
		put_index(writer, test->reason);
	jsonw_end(&writer->json);
}

static void write_test_cell(struct writer *writer, const struct cell *cell)
{
	if (!cell->count) {
		jsonw_int(&writer->json, NULL, 0);
		return;
	}
	jsonw_array(&writer->json, NULL);
	for (size_t i = 0; i < cell->count; i++)
		write_test(writer, cell->tests[i]);
	jsonw_end(&writer->json);
}

static void write_part(struct json *json, const char *key, const char *text, size_t length)
{
	char *part = strndup(text, length);

	if (!part)
		abort();
	jsonw_string(json, key, part);
	free(part);
}

static void write_row(struct writer *writer, const struct test_row *row)
{
	const struct result_test *sample = row->sample;
	size_t skipped = sample->family < sample->key ? sample->family + 1 : 0;

	jsonw_object(&writer->json, NULL);
	write_part(&writer->json, "family", sample->local, sample->family);
	write_part(&writer->json, "name", sample->local + skipped, sample->key - skipped);
	jsonw_string(&writer->json, "doc", sample->doc);
	jsonw_string(&writer->json, "needs", sample->needs ? sample->needs : "");
	jsonw_string(&writer->json, "covers", sample->covers ? sample->covers : "");
	jsonw_array(&writer->json, "cells");
	for (size_t i = 0; i < writer->matrix->results->count; i++)
		write_test_cell(writer, &row->cells[i]);
	jsonw_end(&writer->json);
	jsonw_end(&writer->json);
}

static void write_rows(struct writer *writer)
{
	jsonw_array(&writer->json, "rows");
	for (size_t i = 0; i < writer->matrix->row_count; i++)
		write_row(writer, &writer->matrix->rows[i]);
	jsonw_end(&writer->json);
}

/* --- words ------------------------------------------------------------------------------------ */

static void write_words(struct json *json)
{
	jsonw_array(json, "states");
	for (enum state state = 0; state < STATE_COUNT; state++) {
		jsonw_array(json, NULL);
		jsonw_string(json, NULL, states[state].word);
		jsonw_string(json, NULL, states[state].doc);
		jsonw_end(json);
	}
	jsonw_end(json);
	jsonw_array(json, "verdicts");
	for (enum verdict_kind kind = 0; kind < VERDICT_COUNT; kind++)
		jsonw_string(json, NULL, verdict_name(kind));
	jsonw_end(json);
}

static void write_strings(struct writer *writer)
{
	jsonw_array(&writer->json, "strings");
	for (size_t i = 0; i < writer->strings.count; i++)
		jsonw_string(&writer->json, NULL, writer->strings.strings[i]);
	jsonw_end(&writer->json);
}

void html_data_write(FILE *out, const struct matrix *matrix)
{
	struct writer writer = { .matrix = matrix };

	jsonw_begin_embedded(&writer.json, out);
	jsonw_object(&writer.json, NULL);
	write_words(&writer.json);
	write_kernels(&writer);
	write_features(&writer);
	write_rows(&writer);
	write_strings(&writer); /* last: by now they are all known */
	jsonw_end(&writer.json);
	intern_free(&writer.strings);
}
