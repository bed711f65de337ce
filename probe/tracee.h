/* SPDX-License-Identifier: BSD-3-Clause */
/* A child that stands still for a tracer, its parent: what questions about ptrace(2) need. */
#ifndef SECCOMPAT_PROBE_TRACEE_H
#define SECCOMPAT_PROBE_TRACEE_H

#include <stdint.h>
#include <sys/types.h>

#include "probe/ask.h"

/* ptrace(2): a result, or a negative errno. */
long tracee_ask(long request, pid_t pid, unsigned long addr, void *data);

/* The next stop of the child: its status >> 8; -1 if it ended, and then *status is how. */
int tracee_wait(pid_t pid, int *status);

#define TRACEE_UNFILTERED SECCOMP_RET_DATA /* none of the actions */
#define TRACEE_SKIPPED	  77

/*
 * A child that traced itself and stopped, under a filter with this action for getppid(). When it
 * goes on it calls that, and ends with 0 if the result was TRACEE_SKIPPED, with 1 if the call was
 * run, with an errno's number, or else with 255. -1: there is none, and *answer says why.
 */
pid_t tracee_stopped(struct answer *answer, uint32_t action);

/* Kills and reaps it. */
void tracee_end(pid_t pid);

#endif
