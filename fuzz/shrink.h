/* SPDX-License-Identifier: BSD-3-Clause */
/* Makes a difference simple: the fewest instructions, the smallest numbers. */
#ifndef SECCOMPAT_FUZZ_SHRINK_H
#define SECCOMPAT_FUZZ_SHRINK_H

#include "fuzz/round.h"

/*
 * Takes away and simplifies while still() holds of the result, which may put into the difference
 * what it finds of it. No more than tries calls of it.
 */
void fuzz_shrink(struct fuzz_difference *difference,
		 bool (*still)(struct fuzz_difference *difference, void *data), void *data,
		 unsigned int tries);

/* Removes count instructions at pc; jumps over them become shorter, those into them end there. */
void fuzz_remove(struct program *program, uint32_t pc, uint32_t count);

#endif
