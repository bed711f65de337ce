/* SPDX-License-Identifier: BSD-3-Clause */
/* Raw filters: read, checked, disassembled, and what is valid run. */
#include <string.h>

#include "filters/disasm.h"
#include "filters/file.h"
#include "filters/flow.h"
#include "filters/sim.h"
#include "fuzz/checker.h"
#include "tests/fuzz/target.h"

static void count(void *data, const struct disasm_line *line)
{
	*(size_t *)data += line->text[0] != '\0';
}

static void run(const struct filter_file *file, const struct arch *arch)
{
	static const uint64_t values[] = { 0, 1, 0x80000000, 0xffffffffffffffff, 0x100000000 };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct seccomp_data data = { .nr = (int)values[i], .arch = arch->audit };
		struct sim_result result;

		for (unsigned int n = 0; n < 6; n++)
			data.args[n] = values[(i + n) % 5];
		/* It jumps forward only. */
		if (sim_run(file->insns, file->len, &data, arch->big_endian, NULL, NULL, &result) ||
		    result.executed > file->len || result.pc >= file->len)
			abort();
	}
}

/* Of libFuzzer alone: what changes bytes without knowing what they are. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);

/* As often: by instructions, near to what is valid; bytes alone hardly ever come to a filter that
 * is. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	static struct program program;
	uint64_t state = random_seed(seed);

	program.len = size / sizeof(program.code[0]);
	if (!program.len || program.len > BPF_MAXINSNS || random_below(&state, 2))
		return LLVMFuzzerMutate(data, size, most);
	memcpy(program.code, data, program.len * sizeof(program.code[0]));
	do
		fuzz_checker_mutate(&program, 0, &state);
	while (random_below(&state, 2));
	size = program.len * sizeof(program.code[0]);
	memcpy(data, program.code, size);
	return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "x86_64", "s390x", "arm" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct arch *arch = arch_by_name(names[i]);
		struct filter_file file;
		size_t lines = 0;
		char why[240];

		if (filter_read(target_file(data, size), arch, &file, why, sizeof(why)))
			continue;
		if (!disasm(file.insns, file.len, arch, count, &lines) && lines != file.len)
			abort();
		if (!filter_accepted(&file, why, sizeof(why)))
			run(&file, arch);
		filter_free(&file);
	}
	return 0;
}
