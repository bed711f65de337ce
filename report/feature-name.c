/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/feature-name.h"

#include <stdio.h>

#include "report/escape.h"
#include "report/nearest.h"

static const char *nearest_id(const char *id)
{
	struct nearest nearest = { .wanted = id };

	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		nearest_look(&nearest, features[f].id);
	return nearest.found;
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
