/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/diff.h"

#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/json.h"
#include "report/text.h"

/* --- what differs ----------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static const struct result_feature *feature_in(const struct result_kernel *kernel, const char *id)
{
	for (size_t i = 0; i < kernel->feature_count; i++)
		if (!strcmp(kernel->features[i].id, id))
			return &kernel->features[i];
	return NULL;
}

static void add_feature(struct diff *diff, const struct result_feature *a,
			const struct result_feature *b)
{
	if (a && b && !strcmp(a->asked, b->asked) && same_text(a->err, b->err) &&
	    a->verdict == b->verdict)
		return;
	diff->features[diff->feature_count++] = (struct feature_change){ a, b };
}

static void compare_features(struct diff *diff)
{
	const struct result_kernel *a = diff->a, *b = diff->b;

	diff->features = calloc(a->feature_count + b->feature_count + 1, sizeof(*diff->features));
	if (!diff->features)
		abort();
	for (size_t i = 0; i < a->feature_count; i++)
		add_feature(diff, &a->features[i], feature_in(b, a->features[i].id));
	for (size_t i = 0; i < b->feature_count; i++)
		if (!feature_in(a, b->features[i].id))
			add_feature(diff, NULL, &b->features[i]);
}

/* By what a test is found on the other side. */
static const char *key_of(const struct result_kernel *kernel, const struct result_test *test)
{
	return test_is_native(kernel, test) ? test->local : test->name;
}

/* hint is where it most likely is, as both have them in one order. */
static const struct result_test *test_in(const struct result_kernel *kernel, const char *key,
					 size_t hint)
{
	for (size_t i = 0; i < kernel->test_count; i++) {
		const struct result_test *test = &kernel->tests[(hint + i) % kernel->test_count];

		if (!strcmp(key_of(kernel, test), key))
			return test;
	}
	return NULL;
}

static void add_test(struct diff *diff, const struct result_test *a, const struct result_test *b)
{
	if (a && b && a->outcome == b->outcome)
		return;
	diff->tests[diff->test_count++] = (struct test_change){ a, b };
}

static void compare_tests(struct diff *diff)
{
	const struct result_kernel *a = diff->a, *b = diff->b;
	size_t hint = 0;

	diff->tests = calloc(a->test_count + b->test_count + 1, sizeof(*diff->tests));
	if (!diff->tests)
		abort();
	for (size_t i = 0; i < a->test_count; i++) {
		const struct result_test *other = test_in(b, key_of(a, &a->tests[i]), hint);

		add_test(diff, &a->tests[i], other);
		if (other)
			hint = other - b->tests + 1;
	}
	hint = 0;
	for (size_t i = 0; i < b->test_count; i++) {
		const struct result_test *other = test_in(a, key_of(b, &b->tests[i]), hint);

		if (other)
			hint = other - a->tests + 1;
		else
			add_test(diff, NULL, &b->tests[i]);
	}
}

struct diff diff_make(const struct result_kernel *a, const struct result_kernel *b)
{
	struct diff diff = { .a = a, .b = b };

	compare_features(&diff);
	compare_tests(&diff);
	return diff;
}

void diff_free(struct diff *diff)
{
	free(diff->features);
	free(diff->tests);
	*diff = (struct diff){ 0 };
}

/* --- for people ------------------------------------------------------------------------------- */

static void print_kernel(FILE *out, const char *side, const struct result_kernel *kernel)
{
	fprintf(out, "%s: ", side);
	put_plain(out, kernel->name);
	fputs(" (", out);
	put_plain(out, text_release(kernel));
	fputs(", ", out);
	put_plain(out, kernel->machine);
	fputs(")\n", out);
}

static void print_answer(FILE *out, const struct result_feature *feature)
{
	if (!feature) {
		fputs("not asked", out);
		return;
	}
	fprintf(out, "%s (%s%s%s)", verdict_name(feature->verdict), feature->asked,
		feature->err ? ", " : "", feature->err ? feature->err : "");
}

static void print_features(FILE *out, const struct diff *diff)
{
	if (diff->feature_count)
		fprintf(out, "features that differ: %zu\n", diff->feature_count);
	for (size_t i = 0; i < diff->feature_count; i++) {
		const struct feature_change *change = &diff->features[i];

		fputs("  ", out);
		put_padded(out, change->a ? change->a->id : change->b->id, 24);
		putc(' ', out);
		print_answer(out, change->a);
		fputs(" -> ", out);
		print_answer(out, change->b);
		putc('\n', out);
	}
}

/* The message of the side that did not pass. */
static void print_message(FILE *out, const struct result_test *test)
{
	if (!test || !*test->message)
		return;
	fprintf(out, "      %s: ", outcome_name(test->outcome));
	put_plain(out, test->message);
	putc('\n', out);
}

static void print_changed_tests(FILE *out, const struct diff *diff)
{
	size_t count = 0;

	for (size_t i = 0; i < diff->test_count; i++) {
		const struct test_change *change = &diff->tests[i];

		if (!change->a || !change->b)
			continue;
		if (!count++)
			fputs("tests whose result differs:\n", out);
		fputs("  ", out);
		put_plain(out, change->a->name);
		fprintf(out, " %s -> %s\n", outcome_name(change->a->outcome),
			outcome_name(change->b->outcome));
		print_message(out, change->a);
		print_message(out, change->b);
	}
}

static void print_lone_tests(FILE *out, const struct diff *diff, const char *side, bool in_a)
{
	size_t count = 0;

	for (size_t i = 0; i < diff->test_count; i++) {
		const struct test_change *change = &diff->tests[i];
		const struct result_test *test = in_a ? change->a : change->b;

		if (!test || (in_a ? change->b : change->a))
			continue;
		if (!count++)
			fprintf(out, "tests in %s only:\n", side);
		fputs("  ", out);
		put_plain(out, test->name);
		fprintf(out, " %s\n", outcome_name(test->outcome));
	}
}

void diff_write_text(FILE *out, const struct diff *diff)
{
	print_kernel(out, "A", diff->a);
	print_kernel(out, "B", diff->b);
	print_features(out, diff);
	print_changed_tests(out, diff);
	print_lone_tests(out, diff, "A", true);
	print_lone_tests(out, diff, "B", false);
	if (!diff->feature_count && !diff->test_count)
		fputs("nothing differs\n", out);
}

/* --- for machines ----------------------------------------------------------------------------- */

static void write_kernel(struct json *json, const char *key, const struct result_kernel *kernel)
{
	jsonw_object(json, key);
	jsonw_string(json, "name", kernel->name);
	jsonw_string(json, "file", kernel->path);
	jsonw_string(json, "release", kernel->release);
	jsonw_string(json, "machine", kernel->machine);
	jsonw_end(json);
}

static void write_answer(struct json *json, const char *key, const struct result_feature *feature)
{
	if (!feature) {
		jsonw_null(json, key);
		return;
	}
	jsonw_object(json, key);
	jsonw_string(json, "asked", feature->asked);
	jsonw_string(json, "errno", feature->err);
	jsonw_string(json, "verdict", verdict_name(feature->verdict));
	jsonw_string(json, "why", feature->why);
	jsonw_end(json);
}

static void write_result(struct json *json, const char *key, const struct result_test *test)
{
	if (!test) {
		jsonw_null(json, key);
		return;
	}
	jsonw_object(json, key);
	jsonw_string(json, "name", test->name);
	jsonw_string(json, "result", outcome_name(test->outcome));
	jsonw_string(json, "message", test->message);
	jsonw_end(json);
}

void diff_write_json(FILE *out, const struct diff *diff)
{
	struct json json;

	jsonw_begin(&json, out);
	jsonw_object(&json, NULL);
	write_kernel(&json, "a", diff->a);
	write_kernel(&json, "b", diff->b);
	jsonw_array(&json, "features");
	for (size_t i = 0; i < diff->feature_count; i++) {
		const struct feature_change *change = &diff->features[i];

		jsonw_object(&json, NULL);
		jsonw_string(&json, "id", change->a ? change->a->id : change->b->id);
		write_answer(&json, "a", change->a);
		write_answer(&json, "b", change->b);
		jsonw_end(&json);
	}
	jsonw_end(&json);
	jsonw_array(&json, "tests");
	for (size_t i = 0; i < diff->test_count; i++) {
		jsonw_object(&json, NULL);
		write_result(&json, "a", diff->tests[i].a);
		write_result(&json, "b", diff->tests[i].b);
		jsonw_end(&json);
	}
	jsonw_end(&json);
	jsonw_end(&json);
}
