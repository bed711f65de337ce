/* SPDX-License-Identifier: BSD-3-Clause */
/* What makes a variant (variants.def) what it is: each function does nothing in the others. */
#ifndef SECCOMPAT_SELFTESTS_KIT_VARIANT_H
#define SECCOMPAT_SELFTESTS_KIT_VARIANT_H

#include "selftests/glue/info.h"

/* Filters that allow all: what stands below those of a test, and is put upon each. */
#define DEEP_BELOW 6
#define DEEP_ABOVE 2

/* First thing in a test: 0, or -1 and errno. */
int variant_begin(void);

/* By which right the next filter is installed: 0, or -1 and errno. */
int variant_right(void);

/* After each filter of the test's own: 0, or -1 and errno. */
int variant_above(void);

/*
 * Calls fn(data) in a task of the variant. What it returns is the exit status of the whole process,
 * if it is another task than the caller: then it ends here.
 */
int variant_run(int (*fn)(void *data), void *data);

#endif
