/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of kernels: results other than a pass, with a reason each. ci/known.tsv is such a
 * list. */
#ifndef SECCOMPAT_REPORT_KNOWN_H
#define SECCOMPAT_REPORT_KNOWN_H

#include "report/results.h"

/*
 * KNOWN_MIXED: as KNOWN_FAIL, where some of the tests pass. KNOWN_BACKPORTED: of a feature that is
 * there, and newer than the kernel's version.
 */
enum known_result { KNOWN_SKIP, KNOWN_FAIL, KNOWN_MIXED, KNOWN_BACKPORTED, KNOWN_NONE };

struct known_row {
	const struct arch *arch; /* NULL: all */
	bool has_from, has_below;
	struct version from, below;
	const char *patterns; /* of tests' names, of kernels' for KNOWN_NONE; a space between two */
	enum known_result result;
	const char *reason;
	const char *reference; /* "" where there is none */
};

struct known {
	struct known_row *rows;
	size_t count;
	char *text; /* the file; the rows point into it */
};

/*
 * Reads a table of seven columns, a tab between two: arch, from, below, test, result, reason,
 * reference (ci/known.tsv says what each holds). 0, or -1 after a line "FILE:LINE: ..." on stderr.
 */
int known_read(struct known *known, const char *path);
void known_free(struct known *known);

/* As results_judge(), with what the list explains. The reasons are borrowed from it. */
void known_judge(const struct known *known, struct results *results);

/*
 * Whether all of name matches one of the patterns, in which * is any characters, and ? is one. A
 * space is between two of them.
 */
bool known_matches(const char *patterns, const char *name);

#endif
