/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-calls.h"

#include "arch/regs.h"

#include <stddef.h>

#include "arch/arch.h"

/* They tell something, or do nothing for want of a valid argument. */
static const char *const names[] = {
	"read",	   "write",	"close",       "lseek",		  "dup",	"getpid",
	"getppid", "fsync",	"fdatasync",   "ftruncate",	  "fchdir",	"fchmod",
	"flock",   "getuid",	"getgid",      "geteuid",	  "getegid",	"getpgid",
	"getsid",  "gettid",	"sched_yield", "getdents64",	  "epoll_ctl",	"inotify_rm_watch",
	"fstatfs", "readahead", "syncfs",      "timerfd_settime", "pidfd_open", "pidfd_send_signal",
};

_Static_assert(sizeof(names) / sizeof(names[0]) <= KIT_CALLS_MAX, "no room");

bool kit_is_foreign(uint32_t nr)
{
	const uint32_t base = arch_native()->nr_base;

	return base && nr >= 4000 && nr < 7000 && nr - base >= 1000;
}

/* Without registers there are no kernel tests either. */
#if ARCH_HAS_REGS
long kit_call(uint32_t nr, uint32_t secret)
{
	return arch_syscall6((int)nr, -1ul, -1ul, -1ul, -1ul, -1ul, secret);
}

void kit_learn_calls(struct kit_calls *calls)
{
	calls->count = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int64_t nr = arch_syscall_nr(arch_native(), names[i]);

		if (nr < 0)
			continue;
		calls->call[calls->count].nr = (uint32_t)nr;
		calls->call[calls->count++].done = kit_call((uint32_t)nr, KIT_NO_SECRET);
	}
}
#endif
