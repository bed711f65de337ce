/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's log, record by record (/dev/kmsg). */
#ifndef SECCOMPAT_RUN_KMSG_H
#define SECCOMPAT_RUN_KMSG_H

#include <stddef.h>

/* A descriptor that does not block, at the oldest record; -1 and errno where it cannot be read. */
int kmsg_open(void);

/* As kmsg_open, behind the newest record. */
int kmsg_open_at_end(void);

/*
 * The text of the next record, its first line, in buf; NULL if there is none yet. Records that were
 * overwritten before they were read are passed over.
 */
const char *kmsg_next(int fd, char *buf, size_t size);

#endif
