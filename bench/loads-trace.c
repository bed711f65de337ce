/* SPDX-License-Identifier: BSD-3-Clause */
/* A tracer: the process that was the child becomes it, and the child goes on in one of its own. */
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/child.h"
#include "bench/programs.h"
#include "probe/ptrace-numbers.h"

static bool set_options(pid_t pid)
{
	const __typeof__(PTRACE_CONT) request = (__typeof__(PTRACE_CONT))SETOPTIONS;

	/* EXITKILL is of 3.8. */
	return !ptrace(request, pid, NULL, (void *)(long)(O_TRACESECCOMP | O_EXITKILL)) ||
	       !ptrace(request, pid, NULL, (void *)(long)O_TRACESECCOMP);
}

/* A seccomp stop, and all others that are none of ours, are just gone on from. */
__attribute__((noreturn)) static void trace(struct bench_child *child, pid_t pid, int cpu)
{
	int status, err = child_pin(cpu);

	err = err ? err : waitpid(pid, &status, __WALL) < 0;
	if (err || !WIFSTOPPED(status) || !set_options(pid)) {
		child_cannot(child, "the child cannot be traced", errno);
		kill(pid, SIGKILL);
		_exit(1);
	}
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		long number = status >> 16 ? 0 : WSTOPSIG(status);

		ptrace(PTRACE_CONT, pid, NULL, (void *)number);
	}
	_exit(0);
}

static int install(struct bench_child *child)
{
	struct sock_fprog prog;
	struct builder b;
	int err;

	program_action(&b, SECCOMP_RET_TRACE, &prog);
	err = child_install_built(child, &b, &prog);
	builder_free(&b);
	return err;
}

LOAD_SETUP(trace)
{
	int cpu = child_peer_cpu(child);
	pid_t pid;

	if (cpu < 0)
		return -1;
	pid = fork();
	if (pid < 0)
		return child_cannot(child, "fork", errno);
	if (pid)
		trace(child, pid, cpu);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return child_cannot(child, "PTRACE_TRACEME", errno);
	raise(SIGSTOP);
	if (install(child))
		return -1;
	return child_call() >= 0 ? 0 : child_cannot(child, "the tracer is not asked", 0);
}
