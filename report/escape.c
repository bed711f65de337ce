/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/escape.h"

#include <stdlib.h>
#include <string.h>

#include "report/utf8.h"

static int is_control(unsigned int code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

/* What turns the direction of the text behind it: a name could look like another one. */
static int turns_text(unsigned int code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void put_plain(FILE *out, const char *text)
{
	while (*text) {
		unsigned int code;
		size_t length = utf8_read(text, &code);

		if (!length) {
			putc('?', out);
			length = 1;
		} else if (is_control(code) || turns_text(code)) {
			putc(' ', out);
		} else {
			fwrite(text, 1, length, out);
		}
		text += length;
	}
}

size_t text_width(const char *text)
{
	size_t width = 0;

	while (*text) {
		unsigned int code;
		size_t length = utf8_read(text, &code);

		text += length ? length : 1;
		width++;
	}
	return width;
}

void put_padded(FILE *out, const char *text, size_t width)
{
	size_t used = text_width(text);

	put_plain(out, text);
	if (used < width)
		fprintf(out, "%*s", (int)(width - used), "");
}

static int is_xml(unsigned int code)
{
	return code == '\t' || code == '\n' ||
	       (code >= 0x20 && !(code >= 0x7f && code < 0xa0) && code != 0xfffe && code != 0xffff);
}

static const char *entity(unsigned int code)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return is_xml(code) ? NULL : "\xef\xbf\xbd";
	}
}

void put_markup(FILE *out, const char *text)
{
	while (*text) {
		unsigned int code = 0;
		size_t length = utf8_read(text, &code);
		const char *instead = entity(code);

		if (instead)
			fputs(instead, out);
		else
			fwrite(text, 1, length, out);
		text += length ? length : 1;
	}
}

void put_markup_part(FILE *out, const char *text, size_t length)
{
	char *part = strndup(text, length);

	if (!part)
		abort();
	put_markup(out, part);
	free(part);
}
