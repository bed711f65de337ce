/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/programs.h"

#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "filters/sim.h"

#define NOBODYS	  0x7e57ab1eu /* an argument and a number that no call here has */
#define LIST_STEP 0x10000u    /* between the numbers of a list; getppid() is the lowest */
#define BLOCK	  64	      /* instructions to behind which a jump leads at most */

/* What either answer of the last comparison leads to: both allow, as nothing shall be refused. */
static int finish(struct builder *b, int yes, struct sock_fprog *prog)
{
	build_ret(b, SECCOMP_RET_ALLOW);
	builder_bind(b, yes);
	build_ret(b, SECCOMP_RET_ALLOW);
	return builder_finish(b, prog);
}

int program_constant(struct builder *b, struct sock_fprog *prog)
{
	int yes;

	builder_init(b, arch_native());
	yes = builder_label(b, NULL);
	build_nr(b);
	build_if(b, BPF_JEQ, NOBODYS, yes, NEXT);
	return finish(b, yes, prog);
}

int program_by_arg(struct builder *b, struct sock_fprog *prog)
{
	int yes;

	builder_init(b, arch_native());
	yes = builder_label(b, NULL);
	build_arg_low(b, 0);
	build_if(b, BPF_JEQ, NOBODYS, yes, NEXT);
	return finish(b, yes, prog);
}

int program_action(struct builder *b, uint32_t action, struct sock_fprog *prog)
{
	int yes;

	builder_init(b, arch_native());
	yes = builder_label(b, NULL);
	build_nr(b);
	build_if(b, BPF_JEQ, __NR_getppid, yes, NEXT);
	build_ret(b, SECCOMP_RET_ALLOW);
	builder_bind(b, yes);
	build_ret(b, action);
	return builder_finish(b, prog);
}

/* --- bodies ---------------------------------------------------------------------------------- */

/* None is taken. They lead to the end of their block, as far ones would cost a jump more. */
static void build_jumps(struct builder *b, unsigned int n)
{
	int end = NEXT;

	for (unsigned int i = 0; i < n; i++) {
		if (i % BLOCK == 0) {
			if (i)
				builder_bind(b, end);
			end = builder_label(b, NULL);
		}
		build_if(b, BPF_JEQ, NOBODYS + i, end, NEXT);
	}
	if (n)
		builder_bind(b, end);
}

static uint32_t listed(unsigned int i)
{
	return (uint32_t)__NR_getppid + i * LIST_STEP;
}

static void build_linear(struct builder *b, unsigned int n, int found)
{
	while (n--)
		build_if(b, BPF_JEQ, listed(n), found, NEXT);
}

/* A is one of listed(first) and the count - 1 that follow, or nothing of them. */
static void build_tree(struct builder *b, unsigned int first, unsigned int count, int found)
{
	unsigned int half = count / 2;
	int above;

	if (count <= 1) {
		build_if(b, BPF_JEQ, listed(first), found, NEXT);
		build_ret(b, SECCOMP_RET_ALLOW);
		return;
	}
	above = builder_label(b, NULL);
	build_if(b, BPF_JGE, listed(first + half), above, NEXT);
	build_tree(b, first, half, found);
	builder_bind(b, above);
	build_tree(b, first + half, count - half, found);
}

static void build_memory(struct builder *b, unsigned int n)
{
	for (unsigned int i = 0; i + 1 < n; i += 2) {
		build_stmt(b, BPF_ST, i / 2 % BPF_MEMWORDS);
		build_stmt(b, BPF_LD | BPF_MEM, i / 2 % BPF_MEMWORDS);
	}
}

/* Each waits for the one before, as it does in a filter that means something. */
static void build_straight(struct builder *b, enum body body, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (body == BODY_LD)
			build_arg_low(b, i % 6);
		else if (body == BODY_DIV)
			build_stmt(b, BPF_ALU | BPF_DIV | BPF_K, 3);
		else
			build_stmt(b, BPF_ALU | BPF_K | (i % 2 ? BPF_XOR : BPF_ADD), i + 1);
}

static void build_body(struct builder *b, enum body body, unsigned int n, int found)
{
	if (body >= BODY_LINEAR)
		build_nr(b);
	if (body == BODY_LINEAR)
		build_linear(b, n, found);
	else if (body == BODY_TREE)
		build_tree(b, 0, n, found);
	else if (body == BODY_JEQ)
		build_jumps(b, n);
	else if (body == BODY_MEM)
		build_memory(b, n);
	else
		build_straight(b, body, n);
}

int program_body(struct builder *b, enum body body, unsigned int n, struct sock_fprog *prog)
{
	int yes;

	builder_init(b, arch_native());
	yes = builder_label(b, NULL);
	build_arg_low(b, 0);
	build_if(b, BPF_JEQ, NOBODYS, yes, NEXT);
	build_body(b, body, n, yes);
	return finish(b, yes, prog);
}

/* --- the bitmap's rule ----------------------------------------------------------------------- */

static bool is_plain(const struct sock_filter *insn)
{
	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return insn->k == offsetof(struct seccomp_data, nr) ||
		       insn->k == offsetof(struct seccomp_data, arch);
	case BPF_RET | BPF_K:
	case BPF_JMP | BPF_JA:
	case BPF_JMP | BPF_JEQ | BPF_K:
	case BPF_JMP | BPF_JGE | BPF_K:
	case BPF_JMP | BPF_JGT | BPF_K:
	case BPF_JMP | BPF_JSET | BPF_K:
	case BPF_ALU | BPF_AND | BPF_K:
		return true;
	}
	return false;
}

static void see(void *data, const struct sim_step *step)
{
	bool *plain = data;

	*plain = *plain && is_plain(step->insn);
}

bool program_is_constant(const struct sock_filter *insns, const struct arch *arch, uint32_t nr)
{
	const struct seccomp_data data = { .arch = arch->audit, .nr = (int)nr };
	bool plain = true;
	struct sim_result result = sim_run_checked(insns, &data, arch->big_endian, see, &plain);

	return plain && result.value == SECCOMP_RET_ALLOW;
}
