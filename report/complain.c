/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/complain.h"

#include <stdarg.h>
#include <stdio.h>

#include "report/escape.h"

int complain_of(const char *path, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fputs("seccompat: ", stderr);
	put_plain(stderr, path);
	fputs(": ", stderr);
	put_plain(stderr, text);
	putc('\n', stderr);
	return -1;
}
