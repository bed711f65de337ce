/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/learn.h"

#include "arch/regs.h"

#include <stdio.h>
#include <string.h>

#include "filters/seccomp-bpf.h"
#include "fuzz/envelope.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* s390x drops bits of a number. */
#define WHOLE_NUMBERS (ARCH_HAS_REGS && ARCH_NR_MASK == 0xffffffffu)

/* Shared with the child that learns something of a route. */
struct lesson {
	enum fuzz_route route;
	bool made_up;
	int refused;
	bool obeyed, wide_shifts;
	uint64_t ip;
};

/* What a part returns, four calls; false if one of them was no byte. */
static bool ask_part(const struct fuzz_envelope *envelope, const struct lesson *lesson,
		     unsigned int part, uint32_t *value)
{
	uint64_t state = random_seed(part);
	struct seccomp_data data = { 0 };

	data.nr = fuzz_call_number(lesson->route, &state, lesson->made_up);
	*value = 0;
	for (unsigned int byte = 0; byte < 4; byte++) {
		long got;

		fuzz_envelope_select(envelope, &data, part, byte, 0);
		got = fuzz_call(lesson->route, &data);
		if (got > 0 || got < -255)
			return false;
		*value |= (uint32_t)-got << 8 * byte;
	}
	return true;
}

static void add_load(struct fuzz_envelope *envelope, uint32_t offset)
{
	struct program body = { .len = 0 };

	program_append(&body, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
	fuzz_envelope_part(envelope, &body);
}

/* The instruction pointer, the architecture and a constant. */
static int learn_route(void *shared)
{
	static struct fuzz_envelope envelope;
	struct lesson *lesson = shared;
	bool big = arch_native()->big_endian;
	uint32_t first, second, arch;

	fuzz_envelope_begin(&envelope, syscall_arg_low(0));
	add_load(&envelope, offsetof(struct seccomp_data, instruction_pointer));
	add_load(&envelope, offsetof(struct seccomp_data, instruction_pointer) + 4);
	add_load(&envelope, offsetof(struct seccomp_data, arch));
	fuzz_envelope_finish(&envelope);
	lesson->refused = fuzz_confine() ?: fuzz_install(&envelope.program);
	if (lesson->refused)
		return 0;
	lesson->obeyed = ask_part(&envelope, lesson, 0, &first) &&
			 ask_part(&envelope, lesson, 1, &second) &&
			 ask_part(&envelope, lesson, 2, &arch) &&
			 arch == fuzz_route_arch(lesson->route)->audit;
	if (lesson->obeyed)
		lesson->ip = big ? (uint64_t)first << 32 | second : (uint64_t)second << 32 | first;
	return fuzz_end();
}

/* What shifts by X of 32 and more do: part by part, left and right. */
static int learn_shifts(void *shared)
{
	static const uint32_t counts[] = { 32, 33, 47, 63, 64, 95, 255, 256, 0x80000001 };
	static const uint32_t number = 0xdeadbeef;
	static struct fuzz_envelope envelope;
	struct lesson *lesson = shared;

	fuzz_envelope_begin(&envelope, syscall_arg_low(0));
	for (size_t i = 0; i < 2 * LEN(counts); i++) {
		struct program body = { .len = 0 };

		program_append(&body, BPF_LDX | BPF_IMM, counts[i / 2], 0, 0);
		program_append(&body, BPF_LD | BPF_IMM, number, 0, 0);
		program_append(&body, BPF_ALU | BPF_X | (i % 2 ? BPF_RSH : BPF_LSH), 0, 0, 0);
		fuzz_envelope_part(&envelope, &body);
	}
	fuzz_envelope_finish(&envelope);
	lesson->refused = fuzz_confine() ?: fuzz_install(&envelope.program);
	if (lesson->refused)
		return 0;
	for (size_t i = 0; i < 2 * LEN(counts); i++) {
		uint32_t count = counts[i / 2] % 32, value;

		if (!ask_part(&envelope, lesson, i, &value) ||
		    value != (i % 2 ? number >> count : number << count))
			return fuzz_end();
	}
	lesson->wide_shifts = true;
	return fuzz_end();
}

static bool learn(int (*fn)(void *data), struct lesson *lesson, struct run_end *end)
{
	*end = run_ask(fn, lesson, sizeof(*lesson), FUZZ_CHILD_MS);
	return end->how == RUN_EXITED && !lesson->refused;
}

static void learn_of(enum fuzz_route route, struct fuzz_known *known, struct lesson *native,
		     struct run_end *native_end)
{
	struct lesson made_up = { .route = route, .made_up = true };
	struct lesson real = { .route = route };
	struct run_end end;

	if (!fuzz_route_arch(route))
		return;
	known->route[route].usable = learn(learn_route, &real, &end) && real.obeyed;
	known->route[route].ip = real.ip;
	if (route == FUZZ_NATIVE) {
		*native = real;
		*native_end = end;
	}
	if (WHOLE_NUMBERS)
		known->route[route].made_up = learn(learn_route, &made_up, &end) && made_up.obeyed;
}

int fuzz_learn(struct fuzz_known *known, char *why, size_t size)
{
	struct lesson native = { 0 }, shifts = { 0 };
	struct run_end end = { .how = RUN_NOT_STARTED };
	char text[96];

	*known = (struct fuzz_known){ 0 };
	for (enum fuzz_route route = 0; route < FUZZ_ROUTES; route++)
		learn_of(route, known, &native, &end);
	if (native.refused)
		snprintf(why, size, "this kernel takes no seccomp filter: %s",
			 strerror(native.refused));
	else if (!fuzz_route_arch(FUZZ_NATIVE))
		snprintf(why, size, "no calls can be made on %s", arch_native()->name);
	else if (end.how != RUN_EXITED)
		snprintf(why, size, "a child with the simplest filter: %s",
			 run_end_text(&end, text, sizeof(text)));
	else if (!native.obeyed)
		snprintf(why, size, "a filter is taken, but calls are not answered by it");
	if (!known->route[FUZZ_NATIVE].usable)
		return -1;
	known->wide_shifts = learn(learn_shifts, &shifts, &end) && shifts.wide_shifts;
	return 0;
}
