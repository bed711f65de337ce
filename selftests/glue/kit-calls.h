/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls that may be made and do nothing, for filters to let through or not. */
#ifndef SECCOMPAT_SELFTESTS_KIT_CALLS_H
#define SECCOMPAT_SELFTESTS_KIT_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#define KIT_CALLS_MAX 32

struct kit_calls {
	struct {
		uint32_t nr;
		long done; /* what it returns when it is made: a negative errno, or a value */
	} call[KIT_CALLS_MAX];
	unsigned int count;
};

/*
 * One such call, or any other number: every argument is -1, but for the last one, which none of
 * these calls has. Returns what the kernel did.
 */
long kit_call(uint32_t nr, uint32_t secret);
#define KIT_NO_SECRET 0xffffffffu

/*
 * Whether the kernel makes another of its ABIs' calls of nr, whatever the program's own is: on mips
 * the number alone decides, and o32 has them from 4000, n64 from 5000, n32 from 6000.
 */
bool kit_is_foreign(uint32_t nr);

/* Makes them all: to be done in the process that will make them again, under no filter. */
void kit_learn_calls(struct kit_calls *calls);

#endif
