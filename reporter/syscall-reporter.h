/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names the syscall that a filter refused, instead of dying without a word. For the time in which
 * a list of allowed syscalls is still being put together, and for that time only.
 *
 * To use it: copy syscall-reporter.{h,c,mk} and seccomp-bpf.h next to the program, include this
 * header after seccomp-bpf.h, call install_syscall_reporter() before the filter is installed, and
 * in the Makefile, below its first target:
 *
 *	include syscall-reporter.mk
 *	program: program.o syscall-reporter.o
 *
 * From here on KILL_PROCESS in a filter means TRAP: the kernel sends SIGSYS in place of the
 * syscall, and the handler prints, on standard output,
 *
 *	Looks like you need syscall fstat(5) too!
 *
 * and ends the process with status 1. A number without a name is printed as unknown(999), and so is
 * the number of a call of another architecture (int 0x80 in a 64-bit program).
 *
 * The handler itself makes two syscalls, so the filter must allow write and exit_group. If it does
 * not, the second refusal comes while SIGSYS is blocked: the kernel does not wait, it kills, and
 * the shell says "Bad system call" (159). Nothing but those two is needed; rt_sigreturn is not,
 * since the handler never returns. In a thread that has SIGSYS blocked the process dies likewise.
 */
#ifndef SYSCALL_REPORTER_H
#define SYSCALL_REPORTER_H

/* A header that came first under another path (as "filters/seccomp-bpf.h") will do. */
#ifndef KILL_PROCESS
#include "seccomp-bpf.h"
#endif

/* Trapping is weaker than killing, so a build that has it must be seen to have it. */
#ifndef SYSCALL_REPORTER_NO_WARNING
#warning "You've included the syscall reporter. Do not use in production!"
#endif

#undef KILL_PROCESS
#define KILL_PROCESS BPF_STMT(BPF_RET + BPF_K, SECCOMP_RET_TRAP)

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Installs the handler of SIGSYS and unblocks the signal in the calling thread. A SIGSYS that does
 * not come from seccomp (one sent by kill) is ignored from then on.
 *
 * Returns 0, or -1 with errno set.
 */
int install_syscall_reporter(void);

/* Room for any line, its newline and the NUL: the longest syscall name has 28 letters. */
#define SYSCALL_REPORT_SIZE 128

/*
 * What the handler prints for a syscall number as seccomp_data.nr shows it, newline included.
 * Async-signal-safe. Returns the length of the line; a longer one would be cut.
 */
size_t syscall_report(char line[SYSCALL_REPORT_SIZE], unsigned int nr);

#ifdef __cplusplus
}
#endif

#endif
