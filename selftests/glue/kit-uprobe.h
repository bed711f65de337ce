/* SPDX-License-Identifier: BSD-3-Clause */
/* Uprobes on functions of this program, by perf_event_open(2): who has them counts its calls. */
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

/* Whether that works here; tried in a child. */
bool uprobe_can(void);

#endif
