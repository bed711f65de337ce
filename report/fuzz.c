/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/fuzz.h"

#include <string.h>

#include "arch/arch.h"
#include "filters/action.h"
#include "filters/check.h"
#include "filters/opcode.h"
#include "report/atomic.h"
#include "report/listing.h"

const char *fuzz_again(const struct fuzz_difference *difference, const char *engine, char *buf,
		       size_t size)
{
	snprintf(buf, size, "seccompat fuzz --%s%s%s --seed %llu --count 1",
		 difference->kind == FUZZ_CHECKER ? "checker" : "simulator", engine ? " --" : "",
		 engine ?: "", (unsigned long long)difference->seed);
	return buf;
}

/* What the kernel did with the program as a whole, if that is what it is about. */
static bool is_refusal(const struct fuzz_difference *difference)
{
	return difference->kind == FUZZ_CHECKER || difference->refused;
}

static const char *kernel_text(const struct fuzz_difference *difference, char *buf, size_t size)
{
	if (!is_refusal(difference))
		return fuzz_answer_text(&difference->answer, buf, size);
	snprintf(buf, size, "%s", difference->refused ? "refused it: EINVAL" : "took it");
	return buf;
}

static const char *our_text(const struct fuzz_difference *difference, char *buf, size_t size)
{
	const struct program *program = &difference->program;
	struct check_result result;
	char action[48];

	if (is_refusal(difference)) {
		result = check_filter(program->code, program->len);
		return check_text(&result, program->code, program->len, buf, size);
	}
	snprintf(buf, size, "0x%08x, %s", difference->simulated,
		 action_text(difference->simulated, action, sizeof(action)));
	return buf;
}

static void put_data(FILE *out, const struct fuzz_question *question)
{
	const struct arch *arch = fuzz_route_arch(question->route);
	const struct seccomp_data *data = &question->data;
	const char *name = arch_syscall_name(arch, (uint32_t)data->nr);

	fprintf(out, "  nr 0x%x (%s of %s), instruction pointer 0x%llx\n  arguments",
		(unsigned int)data->nr, name ?: "no call", arch->name,
		(unsigned long long)data->instruction_pointer);
	for (unsigned int i = 0; i < 6; i++)
		fprintf(out, " 0x%llx", (unsigned long long)data->args[i]);
	putc('\n', out);
}

void fuzz_put_difference(FILE *out, const struct fuzz_difference *difference, const char *engine)
{
	char text[240];

	fprintf(out, "DIFFERENCE: %s\n", fuzz_again(difference, engine, text, sizeof(text)));
	put_listing(out, "  ", difference->program.code, difference->program.len, arch_native());
	if (!is_refusal(difference))
		put_data(out, &difference->question);
	fprintf(out, "  the kernel %s\n", kernel_text(difference, text, sizeof(text)));
	fprintf(out, "  the %s: %s\n", is_refusal(difference) ? "checker" : "simulator",
		our_text(difference, text, sizeof(text)));
}

static void json_hex(struct json *json, const char *key, unsigned long long value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", value);
	jsonw_string(json, key, text);
}

static void json_question(struct json *json, const struct fuzz_question *question)
{
	jsonw_string(json, "arch", fuzz_route_arch(question->route)->name);
	json_hex(json, "nr", (uint32_t)question->data.nr);
	json_hex(json, "ip", question->data.instruction_pointer);
	jsonw_array(json, "args");
	for (unsigned int i = 0; i < 6; i++)
		json_hex(json, NULL, question->data.args[i]);
	jsonw_end(json);
}

static void json_program(struct json *json, const struct program *program)
{
	char text[64];

	jsonw_array(json, "program");
	for (uint32_t pc = 0; pc < program->len; pc++) {
		const struct sock_filter *insn = &program->code[pc];

		jsonw_object(json, NULL);
		jsonw_int(json, "code", insn->code);
		jsonw_int(json, "jt", insn->jt);
		jsonw_int(json, "jf", insn->jf);
		json_hex(json, "k", insn->k);
		jsonw_string(json, "text", opcode_text(insn, pc, text, sizeof(text)));
		jsonw_end(json);
	}
	jsonw_end(json);
}

void fuzz_json_difference(struct json *json, const struct fuzz_difference *difference,
			  const char *engine)
{
	char text[240];

	jsonw_object(json, NULL);
	jsonw_string(json, "kind", difference->kind == FUZZ_CHECKER ? "checker" : "simulator");
	jsonw_string(json, "again", fuzz_again(difference, engine, text, sizeof(text)));
	json_program(json, &difference->program);
	if (!is_refusal(difference))
		json_question(json, &difference->question);
	jsonw_string(json, "kernel", kernel_text(difference, text, sizeof(text)));
	jsonw_string(json, "ours", our_text(difference, text, sizeof(text)));
	jsonw_end(json);
}

void fuzz_put_totals(FILE *out, const struct fuzz_totals *totals)
{
	double seconds = totals->seconds > 0.01 ? totals->seconds : 0.01;

	if (totals->programs)
		fprintf(out,
			"# simulator: %llu programs, %llu questions (%llu deaths, %llu left out as "
			"shifts by 32 or more are the machine's)\n",
			totals->programs, totals->questions, totals->deaths, totals->undefined);
	if (totals->checks)
		fprintf(out, "# checker: %llu programs, %llu of them taken\n", totals->checks,
			totals->taken);
	fprintf(out, "# %llu differences in %.1f s, %.0f programs/s\n", totals->differences,
		totals->seconds, (double)(totals->programs + totals->checks) / seconds);
}

void fuzz_json_totals(struct json *json, const struct fuzz_totals *totals)
{
	jsonw_object(json, "totals");
#define TOTAL(name, text) jsonw_int(json, #name, (long long)totals->name);
#include "fuzz/totals.def"
#undef TOTAL
	jsonw_double(json, "seconds", totals->seconds);
	jsonw_end(json);
}

int fuzz_write_filter(const char *path, const struct program *program)
{
	struct atomic_file file;

	if (atomic_open(&file, path))
		return -1;
	fwrite(program->code, sizeof(program->code[0]), program->len, file.out);
	return atomic_commit(&file);
}
