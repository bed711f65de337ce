/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/tracee.h"

#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

long tracee_ask(long request, pid_t pid, unsigned long addr, void *data)
{
	long result = ptrace((__typeof__(PTRACE_CONT))request, pid, (void *)addr, data);

	return result < 0 ? -errno : result;
}

int tracee_wait(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFSTOPPED(*status) ? *status >> 8 : -1;
}

pid_t tracee_stopped(struct answer *answer, uint32_t action)
{
	pid_t parent = getpid(), pid = fork();
	int status = 0;
	long result;

	if (pid == 0) {
		result = tracee_ask(PTRACE_TRACEME, 0, 0, NULL);
		if (!result && action != TRACEE_UNFILTERED)
			result = ask_with_filter(action);
		if (result)
			_exit(-result);
		raise(SIGSTOP);
		result = syscall(__NR_getppid);
		_exit(result == TRACEE_SKIPPED ? 0
		      : result == parent       ? 1
		      : result == -1	       ? errno
					       : 255);
	}
	if (pid < 0) {
		ask_is(answer, ASKED_UNKNOWN, errno, "no child could be had: %s",
		       ask_errno_name(errno));
		return -1;
	}
	if (tracee_wait(pid, &status) == SIGSTOP)
		return pid;
	if (WIFSIGNALED(status))
		ask_is(answer, ASKED_UNKNOWN, 0, "the child to trace was killed by SIG%s",
		       sigabbrev_np(WTERMSIG(status)));
	else
		ask_is(answer, WEXITSTATUS(status) == EINVAL ? ASKED_ABSENT : ASKED_UNKNOWN,
		       WEXITSTATUS(status), "no child to trace: %s",
		       ask_errno_name(WEXITSTATUS(status)));
	return -1;
}

void tracee_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
