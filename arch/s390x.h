/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * s390x's part of arch/regs.h. The kernel's order: the psw's mask and address, r0-r15, the access
 * registers two a word, orig_gpr2.
 */
#ifndef SECCOMPAT_ARCH_S390X_H
#define SECCOMPAT_ARCH_S390X_H

/*
 * The number is in r1 behind `svc 0`, which arch_syscall6() is. `svc N` has it in the instruction,
 * and r1 is anything: si_syscall tells it then.
 */
#define UCONTEXT_REGS(uc) ((uc)->uc_mcontext.gregs)
#define UCONTEXT_NR	  1
#define UCONTEXT_RET	  2
#define UCONTEXT_ARGS	  2, 3, 4, 5, 6, 7
#define UCONTEXT_IP(uc)	  ((uc)->uc_mcontext.psw.addr)

/* svc 0 */
#define ARCH_SYSCALL_INSN 0x0a, 0x00

#define REGS_COUNT 27
#define REGS_RET   4
#define REGS_ARGS  26, 5, 6, 7, 8, 9
#define REGS_IP	   1

/* From the entry of a syscall on r2 is the number, and at its exit the result. */
#define REGS_RET_IS_NR 1
#define ARCH_NR_MASK   0xffffu

/* In r2, which do_syscall() of 6.1 to 7.2 sets once more after the rollback. */
#define ARCH_TRAP_LOSES_ARG0 1

static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)pid;
	*nr = (int)word[REGS_RET];
	return 0;
}

static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	return regs_poke_nr(pid, &word[REGS_RET], REGS_RET * sizeof(*word), nr);
}

/* Two ways to return from a handler; strict mode knows the older one. */
#define ARCH_HAS_OLD_SIGRETURN 1
#define ARCH_STRICT_SIGRETURN  __NR_sigreturn

static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	register long r1 __asm__("r1") = nr;
	register unsigned long r2 __asm__("r2") = a0;
	register unsigned long r3 __asm__("r3") = a1;
	register unsigned long r4 __asm__("r4") = a2;
	register unsigned long r5 __asm__("r5") = a3;
	register unsigned long r6 __asm__("r6") = a4;
	register unsigned long r7 __asm__("r7") = a5;

	__asm__ volatile("svc 0"
			 : "+r"(r2)
			 : "r"(r1), "r"(r3), "r"(r4), "r"(r5), "r"(r6), "r"(r7)
			 : "memory", "cc");
	return (long)r2;
}

/* Programs of the other word size: exit(0), as it is assembled. */
#define ARCH_FOREIGN	     "31-bit s390"
#define ARCH_FOREIGN_BITS    32
#define ARCH_FOREIGN_MACHINE EM_S390
#define ARCH_FOREIGN_FLAGS   0
#define ARCH_FOREIGN_EXIT    0xa7, 0x28, 0x00, 0x00 /* lhi %r2, 0 */, 0x0a, 0x01 /* svc 1 */

#endif
