/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/junit.h"

#include "report/escape.h"
#include "report/text.h"

static void put_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	put_markup(out, value);
	putc('"', out);
}

/* What a testcase holds: nothing for a pass. */
enum element { NOTHING, SKIPPED_ELEMENT, FAILURE, ERROR };

static const char *const element_names[] = {
	[NOTHING] = NULL,
	[SKIPPED_ELEMENT] = "skipped",
	[FAILURE] = "failure",
	[ERROR] = "error",
};

static enum element element_of(enum state state)
{
	switch (state) {
	case STATE_SKIP:
	case STATE_KNOWN:
		return SKIPPED_ELEMENT;
	case STATE_NEW_SKIP:
	case STATE_FIXED:
	case STATE_FAIL:
		return FAILURE;
	case STATE_BROKE:
		return ERROR;
	default:
		return NOTHING;
	}
}

static void write_message(FILE *out, enum state state, const char *message, const char *reason)
{
	const char *element = element_names[element_of(state)];

	if (!element)
		return;
	fprintf(out, "<%s message=\"", element);
	if (state == STATE_KNOWN)
		fputs("known: ", out);
	if (state == STATE_NEW_SKIP)
		fputs("a skip that is not known: ", out);
	if (state == STATE_FIXED)
		fputs("passed, and was known to fail: ", out);
	if (reason && state != STATE_SKIP)
		put_markup(out, reason);
	if (reason && state == STATE_KNOWN && *message)
		fputs(" -- ", out);
	put_markup(out, message);
	fprintf(out, "\"/>");
}

static void write_test(FILE *out, const struct result_kernel *kernel,
		       const struct result_test *test)
{
	size_t prefix = test->local - test->name + test->family;
	const char *rest = test->name + prefix;

	fputs("    <testcase classname=\"", out);
	put_markup(out, kernel->name);
	putc('.', out);
	put_markup_part(out, test->name, prefix);
	putc('"', out);
	put_attribute(out, "name", *rest == '.' ? rest + 1 : test->name);
	fprintf(out, " time=\"%.6f\">", test->seconds);
	write_message(out, test->state, test->message, test->reason);
	fputs("</testcase>\n", out);
}

static void write_property(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fputs("      <property", out);
	put_attribute(out, "name", name);
	put_attribute(out, "value", value);
	fputs("/>\n", out);
}

static void write_properties(FILE *out, const struct result_kernel *kernel)
{
	fputs("    <properties>\n", out);
	write_property(out, "release", text_release(kernel));
	write_property(out, "version", kernel->banner);
	write_property(out, "machine", kernel->machine);
	write_property(out, "program", kernel->program);
	write_property(out, "package", kernel->package);
	write_property(out, "package_version", kernel->package_version);
	fputs("    </properties>\n", out);
}

/* A kernel that gave no result is one testcase. */
static void write_error(FILE *out, const struct result_kernel *kernel)
{
	if (!kernel->error)
		return;
	fputs("    <testcase", out);
	put_attribute(out, "classname", kernel->name);
	fputs(" name=\"result\">", out);
	write_message(out, kernel->state, kernel->error, kernel->reason);
	fputs("</testcase>\n", out);
}

static size_t count_element(const struct result_kernel *kernel, enum element element)
{
	size_t count = 0;

	for (enum state state = STATE_NONE; state < STATE_COUNT; state++)
		if (element_of(state) == element)
			count += kernel_count(kernel, state) +
				 (kernel->error && kernel->state == state);
	return count;
}

static void write_suite(FILE *out, const struct result_kernel *kernel)
{
	fputs("  <testsuite", out);
	put_attribute(out, "name", kernel->name);
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		kernel->test_count + !!kernel->error, count_element(kernel, FAILURE),
		count_element(kernel, ERROR), count_element(kernel, SKIPPED_ELEMENT));
	if (kernel->seconds >= 0)
		fprintf(out, " time=\"%.3f\"", kernel->seconds);
	if (kernel->date)
		put_attribute(out, "timestamp", kernel->date);
	fputs(">\n", out);
	write_properties(out, kernel);
	write_error(out, kernel);
	for (size_t i = 0; i < kernel->test_count; i++)
		write_test(out, kernel, &kernel->tests[i]);
	if (kernel->console) {
		fputs("    <system-out>", out);
		put_markup(out, kernel->console);
		fputs("</system-out>\n", out);
	}
	fputs("  </testsuite>\n", out);
}

void junit_write(FILE *out, const struct results *results)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"seccompat\">\n", out);
	for (size_t i = 0; i < results->count; i++)
		write_suite(out, &results->kernels[i]);
	fputs("</testsuites>\n", out);
}
