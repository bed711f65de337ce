/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/nearest.h"

#include <string.h>

#define TOO_FAR 5

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters must change to make b of a: Levenshtein's distance, row by row. */
static size_t distance(const char *a, const char *b)
{
	size_t length = strlen(b), row[64];

	if (length >= sizeof(row) / sizeof(row[0]))
		return length;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

/* A part of a name stands for it, as "wait_killable" does; else the one that is spelled alike. */
void nearest_look(struct nearest *nearest, const char *name)
{
	size_t far = distance(nearest->wanted, name);

	if (strlen(nearest->wanted) > 2 && strstr(name, nearest->wanted))
		far = 1;
	if (far >= (nearest->found ? nearest->far : TOO_FAR))
		return;
	nearest->found = name;
	nearest->far = far;
}
