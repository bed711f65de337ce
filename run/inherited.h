/* SPDX-License-Identifier: BSD-3-Clause */
/* What whoever started us left us with, and would disturb: signal(7) and execve(2) have it
 * inherited. */
#ifndef SECCOMPAT_RUN_INHERITED_H
#define SECCOMPAT_RUN_INHERITED_H

/*
 * Descriptors 0 to 2 are open from now on, if only for nothing: the next file that is opened must
 * not become our standard output.
 */
void inherited_descriptors(void);

/*
 * No signal is blocked from now on, and none ignored but those that end a session (SIGHUP, SIGINT,
 * SIGQUIT, SIGTERM): whoever had us ignore these, as nohup(1) does, meant it. To ignore SIGCHLD
 * would hide how our children ended.
 */
void inherited_signals(void);

/* The rest of them: for what is no session's any more. */
void inherited_endings(void);

#endif
