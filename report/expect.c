/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/complain.h"
#include "report/feature-name.h"
#include "report/results.h"
#include "report/whole.h"
#include "verdict/verdict.h"

#define BLANK " \t\r"

/* --- by a version ------------------------------------------------------------------------- */

bool expect_is_version(const char *word)
{
	return !word[strspn(word, "0123456789.")];
}

/* Stricter than version_parse(), which passes over whatever follows the first numbers. */
static bool is_well_formed(const char *word)
{
	size_t length = strlen(word);

	return length && length < 16 && expect_is_version(word) && word[length - 1] != '.' &&
	       !strstr(word, "..");
}

static bool is_of(const struct feature_info *info, const struct version *version,
		  bool with_optional)
{
	if (!*info->since || (info->optional && !with_optional))
		return false;
	return version_has(version, info->since);
}

int expect_version(const char *where, const char *word, bool with_optional, bool wanted[F_COUNT])
{
	struct version version;
	bool any = false;

	if (!is_well_formed(word) || !version_parse(word, &version))
		return complain_of(where, "%s: no version of Linux; one is 6.1 or 6.1.5", word);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		wanted[f] = is_of(&features[f], &version, with_optional);
		any |= wanted[f];
	}
	if (any)
		return 0;
	return complain_of(where, "%s: Linux had no seccomp then; it came with 2.6.12", word);
}

/* --- by a file ---------------------------------------------------------------------------- */

/* The id of a line, ended by a NUL; "" if there is none; NULL if there is more than one. */
static char *id_of(char *line)
{
	char *end;

	line[strcspn(line, "#")] = '\0';
	line += strspn(line, BLANK);
	end = line + strcspn(line, BLANK);
	if (end[strspn(end, BLANK)])
		return NULL;
	*end = '\0';
	return line;
}

static int read_line(const char *where, char *line, bool wanted[F_COUNT])
{
	const char *id = id_of(line);
	enum feature feature;

	if (!id)
		return complain_of(where, "more than one word; a line has one feature");
	if (!*id)
		return 0;
	feature = feature_named(where, id);
	if (feature == F_NONE)
		return -1;
	wanted[feature] = true;
	return 0;
}

static int read_lines(const char *path, char *text, bool wanted[F_COUNT])
{
	char *rest = text, *line;

	for (unsigned int number = 1; (line = strsep(&rest, "\n")); number++) {
		char where[512];

		snprintf(where, sizeof(where), "%s:%u", path, number);
		if (read_line(where, line, wanted))
			return -1;
	}
	return 0;
}

/* What names nothing would be met by every kernel. */
static int names_any(const char *path, const bool wanted[F_COUNT])
{
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		if (wanted[f])
			return 0;
	return complain_of(path, "names no feature; seccompat probe --save writes such files");
}

int expect_file(const char *path, bool wanted[F_COUNT])
{
	size_t length;
	char *text = whole_file(path, &length);
	int failed;

	if (!text)
		return -1;
	if (strlen(text) != length)
		failed = complain_of(path, "no list of features: there is a NUL in it");
	else
		failed = read_lines(path, text, wanted) || names_any(path, wanted) ? -1 : 0;
	free(text);
	return failed;
}
