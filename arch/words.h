/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_ARCH_WORDS_H
#define SECCOMPAT_ARCH_WORDS_H

#include <stdbool.h>

/* Whether word is one of words, which have a space or a comma between two; NULL has none. */
bool words_have(const char *words, const char *word);

#endif
