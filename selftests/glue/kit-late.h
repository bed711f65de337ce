/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A page that comes late: what the kernel writes there waits (userfaultfd(2)) until the page is
 * there, or taken away for good, when it fails.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_LATE_H
#define SECCOMPAT_SELFTESTS_KIT_LATE_H

#include <stdbool.h>

struct late_page {
	void *page; /* all zero */
	int uffd;
};

/* Like any other page still. -1 and errno. */
int late_open(struct late_page *late);

/* From now on whoever touches it waits. -1 and errno. */
int late_begin(const struct late_page *late);

/* Waits until somebody does; false if nobody comes, in 3 s (scaled). */
bool late_awaited(const struct late_page *late);

/* It comes, all zero: they go on. -1 and errno. */
int late_give(const struct late_page *late);

/* There is no such page any more: they go on, with a fault (EFAULT). */
void late_end(struct late_page *late);

/* Whether that works here, for the kernel's own writes too. */
bool late_can(void);

#endif
