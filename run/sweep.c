/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/sweep.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/run.h"

/* What is killed with its parent is dead a moment later. */
#define DYING_MS 200

#ifndef PR_SET_CHILD_SUBREAPER
#define PR_SET_CHILD_SUBREAPER 36
#endif

int sweep_adopt(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Of /proc/<pid>/stat: "pid (name) state parent ...", where the name may hold anything. */
static bool is_living_child(const char *pid, char *name, size_t size)
{
	char path[300], line[512];
	char *open, *close, state;
	int parent;
	size_t got;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	stat = fopen(path, "re");
	if (!stat)
		return false;
	got = fread(line, 1, sizeof(line) - 1, stat);
	fclose(stat);
	line[got] = '\0';
	open = strchr(line, '(');
	close = strrchr(line, ')');
	if (!open || !close || sscanf(close + 1, " %c %d", &state, &parent) != 2)
		return false;
	if (parent != getpid() || state == 'Z' || state == 'X')
		return false;
	snprintf(name, size, "%.*s", (int)(close - open - 1), open + 1);
	return true;
}

/* Where /proc is another pid namespace's, its numbers are other processes'. */
static bool is_own_proc(void)
{
	char self[16] = "";

	return readlink("/proc/self", self, sizeof(self) - 1) > 0 && atoi(self) == getpid();
}

struct sweep {
	bool kills;   /* what lives and is not awaited */
	bool awaited; /* some of it is */
	char *names;
	size_t size;
};

/* Returns how many live that nobody awaits. */
static unsigned int look_around(struct sweep *sweep)
{
	DIR *proc = is_own_proc() ? opendir("/proc") : NULL;
	unsigned int count = 0;
	struct dirent *entry;
	char name[64];

	sweep->awaited = false;
	if (!proc)
		return 0;
	while ((entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !is_living_child(entry->d_name, name, sizeof(name)))
			continue;
		if (!strcmp(name, SWEEP_AWAITED)) {
			sweep->awaited = true;
			continue;
		}
		count++;
		if (!sweep->kills)
			continue;
		kill(atoi(entry->d_name), SIGKILL);
		if (strlen(sweep->names) + strlen(name) + 2 < sweep->size)
			strcat(strcat(sweep->names, sweep->names[0] ? " " : ""), name);
	}
	closedir(proc);
	return count;
}

void sweep_wait(void)
{
	struct sweep sweep = { .kills = false };
	const struct timespec moment = { .tv_nsec = 1000000 };
	double deadline = run_now() + run_scaled_ms(DYING_MS) / 1e3;

	while (look_around(&sweep) && run_now() < deadline)
		nanosleep(&moment, NULL);
}

/*
 * Collects the dead, and waits for those that were killed or are awaited. False if one that was
 * killed does not die.
 */
static bool collect(bool killed, bool awaited)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	double deadline = run_now() + run_scaled_ms(RUN_KILLED_MS) / 1e3;
	pid_t got;

	while ((got = waitpid(-1, NULL, __WALL | WNOHANG)) >= 0) {
		if (got)
			continue;
		if (!killed && !awaited)
			return true;
		if (!awaited && run_now() > deadline)
			return false;
		nanosleep(&moment, NULL);
	}
	return true;
}

unsigned int sweep_children(char *names, size_t size)
{
	struct sweep sweep = { .kills = true, .names = names, .size = size };
	unsigned int total = 0, killed;

	names[0] = '\0';
	do {
		killed = look_around(&sweep);
		total += killed;
	} while (collect(killed, sweep.awaited) && (killed || sweep.awaited));
	return total;
}
