/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/random: every program is valid, ends in an ERRNO or a death, and all opcodes come up. */
#include "filters/random.h"

#include <linux/seccomp.h>
#include <string.h>

#include "filters/check.h"
#include "filters/opcode.h"
#include "filters/sim.h"
#include "tests/unit/unit.h"

#define SEEDS	   400
#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const uint16_t codes[] = {
#define OPCODE(code, name, operand, seccomp) code,
#include "filters/opcodes.def"
#undef OPCODE
};

/* What runs into its end returns an errno that nothing else does. */
#define END (SECCOMP_RET_ERRNO | 0x5555)

static void make(struct program *program, uint64_t seed, uint32_t len)
{
	const struct random_body body = { .len = len, .words = 0xffff, .exits = true };
	uint64_t state = random_seed(seed);

	program->len = 0;
	random_append(program, &state, &body);
	program_append(program, BPF_RET | BPF_K, END, 0, 0);
}

static struct seccomp_data any_data(uint64_t *state)
{
	struct seccomp_data data = { .nr = (int)random_next(state), .arch = random_next(state) };

	for (unsigned int i = 0; i < 6; i++)
		data.args[i] = (uint64_t)random_value(state) << 32 | random_value(state);
	return data;
}

static uint32_t length_of(uint64_t seed)
{
	return seed % 100 ? 1 + seed % 64 : BPF_MAXINSNS - 1;
}

static void check_all_valid(void)
{
	static struct program program;
	uint64_t bad = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		make(&program, seed, length_of(seed));
		if (check_filter(program.code, program.len).reason ||
		    program.len != length_of(seed) + 1)
			bad = bad ?: seed + 1;
	}
	check(!bad, "valid, and as long as asked for (first bad seed + 1: %llu)",
	      (unsigned long long)bad);
}

static void check_all_opcodes(void)
{
	static struct program program;
	bool seen[256] = { false };

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		make(&program, seed, 64);
		/* The end is the test's. */
		for (uint32_t i = 0; i + 1 < program.len; i++)
			seen[program.code[i].code & 0xff] = true;
	}
	for (size_t i = 0; i < LEN(codes); i++)
		if (seen[codes[i]] != opcode_find(codes[i])->seccomp)
			check(false, "opcode 0x%02x %s", codes[i],
			      seen[codes[i]] ? "came" : "did not come");
	check(true, "all opcodes of seccomp were asked for");
}

/* No program can let a call through, whatever it is asked. */
static void check_all_harmless(void)
{
	static struct program program;
	unsigned int others = 0, errnos = 0, ends = 0, deaths = 0;
	uint64_t state = random_seed(1);

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		make(&program, seed, length_of(seed));
		for (unsigned int i = 0; i < 4; i++) {
			struct seccomp_data data = any_data(&state);
			uint32_t value =
				sim_run_checked(program.code, &data, false, NULL, NULL).value;

			ends += value == END;
			errnos += value != END && (value & ~0xfffu) == SECCOMP_RET_ERRNO;
			deaths += !value;
			others += value && (value & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_ERRNO;
		}
	}
	check(!others, "nothing but ERRNO and death (%u)", others);
	check(ends > SEEDS && errnos > SEEDS / 2 && deaths > SEEDS / 10,
	      "and enough of each: %u ends, %u exits, %u deaths", ends, errnos, deaths);
}

static void check_values(void)
{
	unsigned int zero = 0, one = 0, sign = 0, wide = 0;
	uint64_t state = random_seed(3);

	for (int i = 0; i < 4000; i++) {
		uint32_t value = random_value(&state);

		zero += !value;
		one += value == 1;
		sign += value == 0x80000000;
		wide += value == 32;
	}
	check(zero > 100 && one > 30 && sign > 30 && wide > 30, "values at edges: %u %u %u %u",
	      zero, one, sign, wide);
}

static void check_seeds(void)
{
	static struct program first, second;

	make(&first, 9, 40);
	make(&second, 9, 40);
	check(first.len == second.len &&
		      !memcmp(first.code, second.code, first.len * sizeof(first.code[0])),
	      "the same seed, the same program");
	make(&second, 10, 40);
	check(memcmp(first.code, second.code, 40 * sizeof(first.code[0])) != 0,
	      "another seed, another one");
}

static void check_wide_shifts(void)
{
	static const struct {
		uint32_t x;
		uint16_t code;
		bool wide;
	} rows[] = {
		{ 31, BPF_LSH | BPF_X, false }, { 32, BPF_LSH | BPF_X, true },
		{ 32, BPF_RSH | BPF_X, true },	{ 32, BPF_LSH | BPF_K, false },
		{ 32, BPF_ADD | BPF_X, false },
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		const struct sock_filter prog[] = {
			BPF_STMT(BPF_LDX | BPF_IMM, rows[i].x),
			{ BPF_ALU | rows[i].code, 0, 0, 1 },
			BPF_STMT(BPF_RET | BPF_A, 0),
		};
		bool wide = false;

		sim_run_checked(prog, &(struct seccomp_data){ 0 }, false, random_note_wide_shift,
				&wide);
		check(wide == rows[i].wide, "0x%02x with an X of %u is %swide", rows[i].code,
		      rows[i].x, rows[i].wide ? "" : "not ");
	}
}

int main(void)
{
	check_all_valid();
	check_all_opcodes();
	check_all_harmless();
	check_values();
	check_seeds();
	check_wide_shifts();
	return unit_end();
}
