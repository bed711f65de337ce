/* SPDX-License-Identifier: BSD-3-Clause */
/* The compat twin: this program for the other ABI of this kernel, embedded in this one. */
#ifndef SECCOMPAT_CLI_TWIN_H
#define SECCOMPAT_CLI_TWIN_H

#include <stdbool.h>
#include <stddef.h>

#include "arch/arch.h"

/* The twin's architecture; NULL when this program was built without one. */
const struct arch *twin_arch(void);

/*
 * An executable file descriptor of the twin, proven by a run of it: from memory (memfd_create(2)),
 * else from a folder that may execute, where no name is left. -1 with the reason in why.
 */
int twin_open(char *why, size_t size);

#endif
