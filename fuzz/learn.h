/* SPDX-License-Identifier: BSD-3-Clause */
/* What must be known of this kernel before its filters can be compared with simulated ones. */
#ifndef SECCOMPAT_FUZZ_LEARN_H
#define SECCOMPAT_FUZZ_LEARN_H

#include <stddef.h>

#include "fuzz/ask.h"

/* 0; or -1 and in why what stands in the way: then nothing can be tested here. */
int fuzz_learn(struct fuzz_known *known, char *why, size_t size);

#endif
