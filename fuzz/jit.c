/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/jit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/sweep.h"

#define SWITCH "/proc/sys/net/core/bpf_jit_enable"

static int get(char *value)
{
	int fd = open(SWITCH, O_RDONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || read(fd, value, 1) != 1)
		err = errno ? errno : EIO;
	if (fd >= 0)
		close(fd);
	return err;
}

static int put(char value)
{
	int fd = open(SWITCH, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || write(fd, &value, 1) != 1)
		err = errno ? errno : EIO;
	if (fd >= 0)
		close(fd);
	return err;
}

enum jit_state jit_state(void)
{
	char value;

	if (get(&value))
		return JIT_UNKNOWN;
	return value == '0' ? JIT_OFF : JIT_ON;
}

const char *jit_name(enum jit_state state)
{
	return state == JIT_ON ? "jit" : state == JIT_OFF ? "interpreter" : "unknown";
}

/* Waits for the end of whoever holds the other end of the line. */
static void restore(int line, char before)
{
	sigset_t all;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_NAME, SWEEP_AWAITED, 0, 0, 0);
	while (read(line, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(put(before) ? 1 : 0);
}

int jit_borrow(struct jit_loan *loan, enum jit_state wanted, char *why, size_t size)
{
	int line[2], err;
	char before;

	*loan = (struct jit_loan){ .line = -1 };
	err = get(&before);
	if (!err && (before != '0') == (wanted == JIT_ON))
		return 0;
	if (!err && pipe2(line, O_CLOEXEC))
		err = errno;
	if (err)
		goto out;
	fflush(NULL);
	loan->guard = fork();
	if (loan->guard == 0) {
		close(line[1]);
		setsid();
		restore(line[0], before);
	}
	err = loan->guard < 0 ? errno : 0;
	close(line[0]);
	loan->line = line[1];
	if (!err)
		err = put(wanted == JIT_ON ? '1' : '0');
	if (err)
		jit_return(loan);
out:
	if (err)
		snprintf(why, size, "%s cannot be switched to %s here: %s%s", SWITCH,
			 jit_name(wanted), strerror(err),
			 err == EINVAL ? " (built with BPF_JIT_ALWAYS_ON?)" : "");
	return err ? -1 : 0;
}

void jit_return(struct jit_loan *loan)
{
	if (loan->line >= 0)
		close(loan->line);
	if (loan->guard > 0)
		waitpid(loan->guard, NULL, 0);
	*loan = (struct jit_loan){ .line = -1 };
}
