/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/feature-name.h"

#include <stdio.h>
#include <string.h>

#include "report/escape.h"

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
static const char *nearest_id(const char *id)
{
	const char *nearest = NULL;
	size_t best = 5;

	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		size_t far = distance(id, features[f].id);

		if (strlen(id) > 2 && strstr(features[f].id, id))
			far = 1;
		if (far >= best)
			continue;
		best = far;
		nearest = features[f].id;
	}
	return nearest;
}

enum feature feature_named(const char *where, const char *id)
{
	enum feature feature = feature_by_id(id);
	const char *nearest;

	if (feature != F_NONE)
		return feature;
	nearest = nearest_id(id);
	fprintf(stderr, "seccompat: %s: ", where);
	put_plain(stderr, id);
	if (nearest)
		fprintf(stderr, ": no such feature; did you mean %s?\n", nearest);
	else
		fprintf(stderr, ": no such feature; seccompat explain lists them\n");
	return F_NONE;
}
