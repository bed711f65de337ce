/* SPDX-License-Identifier: BSD-3-Clause */
/* A filter that compares all of seccomp_data with the one right value. */
#ifndef SECCOMPAT_SELFTESTS_KIT_EXACT_H
#define SECCOMPAT_SELFTESTS_KIT_EXACT_H

#include <stdint.h>
#include <linux/seccomp.h>

/* What a marked call returns: it was as expected, or its 32-bit word of that index was not. */
#define EXACT		(-2000l)
#define EXACT_BUT(word) (-2001l - (long)(word))

/*
 * Calls with the low half of argument 0 as in *expected are the marked ones; all others are
 * allowed. As kit_install_built.
 */
int exact_install(const struct seccomp_data *expected);

/* The same of so many arguments: the others may be anything. */
int exact_install_args(const struct seccomp_data *expected, unsigned int args);

/* The same, with `action` for a call that is as expected, and a death for a marked one that is not.
 */
int exact_install_action(const struct seccomp_data *expected, uint32_t action);

#endif
