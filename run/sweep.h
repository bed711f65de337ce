/* SPDX-License-Identifier: BSD-3-Clause */
/* No process is left behind: orphans of our children fall to us, and are ended. */
#ifndef SECCOMPAT_RUN_SWEEP_H
#define SECCOMPAT_RUN_SWEEP_H

#include <stddef.h>

/*
 * From now on orphaned descendants become children of this process (PR_SET_CHILD_SUBREAPER, 3.4).
 * Calls prctl(2): not to be used where an outer filter may kill for that. 0, or -1 and errno.
 */
int sweep_adopt(void);

/*
 * The name of a process that is about to give back what is the whole machine's, and then ends by
 * itself: it is waited for, not killed.
 */
#define SWEEP_AWAITED "restores"

/*
 * Lets those children end that were killed with their parents, and takes no longer than a bound for
 * it: what lives then was left behind.
 */
void sweep_wait(void);

/*
 * Kills and reaps children until there are none, so that their own children go too. Returns how
 * many were still alive, with their names in names ("strict_exit modes", cut to size).
 */
unsigned int sweep_children(char *names, size_t size);

#endif
