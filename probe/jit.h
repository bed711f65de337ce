/* SPDX-License-Identifier: BSD-3-Clause */
/* What runs filters, the kernel's compiler or its interpreter; and the one or the other for a
 * while. */
#ifndef SECCOMPAT_PROBE_JIT_H
#define SECCOMPAT_PROBE_JIT_H

#include <stddef.h>
#include <sys/types.h>

enum jit { JIT_UNKNOWN, JIT_OFF, JIT_ON };

#define JIT_WHY 160 /* room for a reason */

#define JIT_SWITCH "/proc/sys/net/core/bpf_jit_enable"

/* "jit", "interpreter", "unknown". */
const char *jit_name(enum jit jit);

/* What is in force for filters that are installed from now on, as the switch or the configuration
 * says; how it was found in why. */
enum jit jit_now(const char *path, char *why, size_t size);

/* The switch, which is the whole machine's, lent by it. */
struct jit_loan {
	const char *path;
	int lock; /* -1: nothing is lent */
	int back; /* closed, or lost with this process, a guard gives it back */
	pid_t guard;
	char before[16];
};

#define JIT_NO_LOAN ((struct jit_loan){ .lock = -1, .back = -1 })

/*
 * Takes the switch at path over, and leaves it as it is: 0, or a negative errno (-EWOULDBLOCK: it
 * is lent to another one) with the reason in why.
 */
int jit_borrow(struct jit_loan *loan, const char *path, char *why, size_t size);

/*
 * Switches it until jit_return, or until this process dies of whatever: 0; or a negative errno with
 * the reason in why.
 */
int jit_set(struct jit_loan *loan, enum jit jit, char *why, size_t size);

/* 0 if all is as it was, or nothing was lent; else -1 after one line on standard error. */
int jit_return(struct jit_loan *loan);

#endif
