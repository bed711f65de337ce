// SPDX-License-Identifier: BSD-3-Clause
/*
 * The handler runs wherever the program was, a half-done malloc or printf included: write and
 * _exit are all it calls, and it formats by hand.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "syscall-reporter.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif

/* Searched from the top, once in a process's life. Not indexed by number: arm's own calls start at
 * 0xf0000, x32's at 0x40000000. */
static const struct {
	unsigned int nr;
	const char *name;
} syscall_names[] = {
#include "syscall-names.h"
};

static const char *syscall_name(unsigned int nr)
{
	size_t i;

	for (i = 0; i < sizeof(syscall_names) / sizeof(syscall_names[0]); i++)
		if (syscall_names[i].nr == nr)
			return syscall_names[i].name;
	return "unknown";
}

static size_t append(char line[SYSCALL_REPORT_SIZE], size_t len, const char *text)
{
	while (*text && len < SYSCALL_REPORT_SIZE - 1)
		line[len++] = *text++;
	line[len] = '\0';
	return len;
}

static size_t append_number(char line[SYSCALL_REPORT_SIZE], size_t len, unsigned int number)
{
	char digits[3 * sizeof(number) + 1];
	char *first = &digits[sizeof(digits) - 1];

	*first = '\0';
	do {
		*--first = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	return append(line, len, first);
}

static size_t format_report(char line[SYSCALL_REPORT_SIZE], unsigned int nr, const char *name)
{
	size_t len;

	len = append(line, 0, "Looks like you need syscall ");
	len = append(line, len, name);
	len = append(line, len, "(");
	len = append_number(line, len, nr);
	return append(line, len, ") too!\n");
}

size_t syscall_report(char line[SYSCALL_REPORT_SIZE], unsigned int nr)
{
	return format_report(line, nr, syscall_name(nr));
}

/* From the signal, which unlike a register is the same on every architecture. */
struct refusal {
	unsigned int nr;
	unsigned int arch;
};

static struct refusal refused(const siginfo_t *info)
{
#ifdef si_syscall
	return (struct refusal){ (unsigned int)info->si_syscall, info->si_arch };
#else
	/* C libraries older than seccomp filters. The kernel's layout: three ints, a pointer at the
	 * next place for one, then these two, as refusal has them. */
	struct refusal refusal;

	memcpy(&refusal, (const char *)info + 8 + 2 * sizeof(void *), sizeof(refusal));
	return refusal;
#endif
}

static void report(int signo, siginfo_t *info, void *context)
{
	char line[SYSCALL_REPORT_SIZE];
	struct refusal refusal;
	ssize_t written;
	size_t len;

	(void)signo;
	(void)context;
	if (info->si_code != SYS_SECCOMP)
		return;
	refusal = refused(info);
	/* VALIDATE_ARCHITECTURE traps too: a foreign ABI's number (int 0x80) has no name here. */
	len = format_report(line, refusal.nr,
			    refusal.arch == ARCH_NR ? syscall_name(refusal.nr) : "unknown");
	written = write(STDOUT_FILENO, line, len);
	(void)written;
	_exit(1);
}

int install_syscall_reporter(void)
{
	struct sigaction action;
	sigset_t mask;

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = report;
	action.sa_flags = SA_SIGINFO;
	if (sigaction(SIGSYS, &action, NULL))
		return -1;
	sigemptyset(&mask);
	sigaddset(&mask, SIGSYS);
	return sigprocmask(SIG_UNBLOCK, &mask, NULL);
}
