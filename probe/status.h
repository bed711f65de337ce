/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_PROBE_STATUS_H
#define SECCOMPAT_PROBE_STATUS_H

#include <stddef.h>

/*
 * The value of the line "name:" in /proc/self/status, without blanks around it. 0; -ENODATA if
 * there is no such line; another negative errno if the file cannot be read.
 */
int status_line(const char *name, char *value, size_t size);

/* The same line of another file of that form. */
int status_line_of(const char *path, const char *name, char *value, size_t size);

/* The same as a number of the given base; -1 if there is none. */
long long status_number(const char *name, int base);
long long status_number_of(const char *path, const char *name, int base);

#endif
