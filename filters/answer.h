/* SPDX-License-Identifier: BSD-3-Clause */
/* Ends of filters that tell 32 bits of what they know, a byte a call, as an errno. */
#ifndef SECCOMPAT_FILTERS_ANSWER_H
#define SECCOMPAT_FILTERS_ANSWER_H

#include "filters/builder.h"

/*
 * Appends the end of a filter: it returns a byte of A as an errno, the one that the low half of
 * argument 5 says (0 is the lowest), and nothing is shifted by more than a constant. X is lost.
 */
void build_answer(struct builder *b);

/* The same of X, and A is what argument 5 was: for a filter that chooses otherwise. */
void build_answer_byte(struct builder *b);

#endif
