/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/sim.c with one opcode wrong: jset never jumps to its first target. */
#include <linux/filter.h>

#undef BPF_JSET
#define BPF_JSET 0xf0

#include "filters/sim.c"
