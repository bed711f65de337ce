/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/mix.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"
#include "filters/mix-line.h"
#include "report/complain.h"
#include "report/whole.h"

double mix_count(const struct mix *mix, const char *name)
{
	for (size_t i = 0; mix && i < mix->count; i++)
		if (!strcmp(mix->rows[i].name, name))
			return mix->rows[i].count;
	return 0;
}

static void add(struct mix *mix, const char *name, double count)
{
	for (size_t i = 0; i < mix->count; i++) {
		if (strcmp(mix->rows[i].name, name))
			continue;
		mix->rows[i].count += count;
		return;
	}
	mix->rows = grow(mix->rows, mix->count, &mix->room, sizeof(*mix->rows));
	mix->rows[mix->count].name = strdup(name);
	if (!mix->rows[mix->count].name)
		abort();
	mix->rows[mix->count++].count = count;
}

void mix_free(struct mix *mix)
{
	for (size_t i = 0; i < mix->count; i++)
		free(mix->rows[i].name);
	free(mix->rows);
	*mix = (struct mix){ 0 };
}

/* False for a line that is neither. */
static bool read_line(struct mix *mix, char *line)
{
	const char *name;
	double calls;

	switch (mix_line(line, &name, &calls)) {
	case MIX_NOTHING:
		return true;
	case MIX_ROW:
		add(mix, name, calls);
		return true;
	case MIX_WRONG:
		break;
	}
	return false;
}

/* The number of the first line that is neither; 0 if all are good. */
static size_t read_lines(struct mix *mix, char *text)
{
	size_t line = 0;

	while (text) {
		char *start = strsep(&text, "\n");

		line++;
		if (!read_line(mix, start))
			return line;
	}
	return 0;
}

int mix_read(struct mix *mix, const char *path)
{
	size_t length, before = mix->count, bad;
	char *text = whole_file(path, &length);
	char where[600];

	if (!text)
		return -1;
	bad = strlen(text) < length ? 1 : read_lines(mix, text);
	free(text);
	snprintf(where, sizeof(where), "%s:%zu", path, bad);
	if (bad)
		return complain_of(where, "neither a line of `strace -c` nor \"name: count\"");
	if (mix->count == before)
		return complain_of(path, "no counts of syscalls in it, as `strace -c` prints them");
	return 0;
}
