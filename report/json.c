/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json.h"

#include <math.h>
#include <string.h>

#include "report/utf8.h"

void jsonw_begin(struct json *json, FILE *out)
{
	*json = (struct json){ .out = out, .first = true };
}

void jsonw_begin_embedded(struct json *json, FILE *out)
{
	jsonw_begin(json, out);
	json->embedded = true;
}

static bool is_escaped(const struct json *json, unsigned char c)
{
	return c < 0x20 || c == 0x7f || (json->embedded && strchr("<>&", c));
}

static void put_string(const struct json *json, const char *text)
{
	putc('"', json->out);
	while (*text) {
		unsigned char c = *text;
		unsigned int code;
		size_t length = utf8_read(text, &code);

		if (c == '"' || c == '\\')
			fprintf(json->out, "\\%c", c);
		else if (!length || is_escaped(json, c))
			fprintf(json->out, "\\u%04x", c);
		else
			fwrite(text, 1, length, json->out);
		text += length ? length : 1;
	}
	putc('"', json->out);
}

static void new_line(const struct json *json)
{
	if (!json->embedded)
		fprintf(json->out, "\n%*s", json->depth * 2, "");
}

/* What stands before a value: a comma, a new line, its key. */
static void put_key(struct json *json, const char *key)
{
	if (json->depth && !json->first)
		putc(',', json->out);
	if (json->depth)
		new_line(json);
	json->first = false;
	if (!key)
		return;
	put_string(json, key);
	fputs(json->embedded ? ":" : ": ", json->out);
}

static void open_level(struct json *json, const char *key, char opener, char closer)
{
	put_key(json, key);
	putc(opener, json->out);
	json->closers[json->depth++] = closer;
	json->first = true;
}

void jsonw_object(struct json *json, const char *key)
{
	open_level(json, key, '{', '}');
}

void jsonw_array(struct json *json, const char *key)
{
	open_level(json, key, '[', ']');
}

void jsonw_end(struct json *json)
{
	json->depth--;
	if (!json->first)
		new_line(json);
	putc(json->closers[json->depth], json->out);
	json->first = false;
	if (!json->depth)
		putc('\n', json->out);
}

void jsonw_string(struct json *json, const char *key, const char *value)
{
	if (!value) {
		jsonw_null(json, key);
		return;
	}
	put_key(json, key);
	put_string(json, value);
}

void jsonw_int(struct json *json, const char *key, long long value)
{
	put_key(json, key);
	fprintf(json->out, "%lld", value);
}

void jsonw_double(struct json *json, const char *key, double value)
{
	if (!isfinite(value)) {
		jsonw_null(json, key);
		return;
	}
	put_key(json, key);
	fprintf(json->out, "%.6g", value);
}

void jsonw_bool(struct json *json, const char *key, bool value)
{
	put_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

void jsonw_null(struct json *json, const char *key)
{
	put_key(json, key);
	fputs("null", json->out);
}
