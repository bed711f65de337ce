/* SPDX-License-Identifier: BSD-3-Clause */
/* Loads that make tasks, and those that install filters. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/tiny.h"
#include "bench/child.h"
#include "bench/programs.h"
#include "probe/ask.h"
#include "probe/tiny.h"
#include "run/exec.h"

#define STACK_BYTES (64 << 10)

LOAD_ONCE(fork)
{
	(void)child;
	while (goes--) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

static int program = -1; /* a descriptor of it */

/* Its exit status; or -1. */
static int execute(void)
{
	char *const argv[] = { (char *)"tiny", NULL };
	int status = -1;
	pid_t pid = vfork();

	if (pid == 0) {
		exec_descriptor(program, argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status;
}

LOAD_ONCE(exec)
{
	(void)child;
	while (goes--)
		execute();
}

LOAD_SETUP(exec)
{
	unsigned char file[TINY_MAX];
	size_t size = tiny_native(file);

	if (!size)
		return child_cannot(child, "there is no tiny program for this architecture", 0);
	program = tiny_open(file, size);
	if (program < 0)
		return child_cannot(child, "no file in memory", errno);
	if (setup_stack(child))
		return -1;
	return execute() ? child_cannot(child, "what is in memory cannot be executed", 0) : 0;
}

/* --- installing ------------------------------------------------------------------------------ */

static struct builder installed;
static struct sock_fprog to_install;
static unsigned int install_flags;

/* A program that is not there, so that nothing is installed: EFAULT of a kernel that would. */
static int prepare_install(struct bench_child *child, unsigned int flags, const char *lacks)
{
	long err = flags ? ask_seccomp(OP_SET_MODE_FILTER, flags, NULL)
			 : ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0);

	install_flags = flags;
	return err == -EFAULT ? 0 : child_cannot(child, lacks, err);
}

LOAD_ONCE(install)
{
	while (goes--) {
		long err = child_install(child, &to_install, install_flags);

		if (!err)
			continue;
		child->slot->ready = false;
		child_cannot(child, "no further filter can be installed", err);
		_exit(1);
	}
}

LOAD_SETUP(install)
{
	unsigned int n = child->config->n;
	int err = n ? program_body(&installed, BODY_LINEAR, n, &to_install)
		    : program_by_arg(&installed, &to_install);

	if (err)
		return child_cannot(child, installed.why, 0);
	return prepare_install(child, 0, "no filter can be installed");
}

/* Until the process ends. */
static void *wait_for_nothing(void *data)
{
	for (;;)
		pause();
	return data;
}

static int start_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	err = pthread_create(&thread, &attr, wait_for_nothing, NULL);
	pthread_attr_destroy(&attr);
	return err;
}

LOAD_SETUP(tsync)
{
	int err = program_by_arg(&installed, &to_install);

	if (err)
		return child_cannot(child, installed.why, 0);
	if (prepare_install(child, FLAG_TSYNC, "this kernel has no TSYNC"))
		return -1;
	for (unsigned int i = 1; i < child->config->n && !err; i++)
		err = start_thread();
	return err ? child_cannot(child, "not that many threads can be had", err) : 0;
}
