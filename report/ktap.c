/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/ktap.h"

#include <stdlib.h>
#include <string.h>

#include "selftests/glue/tap.h"

#define SECONDS "seconds "

void ktap_begin(FILE *out, unsigned int suites)
{
	fprintf(out, "KTAP version 1\n1..%u\n", suites);
	fflush(out);
}

static const char *last_part(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

/* A message is one diagnostic line, whatever it holds. */
static void put_line(FILE *out, const char *text)
{
	for (; *text; text++)
		putc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
	putc('\n', out);
}

static void put_point(FILE *out, unsigned int number, const char *name, enum outcome outcome,
		      const char *message)
{
	fprintf(out, "%sok %u %s", outcome == PASSED || outcome == SKIPPED ? "" : "not ", number,
		name);
	if (outcome == SKIPPED || outcome == BROKE || outcome == PENDING) {
		fprintf(out, " # %s ", outcome == SKIPPED ? "SKIP" : "ERROR");
		put_line(out, outcome == PENDING ? "interrupted" : message);
		return;
	}
	putc('\n', out);
}

static void put_case(FILE *out, const char *indent, unsigned int number,
		     const struct test_case *test)
{
	fputs(indent, out);
	put_point(out, number, last_part(test->name), test->outcome, test->message);
	if (test->outcome == FAILED && test->message[0]) {
		fprintf(out, "%s# ", indent);
		put_line(out, test->message);
	}
	if (test->seconds > 0)
		fprintf(out, "%s# " SECONDS "%.6f\n", indent, test->seconds);
}

void ktap_points(FILE *out, const struct test_case *cases, size_t count)
{
	ktap_begin(out, count);
	for (size_t i = 0; i < count; i++)
		put_case(out, "", i + 1, &cases[i]);
}

enum outcome ktap_outcome(const struct test_case *cases, size_t count)
{
	size_t by_outcome[BROKE + 1] = { 0 };

	for (size_t i = 0; i < count; i++)
		by_outcome[cases[i].outcome]++;
	if (by_outcome[BROKE] || by_outcome[PENDING])
		return BROKE;
	if (by_outcome[FAILED])
		return FAILED;
	return by_outcome[PASSED] ? PASSED : SKIPPED;
}

void ktap_suite(FILE *out, unsigned int number, const struct test_case *cases, size_t count)
{
	const char *name = cases[0].name;
	char suite[64];

	snprintf(suite, sizeof(suite), "%.*s", (int)(last_part(name) - name - 1), name);
	fprintf(out, "  KTAP version 1\n  # Subtest: %s\n  1..%zu\n", suite, count);
	for (size_t i = 0; i < count; i++)
		put_case(out, "  ", i + 1, &cases[i]);
	put_point(out, number, suite, ktap_outcome(cases, count), "see above");
	fflush(out);
}

void ktap_empty_suite(FILE *out, unsigned int number, const char *name, enum outcome outcome,
		      const char *why)
{
	put_point(out, number, name, outcome, why);
	fflush(out);
}

static struct test_case *new_case(struct ktap_reader *reader)
{
	reader->cases = realloc(reader->cases, (reader->count + 1) * sizeof(*reader->cases));
	if (!reader->cases)
		abort();
	reader->cases[reader->count] = (struct test_case){ 0 };
	return &reader->cases[reader->count++];
}

static enum outcome outcome_of(const struct tap_line *line)
{
	if (!strcmp(line->directive, "SKIP"))
		return SKIPPED;
	if (!strcmp(line->directive, "ERROR"))
		return BROKE;
	return line->ok ? PASSED : FAILED;
}

static void read_result(struct ktap_reader *reader, const struct tap_line *line)
{
	struct test_case *test = new_case(reader);

	test->outcome = outcome_of(line);
	snprintf(test->name, sizeof(test->name), "%.60s.%.66s", reader->suite, line->name);
	snprintf(test->message, sizeof(test->message), "%s", line->text);
}

static void read_diagnostic(struct ktap_reader *reader, const char *text)
{
	static const char subtest[] = "Subtest: ";
	struct test_case *last = reader->count ? &reader->cases[reader->count - 1] : NULL;

	if (!strncmp(text, subtest, strlen(subtest)))
		snprintf(reader->suite, sizeof(reader->suite), "%s", text + strlen(subtest));
	else if (last && !strncmp(text, SECONDS, strlen(SECONDS)))
		last->seconds = atof(text + strlen(SECONDS));
	else if (last && last->outcome == FAILED && !last->message[0])
		snprintf(last->message, sizeof(last->message), "%s", text);
}

void ktap_read_line(struct ktap_reader *reader, const char *text)
{
	struct tap_line line = tap_parse(text);

	if (line.depth != 1)
		return;
	if (line.kind == TAP_RESULT)
		read_result(reader, &line);
	else if (line.kind == TAP_DIAGNOSTIC)
		read_diagnostic(reader, line.text);
}

void ktap_reader_free(struct ktap_reader *reader)
{
	free(reader->cases);
	*reader = (struct ktap_reader){ 0 };
}
