/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sysctl kernel.seccomp.actions_logged, which is the whole machine's: who changes it holds it
 * alone and gives it back, and who relies on it may keep it from being changed meanwhile.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_LOGGED_H
#define SECCOMPAT_SELFTESTS_KIT_LOGGED_H

#include <stdbool.h>
#include <stddef.h>

#include "run/run.h"

#define ACTIONS_AVAIL  "/proc/sys/kernel/seccomp/actions_avail"
#define ACTIONS_LOGGED "/proc/sys/kernel/seccomp/actions_logged"

struct action_names {
	char text[256];
};

/* What the file says, without the newline at its end; an errno or 0. */
int actions_read(const char *path, struct action_names *names);

/* Sets what is logged: 0 or an errno. Below logged_borrow only. */
int logged_write(const char *names);

/*
 * Waits until the sysctl is free, for oneself (exclusive) or together with others that only rely on
 * it. Any user may. A descriptor, to be closed; it is closed with the process, but a child has it
 * too. -1 and errno; it gives up after 10 s (scaled), so a test that calls this needs 20.
 */
int logged_lock(bool exclusive);

/*
 * Runs fn as kit_ask does, with the sysctl locked; afterwards it is as it was, whatever becomes of
 * fn or of the caller: who waits for fn and restores is a process apart, in a group of its own,
 * that no signal but SIGKILL ends. restored: whether it was read back as it had been.
 */
struct run_end logged_borrow(int (*fn)(void *data), void *data, size_t size, bool *restored);

#endif
