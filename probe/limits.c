/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a program may be. One that is taken stays, in the child that asks: all allow every call, and
 * together they are far from the limit of all filters of a task.
 */
#include <linux/filter.h>
#include <string.h>

#include "filters/opcode.h"
#include "probe/ask.h"

#define LEN_MAX 4096

/* The last result of installing it so many times: 0 or a negative errno. */
static long install(const struct sock_filter *insns, unsigned int len, unsigned int times)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)insns };
	long result = ask_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	while (times-- && !result)
		result = ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (unsigned long)&prog, 0, 0);
	return result;
}

struct program {
	const char *what;
	unsigned int len;
	struct sock_filter insns[4];
};

/* clang-format off */
#define PROGRAM(what, ...)							\
	{ what, sizeof((struct sock_filter[]){ __VA_ARGS__ }) / sizeof(struct sock_filter), { __VA_ARGS__ } }

#define RETURN		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
/* clang-format on */

/* A refusal says something only where this is taken. */
static const struct program control[] = { PROGRAM("the shortest program", RETURN) };

static const struct program refused_loads[] = {
	PROGRAM("ld [64]", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), RETURN),
	PROGRAM("ld [2]", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), RETURN),
};

static const struct program refused_uses[] = {
	PROGRAM("a shift by 32", BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), RETURN),
	PROGRAM("a jump past the end", BPF_STMT(BPF_JMP | BPF_JA, 1), RETURN),
	PROGRAM("M[16]", BPF_STMT(BPF_ST, 16), RETURN),
	PROGRAM("a load of what was not stored", BPF_STMT(BPF_LD | BPF_MEM, 0), RETURN),
	PROGRAM("no return at the end", RETURN, BPF_STMT(BPF_LD | BPF_IMM, 0)),
};

static const struct program refused_divisor[] = {
	PROGRAM("a division by 0", BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RETURN),
};

/* Whether the result is the wanted one; else *answer says of what it is not. */
static bool is_result(struct answer *answer, const char *what, long result, long wanted)
{
	if (result == wanted)
		return true;
	if (result == 0 || result == -EINVAL)
		ask_is(answer, ASKED_ABSENT, result, "%s is answered %s", what,
		       ask_result_name(result));
	else
		ask_is_wrong(answer, result, "%s is answered %s", what, ask_result_name(result));
	return false;
}

/* Whether each has that result; else *answer names the first that has not. */
static bool all_are(const struct program *programs, size_t count, long wanted,
		    struct answer *answer)
{
	for (size_t i = 0; i < count; i++)
		if (!is_result(answer, programs[i].what,
			       install(programs[i].insns, programs[i].len, 1), wanted))
			return false;
	return true;
}

#define ALL_ARE(programs, wanted, answer) \
	all_are(programs, sizeof(programs) / sizeof((programs)[0]), wanted, answer)

/* An operand that is right for any opcode: an offset, a slot, a shift, a divisor. */
static uint32_t good_operand(uint16_t code)
{
	if (BPF_CLASS(code) == BPF_RET)
		return SECCOMP_RET_ALLOW;
	return code == (BPF_JMP | BPF_JA) ? 0 : 4;
}

/* In a program that allows every call, be its A or its last word what is returned; X is no 0, by
 * which a division kills. */
static bool opcode_is(struct answer *answer, uint16_t code, bool taken)
{
	const struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_IMM, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LDX | BPF_IMM, 1),
		BPF_STMT(BPF_ST, 4),
		BPF_STMT(code, good_operand(code)),
		RETURN,
	};
	char text[64];

	return is_result(answer, opcode_text(&insns[3], 3, text, sizeof(text)),
			 install(insns, sizeof(insns) / sizeof(insns[0]), 1), taken ? 0 : -EINVAL);
}

void probe_bpf_opcodes(struct answer *answer)
{
	for (uint16_t code = 0; code < 0x100; code++) {
		const struct opcode *opcode = opcode_find(code);

		if (opcode && !opcode_is(answer, code, opcode->seccomp))
			return;
	}
	if (ALL_ARE(refused_loads, -EINVAL, answer))
		ask_is(answer, ASKED_PRESENT, 0, NULL);
}

void probe_bpf_classic_checks(struct answer *answer)
{
	if (ALL_ARE(control, 0, answer) && ALL_ARE(refused_uses, -EINVAL, answer))
		ask_is(answer, ASKED_PRESENT, EINVAL, NULL);
}

void probe_bpf_div0(struct answer *answer)
{
	if (ALL_ARE(control, 0, answer) && ALL_ARE(refused_divisor, -EINVAL, answer))
		ask_is(answer, ASKED_PRESENT, EINVAL, NULL);
}

static struct sock_filter *allows(unsigned int len)
{
	static struct sock_filter insns[LEN_MAX + 1];

	for (unsigned int i = 0; i < len; i++)
		insns[i] = (struct sock_filter)RETURN;
	return insns;
}

void probe_limit_4096(struct answer *answer)
{
	long none = install(allows(1), 0, 1), most = install(allows(LEN_MAX), LEN_MAX, 1);
	long more = install(allows(LEN_MAX + 1), LEN_MAX + 1, 1);

	if (none == -EINVAL && most == 0 && more == -EINVAL)
		ask_is(answer, ASKED_PRESENT, EINVAL, NULL);
	else
		ask_is(answer, most && most != -EINVAL ? ASKED_UNKNOWN : ASKED_ABSENT, most,
		       "lengths 0, 4096, 4097 are answered %s, %s, %s", ask_errno_name(-none),
		       ask_errno_name(-most), ask_errno_name(-more));
}

/* Nine of them have 36864 instructions, however the kernel counts. */
void probe_limit_path(struct answer *answer)
{
	long result = install(allows(LEN_MAX), LEN_MAX, 9);

	ask_decide(answer, result, ENOMEM, result == -EINVAL ? EINVAL : 0);
}
