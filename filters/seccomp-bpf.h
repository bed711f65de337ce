/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Macros to write a seccomp filter by hand, after Kees Cook's tutorial of 2012 "Using simple
 * seccomp filters", with the same names and the same use:
 *
 *	struct sock_filter filter[] = {
 *		VALIDATE_ARCHITECTURE,
 *		EXAMINE_SYSCALL,
 *		ALLOW_SYSCALL(rt_sigreturn),
 *		ALLOW_SYSCALL(exit_group),
 *		SYSCALL_ARG32_NE(socket, 0, AF_UNIX, RET_ERRNO(EAFNOSUPPORT)),
 *		ALLOW_SYSCALL(socket),
 *		KILL_PROCESS,
 *	};
 *
 * This file needs nothing else of seccompat: copy it. C (gnu99 and later) and C++11; x86_64, x32,
 * i386, arm, aarch64, riscv64, s390x, ppc64le and mips64el; headers as old as 2012's.
 *
 * Each macro is one or more instructions. From EXAMINE_SYSCALL on, the accumulator holds the
 * syscall's number, and every macro below leaves it there, so they can stand in any order.
 */
#ifndef SECCOMP_BPF_H
#define SECCOMP_BPF_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/types.h>

#if defined(HAVE_LINUX_SECCOMP_H)
#include <linux/seccomp.h>
#elif defined(__has_include)
#if __has_include(<linux/seccomp.h>)
#include <linux/seccomp.h>
#endif
#endif

#ifndef PR_SET_SECCOMP
#define PR_GET_SECCOMP 21
#define PR_SET_SECCOMP 22
#endif
#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS 38
#define PR_GET_NO_NEW_PRIVS 39
#endif

/* Before 3.5 <linux/seccomp.h> was not there, or did not know of filters. */
#ifndef SECCOMP_MODE_FILTER
#define SECCOMP_MODE_FILTER 2
struct seccomp_data {
	int nr;
	__u32 arch;
	__u64 instruction_pointer;
	__u64 args[6];
};
#endif

/* Actions, with the first kernel that has them. */
#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS 0x80000000U /* 4.14 */
#endif
#ifndef SECCOMP_RET_KILL_THREAD
#define SECCOMP_RET_KILL_THREAD 0x00000000U /* 3.5 */
#endif
#ifndef SECCOMP_RET_KILL
#define SECCOMP_RET_KILL SECCOMP_RET_KILL_THREAD
#endif
#ifndef SECCOMP_RET_TRAP
#define SECCOMP_RET_TRAP 0x00030000U /* 3.5 */
#endif
#ifndef SECCOMP_RET_ERRNO
#define SECCOMP_RET_ERRNO 0x00050000U /* 3.5 */
#endif
#ifndef SECCOMP_RET_USER_NOTIF
#define SECCOMP_RET_USER_NOTIF 0x7fc00000U /* 5.0 */
#endif
#ifndef SECCOMP_RET_TRACE
#define SECCOMP_RET_TRACE 0x7ff00000U /* 3.5 */
#endif
#ifndef SECCOMP_RET_LOG
#define SECCOMP_RET_LOG 0x7ffc0000U /* 4.14 */
#endif
#ifndef SECCOMP_RET_ALLOW
#define SECCOMP_RET_ALLOW 0x7fff0000U /* 3.5 */
#endif
#ifndef SECCOMP_RET_DATA
#define SECCOMP_RET_DATA 0x0000ffffU
#endif
#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1 /* si_code of the SIGSYS that TRAP sends */
#endif

/* Audit's names for architectures, in order of age: a header may lack the newer ones. */
#ifndef AUDIT_ARCH_I386
#define AUDIT_ARCH_I386 0x40000003U
#endif
#ifndef AUDIT_ARCH_X86_64
#define AUDIT_ARCH_X86_64 0xc000003eU
#endif
#ifndef AUDIT_ARCH_S390X
#define AUDIT_ARCH_S390X 0x80000016U
#endif
#ifndef AUDIT_ARCH_MIPSEL64
#define AUDIT_ARCH_MIPSEL64 0xc0000008U
#endif
#ifndef AUDIT_ARCH_AARCH64
#define AUDIT_ARCH_AARCH64 0xc00000b7U
#endif
#ifndef AUDIT_ARCH_PPC64LE
#define AUDIT_ARCH_PPC64LE 0xc0000015U
#endif
#ifndef AUDIT_ARCH_RISCV64
#define AUDIT_ARCH_RISCV64 0xc00000f3U
#endif
#if defined(__arm__) && !defined(EM_ARM)
#define EM_ARM 40 /* 3.5's AUDIT_ARCH_ARM needs it, and <linux/elf-em.h> had it not */
#endif
#ifndef AUDIT_ARCH_ARM
#define AUDIT_ARCH_ARM 0x40000028U
#endif

/*
 * ARCH_NR is what seccomp_data.arch must be. REG_SYSCALL is where a SIGSYS handler finds the
 * number: the index into the general registers of ucontext's uc_mcontext (x86 gregs[], arm counted
 * from arm_r0, aarch64 regs[], riscv __gregs[], s390x gregs[], ppc gp_regs[], mips gregs[]). On
 * s390x it is right for `svc 0` only, where the number is not part of the instruction; si_syscall
 * always is.
 */
#if defined(__i386__)
#define REG_SYSCALL REG_EAX
#define ARCH_NR	    AUDIT_ARCH_I386
#elif defined(__x86_64__)
#define REG_SYSCALL REG_RAX
#define ARCH_NR	    AUDIT_ARCH_X86_64
#elif defined(__arm__) && defined(__ARM_EABI__) && !defined(__ARMEB__)
#define REG_SYSCALL 7
#define ARCH_NR	    AUDIT_ARCH_ARM
#elif defined(__aarch64__) && defined(__LP64__)
#define REG_SYSCALL 8
#define ARCH_NR	    AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define REG_SYSCALL 17
#define ARCH_NR	    AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define REG_SYSCALL 1
#define ARCH_NR	    AUDIT_ARCH_S390X
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define REG_SYSCALL 0
#define ARCH_NR	    AUDIT_ARCH_PPC64LE
#elif defined(__mips64) && defined(_ABI64) && _MIPS_SIM == _ABI64 && defined(__MIPSEL__)
#define REG_SYSCALL 2
#define ARCH_NR	    AUDIT_ARCH_MIPSEL64
#else
#warning "Platform does not support seccomp filter yet"
#define REG_SYSCALL 0
#define ARCH_NR	    0
#endif

/* Offsets for BPF_LD+BPF_W+BPF_ABS. Arguments are of 64 bits everywhere, loads are of 32. */
#define syscall_nr (offsetof(struct seccomp_data, nr))
#define arch_nr	   (offsetof(struct seccomp_data, arch))
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define syscall_arg_high(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#define syscall_arg_low(n)  (offsetof(struct seccomp_data, args) + 8 * (n) + 4)
#else
#define syscall_arg_low(n)  (offsetof(struct seccomp_data, args) + 8 * (n))
#define syscall_arg_high(n) (offsetof(struct seccomp_data, args) + 8 * (n) + 4)
#endif

#define SECCOMP_BPF_LOAD(offset)    BPF_STMT(BPF_LD + BPF_W + BPF_ABS, (__u32)(offset))
#define SECCOMP_BPF_RET(value)	    BPF_STMT(BPF_RET + BPF_K, (__u32)(value))
#define SECCOMP_BPF_AND(mask)	    BPF_STMT(BPF_ALU + BPF_AND + BPF_K, (__u32)(mask))
#define SECCOMP_BPF_IF(op, k, t, f) BPF_JUMP(BPF_JMP + (op) + BPF_K, (__u32)(k), (t), (f))
#define SECCOMP_BPF_LOW(value)	    ((__u64)(value)&0xffffffffU)
#define SECCOMP_BPF_HIGH(value)	    ((__u64)(value) >> 32)

/* The tutorial's frame. A number means something only together with its architecture. */
#define VALIDATE_ARCHITECTURE \
	SECCOMP_BPF_LOAD(arch_nr), SECCOMP_BPF_IF(BPF_JEQ, ARCH_NR, 1, 0), KILL_PROCESS

#define EXAMINE_SYSCALL SECCOMP_BPF_LOAD(syscall_nr)

/*
 * x32 shares x86_64's ARCH_NR and differs by a bit of the number. A list of what is allowed never
 * matches it; a list of what is refused needs this after EXAMINE_SYSCALL. -1 (a call that a tracer
 * skipped) is left to the rest. On every other architecture, x32 itself included, a no-op.
 */
#if defined(__x86_64__) && !defined(__ILP32__)
#define REJECT_X32_WITH(ret)                                                                   \
	SECCOMP_BPF_IF(BPF_JEQ, 0xffffffffU, 2, 0), SECCOMP_BPF_IF(BPF_JGE, 0x40000000, 0, 1), \
		SECCOMP_BPF_RET(ret)
#else
#define REJECT_X32_WITH(ret) BPF_STMT(BPF_JMP + BPF_JA, 0)
#endif
#define REJECT_X32 REJECT_X32_WITH(SECCOMP_RET_KILL_PROCESS)

/* What to return, for the macros that take `ret`: these, or SECCOMP_RET_ALLOW and so on. */
#define RET_ERRNO(n) (SECCOMP_RET_ERRNO | ((n)&SECCOMP_RET_DATA)) /* above 4095 it is 4095 */
#define RET_TRAP(n)  (SECCOMP_RET_TRAP | ((n)&SECCOMP_RET_DATA))  /* si_errno of the SIGSYS */
#define RET_TRACE(n) (SECCOMP_RET_TRACE | ((n)&SECCOMP_RET_DATA)) /* PTRACE_GETEVENTMSG */

/*
 * Ends of a filter, or of a branch. KILL_PROCESS is not 2012's SECCOMP_RET_KILL but what it says:
 * all threads go. A kernel before 4.14 looks at the lower bits only and kills the thread, as in
 * 2012; the status of a program with one thread is 159 (128 + SIGSYS) either way.
 */
#define KILL_PROCESS SECCOMP_BPF_RET(SECCOMP_RET_KILL_PROCESS)
#define KILL_THREAD  SECCOMP_BPF_RET(SECCOMP_RET_KILL_THREAD)
#define TRAP(n)	     SECCOMP_BPF_RET(RET_TRAP(n))
#define ERRNO(n)     SECCOMP_BPF_RET(RET_ERRNO(n))
#define USER_NOTIF   SECCOMP_BPF_RET(SECCOMP_RET_USER_NOTIF)
#define TRACE(n)     SECCOMP_BPF_RET(RET_TRACE(n))
#define LOG	     SECCOMP_BPF_RET(SECCOMP_RET_LOG)
#define ALLOW	     SECCOMP_BPF_RET(SECCOMP_RET_ALLOW)

/* One syscall, by name, whatever its arguments. */
#define SECCOMP_BPF_CALL(nr, ret) SECCOMP_BPF_IF(BPF_JEQ, nr, 0, 1), SECCOMP_BPF_RET(ret)

#define ALLOW_SYSCALL(name)	   SECCOMP_BPF_CALL(__NR_##name, SECCOMP_RET_ALLOW)
#define LOG_SYSCALL(name)	   SECCOMP_BPF_CALL(__NR_##name, SECCOMP_RET_LOG)
#define TRACE_SYSCALL(name, n)	   SECCOMP_BPF_CALL(__NR_##name, RET_TRACE(n))
#define USER_NOTIF_SYSCALL(name)   SECCOMP_BPF_CALL(__NR_##name, SECCOMP_RET_USER_NOTIF)
#define ERRNO_SYSCALL(name, n)	   SECCOMP_BPF_CALL(__NR_##name, RET_ERRNO(n))
#define TRAP_SYSCALL(name, n)	   SECCOMP_BPF_CALL(__NR_##name, RET_TRAP(n))
#define KILL_THREAD_SYSCALL(name)  SECCOMP_BPF_CALL(__NR_##name, SECCOMP_RET_KILL_THREAD)
#define KILL_PROCESS_SYSCALL(name) SECCOMP_BPF_CALL(__NR_##name, SECCOMP_RET_KILL_PROCESS)

/*
 * One syscall, if its argument n (0 to 5) compares so with value, all unsigned; else the filter
 * goes on. To demand two things, refuse the opposite of the one first:
 *
 *	SYSCALL_ARG_GT(mmap, 1, 1 << 20, RET_ERRNO(ENOMEM)),
 *	SYSCALL_ARG32_MASKED_NE(mmap, 2, PROT_EXEC, 0, RET_ERRNO(EACCES)),
 *	ALLOW_SYSCALL(mmap),
 *
 * SYSCALL_ARG_* compare all 64 bits: for pointers, sizes and other longs. SYSCALL_ARG32_* look at
 * the low half alone: for ints, fds and flags. The kernel ignores the high half of those, so a
 * test of both halves could be evaded by junk there, and -1 may come with either high half.
 */
#define SYSCALL_ARG_EQ(name, n, value, ret) SECCOMP_BPF_EQUAL(__NR_##name, n, value, ret, 1)
#define SYSCALL_ARG_NE(name, n, value, ret) SECCOMP_BPF_EQUAL(__NR_##name, n, value, ret, 0)
#define SYSCALL_ARG_GT(name, n, value, ret) \
	SECCOMP_BPF_ORDER(__NR_##name, n, BPF_JGT, value, ret, 1)
#define SYSCALL_ARG_GE(name, n, value, ret) \
	SECCOMP_BPF_ORDER(__NR_##name, n, BPF_JGE, value, ret, 1)
#define SYSCALL_ARG_LT(name, n, value, ret) \
	SECCOMP_BPF_ORDER(__NR_##name, n, BPF_JGE, value, ret, 0)
#define SYSCALL_ARG_LE(name, n, value, ret) \
	SECCOMP_BPF_ORDER(__NR_##name, n, BPF_JGT, value, ret, 0)
/* (argument & mask) against value */
#define SYSCALL_ARG_MASKED_EQ(name, n, mask, value, ret) \
	SECCOMP_BPF_MASKED(__NR_##name, n, mask, value, ret, 1)
#define SYSCALL_ARG_MASKED_NE(name, n, mask, value, ret) \
	SECCOMP_BPF_MASKED(__NR_##name, n, mask, value, ret, 0)

#define SYSCALL_ARG32_EQ(name, n, value, ret) SECCOMP_BPF_32(__NR_##name, n, BPF_JEQ, value, ret, 1)
#define SYSCALL_ARG32_NE(name, n, value, ret) SECCOMP_BPF_32(__NR_##name, n, BPF_JEQ, value, ret, 0)
#define SYSCALL_ARG32_GT(name, n, value, ret) SECCOMP_BPF_32(__NR_##name, n, BPF_JGT, value, ret, 1)
#define SYSCALL_ARG32_GE(name, n, value, ret) SECCOMP_BPF_32(__NR_##name, n, BPF_JGE, value, ret, 1)
#define SYSCALL_ARG32_LT(name, n, value, ret) SECCOMP_BPF_32(__NR_##name, n, BPF_JGE, value, ret, 0)
#define SYSCALL_ARG32_LE(name, n, value, ret) SECCOMP_BPF_32(__NR_##name, n, BPF_JGT, value, ret, 0)
#define SYSCALL_ARG32_MASKED_EQ(name, n, mask, value, ret) \
	SECCOMP_BPF_32_MASKED(__NR_##name, n, mask, value, ret, 1)
#define SYSCALL_ARG32_MASKED_NE(name, n, mask, value, ret) \
	SECCOMP_BPF_32_MASKED(__NR_##name, n, mask, value, ret, 0)

/*
 * Their bodies. yes is 1 to return when the comparison holds, 0 when it does not. Each ends in the
 * return and in loading the number again, and all jumps lead to one of these two.
 */
#define SECCOMP_BPF_EQUAL(nr, n, value, ret, yes)                                  \
	SECCOMP_BPF_IF(BPF_JEQ, nr, 0, 6), SECCOMP_BPF_LOAD(syscall_arg_high(n)),  \
		SECCOMP_BPF_IF(BPF_JEQ, SECCOMP_BPF_HIGH(value), 0, 2 + (yes)),    \
		SECCOMP_BPF_LOAD(syscall_arg_low(n)),                              \
		SECCOMP_BPF_IF(BPF_JEQ, SECCOMP_BPF_LOW(value), 1 - (yes), (yes)), \
		SECCOMP_BPF_RET(ret), EXAMINE_SYSCALL

#define SECCOMP_BPF_MASKED(nr, n, mask, value, ret, yes)                                      \
	SECCOMP_BPF_IF(BPF_JEQ, nr, 0, 8), SECCOMP_BPF_LOAD(syscall_arg_high(n)),             \
		SECCOMP_BPF_AND(SECCOMP_BPF_HIGH(mask)),                                      \
		SECCOMP_BPF_IF(BPF_JEQ, SECCOMP_BPF_HIGH(value), 0, 3 + (yes)),               \
		SECCOMP_BPF_LOAD(syscall_arg_low(n)), SECCOMP_BPF_AND(SECCOMP_BPF_LOW(mask)), \
		SECCOMP_BPF_IF(BPF_JEQ, SECCOMP_BPF_LOW(value), 1 - (yes), (yes)),            \
		SECCOMP_BPF_RET(ret), EXAMINE_SYSCALL

/* The high halves decide, unless they are equal. */
#define SECCOMP_BPF_ORDER(nr, n, op, value, ret, yes)                             \
	SECCOMP_BPF_IF(BPF_JEQ, nr, 0, 7), SECCOMP_BPF_LOAD(syscall_arg_high(n)), \
		SECCOMP_BPF_IF(BPF_JGT, SECCOMP_BPF_HIGH(value), 4 - (yes), 0),   \
		SECCOMP_BPF_IF(BPF_JEQ, SECCOMP_BPF_HIGH(value), 0, 2 + (yes)),   \
		SECCOMP_BPF_LOAD(syscall_arg_low(n)),                             \
		SECCOMP_BPF_IF(op, SECCOMP_BPF_LOW(value), 1 - (yes), (yes)),     \
		SECCOMP_BPF_RET(ret), EXAMINE_SYSCALL

#define SECCOMP_BPF_32(nr, n, op, value, ret, yes)                               \
	SECCOMP_BPF_IF(BPF_JEQ, nr, 0, 4), SECCOMP_BPF_LOAD(syscall_arg_low(n)), \
		SECCOMP_BPF_IF(op, value, 1 - (yes), (yes)), SECCOMP_BPF_RET(ret), EXAMINE_SYSCALL

#define SECCOMP_BPF_32_MASKED(nr, n, mask, value, ret, yes)                              \
	SECCOMP_BPF_IF(BPF_JEQ, nr, 0, 5), SECCOMP_BPF_LOAD(syscall_arg_low(n)),         \
		SECCOMP_BPF_AND(mask), SECCOMP_BPF_IF(BPF_JEQ, value, 1 - (yes), (yes)), \
		SECCOMP_BPF_RET(ret), EXAMINE_SYSCALL

#endif
