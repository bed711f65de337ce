/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/ask.h"

#include <linux/capability.h>

void probe_nnp(struct answer *answer)
{
	ask_decide(answer, ask_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0, EINVAL);
}

void probe_nnp_argcheck(struct answer *answer)
{
	static const struct {
		int option;
		unsigned long arg2, arg3;
	} wrong[] = {
		{ PR_SET_NO_NEW_PRIVS, 0, 0 },
		{ PR_SET_NO_NEW_PRIVS, 2, 0 },
		{ PR_SET_NO_NEW_PRIVS, 1, 1 },
		{ PR_GET_NO_NEW_PRIVS, 1, 0 },
	};
	long before = ask_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);

	if (before < 0) {
		ask_decide(answer, before, 0, EINVAL);
		return;
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		long result = ask_prctl(wrong[i].option, wrong[i].arg2, wrong[i].arg3, 0, 0);

		if (result == -EINVAL)
			continue;
		ask_decide(answer, result, EINVAL, 0);
		return;
	}
	if (ask_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == before)
		ask_is(answer, ASKED_PRESENT, EINVAL, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "refused, but no_new_privs changed");
}

/* Gives up all capabilities of this child; a negative errno if that cannot be. */
static long drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	return syscall(SYS_capset, &header, none) ? -errno : 0;
}

/* The program is a good one, so that nothing but the missing privilege is in its way. */
void probe_filter_priv(struct answer *answer)
{
	struct sock_filter allow[] = { ALLOW };
	struct sock_fprog prog = { .len = 1, .filter = allow };
	long result;

	if (ask_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
		ask_is(answer, ASKED_UNKNOWN, 0,
		       "no_new_privs is already set, and cannot be unset");
		return;
	}
	result = drop_capabilities();
	if (result < 0) {
		ask_is(answer, ASKED_UNKNOWN, result, "capset: %s", ask_errno_name(-result));
		return;
	}
	result = ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (unsigned long)&prog, 0, 0);
	if (!result)
		ask_is(answer, ASKED_ABSENT, 0, "a filter was installed without any privilege");
	else
		ask_decide(answer, result, EACCES, EINVAL);
}
