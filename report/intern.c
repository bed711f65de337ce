/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/intern.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct interned {
	const char *text;
	size_t number;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct interned *)a)->text, ((const struct interned *)b)->text);
}

static struct interned *add(struct intern *table, const char *text)
{
	struct interned *entry = malloc(sizeof(*entry));

	table->strings = realloc(table->strings, (table->count + 1) * sizeof(*table->strings));
	if (!entry || !table->strings)
		abort();
	table->strings[table->count] = strdup(text);
	if (!table->strings[table->count])
		abort();
	*entry = (struct interned){ table->strings[table->count], table->count };
	table->count++;
	if (!tsearch(entry, &table->tree, compare))
		abort();
	return entry;
}

size_t intern(struct intern *table, const char *text)
{
	struct interned key = { text ? text : "", 0 };
	struct interned *const *found = tfind(&key, &table->tree, compare);

	return found ? (*found)->number : add(table, key.text)->number;
}

void intern_free(struct intern *table)
{
	tdestroy(table->tree, free);
	for (size_t i = 0; i < table->count; i++)
		free(table->strings[i]);
	free(table->strings);
	*table = (struct intern){ 0 };
}
