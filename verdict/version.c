/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/verdict.h"

/* Reads one number and moves *text behind it; false if there is none, or one beyond reason. */
static bool number(const char **text, unsigned int *value)
{
	unsigned long parsed;
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	parsed = strtoul(*text, &end, 10);
	if (parsed > 65535)
		return false;
	*value = parsed;
	*text = end;
	return true;
}

static bool dot(const char **text)
{
	if (**text != '.')
		return false;
	++*text;
	return true;
}

bool version_parse(const char *text, struct version *version)
{
	struct version parsed = { 0 };

	if (!number(&text, &parsed.major) || !dot(&text) || !number(&text, &parsed.minor))
		return false;
	if (dot(&text))
		number(&text, &parsed.patch);
	*version = parsed;
	return true;
}

static int compare(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

int version_compare(const struct version *a, const struct version *b)
{
	if (a->major != b->major)
		return compare(a->major, b->major);
	if (a->minor != b->minor)
		return compare(a->minor, b->minor);
	return compare(a->patch, b->patch);
}

const char *version_text(const char *banner, const char *release)
{
	static const char mark[] = "Debian ";
	const char *debian = banner ? strstr(banner, mark) : NULL;
	struct version ignored;

	if (debian && version_parse(debian + strlen(mark), &ignored))
		return debian + strlen(mark);
	return release;
}
