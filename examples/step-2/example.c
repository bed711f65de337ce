// SPDX-License-Identifier: BSD-3-Clause
/* Step 2: the same program with a filter, whose list is too short to get far. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "config.h"
#include "seccomp-bpf.h"

static int failed(const char *what)
{
	int error = errno;

	perror(what);
	if (error == EINVAL)
		fprintf(stderr, "SECCOMP_FILTER is not available. :(\n");
	return 1;
}

static int install_syscall_filter(void)
{
	struct sock_filter filter[] = {
		/* clang-format off */
		/* Syscall numbers mean nothing without their architecture. */
		VALIDATE_ARCHITECTURE,
		EXAMINE_SYSCALL,
		ALLOW_SYSCALL(rt_sigreturn),
#ifdef __NR_sigreturn
		ALLOW_SYSCALL(sigreturn),
#endif
		ALLOW_SYSCALL(exit_group),
		ALLOW_SYSCALL(exit),
		ALLOW_SYSCALL(read),
		ALLOW_SYSCALL(write),
		KILL_PROCESS,
		/* clang-format on */
	};
	struct sock_fprog prog = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed("prctl(NO_NEW_PRIVS)");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return failed("prctl(SECCOMP)");
	return 0;
}

int main(void)
{
	char line[1024];

	if (install_syscall_filter())
		return 1;

	printf("Type stuff here: ");
	fflush(NULL);
	if (!fgets(line, sizeof(line), stdin))
		line[0] = '\0';
	printf("You typed: %s", line);

	printf("And now we fork, which should do quite the opposite ...\n");
	fflush(NULL);
	sleep(1);

	fork();
	printf("You should not see this because I'm dead.\n");

	return 0;
}
