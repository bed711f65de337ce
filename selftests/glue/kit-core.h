/* SPDX-License-Identifier: BSD-3-Clause */
/* Core files: in a folder of their own, read, and removed. */
#ifndef SECCOMPAT_SELFTESTS_KIT_CORE_H
#define SECCOMPAT_SELFTESTS_KIT_CORE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Why a dying program leaves no core in its own folder on this machine (a helper takes it, another
 * folder does, a limit); NULL if it leaves one. Tried once, with a signal that is not seccomp's.
 */
const char *core_refusal(void);

#define CORE_FOLDER_SIZE 128

/* A new empty folder: 0, or -1 and errno. */
int core_folder(char folder[CORE_FOLDER_SIZE]);

/*
 * In the child that is to die: goes to that folder. Cores may be as large as the hard limit allows,
 * or must not be. 0, or -1 and errno.
 */
int core_enter(const char *folder, bool allowed);

/* What a core says of the thread that dumped it, in this ABI's own layout. */
struct core {
	int files;	/* in the folder; the rest is only right for 1 */
	bool complete;	/* both of what follows was found */
	siginfo_t info; /* what it died of */
	int signal;
	pid_t tid;
	unsigned long word[64]; /* the register set, as a tracer reads it (arch/regs.h) */
};

/* Reads what is in the folder, and removes it with all that is in it. */
struct core core_take(const char *folder);

#endif
