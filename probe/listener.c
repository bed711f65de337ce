/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/listener.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "run/run.h"

#define STACK_SIZE (64 * 1024)

static int refused(struct answer *answer, long result)
{
	if (result == -EINVAL || result == -ENOSYS)
		ask_is(answer, ASKED_ABSENT, result, "there are no listeners");
	else if (result == -EBUSY)
		ask_is(answer, ASKED_UNKNOWN, result,
		       "a listener is inherited, and there can be but one");
	else
		ask_is(answer, ASKED_UNKNOWN, result, "no listener could be had: %s",
		       ask_errno_name(-result));
	return -1;
}

int listener_open(struct answer *answer)
{
	long fd = ask_with_listener();

	return fd < 0 ? refused(answer, fd) : (int)fd;
}

static int install_and_end(void *data)
{
	*(long *)data = ask_with_listener();
	/* Not _exit(3): on a stack of our own a sanitizer is not at home. */
	return (int)syscall(__NR_exit_group, 0);
}

int listener_orphan(struct answer *answer)
{
	char *stack =
		mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile long fd = -ECHILD;
	pid_t pid;

	if (stack == MAP_FAILED)
		return refused(answer, -errno);
	pid = clone(install_and_end, stack + STACK_SIZE, CLONE_FILES | CLONE_VM | SIGCHLD,
		    (void *)&fd);
	if (pid < 0)
		fd = -errno;
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	munmap(stack, STACK_SIZE);
	return fd < 0 ? refused(answer, fd) : (int)fd;
}

pid_t listener_caller(int fd, struct answer *answer)
{
	pid_t pid = fork();

	if (pid == 0) {
		close(fd);
		_exit(syscall(__NR_getppid) == -1 && errno == ENOSYS ? 0 : 1);
	}
	if (pid < 0)
		ask_is(answer, ASKED_UNKNOWN, errno, "no child could be had: %s",
		       ask_errno_name(errno));
	return pid;
}

int listener_reap(pid_t caller)
{
	int status = 0;

	while (waitpid(caller, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

long listener_ioctl(int fd, unsigned long request, void *data)
{
	long result = ioctl(fd, request, data);

	return result < 0 ? -errno : result;
}

int listener_poll(int fd, unsigned int ms)
{
	struct pollfd ask = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&ask, 1, run_scaled_ms(ms)) < 0 ? POLLERR : ask.revents;
}
