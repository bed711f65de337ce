/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/exec.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int exec_descriptor(int fd, char *const argv[])
{
	char path[32];

	fexecve(fd, argv, environ);
	if (errno != ENOENT)
		return -1;
	/*
	 * TOMOYO looks up the name /dev/fd/N that execveat(2) makes up, which is nothing where /dev
	 * is empty (seen on Debian's 5.10; security/tomoyo/domain.c, tomoyo_find_next_domain).
	 */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return execve(path, argv, environ);
}
