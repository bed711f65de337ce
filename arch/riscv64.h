/* SPDX-License-Identifier: BSD-3-Clause */
/* riscv64's part of arch/regs.h. The kernel's order: pc, x1-x31; a0 is x10 and a7 is x17. */
#ifndef SECCOMPAT_ARCH_RISCV64_H
#define SECCOMPAT_ARCH_RISCV64_H

#include <stdint.h>

#define UCONTEXT_REGS(uc) ((uc)->uc_mcontext.__gregs)
#define UCONTEXT_NR	  17
#define UCONTEXT_RET	  10
#define UCONTEXT_ARGS	  10, 11, 12, 13, 14, 15
#define UCONTEXT_IP(uc)	  UCONTEXT_REGS(uc)[0]

/* ecall */
#define ARCH_SYSCALL_INSN 0x73, 0x00, 0x00, 0x00

#define REGS_COUNT 32
#define REGS_NR	   17
#define REGS_RET   10
#define REGS_ARGS  10, 11, 12, 13, 14, 15
#define REGS_IP	   0

static inline int regs_get_nr(pid_t pid, const unsigned long *word, int *nr)
{
	(void)pid;
	*nr = (int)word[REGS_NR];
	return 0;
}

/* There is no PTRACE_POKEUSER: the set as it is, with another a7. */
static inline int regs_put_nr(pid_t pid, unsigned long *word, int nr)
{
	unsigned long now[REGS_COUNT];
	int err = regs_set_io(PTRACE_GETREGSET, pid, NT_PRSTATUS, now, sizeof(now));

	if (err)
		return err;
	now[REGS_NR] = (unsigned long)nr;
	word[REGS_NR] = now[REGS_NR];
	return regs_set_io(PTRACE_SETREGSET, pid, NT_PRSTATUS, now, sizeof(now));
}

/*
 * At the entry of a syscall a0 is already the result. The call and the filters use a copy of
 * argument 0 that no register set shows: it is read by PTRACE_GET_SYSCALL_INFO (5.3) and set by
 * PTRACE_SET_SYSCALL_INFO (6.16).
 */
#define REGS_ARG0_HIDDEN 1

struct regs_syscall_info {
	uint8_t op; /* of the stop: 1 entry, 3 seccomp */
	uint8_t pad[3];
	uint32_t arch;
	uint64_t ip, sp, nr, args[6];
	uint32_t ret_data, reserved;
};

#define REGS_GET_SYSCALL_INFO 0x420e
#define REGS_SET_SYSCALL_INFO 0x4212

static inline long regs_info_io(int request, pid_t pid, struct regs_syscall_info *info)
{
	long size = ptrace((__typeof__(PTRACE_GETREGSET))request, pid, (void *)sizeof(*info), info);

	return size < 0 ? -errno : size;
}

static inline int regs_get_arg0(pid_t pid, const unsigned long *word, unsigned long *arg0)
{
	struct regs_syscall_info info;
	long size = regs_info_io(REGS_GET_SYSCALL_INFO, pid, &info);

	if (size < 0)
		return (int)size;
	*arg0 = info.op == 1 || info.op == 3 ? info.args[0] : word[REGS_RET];
	return 0;
}

static inline int regs_put_arg0(pid_t pid, unsigned long arg0)
{
	struct regs_syscall_info info = { .reserved = 0 };
	long done = regs_info_io(REGS_GET_SYSCALL_INFO, pid, &info);

	if (done < 0 || (info.op != 1 && info.op != 3) || info.args[0] == arg0)
		return done < 0 ? (int)done : 0;
	info.args[0] = arg0;
	done = regs_info_io(REGS_SET_SYSCALL_INFO, pid, &info);
	return done < 0 ? (int)done : 0;
}

static inline __attribute__((always_inline)) long arch_syscall6(long nr, unsigned long a0,
								unsigned long a1, unsigned long a2,
								unsigned long a3, unsigned long a4,
								unsigned long a5)
{
	register long a7 __asm__("a7") = nr;
	register unsigned long r0 __asm__("a0") = a0;
	register unsigned long r1 __asm__("a1") = a1;
	register unsigned long r2 __asm__("a2") = a2;
	register unsigned long r3 __asm__("a3") = a3;
	register unsigned long r4 __asm__("a4") = a4;
	register unsigned long r5 __asm__("a5") = a5;

	__asm__ volatile("ecall"
			 : "+r"(r0)
			 : "r"(a7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
			 : "memory");
	return (long)r0;
}

/* Programs of the other word size: exit(0), as it is assembled. */
#define ARCH_FOREIGN	     "riscv32"
#define ARCH_FOREIGN_BITS    32
#define ARCH_FOREIGN_MACHINE EM_RISCV
#define ARCH_FOREIGN_FLAGS   0
#define ARCH_FOREIGN_EXIT                                                                          \
	0x93, 0x08, 0xd0, 0x05 /* li a7, 93 */, 0x13, 0x05, 0x00, 0x00 /* li a0, 0 */, 0x73, 0x00, \
		0x00, 0x00 /* ecall */

#endif
