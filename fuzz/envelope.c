/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/envelope.h"

#include <stddef.h>

#include "arch/arch.h"
#include "filters/answer.h"
#include "filters/seccomp-bpf.h"

#define ARGS	offsetof(struct seccomp_data, args)
#define WORDS	(sizeof(struct seccomp_data) / 4)
#define TAIL	30 /* instructions of the answer and of what stands around it */
#define NO_PART 0xfff

/* Of 32-bit programs' arguments the high halves are 0. */
static uint32_t any_selector(uint64_t *state)
{
	uint32_t offset = syscall_arg_low(random_below(state, 6));

	return arch_native()->bits == 64 && random_below(state, 2) ? offset ^ 4 : offset;
}

void fuzz_envelope_begin(struct fuzz_envelope *envelope, uint32_t selector)
{
	struct program *program = &envelope->program;

	program->len = 0;
	envelope->parts = 0;
	envelope->selector = selector;
	fuzz_append_head(program);
	program_append(program, BPF_LD | BPF_W | BPF_ABS, selector, 0, 0);
	program_append(program, BPF_ALU | BPF_RSH | BPF_K, 2, 0, 0);
	program_append(program, BPF_ALU | BPF_AND | BPF_K, FUZZ_PARTS_MAX - 1, 0, 0);
}

/* A is the part that is asked for; the two jumps over it and to the answer are completed later. */
static void begin_part(struct fuzz_envelope *envelope)
{
	struct program *program = &envelope->program;

	program_append(program, BPF_JMP | BPF_JEQ | BPF_K, envelope->parts, 1, 0);
	program_append(program, BPF_JMP | BPF_JA, 0, 0, 0);
	envelope->part[envelope->parts].start = program->len;
}

static void end_part(struct fuzz_envelope *envelope)
{
	struct program *program = &envelope->program;
	uint32_t start = envelope->part[envelope->parts].start;

	envelope->part[envelope->parts++].end = program->len;
	program_append(program, BPF_JMP | BPF_JA, 0, 0, 0);
	program->code[start - 1].k = program->len - start;
}

void fuzz_envelope_part(struct fuzz_envelope *envelope, const struct program *body)
{
	begin_part(envelope);
	for (uint32_t i = 0; i < body->len; i++) {
		const struct sock_filter *insn = &body->code[i];

		program_append(&envelope->program, insn->code, insn->k, insn->jt, insn->jf);
	}
	end_part(envelope);
}

/* The byte that the selector's low two bits say. Without memory it lacks, and check_filter objects.
 */
static void append_answer(struct fuzz_envelope *envelope)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_stmt(&b, BPF_MISC | BPF_TAX, 0);
	build_stmt(&b, BPF_LD | BPF_W | BPF_ABS, envelope->selector);
	build_stmt(&b, BPF_ALU | BPF_AND | BPF_K, 3);
	build_answer_byte(&b);
	program_append_built(&envelope->program, &b);
}

void fuzz_envelope_finish(struct fuzz_envelope *envelope)
{
	struct program *program = &envelope->program;

	program_append(program, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | NO_PART, 0, 0);
	for (unsigned int i = 0; i < envelope->parts; i++)
		program->code[envelope->part[i].end].k = program->len - envelope->part[i].end - 1;
	append_answer(envelope);
}

/* As much as stays of a filter is more than it may have. */
static uint32_t any_length(uint64_t *state, uint32_t most)
{
	uint32_t len = 5 + random_below(state, 32);

	if (!random_below(state, 16))
		len = 5 + random_below(state, 600);
	return len < most ? len : most;
}

static void append_body(struct fuzz_envelope *envelope, uint64_t *state, uint32_t len)
{
	const struct random_body body = {
		.len = len,
		.words = ((1u << WORDS) - 1) & ~(1u << envelope->selector / 4),
		.exits = random_below(state, 4),
	};

	random_append(&envelope->program, state, &body);
}

static void make_single(struct fuzz_envelope *envelope, uint64_t *state)
{
	struct program *program = &envelope->program;
	uint32_t most = BPF_MAXINSNS - FUZZ_HEAD - TAIL;
	uint32_t len = any_length(state, most);

	if (!random_below(state, 4))
		len = most - random_below(state, most / 2);
	program->len = 0;
	fuzz_append_head(program);
	envelope->parts = 1;
	envelope->part[0].start = program->len;
	append_body(envelope, state, len);
	envelope->part[0].end = program->len;
	append_answer(envelope);
}

void fuzz_envelope_make(struct fuzz_envelope *envelope, uint64_t *state)
{
	envelope->selector = any_selector(state);
	if (!random_below(state, 8)) {
		make_single(envelope, state);
		return;
	}
	fuzz_envelope_begin(envelope, envelope->selector);
	while (envelope->parts < FUZZ_PARTS_MAX &&
	       envelope->program.len + TAIL + 10 < BPF_MAXINSNS) {
		begin_part(envelope);
		/* X is 0 at first: too many would divide by it. */
		program_append(&envelope->program, BPF_LDX | BPF_IMM, 1 + random_below(state, 40),
			       0, 0);
		append_body(envelope, state,
			    any_length(state, BPF_MAXINSNS - TAIL - 1 - envelope->program.len));
		end_part(envelope);
	}
	fuzz_envelope_finish(envelope);
}

static void put_half(struct seccomp_data *data, uint32_t offset, uint32_t value)
{
	unsigned int argument = (offset - ARGS) / 8;
	uint64_t *word = (uint64_t *)&data->args[argument];

	if (offset == syscall_arg_low(argument))
		*word = (*word & ~0xffffffffull) | value;
	else
		*word = (*word & 0xffffffffull) | (uint64_t)value << 32;
}

void fuzz_envelope_select(const struct fuzz_envelope *envelope, struct seccomp_data *data,
			  unsigned int part, unsigned int byte, uint32_t noise)
{
	put_half(data, envelope->selector, noise * FUZZ_PARTS_MAX * 4 + part * 4 + byte);
}

/* What the part compares with, or what is beside it. */
static uint32_t own_constant(const struct fuzz_envelope *envelope, unsigned int part,
			     uint64_t *state)
{
	uint32_t start = envelope->part[part].start;
	uint32_t pick = start + random_below(state, envelope->part[part].end - start);

	return envelope->program.code[pick].k + random_below(state, 3) - 1;
}

static uint32_t any_half(const struct fuzz_envelope *envelope, unsigned int part, uint64_t *state)
{
	return random_below(state, 3) ? random_value(state) : own_constant(envelope, part, state);
}

static enum fuzz_route any_route(const struct fuzz_envelope *envelope,
				 const struct fuzz_known *known, uint64_t *state)
{
	bool high = envelope->selector != syscall_arg_low((envelope->selector - ARGS) / 8);

	return known->route[FUZZ_INT80].usable && !high && !random_below(state, 4) ? FUZZ_INT80
										   : FUZZ_NATIVE;
}

struct fuzz_question fuzz_envelope_question(const struct fuzz_envelope *envelope, unsigned int part,
					    const struct fuzz_known *known, uint64_t *state)
{
	enum fuzz_route route = any_route(envelope, known, state);
	bool made_up = known->route[route].made_up && random_below(state, 2);
	struct fuzz_question question = { .route = route };
	struct seccomp_data *data = &question.data;

	data->nr = fuzz_call_number(route, state, made_up);
	data->arch = fuzz_route_arch(route)->audit;
	data->instruction_pointer = known->route[route].ip;
	for (unsigned int i = 0; i < 6; i++) {
		uint64_t high = any_half(envelope, part, state);

		data->args[i] =
			fuzz_call_argument(route, high << 32 | any_half(envelope, part, state));
	}
	return question;
}
