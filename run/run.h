/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A risky thing in a child: fork, watchdog, reaping. Nothing here calls prctl(2) or
 * seccomp(2) in the caller, as either may be what an outer filter kills.
 */
#ifndef SECCOMPAT_RUN_RUN_H
#define SECCOMPAT_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How a child ended. */
struct run_end {
	enum { RUN_EXITED, RUN_SIGNALED, RUN_TIMED_OUT, RUN_NOT_STARTED, RUN_STUCK } how;
	int value; /* exit status, signal, or the errno of fork(2); 0 after a time-out */
	bool core; /* WCOREDUMP */
	double seconds;
	char where[48]; /* of RUN_STUCK: in which function of the kernel, or "" */
};

/* SIGKILL ends a process at once. After this (scaled) it is the kernel that hangs. */
#define RUN_KILLED_MS 2000

/*
 * Runs fn(data) in a forked child of its own process group and waits. The child exits with
 * fn's result & 0xff by _exit(2). When it has not ended after timeout_ms (scaled, see
 * run_scaled_ms; and scaled anew if the machine has become slower meanwhile) the whole group is
 * killed with SIGKILL. data is the child's copy: use run_ask to get something back. The child is as
 * dumpable as the caller is. One that SIGKILL does not end is left as RUN_STUCK; while it is, no
 * other child is started, and each is RUN_STUCK at once. What ends the caller meanwhile (SIGINT,
 * SIGTERM, SIGHUP; SIGKILL cannot be told of) ends the group first.
 */
struct run_end run_child(int (*fn)(void *data), void *data, unsigned int timeout_ms);

/*
 * As run_child, but data (of size bytes) is shared with the child: what fn writes there is in
 * *data afterwards, however the child ended.
 */
struct run_end run_ask(int (*fn)(void *data), void *data, size_t size, unsigned int timeout_ms);

/* "exited with 3", "killed by SIGSYS", "did not end within 2 s": into buf, which is returned. */
const char *run_end_text(const struct run_end *end, char *buf, size_t size);

/*
 * A bound that scales: ms times how much slower than a common machine this one is (at least 1;
 * an emulated CPU is about 30 times slower). Measured once, under
 * the load of that time; SECCOMPAT_SLOWNESS=<number> overrides.
 */
unsigned int run_scaled_ms(unsigned int ms);
double run_slowness(void);

/*
 * A bound of ms (scaled) from start (run_now) is over: until when it holds on the machine as it is
 * now, as load may have come since that was measured; 0 if it is over all the same.
 */
double run_deadline_now(double start, unsigned int ms);

/* That a process outlived SIGKILL: sets how and where. */
void run_set_stuck(struct run_end *end, pid_t pid);

/* Seconds on CLOCK_MONOTONIC. */
double run_now(void);

#endif
