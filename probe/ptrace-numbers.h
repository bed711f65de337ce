/* SPDX-License-Identifier: BSD-3-Clause */
/* <linux/ptrace.h> and glibc's <sys/ptrace.h> contradict each other; and old ones lack most. */
#ifndef SECCOMPAT_PROBE_PTRACE_NUMBERS_H
#define SECCOMPAT_PROBE_PTRACE_NUMBERS_H

enum {
	OLDSETOPTIONS = 21, /* of i386, arm, mips, s390 */
	SETOPTIONS = 0x4200,
	SEIZE = 0x4206,
	GET_FILTER = 0x420c,
	GET_METADATA = 0x420d,
	GET_SYSCALL_INFO = 0x420e,
	SET_DISPATCH_CONFIG = 0x4210,
	GET_DISPATCH_CONFIG = 0x4211,
	SET_SYSCALL_INFO = 0x4212,
	O_TRACESYSGOOD = 1 << 0,
	O_TRACESECCOMP = 1 << 7,
	O_EXITKILL = 1 << 20,
	O_SUSPEND_SECCOMP = 1 << 21,
	EVENT_SECCOMP = 7,
};

#endif
