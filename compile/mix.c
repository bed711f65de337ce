/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/mix.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"
#include "compile/names.h"
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

/* 0, or -1 after a line on stderr. */
static int read_line(struct mix *mix, char *line, const char *where)
{
	const char *name = NULL, *near;
	double calls = 0;

	switch (mix_line(line, &name, &calls)) {
	case MIX_NOTHING:
		return 0;
	case MIX_WRONG:
		return complain_of(where, "neither a line of `strace -c` nor \"name: count\"");
	case MIX_ROW:
		break;
	}
	if (syscall_is_known(name)) {
		add(mix, name, calls);
		return 0;
	}
	near = syscall_nearest(name);
	return complain_of(where, "%s is no syscall of any architecture%s%s", name,
			   near ? "; did you mean " : "", near ?: "");
}

static int read_lines(struct mix *mix, char *text, const char *path)
{
	char where[600];

	for (size_t line = 1; text; line++) {
		char *start = strsep(&text, "\n");

		snprintf(where, sizeof(where), "%s:%zu", path, line);
		if (read_line(mix, start, where))
			return -1;
	}
	return 0;
}

int mix_read(struct mix *mix, const char *path)
{
	size_t length, before = mix->count;
	char *text = whole_file(path, &length);
	int err;

	if (!text)
		return -1;
	err = strlen(text) < length ? complain_of(path, "it has a NUL in it, and is no text")
				    : read_lines(mix, text, path);
	free(text);
	if (!err && mix->count == before)
		return complain_of(path, "no counts of syscalls in it, as `strace -c` prints them");
	return err;
}
