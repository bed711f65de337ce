/* SPDX-License-Identifier: BSD-3-Clause */
/* i386's part of arch/regs.h. */
#ifndef SECCOMPAT_ARCH_I386_H
#define SECCOMPAT_ARCH_I386_H

#define UCONTEXT_REGS(uc) ((uc)->uc_mcontext.gregs)
#define UCONTEXT_NR	  REG_EAX
#define UCONTEXT_RET	  REG_EAX
#define UCONTEXT_ARGS	  REG_EBX, REG_ECX, REG_EDX, REG_ESI, REG_EDI, REG_EBP
#define UCONTEXT_IP(uc)	  UCONTEXT_REGS(uc)[REG_EIP]

#define ARCH_SYSCALL_INSN 0xcd, 0x80

#define REGS_AT(name) (offsetof(struct user_regs_struct, name) / sizeof(unsigned long))
#define REGS_COUNT    (sizeof(struct user_regs_struct) / sizeof(unsigned long))
#define REGS_RET      REGS_AT(eax)
#define REGS_ARGS     REGS_AT(ebx), REGS_AT(ecx), REGS_AT(edx), REGS_AT(esi), REGS_AT(edi), REGS_AT(ebp)
#define REGS_IP	      REGS_AT(eip)

static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)pid;
	*nr = (int)word[REGS_AT(orig_eax)];
	return 0;
}

static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	return regs_poke_nr(pid, &word[REGS_AT(orig_eax)], offsetof(struct user, regs.orig_eax),
			    nr);
}

/* Two ways to return from a handler; strict mode knows the older one. */
#define ARCH_HAS_OLD_SIGRETURN 1
#define ARCH_STRICT_SIGRETURN  __NR_sigreturn

/* int $0x80, which every kernel has. ebp may be the frame pointer, so no operand can be asked for
 * there. */
static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	long ret;

	__asm__ volatile("pushl %[a5]\n\t"
			 "pushl %%ebp\n\t"
			 "movl 4(%%esp), %%ebp\n\t"
			 "int $0x80\n\t"
			 "popl %%ebp\n\t"
			 "addl $4, %%esp"
			 : "=a"(ret)
			 : "a"(nr), "b"(a0), "c"(a1), "d"(a2), "S"(a3), "D"(a4), [a5] "g"(a5)
			 : "memory", "cc");
	return ret;
}

/*
 * The faster way, which the C library takes where it can: through the vDSO, entry being what
 * AT_SYSINFO says. Whatever it enters the kernel by, the kernel comes back behind an int $0x80.
 */
#define ARCH_HAS_SYSINFO 1

static inline __attribute__((always_inline)) long arch_sysinfo_call(unsigned long entry, long nr,
								    const unsigned long a[6])
{
	const unsigned long block[7] = { a[0], a[1], a[2], a[3], a[4], a[5], entry };
	const unsigned long *at = block;
	long ret;

	__asm__ volatile("pushl %%ebx\n\t"
			 "pushl %%ebp\n\t"
			 "pushl 24(%%esi)\n\t"
			 "movl 0(%%esi), %%ebx\n\t"
			 "movl 4(%%esi), %%ecx\n\t"
			 "movl 8(%%esi), %%edx\n\t"
			 "movl 16(%%esi), %%edi\n\t"
			 "movl 20(%%esi), %%ebp\n\t"
			 "movl 12(%%esi), %%esi\n\t"
			 "call *(%%esp)\n\t"
			 "addl $4, %%esp\n\t"
			 "popl %%ebp\n\t"
			 "popl %%ebx"
			 : "=a"(ret), "+S"(at)
			 : "a"(nr)
			 : "ecx", "edx", "edi", "memory", "cc");
	return ret;
}

/* A function, in assembler, that begins with what the kernel may make a uprobe's call of: nop5. */
#define ARCH_PROBED_FUNCTION(name)                           \
	__asm__(".pushsection .text\n\t"                     \
		".globl " #name "\n\t"                       \
		".type " #name ", @function\n" #name ":\n\t" \
		".byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n\t"     \
		"movl $7, %eax\n\t"                          \
		"ret\n\t"                                    \
		".popsection")

/* The vDSO knows the coarse clocks by itself, whatever the machine's clock is. */
#define ARCH_VDSO_HAS_COARSE 1

/* Programs of the other word size: exit(0), as it is assembled. */
#define ARCH_FOREIGN	     "x86_64"
#define ARCH_FOREIGN_BITS    64
#define ARCH_FOREIGN_MACHINE EM_X86_64
#define ARCH_FOREIGN_FLAGS   0
#define ARCH_FOREIGN_EXIT                                                                        \
	0xb8, 0x3c, 0x00, 0x00, 0x00 /* mov $60, %eax */, 0x31, 0xff /* xor %edi, %edi */, 0x0f, \
		0x05 /* syscall */

#endif
