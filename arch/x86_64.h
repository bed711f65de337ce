/* SPDX-License-Identifier: BSD-3-Clause */
/* x86_64's part of arch/regs.h. */
#ifndef SECCOMPAT_ARCH_X86_64_H
#define SECCOMPAT_ARCH_X86_64_H

#include <stdint.h>

#define UCONTEXT_REGS(uc) ((uc)->uc_mcontext.gregs)
#define UCONTEXT_NR	  REG_RAX
#define UCONTEXT_RET	  REG_RAX
#define UCONTEXT_ARGS	  REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9
#define UCONTEXT_IP(uc)	  UCONTEXT_REGS(uc)[REG_RIP]

#define ARCH_SYSCALL_INSN 0x0f, 0x05

#define REGS_AT(name) (offsetof(struct user_regs_struct, name) / sizeof(unsigned long))
#define REGS_COUNT    (sizeof(struct user_regs_struct) / sizeof(unsigned long))
#define REGS_RET      REGS_AT(rax)
#define REGS_ARGS     REGS_AT(rdi), REGS_AT(rsi), REGS_AT(rdx), REGS_AT(r10), REGS_AT(r8), REGS_AT(r9)
#define REGS_IP	      REGS_AT(rip)

static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)pid;
	*nr = (int)word[REGS_AT(orig_rax)];
	return 0;
}

static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	return regs_poke_nr(pid, &word[REGS_AT(orig_rax)], offsetof(struct user, regs.orig_rax),
			    nr);
}

static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	register unsigned long r10 __asm__("r10") = a3;
	register unsigned long r8 __asm__("r8") = a4;
	register unsigned long r9 __asm__("r9") = a5;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a0), "S"(a1), "d"(a2), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/*
 * i386's calls, which a 64-bit program may make too, if the kernel has them. Of the arguments'
 * registers the kernel takes the low halves, but filters are shown all of them.
 */
#define ARCH_HAS_INT80 1

#define ARCH_INT80_INSN 0xcd, 0x80

static inline __attribute__((always_inline)) long arch_int80(long nr, const unsigned long a[6])
{
	register const unsigned long *args __asm__("r12") = a;
	long ret;

	/* Below what the function may keep under its stack pointer. */
	__asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
			 "pushq %%rbp\n\t"
			 "pushq %%rbx\n\t"
			 "movq 0(%%r12), %%rbx\n\t"
			 "movq 8(%%r12), %%rcx\n\t"
			 "movq 16(%%r12), %%rdx\n\t"
			 "movq 24(%%r12), %%rsi\n\t"
			 "movq 32(%%r12), %%rdi\n\t"
			 "movq 40(%%r12), %%rbp\n\t"
			 "int $0x80\n\t"
			 "popq %%rbx\n\t"
			 "popq %%rbp\n\t"
			 "leaq 128(%%rsp), %%rsp"
			 : "=a"(ret)
			 : "a"(nr), "r"(args)
			 : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
	return ret;
}

/* The page whose functions are calls without an instruction for it; see vsyscall=. */
#define ARCH_VSYSCALL_PAGE 0xffffffffff600000ul

/* Calls the function at that address with six arguments' registers; *after: where it returns to. */
static inline __attribute__((always_inline)) long
arch_vsyscall(uintptr_t at, const unsigned long a[6], uintptr_t *after)
{
	register unsigned long r10 __asm__("r10") = a[3];
	register unsigned long r8 __asm__("r8") = a[4];
	register unsigned long r9 __asm__("r9") = a[5];
	unsigned long rdi = a[0], rsi = a[1], rdx = a[2];
	long ret = (long)at;

	__asm__ volatile("leaq 1f(%%rip), %%rbx\n\t"
			 "movq %%rbx, (%[after])\n\t"
			 "leaq -128(%%rsp), %%rsp\n\t"
			 "call *%%rax\n"
			 "1:\tleaq 128(%%rsp), %%rsp"
			 : "+a"(ret), "+D"(rdi), "+S"(rsi), "+d"(rdx), "+r"(r10), "+r"(r8), "+r"(r9)
			 : [after] "r"(after)
			 : "rbx", "rcx", "r11", "memory", "cc");
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
#define ARCH_FOREIGN	     "i386"
#define ARCH_FOREIGN_BITS    32
#define ARCH_FOREIGN_MACHINE EM_386
#define ARCH_FOREIGN_FLAGS   0
#define ARCH_FOREIGN_EXIT                                                                       \
	0xb8, 0x01, 0x00, 0x00, 0x00 /* mov $1, %eax */, 0x31, 0xdb /* xor %ebx, %ebx */, 0xcd, \
		0x80 /* int $0x80 */

#define ARCH_X32_EXIT                                                                              \
	0xb8, 0x3c, 0x00, 0x00, 0x40 /* mov $0x4000003c, %eax */, 0x31, 0xff /* xor %edi, %edi */, \
		0x0f, 0x05 /* syscall */

#endif
