/* SPDX-License-Identifier: BSD-3-Clause */
/* What a file of results may hold, on its way to a terminal, to HTML and to XML. */
#include "report/escape.h"

#include <stdlib.h>
#include <string.h>

#include "report/utf8.h"
#include "tests/unit/unit.h"

static const struct {
	const char *text, *plain, *markup;
	size_t width;
} rows[] = {
	{ "", "", "", 0 },
	{ "plain", "plain", "plain", 5 },
	{ "<a href=\"x\">&'", "<a href=\"x\">&'", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;", 14 },
	{ "a\nb\tc", "a b c", "a\nb\tc", 5 },
	{ "\033[31m", " [31m", "\xef\xbf\xbd[31m", 5 },
	{ "\x7f", " ", "\xef\xbf\xbd", 1 },
	{ "\xc2\x9b", " ", "\xef\xbf\xbd", 1 }, /* CSI in one character */
	{ "\xc3\xa9", "\xc3\xa9", "\xc3\xa9", 1 },
	{ "\xe2\x82\xac", "\xe2\x82\xac", "\xe2\x82\xac", 1 },
	{ "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7", "\xf0\x9f\x90\xa7", 1 },
	{ "\xe2\x80\xae", " ", "\xe2\x80\xae", 1 },	       /* turns the text around */
	{ "\xef\xbf\xbf", "\xef\xbf\xbf", "\xef\xbf\xbd", 1 }, /* U+FFFF, which XML has not */
	{ "\xff", "?", "\xef\xbf\xbd", 1 },
	{ "\xc3", "?", "\xef\xbf\xbd", 1 },		     /* cut */
	{ "\xc0\xaf", "??", "\xef\xbf\xbd\xef\xbf\xbd", 2 }, /* overlong */
	{ "\xe0\x80\xaf", "???", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3 },
	{ "\xed\xa0\x80", "???", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3 }, /* a surrogate */
	{ "\xf4\x90\x80\x80", "????", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	  4 }, /* beyond the last one */
};

static char *written(void (*put)(FILE *out, const char *text), const char *text)
{
	char *result;
	size_t length;
	FILE *out = open_memstream(&result, &length);

	put(out, text);
	fclose(out);
	return result;
}

static void put_in_three(FILE *out, const char *text)
{
	put_padded(out, text, 3);
}

static void put_two(FILE *out, const char *text)
{
	put_markup_part(out, text, 2);
}

static void expect(void (*put)(FILE *out, const char *text), const char *text, const char *wanted,
		   const char *what)
{
	char *got = written(put, text);

	check(!strcmp(got, wanted), "%s", what);
	if (strcmp(got, wanted))
		fprintf(stderr, "# got: \"%s\"\n", got);
	free(got);
}

int main(void)
{
	char what[80];
	unsigned int code = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(what, sizeof(what), "row %zu for a terminal", i);
		expect(put_plain, rows[i].text, rows[i].plain, what);
		snprintf(what, sizeof(what), "row %zu for HTML and XML", i);
		expect(put_markup, rows[i].text, rows[i].markup, what);
		check(text_width(rows[i].text) == rows[i].width, "row %zu has its width", i);
	}
	expect(put_in_three, "\xc3\xa9", "\xc3\xa9  ", "padded by characters, not by bytes");
	expect(put_in_three, "four", "four", "what is too long is not cut");
	expect(put_two, "<<<", "&lt;&lt;", "a part of a text");
	check(utf8_read("\xe2\x82\xac", &code) == 3 && code == 0x20ac, "a character's number");
	return unit_end();
}
