/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel's compiler of filters: whether it is on, and on or off for a while. */
#ifndef SECCOMPAT_FUZZ_JIT_H
#define SECCOMPAT_FUZZ_JIT_H

#include <stddef.h>
#include <sys/types.h>

enum jit_state { JIT_UNKNOWN, JIT_OFF, JIT_ON };

enum jit_state jit_state(void);

/* "jit", "interpreter", "unknown" */
const char *jit_name(enum jit_state state);

struct jit_loan {
	int line; /* whose end the one who restores waits for */
	pid_t guard;
};

/*
 * Switches it, which is the whole machine's. However this process ends, a process of its own puts
 * back what was there. 0; or -1 and in why what stands in the way.
 */
int jit_borrow(struct jit_loan *loan, enum jit_state wanted, char *why, size_t size);

/* As it was before. */
void jit_return(struct jit_loan *loan);

#endif
