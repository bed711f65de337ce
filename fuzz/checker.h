/* SPDX-License-Identifier: BSD-3-Clause */
/* Near-valid programs: the kernel takes one exactly when check_filter does. */
#ifndef SECCOMPAT_FUZZ_CHECKER_H
#define SECCOMPAT_FUZZ_CHECKER_H

#include "fuzz/round.h"

/* A child's work; shared is its struct fuzz_round. */
int fuzz_checker_child(void *shared);

/* Makes a program; returns how many instructions at its beginning let everything through. */
uint32_t fuzz_checker_make(struct program *program, uint64_t *state);

/* Changes an instruction behind the first keep so that it may be none that the kernel takes. */
void fuzz_checker_mutate(struct program *program, uint32_t keep, uint64_t *state);

/* Whether the kernel takes one, in a child of its own: *refused is 0 or EINVAL; false else. */
bool fuzz_checker_asks(const struct program *program, int *refused);

#endif
