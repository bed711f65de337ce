/* SPDX-License-Identifier: BSD-3-Clause */
/* What is written as KTAP is read back as the same. */
#include "report/ktap.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

static const struct test_case cases[] = {
	{ .name = "x86_64.modes.one/prctl", .outcome = PASSED, .seconds = 0.25 },
	{ .name = "x86_64.modes.two",
	  .outcome = FAILED,
	  .message = "a.c:1: got\nwrong # 7",
	  .seconds = 1 },
	{ .name = "x86_64.modes.three", .outcome = SKIPPED, .message = "needs flag_tsync (3.17)" },
	{ .name = "x86_64.modes.four", .outcome = BROKE, .message = "no memory", .seconds = 2 },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static char *written;
static size_t length;

static void read_back(struct ktap_reader *reader)
{
	char *rest = written, *line;

	while ((line = strsep(&rest, "\n")))
		ktap_read_line(reader, line);
}

static void test_round_trip(void)
{
	FILE *out = open_memstream(&written, &length);
	struct ktap_reader reader = { 0 };

	ktap_begin(out, 1);
	ktap_suite(out, 1, cases, CASES);
	fclose(out);
	check(strstr(written, "KTAP version 1\n1..1\n") == written, "the plan comes first");
	check(strstr(written, "\nnot ok 1 x86_64.modes # ERROR") != NULL, "the suite is broken");
	check(strstr(written, "got wrong # 7") != NULL, "a message stays on its line");
	read_back(&reader);
	check(reader.count == CASES, "as many cases as were written");
	for (size_t i = 0; i < CASES && reader.count == CASES; i++)
		check(!strcmp(reader.cases[i].name, cases[i].name) &&
			      reader.cases[i].outcome == cases[i].outcome &&
			      reader.cases[i].seconds == cases[i].seconds,
		      "%s is the same", cases[i].name);
	check(!strcmp(reader.cases[2].message, cases[2].message), "with its reason");
	check(!strcmp(reader.cases[1].message, "a.c:1: got wrong # 7"), "and what was expected");
	ktap_reader_free(&reader);
	check(!reader.cases && !reader.count, "nothing is kept");
	free(written);
}

static void test_outcomes(void)
{
	check(ktap_outcome(cases, CASES) == BROKE, "broken before all");
	check(ktap_outcome(cases, 3) == FAILED, "failed before passed");
	check(ktap_outcome(cases, 1) == PASSED, "passed");
	check(ktap_outcome(cases + 2, 1) == SKIPPED, "skipped if nothing else");
	check(ktap_outcome((struct test_case[]){ { .outcome = PENDING } }, 1) == BROKE,
	      "what has no outcome is broken");
}

int main(void)
{
	test_round_trip();
	test_outcomes();
	return unit_end();
}
