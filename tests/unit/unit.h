/* SPDX-License-Identifier: BSD-3-Clause */
/* Unit tests print TAP. A program calls check() as it goes and ends with `return unit_end();`. */
#ifndef SECCOMPAT_TESTS_UNIT_H
#define SECCOMPAT_TESTS_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int unit_count, unit_failed;

/* One test point; the text says what must hold. Returns ok, so that a caller may add details. */
__attribute__((format(printf, 2, 3))) static inline bool check(bool ok, const char *format, ...)
{
	va_list args;

	printf("%sok %d - ", ok ? "" : "not ", ++unit_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	unit_failed += !ok;
	return ok;
}

/* A point that cannot be asked here. */
static inline void skip(const char *text, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++unit_count, text, why);
}

/* The plan, and the exit status: 0 if all held. */
static inline int unit_end(void)
{
	printf("1..%d\n", unit_count);
	fflush(stdout);
	return unit_failed ? 1 : 0;
}

#endif
