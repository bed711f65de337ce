/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of a syscall on the architecture compiled for: in a SIGSYS handler, and of a stopped
 * tracee of the same ABI. (<linux/ptrace.h> may follow this file but not precede it: glibc's
 * <sys/ptrace.h> needs that.) What differs is in arch/<arch>.h, as places in an array:
 *
 *	UCONTEXT_REGS(uc)	the array in a ucontext_t, and there the indices
 *	UCONTEXT_NR, UCONTEXT_RET, UCONTEXT_ARGS; UCONTEXT_IP(uc) is an lvalue
 *	REGS_COUNT		the words of the register set NT_PRSTATUS, and there the indices
 *	REGS_RET, REGS_IP, REGS_ARGS
 *	REGS_ARG0_SAVED		a second place for argument 0, if the register set has one
 *	ARCH_SYSCALL_INSN	the bytes of the instruction that arch_syscall6() uses
 *
 * which have a default, for an architecture that is like most:
 *	UCONTEXT_ARG0_AGAIN	where a call that is made again finds argument 0
 *	ARCH_LIBRARY_INSN	another instruction that the C library may use
 *	ARCH_NR_MASK		the bits of a number that the kernel does not drop
 *	ARCH_TRAP_LOSES_ARG0	1: the handler of a TRAP may find -ENOSYS in argument 0's place
 *	ARCH_HAS_OLD_SIGRETURN	1: a handler without SA_SIGINFO returns by a call of its own
 *	ARCH_STRICT_SIGRETURN	the call by which it returns in strict mode
 *	REGS_RET_IS_NR		1: before a call is made, the result's register has the number
 *	ARCH_RESULT_AT_ENTRY	0: a tracer that skips a call at its entry can say the result only
 *	ARCH_RESULT_AT_EVENT	later; 0: at its seccomp stop, only at the exit. By default where
 *				REGS_RET_IS_NR
 *	ARCH_SKIP_HAS_NO_RESULT	1: and if it says nothing, that is not ENOSYS but anything
 *	REGS_ARG0_HIDDEN	1: argument 0 of a stopped call is not in the register set;
 *				regs_get_arg0() and regs_put_arg0() reach it
 *	ARCH_RESULT_HAS_FLAG	1: a result is more than one register; arch_get_result() and
 *				arch_put_result() know it, in either array
 *
 * what programs of the other word size are, where kernels may run them (see arch/tiny.h):
 *	ARCH_FOREIGN		the name
 *	ARCH_FOREIGN_BITS, ARCH_FOREIGN_MACHINE, ARCH_FOREIGN_FLAGS   for their ELF header
 *	ARCH_FOREIGN_EXIT	the bytes of exit(0)
 *
 * and the functions regs_get_nr(), regs_put_nr() and arch_syscall6().
 */
#ifndef SECCOMPAT_ARCH_REGS_H
#define SECCOMPAT_ARCH_REGS_H

#define ARCH(...)
#include "arches.inc"
#undef ARCH

#if __has_include(ARCH_NATIVE_HEADER)
/* 1 where the rest of this file exists: arch/<arch>.h is written. */
#define ARCH_HAS_REGS 1

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <ucontext.h>

/*
 * The number that a stopped tracee asks for, and another one at once; word is its register set,
 * which follows where the number is part of it. 0 or a negative errno.
 */
static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr);
static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr);

/*
 * One syscall instruction: what the kernel returned (a negative errno included), errno left alone.
 * A filter sees just this number and these arguments, whatever the C library would have made of it.
 */
static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5);

/* PTRACE_GETREGSET or PTRACE_SETREGSET of a whole register set; 0 or a negative errno. */
static inline int regs_set_io(int request, pid_t pid, int set, void *data, size_t size)
{
	struct iovec iov = { .iov_base = data, .iov_len = size };

	if (ptrace((__typeof__(PTRACE_GETREGSET))request, pid, (void *)(long)set, &iov))
		return -errno;
	return iov.iov_len == size ? 0 : -EOPNOTSUPP;
}

/*
 * The number, where it is a word of the register set that PTRACE_POKEUSER reaches at address: there
 * and in *word. 0 or a negative errno.
 */
static inline int regs_poke_nr(pid_t pid, unsigned long *word, size_t address, int nr)
{
	*word = (unsigned long)nr;
	return ptrace(PTRACE_POKEUSER, pid, (void *)address, (void *)(long)nr) ? -errno : 0;
}

#include ARCH_NATIVE_HEADER

#ifndef ARCH_LIBRARY_INSN
#define ARCH_LIBRARY_INSN ARCH_SYSCALL_INSN
#endif
#ifndef ARCH_NR_MASK
#define ARCH_NR_MASK 0xffffffffu
#endif
#ifndef ARCH_TRAP_LOSES_ARG0
#define ARCH_TRAP_LOSES_ARG0 0
#endif
#ifndef ARCH_HAS_OLD_SIGRETURN
#define ARCH_HAS_OLD_SIGRETURN 0
#endif
#ifndef ARCH_STRICT_SIGRETURN
#define ARCH_STRICT_SIGRETURN __NR_rt_sigreturn
#endif
#ifndef REGS_RET_IS_NR
#define REGS_RET_IS_NR 0
#endif
#ifndef REGS_ARG0_HIDDEN
#define REGS_ARG0_HIDDEN 0
#endif
#ifndef ARCH_RESULT_AT_ENTRY
#define ARCH_RESULT_AT_ENTRY (!REGS_RET_IS_NR)
#endif
#ifndef ARCH_RESULT_AT_EVENT
#define ARCH_RESULT_AT_EVENT (!REGS_RET_IS_NR)
#endif
#ifndef ARCH_SKIP_HAS_NO_RESULT
#define ARCH_SKIP_HAS_NO_RESULT 0
#endif

/* What the kernel makes of number -1. */
#define ARCH_NR_MINUS_ONE ((int)(0xffffffffu & ARCH_NR_MASK))

/*
 * A signal handler's third argument, when SECCOMP_RET_TRAP raised the SIGSYS: the number, argument
 * i (0..5) as they were at the syscall, and the instruction after it.
 */
static inline int ucontext_nr(const ucontext_t *uc)
{
	return (int)((unsigned int)UCONTEXT_REGS(uc)[UCONTEXT_NR] & ARCH_NR_MASK);
}

static inline unsigned long ucontext_arg(const ucontext_t *uc, unsigned int i)
{
	static const unsigned char at[] = { UCONTEXT_ARGS };

	return (unsigned long)UCONTEXT_REGS(uc)[at[i]];
}

/* For a call that is made again: its instruction, gone back to, reads it there. */
static inline void ucontext_set_arg(ucontext_t *uc, unsigned int i, unsigned long value)
{
	static const unsigned char at[] = { UCONTEXT_ARGS };

	UCONTEXT_REGS(uc)[at[i]] = (__typeof__(UCONTEXT_REGS(uc)[0]))value;
#ifdef UCONTEXT_ARG0_AGAIN
	if (i == 0)
		UCONTEXT_REGS(uc)[UCONTEXT_ARG0_AGAIN] = value;
#endif
}

static inline unsigned long ucontext_ip(const ucontext_t *uc)
{
	return (unsigned long)UCONTEXT_IP(uc);
}

/* What the syscall will have returned when the handler returns: set it there. */
static inline long ucontext_ret(const ucontext_t *uc)
{
#ifdef ARCH_RESULT_HAS_FLAG
	return arch_get_result(UCONTEXT_REGS(uc));
#else
	return (long)UCONTEXT_REGS(uc)[UCONTEXT_RET];
#endif
}

static inline void ucontext_set_ret(ucontext_t *uc, long value)
{
#ifdef ARCH_RESULT_HAS_FLAG
	arch_put_result(UCONTEXT_REGS(uc), value);
#else
	UCONTEXT_REGS(uc)[UCONTEXT_RET] = (__typeof__(UCONTEXT_REGS(uc)[0]))value;
#endif
}

/* A tracee's registers. Change them here, then regs_write. */
struct regs {
	unsigned long word[REGS_COUNT];
	int nr;
#if REGS_ARG0_HIDDEN
	unsigned long arg0;
#endif
};

/* From and to a stopped tracee; 0 or a negative errno (EOPNOTSUPP: its ABI is another one). */
static inline int regs_read(pid_t pid, struct regs *regs)
{
	int err = regs_set_io(PTRACE_GETREGSET, pid, NT_PRSTATUS, regs->word, sizeof(regs->word));

#if REGS_ARG0_HIDDEN
	if (!err)
		err = regs_get_arg0(pid, regs->word, &regs->arg0);
#endif
	return err ? err : regs_get_nr(pid, regs->word, &regs->nr);
}

static inline int regs_write(pid_t pid, struct regs *regs)
{
	int err = regs_set_io(PTRACE_SETREGSET, pid, NT_PRSTATUS, regs->word, sizeof(regs->word));

#if REGS_ARG0_HIDDEN
	if (!err)
		err = regs_put_arg0(pid, regs->arg0);
#endif
	return err;
}

static inline int regs_nr(const struct regs *regs)
{
	return regs->nr;
}

/*
 * Makes nr the number of the syscall that pid is about to do; -1 skips it, and it returns what
 * regs_set_ret says (where ARCH_RESULT_AT_...). This holds at once, the rest of *regs waits for
 * regs_write. For syscall-entry and seccomp stops. 0 or a negative errno.
 */
static inline int regs_set_nr(pid_t pid, struct regs *regs, int nr)
{
	int err = regs_put_nr(pid, regs->word, nr);

	if (!err)
		regs->nr = nr;
	return err;
}

/* Argument i (0..5): at syscall-entry and seccomp stops, as argument 0 may become the result. */
static inline unsigned long regs_arg(const struct regs *regs, unsigned int i)
{
	static const unsigned char at[] = { REGS_ARGS };

#if REGS_ARG0_HIDDEN
	if (i == 0)
		return regs->arg0;
#endif
	return regs->word[at[i]];
}

/*
 * The kernel may keep a copy of argument 0 for filters and for restarts: it is set too where ptrace
 * reaches it (arm). On aarch64 it does not, and whether filters see the new value is the kernel's
 * doing.
 */
static inline void regs_set_arg(struct regs *regs, unsigned int i, unsigned long value)
{
	static const unsigned char at[] = { REGS_ARGS };

#if REGS_ARG0_HIDDEN
	if (i == 0) {
		regs->arg0 = value;
		return;
	}
#endif
	regs->word[at[i]] = value;
#ifdef REGS_ARG0_SAVED
	if (i == 0)
		regs->word[REGS_ARG0_SAVED] = value;
#endif
}

/* The result: at syscall-exit stops, or of a syscall that is skipped. */
static inline long regs_ret(const struct regs *regs)
{
#ifdef ARCH_RESULT_HAS_FLAG
	return arch_get_result(regs->word);
#else
	return (long)regs->word[REGS_RET];
#endif
}

static inline void regs_set_ret(struct regs *regs, long value)
{
#ifdef ARCH_RESULT_HAS_FLAG
	arch_put_result(regs->word, value);
#else
	regs->word[REGS_RET] = (unsigned long)value;
#endif
}

static inline unsigned long regs_ip(const struct regs *regs)
{
	return regs->word[REGS_IP];
}

/* Those that a core has, of a call that was rolled back: all but the number. */
static inline void regs_of_core(struct regs *regs, const unsigned long word[REGS_COUNT])
{
	memcpy(regs->word, word, sizeof(regs->word));
#if REGS_ARG0_HIDDEN
	regs->arg0 = word[REGS_RET];
#endif
}

#else
#define ARCH_HAS_REGS	     0
#define ARCH_NR_MASK	     0xffffffffu
#define ARCH_TRAP_LOSES_ARG0 0
#endif

#endif
