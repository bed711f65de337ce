/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One file of results, read with jansson where that is (HAVE_JANSSON is make's finding); see
 * results-none.c.
 */
#include "report/results.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/complain.h"

#ifdef HAVE_JANSSON
#include <jansson.h>

#include "report/features.h"
#include "report/whole.h"

bool results_readable(void)
{
	return true;
}

/* --- values of the types they should have --------------------------------------------------------
 */

/* The first complaint is told, the others follow from it. */
struct reader {
	const char *path;
	char where[64]; /* "tests[12]" */
	bool failed;
};

__attribute__((format(printf, 2, 3))) static void complain(struct reader *reader,
							   const char *format, ...)
{
	char text[300];
	va_list args;

	if (reader->failed)
		return;
	reader->failed = true;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	complain_of(reader->path, "no result of `seccompat check --json`: %s%s%s", reader->where,
		    *reader->where ? ": " : "", text);
}

static json_t *value_of(struct reader *reader, const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value)
		complain(reader, "\"%s\" is missing", key);
	return value;
}

/* What may be left out, or null. */
static const char *maybe_string(struct reader *reader, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return NULL;
	if (!json_is_string(value))
		complain(reader, "\"%s\" is no string", key);
	return json_string_value(value);
}

/* Never NULL, not after a complaint either. */
static const char *string_of(struct reader *reader, const json_t *object, const char *key)
{
	const json_t *value = value_of(reader, object, key);

	if (value && !json_is_string(value))
		complain(reader, "\"%s\" is no string", key);
	return json_is_string(value) ? json_string_value(value) : "";
}

/* -1 if it is not there. */
static double maybe_seconds(struct reader *reader, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return -1;
	if (!json_is_number(value) || json_number_value(value) < 0)
		complain(reader, "\"%s\" is no time in seconds", key);
	return json_number_value(value);
}

static double seconds_of(struct reader *reader, const json_t *object, const char *key)
{
	value_of(reader, object, key);
	return maybe_seconds(reader, object, key);
}

static bool maybe_bool(struct reader *reader, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (value && !json_is_boolean(value))
		complain(reader, "\"%s\" is neither true nor false", key);
	return json_is_true(value);
}

static json_t *object_of(struct reader *reader, const json_t *object, const char *key)
{
	json_t *value = value_of(reader, object, key);

	if (value && !json_is_object(value))
		complain(reader, "\"%s\" is no object", key);
	return value;
}

static json_t *array_of(struct reader *reader, const json_t *object, const char *key)
{
	json_t *value = value_of(reader, object, key);

	if (value && !json_is_array(value))
		complain(reader, "\"%s\" is no array", key);
	return value;
}

/* An array of strings as one, a space between two; NULL where it is left out. */
static char *joined(struct reader *reader, const json_t *object, const char *key)
{
	const json_t *array = json_object_get(object, key), *word;
	size_t index, length;
	char *text;
	FILE *out;

	if (!array)
		return NULL;
	if (!json_is_array(array))
		complain(reader, "\"%s\" is no array", key);
	out = open_memstream(&text, &length);
	if (!out)
		abort();
	json_array_foreach(array, index, word)
	{
		if (!json_is_string(word))
			complain(reader, "\"%s\" has an entry that is no string", key);
		else
			fprintf(out, "%s%s", index ? " " : "", json_string_value(word));
	}
	fclose(out);
	return text;
}

/* --- the parts of a result -------------------------------------------------------------------- */

static enum verdict_kind verdict_kind_of(struct reader *reader, const json_t *object)
{
	const char *word = string_of(reader, object, "verdict");

	for (enum verdict_kind kind = 0; kind < VERDICT_COUNT; kind++)
		if (!strcmp(word, verdict_name(kind)))
			return kind;
	complain(reader, "\"%s\" is no verdict", word);
	return VERDICT_UNKNOWN;
}

static const char *asked_of(struct reader *reader, const json_t *object)
{
	const char *word = string_of(reader, object, "asked");

	for (enum asked asked = ASKED_UNKNOWN; asked <= ASKED_ABSENT; asked++)
		if (!strcmp(word, asked_name(asked)))
			return word;
	complain(reader, "\"%s\" is no answer of a kernel", word);
	return word;
}

static enum outcome outcome_of(struct reader *reader, const json_t *object)
{
	const char *word = string_of(reader, object, "result");

	for (enum outcome outcome = PASSED; outcome <= BROKE; outcome++)
		if (!strcmp(word, outcome_name(outcome)))
			return outcome;
	complain(reader, "\"%s\" is no result of a test", word);
	return BROKE;
}

static struct result_feature feature_of(struct reader *reader, const json_t *object)
{
	return (struct result_feature){
		.id = string_of(reader, object, "id"),
		.group = string_of(reader, object, "group"),
		.asked = asked_of(reader, object),
		.err = maybe_string(reader, object, "errno"),
		.method = string_of(reader, object, "method"),
		.since = string_of(reader, object, "since"),
		.verdict = verdict_kind_of(reader, object),
		.why = string_of(reader, object, "why"),
	};
}

/* ABI.FAMILY.TEST/VARIANT; what is not of this form is a family of its own. */
static void split_name(struct result_test *test)
{
	const char *dot = strchr(test->name, '.'), *last;

	test->local = dot ? dot + 1 : test->name;
	test->key = strcspn(test->local, "/");
	last = memrchr(test->local, '.', test->key);
	test->family = last ? (size_t)(last - test->local) : test->key;
}

static struct result_test test_of(struct reader *reader, const json_t *object)
{
	const char *doc = maybe_string(reader, object, "doc");
	struct result_test test = {
		.name = string_of(reader, object, "name"),
		.outcome = outcome_of(reader, object),
		.message = string_of(reader, object, "message"),
		.seconds = seconds_of(reader, object, "seconds"),
		.doc = doc ? doc : "",
		.needs = joined(reader, object, "needs"),
		.covers = joined(reader, object, "covers"),
		.fixes = joined(reader, object, "fixes"),
	};

	if (!*test.name)
		complain(reader, "a test without a name");
	split_name(&test);
	return test;
}

static void read_features(struct reader *reader, struct result_kernel *kernel)
{
	const json_t *array = array_of(reader, kernel->json, "features"), *object;
	size_t index;

	kernel->features = calloc(json_array_size(array) + 1, sizeof(*kernel->features));
	if (!kernel->features)
		abort();
	json_array_foreach(array, index, object)
	{
		snprintf(reader->where, sizeof(reader->where), "features[%zu]", index);
		kernel->features[kernel->feature_count++] = feature_of(reader, object);
	}
	reader->where[0] = '\0';
}

static void read_tests(struct reader *reader, struct result_kernel *kernel)
{
	const json_t *array = array_of(reader, kernel->json, "tests"), *object;
	size_t index;

	kernel->tests = calloc(json_array_size(array) + 1, sizeof(*kernel->tests));
	if (!kernel->tests)
		abort();
	json_array_foreach(array, index, object)
	{
		snprintf(reader->where, sizeof(reader->where), "tests[%zu]", index);
		kernel->tests[kernel->test_count++] = test_of(reader, object);
	}
	reader->where[0] = '\0';
}

/* A file without a form is of the first one, in which what is read here means the same. */
static void check_form(struct reader *reader, const struct result_kernel *kernel)
{
	const json_t *form = json_object_get(kernel->json, "schema");

	if (!form)
		return;
	if (!json_is_string(form))
		complain(reader, "\"schema\" is no string");
	else if (strcmp(json_string_value(form), RESULTS_SCHEMA))
		complain(reader, "of the form \"%s\", and this program reads \"%s\"",
			 json_string_value(form), RESULTS_SCHEMA);
}

static void read_about(struct reader *reader, struct result_kernel *kernel)
{
	const json_t *about = object_of(reader, kernel->json, "kernel");
	const json_t *tool = object_of(reader, kernel->json, "tool");
	const json_t *environment = object_of(reader, kernel->json, "environment");
	const json_t *summary = object_of(reader, kernel->json, "summary");

	kernel->release = string_of(reader, about, "release");
	kernel->banner = string_of(reader, about, "version");
	kernel->machine = string_of(reader, about, "machine");
	kernel->build_id = maybe_string(reader, about, "build_id");
	kernel->cmdline = maybe_string(reader, about, "cmdline");
	kernel->tool = string_of(reader, tool, "version");
	kernel->commit = maybe_string(reader, tool, "commit");
	kernel->program = string_of(reader, tool, "arch");
	kernel->emulator = maybe_string(reader, environment, "emulator");
	kernel->root = maybe_bool(reader, environment, "root");
	kernel->seconds = seconds_of(reader, summary, "seconds");
	if (!kernel->arch)
		kernel->arch = arch_by_machine(kernel->machine);
	kernel->version_text = version_text(kernel->banner, kernel->release);
	read_features(reader, kernel);
	read_tests(reader, kernel);
}

/* What the matrix knows of it; a file from a board has none of that. */
static void read_run(struct reader *reader, struct result_kernel *kernel)
{
	const json_t *run = json_object_get(kernel->json, "run");

	kernel->boot_seconds = kernel->seconds = -1;
	if (!run)
		return;
	if (!json_is_object(run))
		complain(reader, "\"run\" is no object");
	snprintf(reader->where, sizeof(reader->where), "run");
	kernel->name = strdup(string_of(reader, run, "name"));
	if (!kernel->name)
		abort();
	kernel->machine = string_of(reader, run, "arch");
	kernel->arch = arch_by_name(kernel->machine);
	if (!kernel->arch)
		complain(reader, "\"%s\" is no architecture", kernel->machine);
	kernel->program = maybe_string(reader, run, "program");
	kernel->package = maybe_string(reader, run, "package");
	kernel->package_version = maybe_string(reader, run, "package_version");
	kernel->version_text = kernel->package_version;
	kernel->suite = maybe_string(reader, run, "suite");
	kernel->date = maybe_string(reader, run, "date");
	kernel->boot_seconds = maybe_seconds(reader, run, "boot_seconds");
	kernel->seconds = maybe_seconds(reader, run, "seconds");
	kernel->quick = maybe_bool(reader, run, "quick");
	kernel->error = maybe_string(reader, run, "error");
	kernel->console = maybe_string(reader, run, "console");
	reader->where[0] = '\0';
}

/* The file's name without its folder and ".json", where nothing else names the kernel. */
static char *name_from(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = strdup(slash ? slash + 1 : path);
	char *end;

	if (!name)
		abort();
	end = strrchr(name, '.');
	if (end && end != name && !strcmp(end, ".json"))
		*end = '\0';
	return name;
}

/* Where neither the kernel nor a package says it: "arm-6.1" ends with it. */
static void find_version(struct result_kernel *kernel)
{
	const char *dash = strrchr(kernel->name, '-');

	if (!kernel->version_text && dash)
		kernel->version_text = dash + 1;
	if (kernel->version_text)
		version_parse(kernel->version_text, &kernel->version);
}

static int read_object(struct reader *reader, struct result_kernel *kernel)
{
	if (!json_is_object(kernel->json))
		complain(reader, "not a JSON object");
	else
		check_form(reader, kernel);
	if (!reader->failed)
		read_run(reader, kernel);
	if (!reader->failed && !kernel->error)
		read_about(reader, kernel);
	if (reader->failed)
		return -1;
	if (!kernel->name || !*kernel->name) {
		free(kernel->name);
		kernel->name = name_from(reader->path);
	}
	find_version(kernel);
	return 0;
}

/* --- the file --------------------------------------------------------------------------------- */

static json_t *parse(const char *path)
{
	json_error_t error;
	json_t *json = NULL;
	size_t length;
	char *text = whole_file(path, &length);

	if (!text)
		return NULL;
	if (!length)
		complain_of(path, "is empty");
	else {
		json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
		if (!json)
			complain_of(path, "not JSON: line %d, column %d: %s", error.line,
				    error.column, error.text);
	}
	free(text);
	return json;
}

int result_read(struct result_kernel *kernel, const char *path)
{
	struct reader reader = { .path = path };

	*kernel = (struct result_kernel){ .json = parse(path) };
	if (!kernel->json)
		return -1;
	kernel->path = strdup(path);
	if (!kernel->path)
		abort();
	if (!read_object(&reader, kernel))
		return 0;
	result_release(kernel);
	return -1;
}

void result_release(struct result_kernel *kernel)
{
	for (size_t i = 0; i < kernel->test_count; i++) {
		free(kernel->tests[i].needs);
		free(kernel->tests[i].covers);
		free(kernel->tests[i].fixes);
	}
	free(kernel->tests);
	free(kernel->features);
	free(kernel->name);
	free((char *)kernel->path);
	json_decref(kernel->json);
	*kernel = (struct result_kernel){ 0 };
}

#endif
