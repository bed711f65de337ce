/* SPDX-License-Identifier: BSD-3-Clause */
/* What several filters together decide. */
#include "probe/ask.h"

/* What it returned, or its errno negated. */
static long call(int nr)
{
	long result = syscall(nr);

	return result < 0 ? -errno : result;
}

/* TRACE, without a tracer, is ENOSYS: weaker than ERRNO, in both orders. Of two ERRNO the newer. */
void probe_act_precedence(struct answer *answer)
{
	struct sock_filter older[] = {
		EXAMINE_SYSCALL,
		SECCOMP_BPF_CALL(__NR_getppid, SECCOMP_RET_ERRNO | 1),
		SECCOMP_BPF_CALL(__NR_gettid, SECCOMP_RET_TRACE),
		SECCOMP_BPF_CALL(__NR_getpid, SECCOMP_RET_ERRNO | 2),
		ALLOW,
	};
	struct sock_filter newer[] = {
		EXAMINE_SYSCALL,
		SECCOMP_BPF_CALL(__NR_getppid, SECCOMP_RET_TRACE),
		SECCOMP_BPF_CALL(__NR_gettid, SECCOMP_RET_ERRNO | 3),
		SECCOMP_BPF_CALL(__NR_getpid, SECCOMP_RET_ERRNO | 4),
		ALLOW,
	};
	long result = ask_install(older, sizeof(older) / sizeof(older[0]));
	long of_older, of_newer, of_both;

	if (!result)
		result = ask_install(newer, sizeof(newer) / sizeof(newer[0]));
	if (result < 0) {
		ask_no_filter(answer, result);
		return;
	}
	of_older = call(__NR_getppid);
	of_newer = call(__NR_gettid);
	of_both = call(__NR_getpid);
	if (of_older == -1 && of_newer == -3 && of_both == -4)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "the calls returned %ld, %ld, %ld", of_older,
		       of_newer, of_both);
}
