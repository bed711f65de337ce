/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mips64el's (n64) part of arch/regs.h. The same order in a ucontext and of NT_PRSTATUS: r0-r31;
 * the latter has lo, hi, epc, badvaddr, status and cause behind them.
 *
 * v0 is the number and then the result, a3 argument 3 and then, beside the result, not 0 for an
 * error.
 */
#ifndef SECCOMPAT_ARCH_MIPS64EL_H
#define SECCOMPAT_ARCH_MIPS64EL_H

/* The C library's array has elements of another type (unsigned long long). */
typedef unsigned long __attribute__((__may_alias__)) regs_word;

#define UCONTEXT_REGS(uc) ((regs_word *)(uc)->uc_mcontext.gregs)
#define UCONTEXT_NR	  2
#define UCONTEXT_RET	  2
#define UCONTEXT_ARGS	  4, 5, 6, 7, 8, 9
#define UCONTEXT_IP(uc)	  ((uc)->uc_mcontext.pc)

/* syscall */
#define ARCH_SYSCALL_INSN 0x0c, 0x00, 0x00, 0x00

#define REGS_COUNT 45
#define REGS_RET   2
#define REGS_ARGS  4, 5, 6, 7, 8, 9
#define REGS_IP	   34

/* In v0. What a call returns that is skipped is what v0 and a3 hold: 1, if argument 3 is not 0. */
#define REGS_RET_IS_NR		1
#define ARCH_SKIP_HAS_NO_RESULT 1

static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)pid;
	*nr = (int)word[2];
	return 0;
}

/* The kernel takes its own copy of the number from v0 whenever a tracer writes v0. */
static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	return regs_poke_nr(pid, &word[2], 2, nr);
}

/* An error is a positive errno, and a3 is 1. */
#define ARCH_RESULT_HAS_FLAG 1

static inline long arch_get_result(const regs_word *word)
{
	return word[7] ? -(long)word[2] : (long)word[2];
}

static inline void arch_put_result(regs_word *word, long value)
{
	bool error = value < 0 && value >= -4095;

	word[2] = (unsigned long)(error ? -value : value);
	word[7] = error;
}

static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	register long v0 __asm__("$2") = nr;
	register unsigned long r4 __asm__("$4") = a0;
	register unsigned long r5 __asm__("$5") = a1;
	register unsigned long r6 __asm__("$6") = a2;
	register unsigned long r7 __asm__("$7") = a3;
	register unsigned long r8 __asm__("$8") = a4;
	register unsigned long r9 __asm__("$9") = a5;

	__asm__ volatile("syscall"
			 : "+r"(v0), "+r"(r7)
			 : "r"(r4), "r"(r5), "r"(r6), "r"(r8), "r"(r9)
			 : "$1", "$3", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi",
			   "lo", "memory");
	return r7 ? -v0 : v0;
}

/* Programs of the other word size: exit(0), as it is assembled. */
#define ARCH_FOREIGN	     "o32"
#define ARCH_FOREIGN_BITS    32
#define ARCH_FOREIGN_MACHINE EM_MIPS
#define ARCH_FOREIGN_FLAGS   0x70001000 /* mips32r2, o32 */
#define ARCH_FOREIGN_EXIT                                                                     \
	0xa1, 0x0f, 0x02, 0x24 /* li v0, 4001 */, 0x25, 0x20, 0x00, 0x00 /* move a0, zero */, \
		0x0c, 0x00, 0x00, 0x00 /* syscall */

#endif
