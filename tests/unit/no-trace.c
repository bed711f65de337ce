/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Probing leaves no trace on who probes: whatever /proc says of this process, its descriptors,
 * children, timers and signal handlers, and what the kernel has logged of it, before and after each
 * of some probings; no-trace N: of N.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/probe.h"
#include "run/run.h"
#include "tests/unit/unit.h"

#define ROUNDS 3

/* Text that grows; what does not fit is a failure of its own. */
struct text {
	size_t length;
	char bytes[64 * 1024];
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text->length += vsnprintf(text->bytes + text->length, sizeof(text->bytes) - text->length,
				  format, args);
	va_end(args);
	if (text->length >= sizeof(text->bytes))
		abort();
}

/* --- what a process is -------------------------------------------------------------------- */

/* Numbers that run on by themselves, and how much memory there is to count by. */
static bool is_restless(const char *line)
{
	static const char *const names[] = { "Vm", "Rss", "voluntary", "nonvoluntary", "SigQ" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(line, names[i], strlen(names[i])))
			return true;
	return false;
}

static void add_status(struct text *text)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[1024];

	while (file && fgets(line, sizeof(line), file))
		if (!is_restless(line))
			add(text, "%s", line);
	if (file)
		fclose(file);
}

static void add_fds(struct text *text)
{
	for (int fd = 0; fd < 256; fd++) {
		char path[64], target[256];
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof(target));
		if (length >= 0)
			add(text, "fd %d: %.*s, flags %#x\n", fd, (int)length, target,
			    fcntl(fd, F_GETFD));
	}
}

static void add_children(struct text *text)
{
	bool any = waitpid(-1, NULL, WNOHANG | __WALL) >= 0 || errno != ECHILD;

	add(text, "children: %s\n", any ? "some" : "none");
}

static void add_signals(struct text *text)
{
	for (int signal = 1; signal < 32; signal++) {
		struct sigaction action;

		if (!sigaction(signal, NULL, &action))
			add(text, "signal %d: %p, flags %#x\n", signal,
			    (void *)(intptr_t)action.sa_handler, action.sa_flags);
	}
}

static void add_attributes(struct text *text)
{
	struct itimerval timer = { 0 };
	int reaper = -1, death = -1;

	getitimer(ITIMER_REAL, &timer);
	prctl(PR_GET_CHILD_SUBREAPER, &reaper);
	prctl(PR_GET_PDEATHSIG, &death);
	add(text, "timer %ld, dumpable %d, reaper %d, death signal %d, group %d\n",
	    (long)(timer.it_value.tv_sec + timer.it_value.tv_usec),
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), reaper, death, getpgrp() == getpid());
}

static void look(struct text *text)
{
	text->length = 0;
	add_status(text);
	add_fds(text);
	add_children(text);
	add_signals(text);
	add_attributes(text);
}

/* The lines in which two looks differ, for people. */
static void print_difference(char *before, char *after)
{
	char *old = strsep(&before, "\n"), *new = strsep(&after, "\n");

	for (; old && new; old = strsep(&before, "\n"), new = strsep(&after, "\n"))
		if (strcmp(old, new))
			printf("# before: %s\n# after:  %s\n", old, new);
}

/* --- what the kernel has logged ----------------------------------------------------------- */

/* The log at its end; -1 where it cannot be read. */
static int open_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && lseek(fd, 0, SEEK_END) >= 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* How many records there are that name us, who are also our children. */
static unsigned int count_logged(int fd, const char *name)
{
	unsigned int count = 0;
	char record[8192];
	ssize_t length;

	/* EPIPE: what was overwritten meanwhile. */
	while ((length = read(fd, record, sizeof(record) - 1)) > 0 ||
	       (length < 0 && errno == EPIPE)) {
		record[length < 0 ? 0 : length] = '\0';
		if (!strstr(record, name))
			continue;
		count++;
		printf("# logged: %.200s\n", record);
	}
	return count;
}

int main(int argc, char **argv)
{
	static struct text before, after;
	unsigned int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS, changed = 0;
	struct answer answers[F_COUNT];
	struct environment env;
	double fastest = 1e9;
	char name[16];
	int log;

	snprintf(name, sizeof(name), "trace-%d-", getpid());
	prctl(PR_SET_NAME, name);
	run_slowness();
	log = open_log();
	for (unsigned int i = 0; i < rounds; i++) {
		double start, seconds;

		look(&before);
		start = run_now();
		environment_read(&env);
		probe_all(answers);
		seconds = run_now() - start;
		look(&after);
		fastest = seconds < fastest ? seconds : fastest;
		if (!strcmp(before.bytes, after.bytes))
			continue;
		changed++;
		print_difference(before.bytes, after.bytes);
	}
	printf("# %u probings, the fastest in %.1f ms\n", rounds, fastest * 1000);
	check(rounds && !changed, "%u of %u probings changed who probed", changed, rounds);
	if (log >= 0)
		check(!count_logged(log, name), "the kernel has logged nothing of us");
	else
		skip("the kernel has logged nothing of us", "the log may not be read");
	return unit_end();
}
