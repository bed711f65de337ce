/* SPDX-License-Identifier: BSD-3-Clause */
/* What a filter returns, by name. */
#ifndef SECCOMPAT_FILTERS_ACTION_H
#define SECCOMPAT_FILTERS_ACTION_H

#include <stddef.h>
#include <stdint.h>

/*
 * The name of a return value's action: "ALLOW", as in SECCOMP_RET_ALLOW; NULL if no action has
 * that value (a kernel of 4.14 or later kills for it, the process since 5.10).
 */
const char *action_name(uint32_t value);

/*
 * Action and data: "ERRNO(1)", "TRACE(7)", "ALLOW", "KILL_PROCESS (0x12340000 is no action)".
 * ERRNO's number is shown as the caller sees it, which is 4095 at most. Into buf, which is
 * returned; 48 bytes are enough.
 */
const char *action_text(uint32_t value, char *buf, size_t size);

#endif
