/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/checker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "filters/check.h"
#include "filters/opcode.h"

#define TRIES 200 /* a child */
#define TAKEN 8	  /* filters a child has at most: they are freed at its end, all at once */
#define WORDS (sizeof(struct seccomp_data) / 4)

/* What comes first lets every call through, and so whatever follows may be anything. */
static uint32_t append_guard(struct program *program, uint64_t *state)
{
	static const uint16_t codes[] = { BPF_LD | BPF_IMM, BPF_LDX | BPF_IMM, BPF_MISC | BPF_TAX };

	for (uint32_t n = random_below(state, 3); n > 0; n--)
		program_append(program, RANDOM_OF(state, codes), random_value(state), 0, 0);
	program_append(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	return program->len;
}

/* Opcodes, good and bad, of socket filters too. */
static uint16_t any_code(uint64_t *state)
{
	static const uint16_t codes[] = {
#define OPCODE(code, name, operand, seccomp) code,
#include "filters/opcodes.def"
#undef OPCODE
	};

	switch (random_below(state, 8)) {
	case 0:
		return random_next(state);
	case 1:
		return random_below(state, 256);
	case 2:
		return RANDOM_OF(state, codes) ^ 1 << random_below(state, 9);
	default:
		return RANDOM_OF(state, codes);
	}
}

/* At the edges that the rules are about. */
static uint32_t any_k(uint64_t *state, uint32_t left)
{
	static const uint32_t edges[] = { 0, 1, 15, 16, 17, 31, 32, 33, 60, 61, 62, 63, 64, 68 };

	switch (random_below(state, 8)) {
	case 0:
		return random_value(state);
	case 1:
		return left + random_below(state, 3) - 1;
	case 2:
		return 4 * random_below(state, WORDS + 1);
	case 3:
		/* As negative offsets are for socket filters: SKF_AD_OFF and SKF_NET_OFF. */
		return (random_below(state, 2) ? 0xfffff000u : 0xfff00000u) +
		       4 * random_below(state, 16);
	default:
		return RANDOM_OF(state, edges);
	}
}

/* To where a jump may just lead, and one further. */
static uint32_t around(uint64_t *state, uint32_t edge)
{
	return edge + random_below(state, 4) - 2;
}

/* The instruction stays what it is, and its numbers come near to what is refused of it. */
static void strain(struct sock_filter *insn, uint32_t left, uint64_t *state)
{
	const struct opcode *op = opcode_find(insn->code);

	if (!op)
		return;
	switch (op->operand) {
	case OPERAND_MEM:
		insn->k = around(state, BPF_MEMWORDS);
		break;
	case OPERAND_ABS:
		insn->k = random_below(state, 2) ? around(state, sizeof(struct seccomp_data))
						 : random_below(state, 64);
		break;
	case OPERAND_JA:
		insn->k = around(state, left + 1);
		break;
	case OPERAND_K:
		insn->k = BPF_OP(insn->code) == BPF_DIV || BPF_OP(insn->code) == BPF_MOD
				  ? random_below(state, 2)
				  : around(state, 32);
		break;
	case OPERAND_JUMP_K:
	case OPERAND_JUMP_X:
		*(random_below(state, 2) ? &insn->jt : &insn->jf) = around(state, left + 1);
		break;
	default:
		insn->k = any_k(state, left);
		break;
	}
}

/* Memory that some path has written, and another has not. */
static void touch_memory(struct sock_filter *insn, uint64_t *state)
{
	static const uint16_t codes[] = { BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM, BPF_ST, BPF_STX };

	insn->code = RANDOM_OF(state, codes);
	insn->k = random_below(state, BPF_MEMWORDS);
}

void fuzz_checker_mutate(struct program *program, uint32_t keep, uint64_t *state)
{
	uint32_t pc = keep + random_below(state, program->len - keep);
	struct sock_filter *insn = &program->code[pc];
	uint32_t left = program->len - pc - 1;

	switch (random_below(state, 8)) {
	case 0:
		insn->code = any_code(state);
		break;
	case 1:
		*insn = (struct sock_filter){ any_code(state), random_next(state) >> 24,
					      random_next(state) >> 24, any_k(state, left) };
		break;
	case 2:
		touch_memory(insn, state);
		break;
	case 3:
		program->len = pc + 1;
		break;
	default:
		strain(insn, left, state);
		break;
	}
}

uint32_t fuzz_checker_make(struct program *program, uint64_t *state)
{
	static const uint32_t lengths[] = { 1, 2, 3, 5, 8, 13, 21, 34, 300 };
	struct random_body body = { .words = (1u << WORDS) - 1, .exits = true };
	uint32_t keep;

	program->len = 0;
	keep = append_guard(program, state);
	body.len = RANDOM_OF(state, lengths);
	/* As long as a filter may be. */
	if (!random_below(state, 64))
		body.len = BPF_MAXINSNS - keep - 1;
	random_append(program, state, &body);
	program_append(program, BPF_RET | (random_below(state, 2) ? BPF_A : BPF_K),
		       random_value(state), 0, 0);
	/* Most have one mistake; some several, and some none. */
	if (random_below(state, 32))
		fuzz_checker_mutate(program, keep, state);
	while (random_below(state, 3))
		fuzz_checker_mutate(program, keep, state);
	return keep;
}

/* 0 and EINVAL are answers, everything else is the machine's state. */
static bool is_answer(int refused)
{
	return !refused || refused == EINVAL;
}

static bool compare(struct fuzz_round *round, const struct program *program, uint32_t keep)
{
	bool valid = !check_filter(program->code, program->len).reason;
	int refused = fuzz_install(program);

	if (!is_answer(refused)) {
		if (refused != ENOMEM)
			snprintf(round->broke, sizeof(round->broke), "a filter is refused: %s",
				 strerror(refused));
		return false;
	}
	round->installed += !refused;
	round->programs++;
	round->questions++;
	if (!refused == valid)
		return true;
	round->difference = (struct fuzz_difference){ .kind = FUZZ_CHECKER,
						      .seed = round->seed,
						      .program = *program,
						      .keep = keep,
						      .refused = refused };
	round->differs = true;
	return false;
}

int fuzz_checker_child(void *shared)
{
	static struct program program;
	struct fuzz_round *round = shared;
	uint64_t state = random_seed(round->seed);

	if (fuzz_confine()) {
		snprintf(round->broke, sizeof(round->broke), "no child can be confined: %s",
			 strerror(errno));
		return 0;
	}
	for (unsigned int i = 0; i < TRIES && round->installed < TAKEN; i++) {
		uint32_t keep = fuzz_checker_make(&program, &state);

		if (!compare(round, &program, keep))
			return 0;
	}
	return 0;
}

/* Shared with the child. */
struct once {
	struct program program;
	int refused;
	bool asked;
};

static int ask_once(void *shared)
{
	struct once *once = shared;

	if (fuzz_confine())
		return 0;
	once->refused = fuzz_install(&once->program);
	once->asked = true;
	return 0;
}

bool fuzz_checker_asks(const struct program *program, int *refused)
{
	static struct once once;

	once = (struct once){ .program = *program };
	run_ask(ask_once, &once, sizeof(once), FUZZ_CHILD_MS);
	*refused = once.refused;
	return once.asked && is_answer(once.refused);
}
