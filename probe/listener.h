/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A listener of one's own, to be asked about: for questions, which are put in a child that ends
 * soon. Under its filter getppid() waits for an answer, and every other call is allowed.
 */
#ifndef SECCOMPAT_PROBE_LISTENER_H
#define SECCOMPAT_PROBE_LISTENER_H

#include "probe/ask.h"
#include "probe/notif.h"

/* The listener, or -1 and *answer says why there is none. The caller has the filter then. */
int listener_open(struct answer *answer);

/*
 * As listener_open, but in a task that has ended since: nobody has the filter any more. The
 * caller's is the only descriptor.
 */
int listener_orphan(struct answer *answer);

/*
 * A child that calls getppid() and so waits; it ends with 0 if the call failed with ENOSYS, else
 * with 1. -1: there is no child, and *answer says why.
 */
pid_t listener_caller(int fd, struct answer *answer);

/* The end of a caller, however it went; its exit status, or -1. */
int listener_reap(pid_t caller);

#endif
