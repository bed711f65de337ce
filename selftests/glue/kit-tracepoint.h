/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tracepoint at the entry of syscalls (raw_syscalls:sys_enter), by perf_event_open(2): which
 * calls a tool that traces the whole machine is told of.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_TRACEPOINT_H
#define SECCOMPAT_SELFTESTS_KIT_TRACEPOINT_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The first to count has the kernel's code patched, and the last one again: who is about to count
 * holds the tracepoint before, so that this is done only twice (see kit-hush.h). False if it cannot
 * be had.
 */
bool tracepoint_hold(void);
void tracepoint_let_go(void);

/*
 * Counts the calls of that number, on any table, that the task pid (0: the caller) makes from now
 * on. A descriptor, which ends the count when it is closed; -1 and errno.
 */
int tracepoint_open(pid_t pid, int nr);

/* What was counted, also of a task that has ended; -1 if it cannot be read. */
long tracepoint_count(int fd);

/* Whether that works here; tried in a child. */
bool tracepoint_can(void);

#endif
