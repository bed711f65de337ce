/* SPDX-License-Identifier: BSD-3-Clause */
/* An output file that is there whole or not at all: a good one is never replaced by half of one. */
#ifndef SECCOMPAT_REPORT_ATOMIC_H
#define SECCOMPAT_REPORT_ATOMIC_H

#include <stdio.h>

#define ATOMIC_PATH 505 /* no longer is a path, with its NUL, that is not special */

struct atomic_file {
	FILE *out; /* to be written to */
	const char *path;
	char temporary[ATOMIC_PATH + 7]; /* beside path; "" when path is "-", standard output */
};

/*
 * Opens path ("-" is standard output) for writing: 0, or -1 after one line on stderr. Called before
 * long work, so that an unwritable path is found at once.
 */
int atomic_open(struct atomic_file *file, const char *path);

/* folder/name, if atomic_open can take it: 0; or -1 and errno, ENAMETOOLONG. */
int atomic_path(char path[ATOMIC_PATH], const char *folder, const char *name);

/* The file takes its place: 0, or -1 after one line on stderr, when the old one is as it was. */
int atomic_commit(struct atomic_file *file);

/* Gives up; the old file is as it was. */
void atomic_abort(struct atomic_file *file);

#endif
