/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that SECCOMP_RET_TRAP refuses, and what the handler of SIGSYS is given: the siginfo, the
 * registers, and where it runs.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_TRAP_H
#define SECCOMPAT_SELFTESTS_KIT_TRAP_H

#include "arch/regs.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <ucontext.h>

/* What the handler found, the last time that it ran. Lay it into memory of kit_ask. */
struct trap {
	/* What it does before any call of its own, and what it does then; or NULL. */
	void (*begin)(void);
	void (*act)(struct trap *trap, ucontext_t *uc);
	int count; /* how often it ran */
	siginfo_t info;
	pid_t tid;	   /* of the thread that it ran in */
	const void *frame; /* an address on the stack that it ran on */
	/* The registers that it would go back to. */
	int nr;
	unsigned long args[6];
	unsigned long ip;
};

/* The handler of SIGSYS fills trap from now on; flags beside SA_SIGINFO. 0, or -1 and errno. */
int trap_handle(struct trap *trap, int flags);

/* SIGSYS blocked in the calling thread (SIG_BLOCK), or not (SIG_UNBLOCK). 0, or -1 and errno. */
int trap_mask(int how);

/*
 * A filter for calls that bear a mark: if trap_call() makes the call, whatever its number, and the
 * low half of argument 0 is this, the action is TRAP with the low 16 bits of argument 5. The rest
 * is allowed: a mark alone may still be in the registers of a call without arguments. As
 * kit_install_built.
 */
#define TRAP_MARK 0x5ec7ab1eul

int trap_marked(void);

/* A raw call: what the kernel returned. */
long trap_call(long nr, const unsigned long args[6]);

/* The same with the mark, data for TRAP, and nothing else. */
long trap_call_data(long nr, unsigned int data);

/* Whether that is what the kernel may leave in argument 0's place, instead of the argument. */
static inline bool trap_lost_arg0(unsigned long seen)
{
	return ARCH_TRAP_LOSES_ARG0 && (long)seen == -ENOSYS;
}

/* Whether the handler found the call's arguments, but for argument 0 where it may be lost. */
bool trap_has_args(const struct trap *trap, const unsigned long args[6]);

/* Where trap_call's syscall instruction ends; 0 if that cannot be told. */
uintptr_t trap_call_end(void);

/* Whether a syscall instruction, as trap_call's, ends at that address. */
bool trap_is_call_end(uintptr_t end);

/* The siginfo that the kernel must give for this ABI's call nr, to the last byte. */
siginfo_t trap_siginfo(int nr, int data, uintptr_t end);

/* In a test's body, test.h being included. */
#define EXPECT_SIGINFO(expected, seen)                                   \
	do {                                                             \
		siginfo_t right_ = (expected), seen_ = (seen);           \
                                                                         \
		EXPECT_EQ(right_.si_signo, seen_.si_signo);              \
		EXPECT_EQ(right_.si_errno, seen_.si_errno);              \
		EXPECT_EQ(right_.si_code, seen_.si_code);                \
		EXPECT_EQ(right_.si_call_addr, seen_.si_call_addr);      \
		EXPECT_EQ(right_.si_syscall, seen_.si_syscall);          \
		EXPECT_EQ(right_.si_arch, seen_.si_arch);                \
		EXPECT_EQ(0, memcmp(&right_, &seen_, sizeof(siginfo_t))) \
		{                                                        \
			TH_LOG("beside the fields, or in them");         \
		}                                                        \
	} while (0)

#endif
