/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads values of 32 bits out of a filter in the kernel, a byte a call. */
#ifndef SECCOMPAT_SELFTESTS_KIT_ANSWER_H
#define SECCOMPAT_SELFTESTS_KIT_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "filters/answer.h"

/*
 * Finishes b, installs the program (NNP and the pass's route, as kit_install) and frees b. 0, or -1
 * and errno. A builder that failed also says so as the test's own fault.
 */
int kit_install_built(struct builder *b);

/* Whether the kernel may let native number nr pass without asking any filter: x86_64's uprobes. */
bool kit_passes_unasked(uint32_t nr);

/* What a filter never answers; the lower bits are the errno that came instead. */
#define KIT_NO_ANSWER 0x100000000ull

/* The value, by four raw calls of nr that differ in argument 5 alone. */
uint64_t kit_answer(uint32_t nr, const unsigned long args[5]);

#endif
