/* SPDX-License-Identifier: BSD-3-Clause */
/* 32-bit ARM's (EABI) part of arch/regs.h. The kernel's order: r0-r15, cpsr, orig_r0. */
#ifndef SECCOMPAT_ARCH_ARM_H
#define SECCOMPAT_ARCH_ARM_H

/* arm_r0 and what follows it, as one array. */
#define UCONTEXT_REGS(uc) \
	((unsigned long *)((char *)&(uc)->uc_mcontext + offsetof(mcontext_t, arm_r0)))
#define UCONTEXT_NR	7
#define UCONTEXT_RET	0
#define UCONTEXT_ARGS	0, 1, 2, 3, 4, 5
#define UCONTEXT_IP(uc) UCONTEXT_REGS(uc)[15]

/* svc 0 */
#ifdef __thumb__
#define ARCH_SYSCALL_INSN 0x00, 0xdf
#else
#define ARCH_SYSCALL_INSN 0x00, 0x00, 0x00, 0xef
#endif

#define REGS_COUNT	(sizeof(struct user_regs) / sizeof(unsigned long))
#define REGS_RET	0
#define REGS_ARGS	0, 1, 2, 3, 4, 5
#define REGS_ARG0_SAVED 17
#define REGS_IP		15

/* Not in every C library's headers. */
#define REGS_SET_SYSCALL 23

/*
 * r7 is the number at the entry of a syscall. The kernel has its own copy, which regs_put_nr
 * changes (the program's r7 stays) and which ptrace does not show: reading anew tells what was
 * asked for first.
 */
static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)pid;
	*nr = (int)word[7];
	return 0;
}

static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	(void)word;
	if (ptrace((__typeof__(PTRACE_GETREGSET))REGS_SET_SYSCALL, pid, NULL, (void *)(long)nr))
		return -errno;
	return 0;
}

#define ARCH_HAS_OLD_SIGRETURN 1

/* r7 may be the frame pointer (Thumb), so it is put aside by hand. */
static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	register unsigned long r0 __asm__("r0") = a0;
	register unsigned long r1 __asm__("r1") = a1;
	register unsigned long r2 __asm__("r2") = a2;
	register unsigned long r3 __asm__("r3") = a3;
	register unsigned long r4 __asm__("r4") = a4;
	register unsigned long r5 __asm__("r5") = a5;
	long saved;

	__asm__ volatile("mov %[saved], r7\n\t"
			 "mov r7, %[nr]\n\t"
			 "svc 0\n\t"
			 "mov r7, %[saved]"
			 : "+r"(r0), [saved] "=&r"(saved)
			 : [nr] "r"(nr), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
			 : "memory");
	return (long)r0;
}

/* Programs of the other word size: exit(0), as it is assembled. */
#define ARCH_FOREIGN	     "aarch64"
#define ARCH_FOREIGN_BITS    64
#define ARCH_FOREIGN_MACHINE EM_AARCH64
#define ARCH_FOREIGN_FLAGS   0
#define ARCH_FOREIGN_EXIT                                                                        \
	0xa8, 0x0b, 0x80, 0xd2 /* mov x8, #93 */, 0x00, 0x00, 0x80, 0xd2 /* mov x0, #0 */, 0x01, \
		0x00, 0x00, 0xd4 /* svc 0 */

#endif
