/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/whole.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/complain.h"

#define WHOLE_MAX (64u << 20) /* a result of today has a third of a megabyte */

/* To the end of the file, or a little over the limit. */
static char *read_all(FILE *file, size_t *length)
{
	size_t size = 1u << 16, got;
	char *text = NULL;

	*length = 0;
	do {
		size *= 2;
		text = realloc(text, size + 1);
		if (!text)
			abort();
		got = fread(text + *length, 1, size - *length, file);
		*length += got;
	} while (*length == size && size <= WHOLE_MAX);
	text[*length] = '\0';
	return text;
}

char *whole_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text;
	int failed;

	if (!file) {
		complain_of(path, "cannot be read: %s", strerror(errno));
		return NULL;
	}
	text = read_all(file, length);
	failed = ferror(file) ? errno : 0;
	fclose(file);
	if (!failed && *length <= WHOLE_MAX)
		return text;
	free(text);
	if (failed)
		complain_of(path, "cannot be read: %s", strerror(failed));
	else
		complain_of(path, "too big: more than %u MB", WHOLE_MAX >> 20);
	return NULL;
}
