/* SPDX-License-Identifier: BSD-3-Clause */
/* Probes on functions of this program, and of the kernel, by perf_event_open(2): who has them
 * counts its calls. */
#ifndef SECCOMPAT_SELFTESTS_KIT_UPROBE_H
#define SECCOMPAT_SELFTESTS_KIT_UPROBE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Probes the function at that address of this program, for the calling task alone; at_return: when
 * it returns, which is a uretprobe. A descriptor to read the count from (uint64_t), which ends the
 * probe when it is closed. -1 and errno.
 */
int uprobe_open(const void *function, bool at_return);

/* The same of a function of the kernel. -1 and errno: ENOENT if it has none of that name. */
int kprobe_open(const char *function);

/* Whether uprobes work here; tried in a child. */
bool uprobe_can(void);

#endif
