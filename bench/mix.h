/* SPDX-License-Identifier: BSD-3-Clause */
/* How often a program makes which call: the table that `strace -c` prints. */
#ifndef SECCOMPAT_BENCH_MIX_H
#define SECCOMPAT_BENCH_MIX_H

#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"

#define MIX_CALLS 512 /* different ones, at most */

struct mix_call {
	const char *name;
	uint32_t nr;
	double count;
};

struct mix {
	struct mix_call calls[MIX_CALLS];
	size_t count;
	double total;
};

/*
 * Of a text of that length, a NUL behind it, which is taken apart. Returns 0; or -1 with the line
 * that is wrong, and what about it, in why. A call that stands there twice is added up.
 */
int mix_parse(char *text, size_t length, const struct arch *arch, struct mix *mix, char *why,
	      size_t size);

#endif
