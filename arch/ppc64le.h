/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ppc64le's part of arch/regs.h. The same order in a ucontext and of NT_PRSTATUS: r0-r31, nip, msr,
 * orig_gpr3, ctr, link, xer, ccr, softe, trap and what a syscall has no use for.
 *
 * r3 is argument 0 and then the result, and at a seccomp stop -ENOSYS already: orig_gpr3 is what
 * the filters see, r3 what the kernel works with.
 */
#ifndef SECCOMPAT_ARCH_PPC64LE_H
#define SECCOMPAT_ARCH_PPC64LE_H

#define REGS_ORIG_R3 34
#define REGS_CCR     38
#define REGS_TRAP    40

#define UCONTEXT_REGS(uc)   ((uc)->uc_mcontext.gp_regs)
#define UCONTEXT_NR	    0
#define UCONTEXT_RET	    3
#define UCONTEXT_ARGS	    REGS_ORIG_R3, 4, 5, 6, 7, 8
#define UCONTEXT_ARG0_AGAIN 3
#define UCONTEXT_IP(uc)	    UCONTEXT_REGS(uc)[32]

/* sc, and scv 0 */
#define ARCH_SYSCALL_INSN 0x02, 0x00, 0x00, 0x44
#define ARCH_LIBRARY_INSN 0x01, 0x00, 0x00, 0x44

#define REGS_COUNT	48
#define REGS_RET	3
#define REGS_ARGS	REGS_ORIG_R3, 4, 5, 6, 7, 8
#define REGS_ARG0_SAVED 3
#define REGS_IP		32

/* From the entry on, a number that is none is ENOSYS (powerpc's do_syscall_trace_enter). */
#define ARCH_RESULT_AT_ENTRY 0

static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)pid;
	*nr = (int)word[0];
	return 0;
}

/* r0, where the program put the number. */
static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	return regs_poke_nr(pid, &word[0], 0, nr);
}

/*
 * By `sc` an error is a positive errno and CR0.SO; by `scv`, which newer C libraries take where the
 * processor has it, a negative errno as elsewhere. trap tells them apart.
 */
#define ARCH_RESULT_HAS_FLAG 1

#define REGS_CR0_SO   0x10000000ul
#define REGS_TRAP_SCV 0x3000ul

static inline long arch_get_result(const unsigned long *word)
{
	bool scv = (word[REGS_TRAP] & ~0xful) == REGS_TRAP_SCV;

	return !scv && (word[REGS_CCR] & REGS_CR0_SO) ? -(long)word[3] : (long)word[3];
}

static inline void arch_put_result(unsigned long *word, long value)
{
	bool scv = (word[REGS_TRAP] & ~0xful) == REGS_TRAP_SCV;
	bool error = value < 0 && value >= -4095;

	word[3] = (unsigned long)(error && !scv ? -value : value);
	if (scv)
		return;
	word[REGS_CCR] &= ~REGS_CR0_SO;
	if (error)
		word[REGS_CCR] |= REGS_CR0_SO;
}

static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	register long r0 __asm__("r0") = nr;
	register unsigned long r3 __asm__("r3") = a0;
	register unsigned long r4 __asm__("r4") = a1;
	register unsigned long r5 __asm__("r5") = a2;
	register unsigned long r6 __asm__("r6") = a3;
	register unsigned long r7 __asm__("r7") = a4;
	register unsigned long r8 __asm__("r8") = a5;

	__asm__ volatile("sc\n\t"
			 "bns+ 1f\n\t"
			 "neg 3, 3\n"
			 "1:"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8)
			 :
			 : "r9", "r10", "r11", "r12", "cr0", "ctr", "xer", "memory");
	return (long)r3;
}

#endif
