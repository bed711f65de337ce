/* SPDX-License-Identifier: BSD-3-Clause */
/* An output file that is there whole or not at all: a good one is never replaced by half of one. */
#ifndef SECCOMPAT_REPORT_ATOMIC_H
#define SECCOMPAT_REPORT_ATOMIC_H

#include <stdio.h>

struct atomic_file {
	FILE *out; /* to be written to */
	const char *path;
	char temporary[512]; /* beside path; "" when path is "-", standard output */
};

/*
 * Opens path ("-" is standard output) for writing: 0, or -1 after one line on stderr. Called before
 * long work, so that an unwritable path is found at once.
 */
int atomic_open(struct atomic_file *file, const char *path);

/* The file takes its place: 0, or -1 after one line on stderr, when the old one is as it was. */
int atomic_commit(struct atomic_file *file);

/* Gives up; the old file is as it was. */
void atomic_abort(struct atomic_file *file);

#endif
