/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of the reader of OCI profiles share. */
#ifndef SECCOMPAT_COMPILE_JSON_H
#define SECCOMPAT_COMPILE_JSON_H

#include <jansson.h>

#include "compile/read.h"

struct json_reader {
	struct policy *policy;
	const struct read_options *options;
	const char *path;
	char where[64]; /* "syscalls[12]" */
};

/* One line on stderr, with the place; always -1. */
__attribute__((format(printf, 2, 3))) int json_complain(const struct json_reader *reader,
							const char *format, ...);

/*
 * Values of the types they should have; what is left out or null is NULL, 0, an empty array. 0, or
 * -1 after a complaint.
 */
int json_maybe_string(const struct json_reader *reader, const json_t *object, const char *key,
		      const char **text);
int json_maybe_number(const struct json_reader *reader, const json_t *object, const char *key,
		      uint64_t *number);
int json_maybe_array(const struct json_reader *reader, const json_t *object, const char *key,
		     const json_t **array);
int json_maybe_strings(const struct json_reader *reader, const json_t *object, const char *key,
		       const json_t **array);

/* "includes" or "excludes" of an entry. */
struct json_conditions {
	const json_t *caps, *arches;
	const char *since;
};

int json_conditions(const struct json_reader *reader, const json_t *entry, const char *key,
		    struct json_conditions *conditions);
/* Whether an entry with these counts on an architecture. */
bool json_counts(const struct json_reader *reader, const struct json_conditions *in,
		 const struct json_conditions *out, const struct arch *arch);

/* Takes the architectures along that the profile names beside the policy's first one. */
int json_take_archs(const struct json_reader *reader, const json_t *root);

#endif
