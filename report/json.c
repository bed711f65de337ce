/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json.h"

#include <math.h>
#include <string.h>

void json_begin(struct json *json, FILE *out)
{
	*json = (struct json){ .out = out, .first = true };
}

static void put_string(FILE *out, const char *text)
{
	putc('"', out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c < 0x20 || *c >= 0x7f)
			fprintf(out, "\\u%04x", *c);
		else
			putc(*c, out);
	}
	putc('"', out);
}

/* What stands before a value: a comma, a new line, its key. */
static void put_key(struct json *json, const char *key)
{
	if (json->depth)
		fprintf(json->out, "%s\n%*s", json->first ? "" : ",", json->depth * 2, "");
	json->first = false;
	if (!key)
		return;
	put_string(json->out, key);
	fputs(": ", json->out);
}

static void open_level(struct json *json, const char *key, char opener, char closer)
{
	put_key(json, key);
	putc(opener, json->out);
	json->closers[json->depth++] = closer;
	json->first = true;
}

void json_object(struct json *json, const char *key)
{
	open_level(json, key, '{', '}');
}

void json_array(struct json *json, const char *key)
{
	open_level(json, key, '[', ']');
}

void json_end(struct json *json)
{
	json->depth--;
	if (!json->first)
		fprintf(json->out, "\n%*s", json->depth * 2, "");
	putc(json->closers[json->depth], json->out);
	json->first = false;
	if (!json->depth)
		putc('\n', json->out);
}

void json_string(struct json *json, const char *key, const char *value)
{
	if (!value) {
		json_null(json, key);
		return;
	}
	put_key(json, key);
	put_string(json->out, value);
}

void json_int(struct json *json, const char *key, long long value)
{
	put_key(json, key);
	fprintf(json->out, "%lld", value);
}

void json_double(struct json *json, const char *key, double value)
{
	if (!isfinite(value)) {
		json_null(json, key);
		return;
	}
	put_key(json, key);
	fprintf(json->out, "%.6g", value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	put_key(json, key);
	fputs("null", json->out);
}
