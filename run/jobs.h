/* SPDX-License-Identifier: BSD-3-Clause */
/* Several children at once, whose output is read line by line as it comes. */
#ifndef SECCOMPAT_RUN_JOBS_H
#define SECCOMPAT_RUN_JOBS_H

#include <stddef.h>

#include "run/run.h"

struct job {
	/* In the child, with standard output and error read by us and an empty standard input. */
	int (*main)(void *data);
	/* In the caller: a line of its output (cut at 4 KiB), without the newline. */
	void (*line)(void *data, const char *line);
	/* In the caller: it has ended, and all its lines were given. */
	void (*ended)(void *data, const struct run_end *end);
	void *data;
	unsigned int silence_ms; /* killed after that long without a line (scaled) */
};

/*
 * Runs all, at most at_once of them together. Each leads a process group and dies with the caller.
 * Returns 0, or the signal (SIGINT, SIGTERM, SIGHUP) that interrupted it: then those that ran were
 * killed and the rest was not started.
 */
int jobs_run(struct job *jobs, size_t count, unsigned int at_once);

#endif
