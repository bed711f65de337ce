/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/ask.h"

/*
 * Into strict mode by prctl, and out of this process with asked as the answer: returns only if it
 * failed, with a negative errno. In strict mode nothing works but writing the answer to memory that
 * is already mapped, and leaving by exit (libc's _exit calls exit_group, which would be fatal).
 */
static long to_strict(struct answer *answer, enum asked asked)
{
	long result = ask_prctl(PR_SET_SECCOMP, 1, 0, 0, 0);

	if (result < 0)
		return result;
	answer->err = 0;
	answer->why[0] = '\0';
	answer->asked = asked;
	return syscall(SYS_exit, 0);
}

void probe_mode_strict_procfile(struct answer *answer)
{
	ask_file(answer, "/proc/self/seccomp");
}

void probe_prctl_seccomp(struct answer *answer)
{
	ask_decide(answer, ask_prctl(PR_GET_SECCOMP, 0, 0, 0, 0), 0, EINVAL);
}

void probe_mode_strict(struct answer *answer)
{
	long result = ask_prctl(PR_GET_SECCOMP, 0, 0, 0, 0);

	if (result == SECCOMP_MODE_FILTER) {
		ask_is(answer, ASKED_UNKNOWN, 0, "already in filter mode, which cannot be left");
		return;
	}
	ask_decide(answer, to_strict(answer, ASKED_PRESENT), 0, EINVAL);
}

void probe_mode_filter_prctl(struct answer *answer)
{
	ask_decide(answer, ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0), EFAULT, EINVAL);
}

void probe_seccomp_syscall(struct answer *answer)
{
	ask_decide(answer, ask_seccomp(0xffffffff, 0, NULL), EINVAL, ENOSYS);
}

void probe_mode_lock(struct answer *answer)
{
	long result = ask_with_filter(SECCOMP_RET_ALLOW);

	if (result < 0) {
		ask_no_filter(answer, result);
		return;
	}
	ask_decide(answer, to_strict(answer, ASKED_ABSENT), EINVAL, ENOSYS);
}
