/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/jit.h"

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

const char *jit_name(enum jit jit)
{
	static const char *const names[] = {
		[JIT_UNKNOWN] = "unknown",
		[JIT_ON] = "jit",
		[JIT_OFF] = "interpreter",
	};

	return names[jit];
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
static enum jit by_kconfig(char *why, size_t size)
{
	struct kconfig_said said = kconfig_running("BPF_JIT_ALWAYS_ON");

	if (said.state == KCONFIG_ON) {
		snprintf(why, size, "BPF_JIT_ALWAYS_ON=y, says %s", said.source);
		return JIT_ON;
	}
	said = kconfig_running("BPF_JIT");
	if (said.state != KCONFIG_OFF)
		return JIT_UNKNOWN;
	snprintf(why, size, "BPF_JIT is off, says %s", said.source);
	return JIT_OFF;
}

static enum jit of_text(const char *text)
{
	return text[0] == '0' ? JIT_OFF : JIT_ON;
}

enum jit jit_now(const char *path, char *why, size_t size)
{
	char text[16];
	int err = read_switch(path, text, sizeof(text));
	enum jit jit;

	if (!err) {
		snprintf(why, size, "%s is %s", path, text);
		return of_text(text);
	}
	jit = by_kconfig(why, size);
	if (jit == JIT_UNKNOWN)
		snprintf(why, size, "%s: %s", path, strerror(-err));
	return jit;
}

/* Waits until the other end of the pipe is closed, by whoever and for whatever reason. */
static void guard_main(const struct jit_loan *loan, int end)
{
	char byte;
	sigset_t all;

	setsid();
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_NAME, SWEEP_AWAITED, 0, 0, 0);
	close(loan->back);
	while (read(end, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(write_switch(loan->path, loan->before) ? 1 : 0);
}

static int start_guard(struct jit_loan *loan)
{
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	loan->back = fds[1];
	fflush(NULL);
	loan->guard = fork();
	if (loan->guard == 0)
		guard_main(loan, fds[0]);
	err = errno;
	close(fds[0]);
	if (loan->guard > 0)
		return 0;
	close(loan->back);
	loan->back = -1;
	return -err;
}

/* What is lent to another one would be given back as that one has set it. */
static int lock_switch(struct jit_loan *loan)
{
	loan->lock = open(loan->path, O_RDONLY | O_CLOEXEC);
	if (loan->lock < 0)
		return -errno;
	return flock(loan->lock, LOCK_EX | LOCK_NB) ? -errno : 0;
}

/* For all who have it from us, too. */
static void unlock_switch(struct jit_loan *loan)
{
	if (loan->lock < 0)
		return;
	flock(loan->lock, LOCK_UN);
	close(loan->lock);
	loan->lock = -1;
}

int jit_borrow(struct jit_loan *loan, const char *path, char *why, size_t size)
{
	int err;

	*loan = JIT_NO_LOAN;
	loan->path = path;
	err = lock_switch(loan);
	if (!err)
		err = read_switch(path, loan->before, sizeof(loan->before));
	if (!err)
		return 0;
	if (loan->lock >= 0)
		close(loan->lock);
	loan->lock = -1;
	snprintf(why, size, "%s: %s", path,
		 err == -EWOULDBLOCK ? "in use by another" : strerror(-err));
	return err;
}

int jit_set(struct jit_loan *loan, enum jit jit, char *why, size_t size)
{
	char now[16];
	int err = read_switch(loan->path, now, sizeof(now));

	if (!err && of_text(now) == jit)
		return 0;
	if (!err && loan->guard <= 0)
		err = start_guard(loan);
	if (!err)
		err = write_switch(loan->path, jit == JIT_OFF ? "0" : "1");
	if (err)
		snprintf(why, size, "%s cannot be switched to %s here: %s%s", loan->path,
			 jit_name(jit), strerror(-err),
			 err == -EINVAL ? " (this kernel's JIT is always on, or it has none)" : "");
	return err;
}

int jit_return(struct jit_loan *loan)
{
	int status = 0;

	if (loan->guard > 0) {
		close(loan->back);
		while (waitpid(loan->guard, &status, 0) < 0 && errno == EINTR)
			;
	}
	unlock_switch(loan);
	if (status)
		fprintf(stderr, "seccompat: %s could not be set back to %s\n", loan->path,
			loan->before);
	*loan = JIT_NO_LOAN;
	return status ? -1 : 0;
}
