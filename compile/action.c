/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/action.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ERRNO 4095 /* past that it is cut off by the kernel */

/* Kernels know kill as that of a thread; a policy's author means the process. */
static const struct {
	const char *text, *oci;
	uint32_t value;
} rows[] = {
	{ "allow", "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
	{ "kill", "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
	{ "kill-process", NULL, SECCOMP_RET_KILL_PROCESS },
	{ "kill-thread", "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
	{ NULL, "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
	{ "trap", "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
	{ "log", "SCMP_ACT_LOG", SECCOMP_RET_LOG },
	{ "trace", "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
	{ "user-notify", "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF },
	{ NULL, "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
};

bool action_find(const char *name, struct policy_action *action)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((!rows[i].text || strcmp(rows[i].text, name)) &&
		    (!rows[i].oci || strcmp(rows[i].oci, name)))
			continue;
		*action = (struct policy_action){ .value = rows[i].value };
		return true;
	}
	return false;
}

const char *action_names(void)
{
	return "allow, kill, kill-process, kill-thread, trap, trace, log, user-notify, return "
	       "ERRNO";
}

bool action_errno(const char *text, struct policy_action *action)
{
	unsigned long number;
	char *end;

	*action = (struct policy_action){ .value = SECCOMP_RET_ERRNO, .err = errno_find(text) };
	if (action->err)
		return true;
	if (!isdigit((unsigned char)*text))
		return false;
	number = strtoul(text, &end, 0);
	action->value |= number;
	return !*end && number <= MAX_ERRNO;
}
