/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/tiny.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/memfd.h>

#include "arch/arch.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10u
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#ifndef __NR_execveat
#define __NR_execveat arch_syscall_nr(arch_native(), "execveat")
#endif

/* No status of the program. */
#define NO_PROGRAM 64

static int memory_file(const void *file, size_t size)
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
	char *const none[] = { NULL };
	long result = prepare ? prepare() : 0;

	if (!result) {
		syscall(__NR_execveat, fd, "", none, none, AT_EMPTY_PATH);
		result = -errno;
	}
	_exit(NO_PROGRAM - result);
}

int tiny_run(const void *file, size_t size, long (*prepare)(void))
{
	int fd = memory_file(file, size), status;
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
