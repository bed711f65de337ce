/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program may be: trials, each in a child of its own, as one that is taken stays. */
#include <linux/filter.h>
#include <string.h>

#include "probe/ask.h"
#include "run/run.h"

#define BOUND_MS 1000
#define LEN_MAX	 4096

struct trial {
	const struct sock_filter *insns;
	unsigned int len;
	unsigned int times;
	long result;
};

static int try(void *data)
{
	struct trial *trial = data;
	struct sock_fprog prog = { .len = trial->len,
				   .filter = (struct sock_filter *)trial->insns };

	trial->result = ask_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	while (trial->times-- && !trial->result)
		trial->result =
			ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (unsigned long)&prog, 0, 0);
	return 0;
}

/* The last result of installing it so many times: 0 or a negative errno; 1 if that was fatal. */
static long install(const struct sock_filter *insns, unsigned int len, unsigned int times)
{
	struct trial trial = { .insns = insns, .len = len, .times = times, .result = 1 };

	run_ask(try, &trial, sizeof(trial), BOUND_MS);
	return trial.result;
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

static const struct program taken[] = {
	PROGRAM("ld [0]", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), RETURN),
	PROGRAM("ld [60]", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 60), RETURN),
	PROGRAM("ld len", BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), RETURN),
	PROGRAM("ldx len", BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0), RETURN),
	PROGRAM("ld #", BPF_STMT(BPF_LD | BPF_IMM, 1), RETURN),
	PROGRAM("ldx #", BPF_STMT(BPF_LDX | BPF_IMM, 1), RETURN),
	PROGRAM("st, ld M", BPF_STMT(BPF_ST, 15), BPF_STMT(BPF_LD | BPF_MEM, 15), RETURN),
	PROGRAM("stx, ldx M", BPF_STMT(BPF_STX, 0), BPF_STMT(BPF_LDX | BPF_MEM, 0), RETURN),
	PROGRAM("add", BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1), RETURN),
	PROGRAM("sub", BPF_STMT(BPF_ALU | BPF_SUB | BPF_X, 0), RETURN),
	PROGRAM("mul", BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 1), RETURN),
	PROGRAM("div", BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 1), RETURN),
	PROGRAM("and", BPF_STMT(BPF_ALU | BPF_AND | BPF_X, 0), RETURN),
	PROGRAM("or", BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 1), RETURN),
	PROGRAM("xor", BPF_STMT(BPF_ALU | BPF_XOR | BPF_K, 1), RETURN),
	PROGRAM("lsh", BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 31), RETURN),
	PROGRAM("rsh", BPF_STMT(BPF_ALU | BPF_RSH | BPF_X, 0), RETURN),
	PROGRAM("neg", BPF_STMT(BPF_ALU | BPF_NEG, 0), RETURN),
	PROGRAM("tax", BPF_STMT(BPF_MISC | BPF_TAX, 0), RETURN),
	PROGRAM("txa", BPF_STMT(BPF_MISC | BPF_TXA, 0), RETURN),
	PROGRAM("jmp", BPF_STMT(BPF_JMP | BPF_JA, 0), RETURN),
	PROGRAM("jeq", BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0), RETURN),
	PROGRAM("jset", BPF_JUMP(BPF_JMP | BPF_JSET | BPF_X, 0, 0, 0), RETURN),
	PROGRAM("ret a", BPF_STMT(BPF_LD | BPF_IMM, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_A, 0)),
};

static const struct program refused_codes[] = {
	PROGRAM("mod", BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 1), RETURN),
	PROGRAM("ldb", BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), RETURN),
	PROGRAM("ldh", BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), RETURN),
	PROGRAM("ld [x]", BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), RETURN),
	PROGRAM("ldx msh", BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), RETURN),
	PROGRAM("ret x", BPF_STMT(BPF_RET | BPF_X, 0)),
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

/* Whether each has that result; else *answer names the first that has not. */
static bool all_are(const struct program *programs, size_t count, long wanted,
		    struct answer *answer)
{
	for (size_t i = 0; i < count; i++) {
		long result = install(programs[i].insns, programs[i].len, 1);

		if (result == wanted)
			continue;
		ask_is(answer, result == 0 || result == -EINVAL ? ASKED_ABSENT : ASKED_UNKNOWN,
		       result, "%s is answered %s", programs[i].what,
		       result < 0 ? ask_errno_name(-result) : "success");
		return false;
	}
	return true;
}

#define ALL_ARE(programs, wanted, answer) \
	all_are(programs, sizeof(programs) / sizeof((programs)[0]), wanted, answer)

void probe_bpf_opcodes(struct answer *answer)
{
	if (ALL_ARE(taken, 0, answer) && ALL_ARE(refused_codes, -EINVAL, answer))
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
