/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/tiny.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/memfd.h>

#include "run/exec.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10u
#endif

/* No status of the program. */
#define NO_PROGRAM 64

int tiny_open(const void *file, size_t size)
{
	int fd = memfd_create("tiny", MFD_CLOEXEC | MFD_EXEC);

	if (fd < 0 && errno == EINVAL) /* before 6.3 all such files could be executed */
		fd = memfd_create("tiny", MFD_CLOEXEC);
	if (fd >= 0 && write(fd, file, size) != (ssize_t)size) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void become(int fd, long (*prepare)(void))
{
	char *const argv[] = { "tiny", NULL };
	long result = prepare ? prepare() : 0;

	if (!result) {
		exec_descriptor(fd, argv);
		result = -errno;
	}
	_exit(NO_PROGRAM - result);
}

int tiny_run(const void *file, size_t size, long (*prepare)(void))
{
	int fd = tiny_open(file, size), status;
	pid_t pid;

	if (fd < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		become(fd, prepare);
	close(fd);
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!WIFEXITED(status))
		return -EINTR;
	status = WEXITSTATUS(status);
	return status < NO_PROGRAM ? status : NO_PROGRAM - status;
}
