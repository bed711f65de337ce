/* SPDX-License-Identifier: BSD-3-Clause */
/* What runs filters: the kernel's compiler or its interpreter. */
#ifndef SECCOMPAT_BENCH_ENGINE_H
#define SECCOMPAT_BENCH_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum engine { ENGINE_UNKNOWN, ENGINE_JIT, ENGINE_INTERPRETER };

#define ENGINE_SWITCH "/proc/sys/net/core/bpf_jit_enable"

/* "JIT", "interpreter", "unknown". */
const char *engine_name(enum engine engine);

/* What is in force for filters that are installed from now on, as the switch or the configuration
 * says; how it was found in why. */
enum engine engine_now(const char *path, char *why, size_t size);

/* The switch, lent by the machine. */
struct engine_loan {
	const char *path;
	int lock;
	int back; /* closed, or lost with this process, a guard gives it back */
	pid_t guard;
	char before[16];
};

/*
 * Takes the switch at path over if it can be set to either side: 0; or -1, when the reason is in
 * why. Until engine_return, and also if this process dies of whatever.
 */
int engine_borrow(struct engine_loan *loan, const char *path, char *why, size_t size);
int engine_set(const struct engine_loan *loan, enum engine engine); /* 0, or a negative errno */
int engine_return(struct engine_loan *loan); /* 0 if all is as it was; else -1 */

#endif
