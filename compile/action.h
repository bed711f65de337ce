/* SPDX-License-Identifier: BSD-3-Clause */
/* Actions by the names that policies have for them. */
#ifndef SECCOMPAT_COMPILE_ACTION_H
#define SECCOMPAT_COMPILE_ACTION_H

#include "compile/policy.h"

/* Of a text policy ("kill-process", "allow"), or of an OCI profile ("SCMP_ACT_ALLOW"). */
bool action_find(const char *name, struct policy_action *action);

/* "kill, allow, ..." for an error; errno-like ones are not among them. */
const char *action_names(void);

/* ERRNO with a number or its name ("1", "EPERM"); false if it is neither. */
bool action_errno(const char *text, struct policy_action *action);

#endif
