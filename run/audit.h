/* SPDX-License-Identifier: BSD-3-Clause */
/* Before and after: what a run must not have changed, in this process and in the kernel's log. */
#ifndef SECCOMPAT_RUN_AUDIT_H
#define SECCOMPAT_RUN_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

struct audit {
	int kmsg;	  /* /dev/kmsg at its end, or -1 where it cannot be read */
	char state[128];  /* mode, NNP and filter count, as /proc/self/status shows them */
	unsigned int fds; /* open file descriptors */
};

void audit_begin(struct audit *audit);

/*
 * Each writes what it found into buf and returns 1 for trouble, 0 for none, -1 when it could not be
 * looked at (then buf says why).
 */
int audit_kernel_log(struct audit *audit, char *buf,
		     size_t size); /* new BUG, WARNING, Oops lines */
int audit_own_state(const struct audit *audit, char *buf, size_t size);
int audit_fds(const struct audit *audit, char *buf, size_t size);

void audit_end(struct audit *audit);

/* Whether a line of the kernel's log says that the kernel itself is in trouble. */
bool audit_is_trouble(const char *record);

#endif
