// SPDX-License-Identifier: BSD-3-Clause
/*
 * For kernels and build machines without seccomp: three ways to do without. `./configure
 * --with-seccomp=warn` goes on with a warning, `=ignore` goes on in silence, and without
 * <linux/seccomp.h> no filter is built in at all.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "config.h"

#ifdef HAVE_LINUX_SECCOMP_H
#include "seccomp-bpf.h"

#define WITHOUT_SECCOMP_fail   0
#define WITHOUT_SECCOMP_warn   1
#define WITHOUT_SECCOMP_ignore 2

static int install_syscall_filter(void)
{
	/* The opposite of the steps' list, and shorter: everything but forking. */
	struct sock_filter filter[] = {
		/* clang-format off */
		VALIDATE_ARCHITECTURE,
		EXAMINE_SYSCALL,
		REJECT_X32,
		KILL_PROCESS_SYSCALL(clone),
#ifdef __NR_clone3
		KILL_PROCESS_SYSCALL(clone3),
#endif
#ifdef __NR_fork
		KILL_PROCESS_SYSCALL(fork),
		KILL_PROCESS_SYSCALL(vfork),
#endif
		ALLOW,
		/* clang-format on */
	};
	struct sock_fprog prog = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) == 0)
		return 0;

	/* Only a kernel that has no filters may be forgiven: EINVAL is how it says so. */
	if (errno != EINVAL) {
		perror("prctl");
		return 1;
	}
	if (WITHOUT_SECCOMP == WITHOUT_SECCOMP_ignore)
		return 0;
	fprintf(stderr, "SECCOMP_FILTER is not available. :(\n");
	return WITHOUT_SECCOMP == WITHOUT_SECCOMP_fail;
}
#endif

int main(void)
{
#ifdef HAVE_LINUX_SECCOMP_H
	if (install_syscall_filter())
		return 1;
#endif

	printf("And now we fork, which should do quite the opposite ...\n");
	fflush(NULL);

	fork();
	printf("You should not see this because I'm dead.\n");

	return 0;
}
