/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random filters, in the kernel and in filters/sim.c: two machines that were written apart must do
 * the same (behaviours 22, 24, 29). Everything follows from the seed that a failure tells.
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "filters/answer.h"
#include "filters/check.h"
#include "filters/random.h"
#include "filters/sim.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-calls.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int install(struct program *program)
{
	struct sock_fprog prog = { .len = (unsigned short)program->len, .filter = program->code };

	/* What the simulator runs must be valid; that the kernel thinks so too is part of the test.
	 */
	if (check_filter(program->code, program->len).reason) {
		test_broke(__FILE__, __LINE__, "an invalid program was made");
		return -1;
	}
	return kit_install(&prog);
}

/* What was wrong first; the program is printed by the child that has it. */
struct random_look {
	uint64_t seed;
	unsigned int asked, wrong, undefined, died;
};

static void found_wrong(struct random_look *look, const struct sock_filter *code, uint32_t len,
			const struct seccomp_data *data, long got, uint32_t right)
{
	if (look->wrong++)
		return;
	fprintf(stderr, "# seed %llu: nr %#x args", (unsigned long long)look->seed,
		(unsigned int)data->nr);
	for (unsigned int i = 0; i < 6; i++)
		fprintf(stderr, " %#llx", (unsigned long long)data->args[i]);
	fprintf(stderr, ": %ld, but the simulator returns %#x\n", got, right);
	for (uint32_t i = 0; i < len; i++)
		fprintf(stderr, "# %u: { 0x%02x, %u, %u, 0x%08x }\n", i, code[i].code, code[i].jt,
			code[i].jf, code[i].k);
}

/* --- the whole machine ----------------------------------------------------------------------- */

#define BODY	  40 /* instructions, at random */
#define QUESTIONS 12
#define PARTS	  10 /* of a program: to install one takes an emulated CPU longer than to ask it */

/* Never the instruction pointer, of which the simulator knows nothing; nor what says the byte. */
static uint16_t known_words(void)
{
	uint32_t all = (1u << sizeof(struct seccomp_data) / 4) - 1;
	uint32_t ip = offsetof(struct seccomp_data, instruction_pointer) / 4;
	uint32_t last = offsetof(struct seccomp_data, args[5]) / 4;

	return (uint16_t)(all & ~(3u << ip) & ~(3u << last));
}

/* Argument 5: which part is asked, and for which byte of its result. */
static uint32_t choice(uint32_t part, uint32_t byte)
{
	return part << 2 | byte;
}

struct parts {
	struct program program;
	uint32_t start[PARTS + 1]; /* of each part, and where the last one ends */
};

/* X is no 0 at first, or too many would die. */
static int append_part(struct program *program, uint64_t *state)
{
	const struct random_body body = { .len = BODY, .words = known_words(), .exits = true };
	struct builder b;

	program_append(program, BPF_LDX | BPF_IMM, 1 + random_below(state, 31), 0, 0);
	random_append(program, state, &body);
	program_append(program, BPF_ALU | BPF_XOR | BPF_X, 0, 0, 0);
	builder_init(&b, arch_native());
	build_stmt(&b, BPF_MISC | BPF_TAX, 0);
	build_arg_low(&b, 5);
	build_stmt(&b, BPF_ALU | BPF_AND | BPF_K, 3);
	build_answer_byte(&b);
	return program_append_built(program, &b);
}

static int append_choice(struct program *program)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_arg_low(&b, 5);
	build_stmt(&b, BPF_ALU | BPF_RSH | BPF_K, 2);
	return program_append_built(program, &b);
}

static int make_parts(struct parts *parts, uint64_t *state)
{
	struct program *program = &parts->program;

	program->len = 0;
	program_append(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	program_append(program, BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 1, 0);
	program_append(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	if (append_choice(program))
		return -1;
	for (uint32_t part = 0; part < PARTS; part++) {
		uint32_t jump = program->len;

		program_append(program, BPF_JMP | BPF_JEQ | BPF_K, part, 0, 0);
		parts->start[part] = program->len;
		if (append_part(program, state))
			return -1;
		program->code[jump].jf = program->len - jump - 1;
	}
	parts->start[PARTS] = program->len;
	program_append(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	return 0;
}

static struct seccomp_data random_data(uint64_t *state)
{
	struct seccomp_data data = { .nr = __NR_getppid, .arch = arch_native()->audit };

	for (unsigned int i = 0; i < 5; i++)
		data.args[i] =
			(unsigned long)((uint64_t)random_value(state) << 32 | random_value(state));
	return data;
}

static long make_call(const struct seccomp_data *data)
{
	return arch_syscall6(data->nr, data->args[0], data->args[1], data->args[2], data->args[3],
			     data->args[4], data->args[5]);
}

static int die_of_call(void *data)
{
	make_call(data);
	return 0;
}

/* Of a division by 0 the caller dies: one question of each part at most is such a one. */
static bool is_right(struct random_look *look, struct seccomp_data *data, uint32_t value, long *got)
{
	if (value) {
		*got = make_call(data);
		return *got == -(long)(value & SECCOMP_RET_DATA);
	}
	look->died++;
	*got = kit_end(kit_ask(die_of_call, data, sizeof(*data)));
	return *got == kit_killed(SIGSYS);
}

static void ask_part(struct random_look *look, const struct parts *parts, uint32_t part,
		     uint64_t *state)
{
	bool died = false;

	for (unsigned int i = 0; i < QUESTIONS; i++) {
		struct seccomp_data data = random_data(state);

		for (uint32_t byte = 0; byte < 4; byte++) {
			bool wide = false;
			uint32_t value;
			long got;

			data.args[5] = choice(part, byte);
			value = sim_run_checked(parts->program.code, &data,
						arch_native()->big_endian, random_note_wide_shift,
						&wide)
					.value;
			look->undefined += wide;
			if (wide || (!value && died))
				continue;
			died |= !value;
			look->asked++;
			if (!is_right(look, &data, value, &got))
				found_wrong(look, parts->program.code + parts->start[part],
					    parts->start[part + 1] - parts->start[part], &data, got,
					    value);
		}
	}
}

static int run_random(void *shared)
{
	static struct parts parts;
	struct random_look *look = shared;
	uint64_t state = look->seed;

	if (make_parts(&parts, &state) || install(&parts.program))
		return 2;
	for (uint32_t part = 0; part < PARTS; part++)
		ask_part(look, &parts, part, &state);
	return 0;
}

#define FILTERS 32

SC_TEST(programs_as_simulated,
	.doc = "random programs of all instructions return what the simulator says, or end "
	       "where it "
	       "divides by 0",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 22, 23, 24 }, .seconds = 60, .varies = VARY(DIM_ENGINE), .slow = true)
{
	unsigned int asked = 0, died = 0, undefined = 0, filters = kit_rounds(FILTERS),
		     programs = filters * PARTS;

	for (uint64_t seed = 1; seed <= filters; seed++) {
		struct random_look look = { .seed = seed };

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(run_random, &look, sizeof(look))))
		{
			TH_LOG("seed %llu", (unsigned long long)seed);
		}
		EXPECT_EQ(0u, look.wrong)
		{
			TH_LOG("seed %llu", (unsigned long long)seed);
		}
		asked += look.asked;
		died += look.died;
		undefined += look.undefined;
	}
	/* Or these programs would be of little use. */
	BROKE_UNLESS(asked > programs * QUESTIONS * 2 && died > programs / 25,
		     "%u questions, %u undefined, %u deaths", asked, undefined, died);
}

/* --- what the kernel can foretell ------------------------------------------------------------ */

#define STACKS 150
#define STACK  3
#define SECRET 5u

/* Of what a kernel with a cache works out in advance, and now and then something else. */
static void append_foretold(struct program *program, uint64_t *state, uint32_t left,
			    const struct kit_calls *calls)
{
	static const uint16_t conditions[] = { BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	static const uint32_t masks[] = { 0xff, 0x7f, 0xf0, 0x1ff, 0x3fffffff, 0xfffffffe, 0x55 };
	uint32_t code, k = calls->call[random_below(state, calls->count)].nr;

	switch (random_below(state, 16)) {
	case 0:
	case 1:
	case 2:
		program_append(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr),
			       0, 0);
		return;
	case 3:
		program_append(program, BPF_LD | BPF_W | BPF_ABS,
			       offsetof(struct seccomp_data, arch), 0, 0);
		return;
	case 4:
	case 5:
		program_append(program, BPF_ALU | BPF_AND | BPF_K, RANDOM_OF(state, masks), 0, 0);
		return;
	case 6:
		program_append(program, BPF_JMP | BPF_JA, random_distance(state, left), 0, 0);
		return;
	case 7:
		program_append(program, BPF_RET | BPF_K,
			       SECCOMP_RET_ALLOW | random_below(state, 8) / 7, 0, 0);
		return;
	case 8:
		program_append(program, BPF_RET | BPF_K,
			       SECCOMP_RET_ERRNO | random_below(state, 4096), 0, 0);
		return;
	case 9:
		random_alu(program, state);
		return;
	case 10:
		if (random_below(state, 2))
			break;
		program_append(program, BPF_LD | BPF_W | BPF_ABS,
			       offsetof(struct seccomp_data, args[5]) + 4 * random_below(state, 2),
			       0, 0);
		program_append(program, BPF_JMP | BPF_JEQ | BPF_K, SECRET, 0, 0);
		program->code[program->len - 1].jt = random_distance(state, left);
		return;
	default:
		break;
	}
	if (!random_below(state, 8))
		k = arch_native()->audit;
	if (!random_below(state, 4))
		k = 1u << random_below(state, 9);
	code = BPF_JMP | BPF_K | RANDOM_OF(state, conditions);
	program_append(program, code, k, random_distance(state, left), 0);
	program->code[program->len - 1].jf = random_distance(state, left);
}

/* Begins by letting through what the process itself needs. */
static void make_foretold(struct program *program, uint64_t *state, const struct kit_calls *calls)
{
	const uint32_t needed[] = { __NR_exit_group, __NR_prctl, __NR_write,
				    (uint32_t)arch_syscall_nr(arch_native(), "seccomp") };

	program_append(program, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	for (size_t i = 0; i < COUNT(needed); i++) {
		program_append(program, BPF_JMP | BPF_JEQ | BPF_K, needed[i], 0, 1);
		program_append(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	}
	for (uint32_t left = 24; left-- > 0;)
		append_foretold(program, state, left, calls);
	program_append(program, BPF_RET | BPF_K,
		       random_below(state, 3) ? SECCOMP_RET_ALLOW
					      : SECCOMP_RET_ERRNO | random_below(state, 4096),
		       0, 0);
}

/* What all programs together say; only ALLOW, ERRNO and 0 are there. The newest is the last. */
static uint32_t say_together(const struct program *programs, unsigned int count,
			     const struct seccomp_data *data)
{
	uint32_t said = SECCOMP_RET_ALLOW;

	for (unsigned int i = 0; i < count; i++) {
		bool wide = false;
		uint32_t value = sim_run_checked(programs[i].code, data, arch_native()->big_endian,
						 random_note_wide_shift, &wide)
					 .value;

		if (wide)
			return SECCOMP_RET_KILL;
		if ((value & SECCOMP_RET_ACTION) <= (said & SECCOMP_RET_ACTION))
			said = value;
	}
	return said;
}

static void ask_call(struct random_look *look, const struct program *programs, unsigned int count,
		     uint32_t nr, uint32_t secret, const long *done)
{
	struct seccomp_data data = { .nr = (int)nr, .arch = arch_native()->audit };
	uint32_t value;
	long got, right;

	for (unsigned int i = 0; i < 5; i++)
		data.args[i] = -1ul;
	data.args[5] = secret;
	value = say_together(programs, count, &data);
	/* What dies, and what nobody knows, is not asked; nor made what may not be. */
	if ((value & SECCOMP_RET_ACTION) == SECCOMP_RET_KILL || kit_passes_unasked(nr))
		return;
	if ((value & SECCOMP_RET_ACTION) == SECCOMP_RET_ALLOW && !done)
		return;
	right = (value & SECCOMP_RET_ACTION) == SECCOMP_RET_ALLOW
			? *done
			: -(long)(value & SECCOMP_RET_DATA);
	got = kit_call(nr, secret);
	look->asked++;
	if (got != right)
		found_wrong(look, programs[count - 1].code, programs[count - 1].len, &data, got,
			    value);
}

static void ask_calls(struct random_look *look, uint64_t *state, const struct kit_calls *calls,
		      const struct program *programs, unsigned int count)
{
	static const uint32_t secrets[] = { SECRET, KIT_NO_SECRET };

	for (size_t s = 0; s < COUNT(secrets); s++) {
		for (unsigned int i = 0; i < calls->count; i++)
			ask_call(look, programs, count, calls->call[i].nr, secrets[s],
				 &calls->call[i].done);
		/* No call has these: a kernel that would let one through does nothing by it. */
		for (unsigned int i = 0; i < 100; i++)
			ask_call(look, programs, count,
				 0x400 | (i % 2 ? random_below(state, 0x400) : random_next(state)),
				 secrets[s], NULL);
	}
}

static int run_foretold(void *shared)
{
	struct random_look *look = shared;
	uint64_t state = look->seed;
	struct program programs[STACK] = { { .len = 0 } };
	struct kit_calls calls;

	kit_learn_calls(&calls);
	for (unsigned int i = 0; i < STACK; i++) {
		make_foretold(&programs[i], &state, &calls);
		if (install(&programs[i]))
			return 2;
		ask_calls(look, &state, &calls, programs, i + 1);
	}
	return 0;
}

SC_TEST(foretold_as_simulated,
	.doc = "150 stacks of random programs that decide mostly by number and architecture do "
	       "what the "
	       "simulator says, after each of the three is installed",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 26, 29, 30 }, .seconds = 60)
{
	unsigned int asked = 0, stacks = kit_rounds(STACKS);

	for (uint64_t seed = 1; seed <= stacks; seed++) {
		struct random_look look = { .seed = seed };

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(run_foretold, &look, sizeof(look))))
		{
			TH_LOG("seed %llu", (unsigned long long)seed);
		}
		EXPECT_EQ(0u, look.wrong)
		{
			TH_LOG("seed %llu", (unsigned long long)seed);
		}
		asked += look.asked;
	}
	BROKE_UNLESS(asked > stacks * 200, "only %u questions", asked);
}

TEST_HARNESS_MAIN
