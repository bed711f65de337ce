/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_PROBE_TINY_H
#define SECCOMPAT_PROBE_TINY_H

#include <stddef.h>

/* The program in a file in memory, for exec_descriptor: a descriptor, or -1 and errno. */
int tiny_open(const void *file, size_t size);

/*
 * Executes the program of arch/tiny.h in a child, from memory, after prepare() there (which may be
 * NULL, and returns 0 or a negative errno): its exit status, or a negative errno.
 */
int tiny_run(const void *file, size_t size, long (*prepare)(void));

#endif
