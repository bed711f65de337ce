/* SPDX-License-Identifier: BSD-3-Clause */
/* Words of a policy that stand for numbers: constants.def, errnos.def, the syscalls' names. */
#ifndef SECCOMPAT_COMPILE_NAMES_H
#define SECCOMPAT_COMPILE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/arch.h"

struct constant {
	const char *name;
	uint64_t value;
};

struct errno_name {
	const char *name;
	uint16_t most, on_mips;
};

extern const struct constant constants[]; /* a NULL name ends both */
extern const struct errno_name errno_names[];

const struct constant *constant_find(const char *name); /* NULL if there is none */
const struct errno_name *errno_find(const char *name);
uint16_t errno_on(const struct errno_name *name, const struct arch *arch);

/* Whether any architecture of the table has such a syscall. */
bool syscall_is_known(const char *name);

/* The name that may have been meant; NULL if none is near. */
const char *syscall_nearest(const char *name);
const char *constant_nearest(const char *name);

#endif
