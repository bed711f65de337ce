/* SPDX-License-Identifier: BSD-3-Clause */
/* The features that a kernel is expected to have, by a mainline version or by a list in a file. */
#ifndef SECCOMPAT_REPORT_EXPECT_H
#define SECCOMPAT_REPORT_EXPECT_H

#include "probe/probe.h"

/* Nothing but digits and dots: meant for a version, where else a file is named. */
bool expect_is_version(const char *word);

/*
 * Marks what mainline of that version has; upper bounds are not of any version. What depends on an
 * option that distributions leave off is marked only with_optional. -1 after a line on stderr,
 * which begins with where the word stood.
 */
int expect_version(const char *where, const char *word, bool with_optional, bool wanted[F_COUNT]);

/* Marks what a file lists: an id a line, # begins a comment. -1 after a line on stderr. */
int expect_file(const char *path, bool wanted[F_COUNT]);

#endif
