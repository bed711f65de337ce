/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A small JSON writer: indented, strings escaped, commas where they belong; what is no UTF-8 is
 * taken for Latin-1. A static program for any target has no JSON library to lean on.
 */
#ifndef SECCOMPAT_REPORT_JSON_H
#define SECCOMPAT_REPORT_JSON_H

#include <stdbool.h>
#include <stdio.h>

struct json {
	FILE *out;
	int depth;
	bool embedded;	  /* in a page: on one line, without a character that ends a script */
	bool first;	  /* nothing written yet at this depth */
	char closers[16]; /* what jsonw_end writes, per depth */
};

void jsonw_begin(struct json *json, FILE *out);
void jsonw_begin_embedded(struct json *json, FILE *out);

/* key is NULL inside of an array and for the outermost value. */
void jsonw_object(struct json *json, const char *key);
void jsonw_array(struct json *json, const char *key);
void jsonw_end(struct json *json); /* of the innermost object or array; a newline after the last */

void jsonw_string(struct json *json, const char *key, const char *value); /* NULL writes null */
void jsonw_int(struct json *json, const char *key, long long value);
void jsonw_double(struct json *json, const char *key, double value);
void jsonw_bool(struct json *json, const char *key, bool value);
void jsonw_null(struct json *json, const char *key);

#endif
