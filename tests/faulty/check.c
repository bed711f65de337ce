/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/check.c with one rule wrong: there is a word M[16]. */
#include <linux/filter.h>

#undef BPF_MEMWORDS
#define BPF_MEMWORDS 17

#include "filters/check.c"
