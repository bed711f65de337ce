/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_REPORT_WHOLE_H
#define SECCOMPAT_REPORT_WHOLE_H

#include <stddef.h>

/*
 * A file in memory, with a NUL behind its *length bytes; the caller frees it. NULL after a line on
 * stderr: it cannot be read, or it is beyond all reason (64 MB).
 */
char *whole_file(const char *path, size_t *length);

#endif
