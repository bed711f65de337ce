/* SPDX-License-Identifier: BSD-3-Clause */
/* How a filter is asked: by a real call that does nothing even if it is let through. */
#ifndef SECCOMPAT_FUZZ_CALL_H
#define SECCOMPAT_FUZZ_CALL_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

#include "arch/arch.h"

/* The ABIs that this program can make calls of. */
enum fuzz_route { FUZZ_NATIVE, FUZZ_INT80, FUZZ_ROUTES };

/* NULL: not on this architecture. */
const struct arch *fuzz_route_arch(enum fuzz_route route);

/* One call of data's number and arguments: what the kernel returned. All come from one place. */
long fuzz_call(enum fuzz_route route, const struct seccomp_data *data);

/* The words of seccomp_data that can be anything, and still be the ones a filter sees. */
uint64_t fuzz_call_argument(enum fuzz_route route, uint64_t value);

/* A number whose call tells something, or, with made_up, one that no call has. */
int fuzz_call_number(enum fuzz_route route, uint64_t *state, bool made_up);

#endif
