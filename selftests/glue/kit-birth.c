/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-birth.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/arch.h"
#include "selftests/glue/kit.h"

#define STACK_SIZE (256 * 1024)

const struct birth births[BIRTHS] = {
	{ "fork", BY_FORK, 0 },
	{ "vfork", BY_VFORK, 0 },
	{ "clone, as fork", BY_SYSCALL, SIGCHLD },
	{ "clone that says no signal", BY_SYSCALL, 0 },
	{ "clone(CLONE_VM)", BY_CLONE, CLONE_VM | SIGCHLD },
	{ "clone(CLONE_VM | CLONE_VFORK)", BY_CLONE, CLONE_VM | CLONE_VFORK | SIGCHLD },
	{ "clone that shares all but the process", BY_CLONE,
	  CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_IO | SIGCHLD },
	{ "clone3", BY_CLONE3, 0 },
	{ "clone3(CLONE_FILES | CLONE_FS)", BY_CLONE3, CLONE_FILES | CLONE_FS },
	{ "pthread_create", BY_THREAD, 0 },
};

bool birth_is_concurrent(const struct birth *birth)
{
	return birth->by != BY_VFORK && !(birth->flags & CLONE_VFORK);
}

/* The kernel's calls themselves, without a stack: the child goes on with a copy of the caller's. */
static pid_t raw_clone(unsigned long flags)
{
#ifdef __s390__
	return (pid_t)syscall(SYS_clone, 0UL, flags, 0UL, 0UL, 0UL);
#else
	return (pid_t)syscall(SYS_clone, flags, 0UL, 0UL, 0UL, 0UL);
#endif
}

static pid_t raw_clone3(unsigned long flags)
{
	/* flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls */
	uint64_t args[8] = { flags, 0, 0, 0, SIGCHLD };

	return (pid_t)syscall((long)arch_syscall_nr(arch_native(), "clone3"), args, sizeof(args));
}

/* Arguments of no size are EINVAL. */
bool birth_exists(const struct birth *birth)
{
	if (birth->by != BY_CLONE3)
		return true;
	return syscall((long)arch_syscall_nr(arch_native(), "clone3"), NULL, 0UL) >= 0 ||
	       errno != ENOSYS;
}

static int clone_main(void *data)
{
	struct born *born = data;

	return born->fn(born->data);
}

static void *thread_main(void *data)
{
	struct born *born = data;

	born->result = born->fn(born->data);
	return NULL;
}

static pid_t clone_on_stack(struct born *born, unsigned long flags)
{
	born->stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (born->stack == MAP_FAILED) {
		born->stack = NULL;
		return -1;
	}
	return clone(clone_main, (char *)born->stack + STACK_SIZE, (int)flags, born);
}

static int start_thread(struct born *born)
{
	errno = pthread_create(&born->thread, NULL, thread_main, born);
	return errno ? -1 : 0;
}

int birth_start(struct born *born, const struct birth *birth, int (*fn)(void *data), void *data)
{
	pid_t pid = -1;

	*born = (struct born){ .fn = fn, .data = data };
	switch (birth->by) {
	case BY_FORK:
		pid = fork();
		break;
	case BY_VFORK:
		pid = vfork();
		break;
	case BY_SYSCALL:
		pid = raw_clone(birth->flags);
		break;
	case BY_CLONE3:
		pid = raw_clone3(birth->flags);
		break;
	case BY_CLONE:
		pid = clone_on_stack(born, birth->flags);
		break;
	case BY_THREAD:
		return start_thread(born);
	}
	if (pid == 0)
		_exit(fn(data));
	/* Of the parent alone: born may be in memory that the child has too. */
	born->pid = pid;
	return pid < 0 ? -1 : 0;
}

static int end_thread(struct born *born)
{
	return pthread_join(born->thread, NULL) ? -1 : born->result;
}

int birth_end(struct born *born)
{
	int status;
	pid_t got;

	if (!born->pid)
		return end_thread(born);
	do {
		got = waitpid(born->pid, &status, __WALL);
	} while (got < 0 && errno == EINTR);
	if (born->stack)
		munmap(born->stack, STACK_SIZE);
	if (got != born->pid)
		return -1;
	return WIFEXITED(status) ? kit_exited(WEXITSTATUS(status)) : kit_killed(WTERMSIG(status));
}

int birth_run(const struct birth *birth, int (*fn)(void *data), void *data)
{
	struct born born;

	return birth_start(&born, birth, fn, data) ? -1 : birth_end(&born);
}

bool word_given(const int fds[2])
{
	return syscall(SYS_write, fds[1], "!", 1) == 1;
}

bool word_taken(const int fds[2])
{
	char byte;

	return syscall(SYS_read, fds[0], &byte, 1) == 1;
}
