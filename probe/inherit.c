/* SPDX-License-Identifier: BSD-3-Clause */
#include <sys/wait.h>

#include "arch/tiny.h"
#include "probe/ask.h"
#include "probe/tiny.h"

#define STATUS 7

static int call_in_child(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(syscall(__NR_getppid) == -1 && errno == STATUS ? STATUS : 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

/* The answer is the status that is only had under the filter, or its opposite, 0. */
static void ask_status(struct answer *answer, int status, int filtered)
{
	if (status == filtered)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else if (status == 0)
		ask_is(answer, ASKED_ABSENT, 0, "the call was made");
	else
		ask_is(answer, ASKED_UNKNOWN, status < 0 ? status : 0, "it could not be tried: %s",
		       status < 0 ? ask_errno_name(-status) : "another status");
}

void probe_inherit_fork(struct answer *answer)
{
	long result = ask_with_filter(SECCOMP_RET_ERRNO | STATUS);

	if (result < 0)
		ask_no_filter(answer, result);
	else
		ask_status(answer, call_in_child(), STATUS);
}

/* What the program after execve(2) does first. */
static long refuse_exit(void)
{
	struct sock_filter filter[] = {
		EXAMINE_SYSCALL,
		SECCOMP_BPF_CALL(__NR_exit, SECCOMP_RET_ERRNO | STATUS),
		ALLOW,
	};

	return ask_install(filter, sizeof(filter) / sizeof(filter[0]));
}

void probe_inherit_exec(struct answer *answer)
{
	unsigned char file[TINY_MAX];
	size_t size = tiny_native(file);
	int status;

	if (!size) {
		ask_is(answer, ASKED_UNKNOWN, 0, "there is no program to execute");
		return;
	}
	status = tiny_run(file, size, NULL);
	if (status) {
		ask_is(answer, ASKED_UNKNOWN, status < 0 ? status : 0,
		       "no program could be executed: %s",
		       status < 0 ? ask_errno_name(-status) : "it failed");
		return;
	}
	status = tiny_run(file, size, refuse_exit);
	if (status == -EINVAL) /* what was executed before can be executed again */
		ask_no_filter(answer, status);
	else
		ask_status(answer, status, 1);
}
