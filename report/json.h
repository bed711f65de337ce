/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A small JSON writer: indented, strings escaped, commas where they belong. A static program for
 * any target has no JSON library to lean on, and ours only ever writes.
 */
#ifndef SECCOMPAT_REPORT_JSON_H
#define SECCOMPAT_REPORT_JSON_H

#include <stdbool.h>
#include <stdio.h>

struct json {
	FILE *out;
	int depth;
	bool first;	  /* nothing written yet at this depth */
	char closers[16]; /* what json_end writes, per depth */
};

void json_begin(struct json *json, FILE *out);

/* key is NULL inside of an array and for the outermost value. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end(struct json *json); /* of the innermost object or array; a newline after the last */

void json_string(struct json *json, const char *key, const char *value); /* NULL writes null */
void json_int(struct json *json, const char *key, long long value);
void json_double(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
