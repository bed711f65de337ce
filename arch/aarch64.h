/* SPDX-License-Identifier: BSD-3-Clause */
/* aarch64's part of arch/regs.h. The kernel's order: x0-x30, sp, pc, pstate. */
#ifndef SECCOMPAT_ARCH_AARCH64_H
#define SECCOMPAT_ARCH_AARCH64_H

#define UCONTEXT_REGS(uc) ((uc)->uc_mcontext.regs)
#define UCONTEXT_NR	  8
#define UCONTEXT_RET	  0
#define UCONTEXT_ARGS	  0, 1, 2, 3, 4, 5
#define UCONTEXT_IP(uc)	  ((uc)->uc_mcontext.pc)

#define ARCH_SYSCALL_INSN 0x01, 0x00, 0x00, 0xd4

#define REGS_COUNT (sizeof(struct user_regs_struct) / sizeof(unsigned long))
#define REGS_RET   0
#define REGS_ARGS  0, 1, 2, 3, 4, 5
#define REGS_IP	   32

/* NT_ARM_SYSTEM_CALL (since 3.18), which older C libraries do not name. */
#define REGS_SYSTEM_CALL 0x404

static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)word;
	return regs_set_io(PTRACE_GETREGSET, pid, REGS_SYSTEM_CALL, nr, sizeof(*nr));
}

/* x8, where the program put the number, stays as it is. */
static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	(void)word;
	return regs_set_io(PTRACE_SETREGSET, pid, REGS_SYSTEM_CALL, &nr, sizeof(nr));
}

static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	register long x8 __asm__("x8") = nr;
	register unsigned long x0 __asm__("x0") = a0;
	register unsigned long x1 __asm__("x1") = a1;
	register unsigned long x2 __asm__("x2") = a2;
	register unsigned long x3 __asm__("x3") = a3;
	register unsigned long x4 __asm__("x4") = a4;
	register unsigned long x5 __asm__("x5") = a5;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory", "cc");
	return (long)x0;
}

/* The vDSO knows the coarse clocks by itself, whatever the machine's clock is. */
#define ARCH_VDSO_HAS_COARSE 1

/* Programs of the other word size: exit(0), as it is assembled. */
#define ARCH_FOREIGN	     "arm"
#define ARCH_FOREIGN_BITS    32
#define ARCH_FOREIGN_MACHINE EM_ARM
#define ARCH_FOREIGN_FLAGS   EF_ARM_EABI_VER5
#define ARCH_FOREIGN_EXIT                                                                       \
	0x01, 0x70, 0xa0, 0xe3 /* mov r7, #1 */, 0x00, 0x00, 0xa0, 0xe3 /* mov r0, #0 */, 0x00, \
		0x00, 0x00, 0xef /* svc 0 */

#endif
