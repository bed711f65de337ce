/* SPDX-License-Identifier: BSD-3-Clause */
/* What the recognition of environments reads. */
#include "probe/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *find_path(const struct clues *clues, const char *file, char path[FIND_PATH])
{
	snprintf(path, FIND_PATH, "%s%s", clues->root, file);
	return path;
}

bool find_text(const struct clues *clues, const char *file, char *text, size_t size)
{
	char path[FIND_PATH];
	FILE *from = fopen(find_path(clues, file, path), "re");
	size_t length;

	if (!from)
		return false;
	length = fread(text, 1, size - 1, from);
	fclose(from);
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return length > 0;
}

bool find_link(const struct clues *clues, const char *file, char *text, size_t size)
{
	char path[FIND_PATH];
	ssize_t length = readlink(find_path(clues, file, path), text, size - 1);

	if (length < 0)
		return false;
	text[length] = '\0';
	return true;
}

long find_number(const struct clues *clues, const char *file)
{
	char text[32], *end;
	long number;

	if (!find_text(clues, file, text, sizeof(text)))
		return -1;
	number = strtol(text, &end, 10);
	return end == text ? -1 : number;
}

/* "ID PARENT DEVICE FOLDER POINT OPTIONS [TAG...] - TYPE SOURCE OPTIONS" */
static bool is_root_line(const char *line, char folder[FIND_PATH], char type[64])
{
	const char *separator = strstr(line, " - ");
	char point[8];

	return separator && sscanf(line, "%*d %*d %*s %511s %7s", folder, point) == 2 &&
	       !strcmp(point, "/") && sscanf(separator, " - %63s", type) == 1;
}

/* The last one: later mounts hide earlier ones. */
bool find_root_mount(const struct clues *clues, char folder[FIND_PATH], char type[64])
{
	char path[FIND_PATH], line[1024], there[FIND_PATH], kind[64];
	FILE *mounts = fopen(find_path(clues, "/proc/self/mountinfo", path), "re");
	bool found = false;

	if (!mounts)
		return false;
	while (fgets(line, sizeof(line), mounts)) {
		if (!is_root_line(line, there, kind))
			continue;
		strcpy(folder, there);
		strcpy(type, kind);
		found = true;
	}
	fclose(mounts);
	return found;
}
