/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the files of this folder that recognise environments. Every function find_<id> looks at
 * clues, and at what of the environment is known by then, and tells whether this is one: with what
 * was seen, in a few words, in detail.
 */
#ifndef SECCOMPAT_PROBE_FIND_H
#define SECCOMPAT_PROBE_FIND_H

#include "probe/environment.h"

#define FIND_DETAIL sizeof(((struct sighting *)0)->detail)
#define FIND_PATH   512

#define ENVIRONMENT(id, ...)                                                     \
	bool find_##id(const struct clues *clues, const struct environment *env, \
		       char detail[FIND_DETAIL]);
#include "probe/environment.def"
#undef ENVIRONMENT

/* The path of a file below the root of the clues, into path, which is returned. */
const char *find_path(const struct clues *clues, const char *file, char path[FIND_PATH]);

/* The first bytes of a file, without what follows the first newline or NUL: false if there are
 * none. */
bool find_text(const struct clues *clues, const char *file, char *text, size_t size);

/* What a link says: false if it is none. */
bool find_link(const struct clues *clues, const char *file, char *text, size_t size);

/* A number in a file; -1 if there is none. */
long find_number(const struct clues *clues, const char *file);

/* The line of the root folder in mountinfo: its folder within the file system, and the type of it.
 */
bool find_root_mount(const struct clues *clues, char folder[FIND_PATH], char type[64]);

/* Whether a call came back with that result. */
static inline bool find_said(const struct clues *clues, enum call call, long result)
{
	return clues->calls[call].heard && clues->calls[call].result == result;
}

#endif
