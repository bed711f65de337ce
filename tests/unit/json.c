/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

static char *written;
static size_t length;

static struct json begin(void)
{
	struct json json;

	jsonw_begin(&json, open_memstream(&written, &length));
	return json;
}

static void expect(struct json *json, const char *wanted, const char *what)
{
	fclose(json->out);
	check(!strcmp(written, wanted), "%s", what);
	if (strcmp(written, wanted))
		fprintf(stderr, "# got: %s\n", written);
	free(written);
}

int main(void)
{
	struct json json = begin();

	jsonw_object(&json, NULL);
	jsonw_end(&json);
	expect(&json, "{}\n", "an empty object");

	json = begin();
	jsonw_object(&json, NULL);
	jsonw_array(&json, "list");
	jsonw_int(&json, NULL, -1);
	jsonw_bool(&json, NULL, true);
	jsonw_null(&json, NULL);
	jsonw_end(&json);
	jsonw_object(&json, "in");
	jsonw_double(&json, "half", 0.5);
	jsonw_double(&json, "nan", NAN);
	jsonw_end(&json);
	jsonw_end(&json);
	expect(&json,
	       "{\n  \"list\": [\n    -1,\n    true,\n    null\n  ],\n"
	       "  \"in\": {\n    \"half\": 0.5,\n    \"nan\": null\n  }\n}\n",
	       "commas, indentation, every kind of value");

	json = begin();
	jsonw_string(&json, NULL, "a\"b\\c\n\x01\xe9");
	expect(&json, "\"a\\\"b\\\\c\\u000a\\u0001\\u00e9\"", "strings are escaped");

	json = begin();
	jsonw_string(&json, NULL, "\xe2\x82\xac \xed\xa0\x80");
	expect(&json, "\"\xe2\x82\xac \\u00ed\\u00a0\\u0080\"",
	       "UTF-8 stays, and nothing else does");

	json = begin();
	json.embedded = true;
	jsonw_object(&json, NULL);
	jsonw_string(&json, "<", "</script>&");
	jsonw_int(&json, "n", 1);
	jsonw_end(&json);
	expect(&json, "{\"\\u003c\":\"\\u003c/script\\u003e\\u0026\",\"n\":1}\n",
	       "in a page nothing ends the script");

	json = begin();
	jsonw_string(&json, NULL, NULL);
	expect(&json, "null", "no string is null");
	return unit_end();
}
