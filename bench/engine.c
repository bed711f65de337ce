/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/kconfig.h"
#include "run/sweep.h"

const char *engine_name(enum engine engine)
{
	static const char *const names[] = {
		[ENGINE_UNKNOWN] = "unknown",
		[ENGINE_JIT] = "JIT",
		[ENGINE_INTERPRETER] = "interpreter",
	};

	return names[engine];
}

/* The value, without the newline; a negative errno. */
static int read_switch(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
	int err = errno;

	if (fd >= 0)
		close(fd);
	if (got <= 0)
		return got ? -err : -ENODATA;
	text[got] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

static int write_switch(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(text), put = fd < 0 ? -1 : write(fd, text, length);
	int err = errno;

	if (fd >= 0)
		close(fd);
	if (put < 0)
		return -err;
	return put == length ? 0 : -EIO;
}

/* What is compiled in cannot be looked at, but is not hidden either. */
static enum engine by_kconfig(char *why, size_t size)
{
	struct kconfig_said said = kconfig_running("BPF_JIT_ALWAYS_ON");

	if (said.state == KCONFIG_ON) {
		snprintf(why, size, "BPF_JIT_ALWAYS_ON=y, says %s", said.source);
		return ENGINE_JIT;
	}
	said = kconfig_running("BPF_JIT");
	if (said.state != KCONFIG_OFF)
		return ENGINE_UNKNOWN;
	snprintf(why, size, "BPF_JIT is off, says %s", said.source);
	return ENGINE_INTERPRETER;
}

enum engine engine_now(const char *path, char *why, size_t size)
{
	char text[16];
	int err = read_switch(path, text, sizeof(text));
	enum engine engine;

	if (!err) {
		snprintf(why, size, "%s is %s", path, text);
		return text[0] == '0' ? ENGINE_INTERPRETER : ENGINE_JIT;
	}
	engine = by_kconfig(why, size);
	if (engine == ENGINE_UNKNOWN)
		snprintf(why, size, "%s: %s", path, strerror(-err));
	return engine;
}

/* Waits until the other end of the pipe is closed, by whoever and for whatever reason. */
static void guard_main(const struct engine_loan *loan, int end)
{
	char byte;
	sigset_t all;

	setpgid(0, 0);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_NAME, SWEEP_AWAITED, 0, 0, 0);
	close(loan->back);
	while (read(end, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(write_switch(loan->path, loan->before) ? 1 : 0);
}

static int start_guard(struct engine_loan *loan)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	loan->back = fds[1];
	fflush(NULL);
	loan->guard = fork();
	if (loan->guard == 0)
		guard_main(loan, fds[0]);
	close(fds[0]);
	if (loan->guard > 0)
		return 0;
	close(loan->back);
	return -errno;
}

/* What is lent to another bench would be given back as that one has set it. */
static int lock_switch(struct engine_loan *loan)
{
	loan->lock = open(loan->path, O_RDONLY | O_CLOEXEC);
	if (loan->lock < 0)
		return -errno;
	return flock(loan->lock, LOCK_EX | LOCK_NB) ? -errno : 0;
}

static void unlock_switch(struct engine_loan *loan)
{
	if (loan->lock >= 0)
		close(loan->lock);
	loan->lock = -1;
}

int engine_set(const struct engine_loan *loan, enum engine engine)
{
	return write_switch(loan->path, engine == ENGINE_INTERPRETER ? "0" : "1");
}

int engine_borrow(struct engine_loan *loan, const char *path, char *why, size_t size)
{
	int err;

	*loan = (struct engine_loan){ .path = path, .back = -1 };
	err = lock_switch(loan);
	if (!err)
		err = read_switch(path, loan->before, sizeof(loan->before));
	if (!err)
		err = start_guard(loan);
	if (err) {
		unlock_switch(loan);
		snprintf(why, size, "%s: %s", path, strerror(-err));
		return -1;
	}
	err = engine_set(loan, ENGINE_INTERPRETER);
	if (!err)
		err = engine_set(loan, ENGINE_JIT);
	if (!err)
		return 0;
	engine_return(loan);
	snprintf(why, size, "it cannot be set: %s%s", strerror(-err),
		 err == -EINVAL ? " (this kernel's JIT is always on, or it has none)" : "");
	return -1;
}

int engine_return(struct engine_loan *loan)
{
	int status = -1;

	close(loan->back);
	while (waitpid(loan->guard, &status, 0) < 0 && errno == EINTR)
		;
	unlock_switch(loan);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}
