/* SPDX-License-Identifier: BSD-3-Clause */
#include "filters/random.h"

#include <linux/seccomp.h>
#include <string.h>

#include "filters/opcode.h"

#define FAR 255 /* as far as jt and jf reach */

uint64_t random_seed(uint64_t seed)
{
	seed = (seed + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
	seed = (seed ^ seed >> 29) * 0x94d049bb133111ebu;
	return seed ^ seed >> 32;
}

uint32_t random_next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 32);
}

uint32_t random_below(uint64_t *state, uint32_t limit)
{
	return (uint32_t)(((uint64_t)random_next(state) * limit) >> 32);
}

uint32_t random_value(uint64_t *state)
{
	static const uint32_t edges[] = { 0,	      1,	  2,	      31,
					  32,	      0xff,	  0xffff,     0x7fffffff,
					  0x80000000, 0x80000001, 0xfffffffe, 0xffffffff };

	switch (random_below(state, 8)) {
	case 0:
		return 0;
	case 1:
	case 2:
		return random_below(state, 32);
	case 3:
	case 4:
		return random_next(state);
	case 5:
		return (1u << random_below(state, 32)) - 1 + random_below(state, 3);
	default:
		return RANDOM_OF(state, edges);
	}
}

void program_append(struct program *program, uint32_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (program->len < BPF_MAXINSNS)
		program->code[program->len++] =
			(struct sock_filter)BPF_JUMP((uint16_t)code, k, yes, no);
}

int program_append_built(struct program *program, struct builder *b)
{
	struct sock_fprog prog;
	int err = builder_finish(b, &prog);

	for (uint32_t i = 0; i < prog.len; i++)
		program_append(program, prog.filter[i].code, prog.filter[i].k, prog.filter[i].jt,
			       prog.filter[i].jf);
	builder_free(b);
	return err;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint8_t random_distance(uint64_t *state, uint32_t left)
{
	uint32_t most = least(left, FAR);

	switch (random_below(state, 16)) {
	case 0:
		return random_below(state, most + 1);
	case 1:
		return most - random_below(state, least(most, 3) + 1);
	default:
		return random_below(state, least(left, 5) + 1);
	}
}

/* For X, before a division or a shift by it: chance alone brings the edges too seldom. */
static void append_edge(struct program *program, uint64_t *state, bool shift)
{
	static const uint32_t shifts[] = { 0, 1, 2, 15, 30, 31, 31, 32, 33, 64, 256, 0x80000001 };
	static const uint32_t divisors[] = { 0, 0, 0, 0, 1, 3, 0x7fffffff, 0x80000000 };
	uint32_t k = shift ? RANDOM_OF(state, shifts) : RANDOM_OF(state, divisors);

	if (random_below(state, 2))
		program_append(program, BPF_LDX | BPF_IMM, k, 0, 0);
}

static uint32_t alu_constant(uint64_t *state, uint16_t code)
{
	uint32_t k = random_value(state);

	if (code == (BPF_ALU | BPF_DIV | BPF_K) && !k)
		return 3;
	if (code == (BPF_ALU | BPF_LSH | BPF_K) || code == (BPF_ALU | BPF_RSH | BPF_K))
		return k % 32;
	return k;
}

static void append_alu(struct program *program, uint64_t *state, uint16_t code)
{
	bool shift = BPF_OP(code) == BPF_LSH || BPF_OP(code) == BPF_RSH;

	if (BPF_SRC(code) == BPF_X && (shift || BPF_OP(code) == BPF_DIV))
		append_edge(program, state, shift);
	program_append(program, code, alu_constant(state, code), 0, 0);
}

/* The codes of opcodes.def that seccomp takes. */
static const uint16_t codes[] = {
#define ROW_true(code) code,
#define ROW_false(code)
#define OPCODE(code, name, operand, seccomp) ROW_##seccomp(code)
#include "filters/opcodes.def"
#undef OPCODE
};

void random_alu(struct program *program, uint64_t *state)
{
	uint16_t code;

	do
		code = RANDOM_OF(state, codes);
	while (BPF_CLASS(code) != BPF_ALU);
	append_alu(program, state, code);
}

/* What is known of the instructions to come, as the kernel's check_load_and_stores has it. */
struct scene {
	struct program *program;
	uint64_t *state;
	const struct random_body *body;
	uint32_t start, end;
	uint16_t written;		      /* memory, on all paths to here */
	uint16_t at_target[BPF_MAXINSNS + 1]; /* memory, on all jumps to there */
	bool targeted[BPF_MAXINSNS + 1];
};

static uint32_t left(const struct scene *scene)
{
	return scene->end - scene->program->len - 1;
}

static void jumps_to(struct scene *scene, uint32_t pc)
{
	scene->at_target[pc - scene->start] &= scene->written;
	scene->targeted[pc - scene->start] = true;
}

static void append_jump(struct scene *scene, uint16_t code)
{
	struct program *program = scene->program;
	uint32_t pc = program->len, yes = random_distance(scene->state, left(scene));
	uint32_t no = random_distance(scene->state, left(scene));

	if (code == (BPF_JMP | BPF_JA)) {
		if (!random_below(scene->state, 8))
			yes = random_below(scene->state, left(scene) + 1);
		program_append(program, code, yes, 0, 0);
		no = yes;
	} else {
		program_append(program, code, random_value(scene->state), yes, no);
	}
	jumps_to(scene, pc + 1 + yes);
	jumps_to(scene, pc + 1 + no);
	scene->written = 0xffff;
}

/* A load from memory that nobody has written is no valid one: a store then. */
static void append_memory(struct scene *scene, uint16_t code)
{
	uint32_t slot = random_below(scene->state, BPF_MEMWORDS);

	if (code != BPF_ST && code != BPF_STX) {
		for (int i = 0; i < BPF_MEMWORDS && !(scene->written & 1 << slot); i++)
			slot = (slot + 1) % BPF_MEMWORDS;
		if (!(scene->written & 1 << slot))
			code = BPF_CLASS(code) == BPF_LD ? BPF_ST : BPF_STX;
	}
	if (code == BPF_ST || code == BPF_STX)
		scene->written |= 1 << slot;
	program_append(scene->program, code, slot, 0, 0);
}

static void append_load(struct scene *scene)
{
	uint32_t word;

	do
		word = random_below(scene->state, sizeof(struct seccomp_data) / 4);
	while (!(scene->body->words & 1 << word));
	program_append(scene->program, BPF_LD | BPF_W | BPF_ABS, 4 * word, 0, 0);
}

/* ret a: of A no more is left than an errno; nothing jumps behind what sees to that. */
static void append_exit(struct scene *scene, uint16_t code)
{
	struct program *program = scene->program;
	uint32_t here = program->len - scene->start;
	bool room = left(scene) >= 3;

	if (!scene->body->exits || random_below(scene->state, 4))
		return;
	for (uint32_t i = 1; room && i <= 3; i++)
		room = !scene->targeted[here + i];
	if (code == (BPF_RET | BPF_A) && room) {
		program_append(program, BPF_ALU | BPF_RSH | BPF_K, random_below(scene->state, 21),
			       0, 0);
		program_append(program, BPF_ALU | BPF_AND | BPF_K, 0xfff, 0, 0);
		program_append(program, BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO, 0, 0);
		program_append(program, code, 0, 0, 0);
		return;
	}
	program_append(program, BPF_RET | BPF_K,
		       SECCOMP_RET_ERRNO | random_below(scene->state, 4096), 0, 0);
}

static void append_any(struct scene *scene)
{
	uint16_t code = RANDOM_OF(scene->state, codes);

	if (!random_below(scene->state, 8))
		code = BPF_LD | BPF_W | BPF_ABS;
	switch (opcode_find(code)->operand) {
	case OPERAND_ABS:
		append_load(scene);
		return;
	case OPERAND_MEM:
		append_memory(scene, code);
		return;
	case OPERAND_JA:
	case OPERAND_JUMP_K:
	case OPERAND_JUMP_X:
		append_jump(scene, code);
		return;
	default:
		break;
	}
	if (BPF_CLASS(code) == BPF_RET)
		append_exit(scene, code);
	else if (BPF_CLASS(code) == BPF_ALU && left(scene))
		append_alu(scene->program, scene->state, code);
	else if (BPF_CLASS(code) != BPF_ALU)
		program_append(scene->program, code, random_value(scene->state), 0, 0);
}

/* jt and jf of what is no jump mean nothing. */
static void append_junk(struct scene *scene, uint32_t from)
{
	struct sock_filter *insn = &scene->program->code[from];

	if (scene->program->len == from || BPF_CLASS(insn->code) == BPF_JMP ||
	    random_below(scene->state, 16))
		return;
	insn->jt = random_below(scene->state, 256);
	insn->jf = random_below(scene->state, 256);
}

void random_append(struct program *program, uint64_t *state, const struct random_body *body)
{
	struct scene scene = { .program = program, .state = state, .body = body };

	scene.start = program->len;
	scene.end = scene.start + body->len;
	memset(scene.at_target, 0xff, sizeof(scene.at_target));
	while (program->len < scene.end) {
		uint32_t from = program->len;

		append_any(&scene);
		append_junk(&scene, from);
		/* Several may have come, none but the first of which may be jumped to. */
		for (uint32_t pc = from + 1; pc <= program->len; pc++)
			scene.written &= scene.at_target[pc - scene.start];
	}
}

void random_note_wide_shift(void *data, const struct sim_step *step)
{
	uint16_t code = step->insn->code;

	if ((code == (BPF_ALU | BPF_LSH | BPF_X) || code == (BPF_ALU | BPF_RSH | BPF_X)) &&
	    step->x >= 32)
		*(bool *)data = true;
}
