/* SPDX-License-Identifier: BSD-3-Clause */
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdio.h>

#include "filters/action.h"

#define MAX_ERRNO 4095 /* where the kernel cuts off RET_ERRNO's data, since 4.0 */

static const struct action {
	uint32_t value;
	const char *name;
	bool data; /* the lower 16 bits mean something */
} actions[] = {
	{ SECCOMP_RET_KILL_PROCESS, "KILL_PROCESS", false },
	{ SECCOMP_RET_KILL_THREAD, "KILL_THREAD", false },
	{ SECCOMP_RET_TRAP, "TRAP", true },
	{ SECCOMP_RET_ERRNO, "ERRNO", true },
	{ SECCOMP_RET_USER_NOTIF, "USER_NOTIF", false },
	{ SECCOMP_RET_TRACE, "TRACE", true },
	{ SECCOMP_RET_LOG, "LOG", false },
	{ SECCOMP_RET_ALLOW, "ALLOW", false },
};

static const struct action *find(uint32_t value)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (actions[i].value == (value & SECCOMP_RET_ACTION_FULL))
			return &actions[i];
	return NULL;
}

const char *action_name(uint32_t value)
{
	const struct action *action = find(value);

	return action ? action->name : NULL;
}

const char *action_text(uint32_t value, char *buf, size_t size)
{
	const struct action *action = find(value);
	unsigned int data = value & SECCOMP_RET_DATA;

	if (!action) {
		snprintf(buf, size, "KILL_PROCESS (0x%08x is no action)", value);
		return buf;
	}
	if (action->value == SECCOMP_RET_ERRNO && data > MAX_ERRNO)
		data = MAX_ERRNO;
	if (action->data)
		snprintf(buf, size, "%s(%u)", action->name, data);
	else
		snprintf(buf, size, "%s", action->name);
	return buf;
}
