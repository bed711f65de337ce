/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The smallest programs, to be executed from memory: of this architecture, and of the other word
 * size that kernels of its kind may run too.
 */
#ifndef SECCOMPAT_ARCH_TINY_H
#define SECCOMPAT_ARCH_TINY_H

#include <stddef.h>

#define TINY_MAX 512

/*
 * A whole ELF file, into file (TINY_MAX bytes); its size. It exits with 0, by exit(2).
 *
 * tiny_native: of this program's own architecture; where exit fails, it exits with 1 by
 * exit_group(2). 0 if there is none, as arch/<arch>.h is not written.
 *
 * tiny_foreign: of the other word size; 0 if there is none. name: what it is one of ("i386").
 * tiny_x32: of x32; only where a program of x86_64 may ask.
 */
size_t tiny_native(void *file);
size_t tiny_foreign(void *file, const char **name);
size_t tiny_x32(void *file);

#endif
