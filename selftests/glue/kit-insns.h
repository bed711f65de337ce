/* SPDX-License-Identifier: BSD-3-Clause */
/* Short names of instructions, for programs that a test writes down one by one. */
#ifndef SECCOMPAT_SELFTESTS_KIT_INSNS_H
#define SECCOMPAT_SELFTESTS_KIT_INSNS_H

#include <linux/filter.h>
#include <linux/seccomp.h>

#define INSN(code, k) BPF_STMT(code, k)
#define RET_ALLOW     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LD_M(n)	      INSN(BPF_LD | BPF_MEM, n)
#define LDX_M(n)      INSN(BPF_LDX | BPF_MEM, n)
#define ST_M(n)	      INSN(BPF_ST, n)
#define STX_M(n)      INSN(BPF_STX, n)
#define JA(k)	      INSN(BPF_JMP | BPF_JA, k)

#endif
