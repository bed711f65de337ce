/* SPDX-License-Identifier: BSD-3-Clause */
/* Text out of a file of results, which may hold anything, printed where some of it has a meaning.
 */
#ifndef SECCOMPAT_REPORT_ESCAPE_H
#define SECCOMPAT_REPORT_ESCAPE_H

#include <stddef.h>
#include <stdio.h>

/* For people: control characters, which a terminal would obey, become a space. */
void put_plain(FILE *out, const char *text);

/* The same, with spaces behind it up to a width. */
void put_padded(FILE *out, const char *text, size_t width);

/* How many characters, not bytes. */
size_t text_width(const char *text);

/* For HTML and XML, between tags or in a quoted attribute; what XML does not allow becomes U+FFFD.
 */
void put_markup(FILE *out, const char *text);
void put_markup_part(FILE *out, const char *text, size_t length); /* of its first bytes */

#endif
