/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * outer MODE COMMAND...: runs COMMAND under a filter, as a container would; so the break-it runs
 * show what the program makes of answers that are not the kernel's.
 */
#include <stdio.h>

#include "filters/seccomp-bpf.h"

#define TSYNC 1

#define FRAME(...)                           \
	{                                    \
		EXAMINE_SYSCALL, __VA_ARGS__ \
	}

static struct sock_filter allow[] = FRAME(ALLOW);
static struct sock_filter seccomp_enosys[] = FRAME(ERRNO_SYSCALL(seccomp, ENOSYS), ALLOW);
static struct sock_filter seccomp_eperm[] = FRAME(ERRNO_SYSCALL(seccomp, EPERM), ALLOW);
static struct sock_filter seccomp_einval[] = FRAME(ERRNO_SYSCALL(seccomp, EINVAL), ALLOW);
static struct sock_filter seccomp_success[] = FRAME(ERRNO_SYSCALL(seccomp, 0), ALLOW);
static struct sock_filter trap_seccomp[] = FRAME(TRAP_SYSCALL(seccomp, 0), ALLOW);
static struct sock_filter no_tsync[] =
	FRAME(SYSCALL_ARG32_MASKED_EQ(seccomp, 1, TSYNC, TSYNC, RET_ERRNO(EINVAL)), ALLOW);
static struct sock_filter kill_prctl[] = FRAME(KILL_PROCESS_SYSCALL(prctl), ALLOW);
static struct sock_filter no_prctl_seccomp[] =
	FRAME(SYSCALL_ARG32_EQ(prctl, 0, PR_SET_SECCOMP, RET_ERRNO(EINVAL)),
	      SYSCALL_ARG32_EQ(prctl, 0, PR_GET_SECCOMP, RET_ERRNO(EINVAL)), ALLOW);

#define ROW(name, filter)                                          \
	{                                                          \
		name,                                              \
		{                                                  \
			sizeof(filter) / sizeof(filter[0]), filter \
		}                                                  \
	}

static struct {
	const char *mode;
	struct sock_fprog prog;
} const rows[] = {
	ROW("allow", allow),
	ROW("seccomp-enosys", seccomp_enosys),
	ROW("seccomp-eperm", seccomp_eperm),
	ROW("seccomp-einval", seccomp_einval),
	ROW("seccomp-success", seccomp_success),
	ROW("trap-seccomp", trap_seccomp),
	ROW("no-tsync", no_tsync),
	ROW("kill-prctl", kill_prctl),
	ROW("no-prctl-seccomp", no_prctl_seccomp),
};

static const struct sock_fprog *find(const char *mode)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].mode, mode))
			return &rows[i].prog;
	return NULL;
}

static int install(const struct sock_fprog *prog)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog, 0, 0);
}

/* no_new_privs only where it is needed, as it changes what the command finds. */
static int install_somehow(const struct sock_fprog *prog)
{
	if (!install(prog))
		return 0;
	if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return install(prog);
}

int main(int argc, char **argv)
{
	const struct sock_fprog *prog = argc > 2 ? find(argv[1]) : NULL;

	if (!prog) {
		fprintf(stderr, "usage: outer MODE COMMAND...; MODE is one of:\n");
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			fprintf(stderr, "  %s\n", rows[i].mode);
		return 2;
	}
	if (install_somehow(prog)) {
		perror("outer: the filter cannot be installed");
		return 4;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 2;
}
