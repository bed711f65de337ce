/* SPDX-License-Identifier: BSD-3-Clause */
#ifdef HAVE_JANSSON
#include "compile/json.h"

#include <stdarg.h>
#include <stdio.h>

#include "report/complain.h"

int json_complain(const struct json_reader *reader, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return complain_of(reader->path, "%s%s%s", reader->where, *reader->where ? ": " : "", text);
}

int json_maybe_string(const struct json_reader *reader, const json_t *object, const char *key,
		      const char **text)
{
	const json_t *value = json_object_get(object, key);

	*text = NULL;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return json_complain(reader, "\"%s\" is no string", key);
	*text = json_string_value(value);
	return 0;
}

int json_maybe_number(const struct json_reader *reader, const json_t *object, const char *key,
		      uint64_t *number)
{
	const json_t *value = json_object_get(object, key);

	*number = 0;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return json_complain(reader, "\"%s\" is no whole number from 0 up", key);
	*number = (uint64_t)json_integer_value(value);
	return 0;
}

int json_maybe_array(const struct json_reader *reader, const json_t *object, const char *key,
		     const json_t **array)
{
	*array = json_object_get(object, key);
	if (!*array || json_is_null(*array) || json_is_array(*array))
		return 0;
	return json_complain(reader, "\"%s\" is no array", key);
}

int json_maybe_strings(const struct json_reader *reader, const json_t *object, const char *key,
		       const json_t **array)
{
	const json_t *word;
	size_t index;

	if (json_maybe_array(reader, object, key, array))
		return -1;
	json_array_foreach(*array, index, word) if (!json_is_string(word)) return json_complain(
		reader, "\"%s\"[%zu] is no string", key, index);
	return 0;
}

#endif
