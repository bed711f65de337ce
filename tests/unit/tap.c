/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/tap.h"

#include <string.h>

#include "tests/unit/unit.h"

static const struct row {
	const char *text;
	int kind;
	unsigned int depth;
	bool ok;
	unsigned long number;
	const char *name, *directive, *rest;
} rows[] = {
	{ "ok 1 global.one", TAP_RESULT, 0, true, 1, "global.one", "", "" },
	{ "ok 2 - one two", TAP_RESULT, 0, true, 2, "one two", "", "" },
	{ "not ok 3 a/b", TAP_RESULT, 0, false, 3, "a/b", "", "" },
	{ "  not ok 4 a # ERROR no way", TAP_RESULT, 1, false, 4, "a", "ERROR", "no way" },
	{ "    ok 5 a # SKIP needs x", TAP_RESULT, 2, true, 5, "a", "SKIP", "needs x" },
	{ "ok 6 # SKIP unnamed", TAP_RESULT, 0, true, 6, "", "SKIP", "unnamed" },
	{ "ok 7 a # Skipped, in lower case", TAP_RESULT, 0, true, 7, "a", "", "" },
	{ "ok 8 a # SKIP", TAP_RESULT, 0, true, 8, "a", "SKIP", "" },
	{ "#  RUN           global.one ...", TAP_DIAGNOSTIC, 0, false, 0, "", "",
	  "RUN           global.one ..." },
	{ "  # seconds 0.5", TAP_DIAGNOSTIC, 1, false, 0, "", "", "seconds 0.5" },
	{ "1..12", TAP_PLAN, 0, false, 12, "", "", "" },
	{ "TAP version 13", TAP_OTHER, 0, false, 0, "", "", "" },
	{ "okay", TAP_OTHER, 0, false, 0, "", "", "" },
	{ "", TAP_OTHER, 0, false, 0, "", "", "" },
};

int main(void)
{
	char longer[400] = "ok 9 ";

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct tap_line line = tap_parse(row->text);

		check((int)line.kind == row->kind && line.depth == row->depth &&
			      line.ok == row->ok && line.number == row->number &&
			      !strcmp(line.name, row->name) &&
			      !strcmp(line.directive, row->directive) &&
			      !strcmp(line.text, row->rest),
		      "line %zu is taken apart", i);
	}
	memset(longer + 5, 'x', 390);
	check(strlen(tap_parse(longer).name) == sizeof(tap_parse("").name) - 1,
	      "a name that is too long is cut");
	return unit_end();
}
