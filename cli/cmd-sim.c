/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/filter-args.h"
#include "filters/action.h"
#include "filters/opcode.h"
#include "filters/sim.h"
#include "report/json.h"

struct sim_options {
	const struct arch *arch;
	bool trace;
	bool json;
	const char *ip;
};

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat sim [--arch NAME] [--ip ADDRESS] [--trace] [--json] FILE\n"
		"                     SYSCALL [ARGUMENT...]\n"
		"What the filter in FILE decides about a syscall. FILE holds raw struct\n"
		"sock_filter, as seccomp_export_bpf writes them; - is standard input. SYSCALL is\n"
		"a name or a number, ARGUMENTs are numbers (0x for hex; those left out are 0).\n\n"
		"  -a, --arch NAME   the architecture of filter and syscall (this machine's)\n"
		"  -i, --ip ADDRESS  the instruction pointer that the filter sees (0)\n"
		"  -t, --trace       print each executed instruction, with A and X after it\n"
		"  -j, --json        one object, for machines\n"
		"  -h, --help        this\n");
}

/* A number from -(max / 2 + 1) to max; negative ones wrap, as they do in a register. */
static int parse_number(const char *what, const char *text, uint64_t max, uint64_t *value)
{
	bool negative = text[0] == '-';
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (end == text || *end) {
		fprintf(stderr, "seccompat: sim: %s is no number: %s\n", what, text);
		return SC_BROKEN;
	}
	if (errno || (negative ? -*value > max / 2 + 1 : *value > max)) {
		fprintf(stderr, "seccompat: sim: %s is out of range: %s (0x%llx at most)\n", what,
			text, (unsigned long long)max);
		return SC_BROKEN;
	}
	*value &= max;
	return 0;
}

static int parse_syscall(const struct arch *arch, const char *text, struct seccomp_data *data)
{
	int64_t nr = arch_syscall_nr(arch, text);
	uint64_t number;

	if (nr < 0 && text[0] != '-' && (text[0] < '0' || text[0] > '9')) {
		fprintf(stderr, "seccompat: sim: %s has no syscall %s\n", arch->name, text);
		return SC_BROKEN;
	}
	if (nr >= 0)
		number = nr;
	else if (parse_number("the syscall", text, UINT32_MAX, &number))
		return SC_BROKEN;
	data->nr = (int)(uint32_t)number;
	return 0;
}

static int parse_data(const struct sim_options *options, int argc, char **argv,
		      struct seccomp_data *data)
{
	uint64_t max = options->arch->bits == 32 ? UINT32_MAX : UINT64_MAX, number;

	*data = (struct seccomp_data){ .arch = options->arch->audit };
	if (parse_syscall(options->arch, argv[0], data))
		return SC_BROKEN;
	for (int i = 1; i < argc; i++) {
		char what[24];

		snprintf(what, sizeof(what), "argument %d", i);
		if (parse_number(what, argv[i], max, &number))
			return SC_BROKEN;
		data->args[i - 1] = number;
	}
	if (options->ip && parse_number("--ip", options->ip, max, &number))
		return SC_BROKEN;
	data->instruction_pointer = options->ip ? number : 0;
	return 0;
}

static void print_step(void *data, const struct sim_step *step)
{
	char text[64];

	(void)data;
	printf("%4zu  %-28s  A=0x%08x X=0x%08x\n", step->pc,
	       opcode_text(step->insn, step->pc, text, sizeof(text)), step->a, step->x);
}

static void json_step(void *data, const struct sim_step *step)
{
	struct json *json = data;
	char text[64];

	jsonw_object(json, NULL);
	jsonw_int(json, "pc", step->pc);
	jsonw_string(json, "text", opcode_text(step->insn, step->pc, text, sizeof(text)));
	jsonw_int(json, "a", step->a);
	jsonw_int(json, "x", step->x);
	jsonw_end(json);
}

/* In hex and as a string: JSON readers lose bits of large numbers. */
static void json_hex(struct json *json, const char *key, unsigned long long value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", value);
	jsonw_string(json, key, text);
}

static void run_json(const struct sim_options *options, const struct filter_file *file,
		     const struct seccomp_data *data)
{
	struct sim_result result;
	struct json json;

	jsonw_begin(&json, stdout);
	jsonw_object(&json, NULL);
	jsonw_string(&json, "arch", options->arch->name);
	jsonw_string(&json, "syscall", arch_syscall_name(options->arch, data->nr));
	jsonw_int(&json, "nr", data->nr);
	json_hex(&json, "ip", data->instruction_pointer);
	jsonw_array(&json, "args");
	for (size_t i = 0; i < 6; i++)
		json_hex(&json, NULL, data->args[i]);
	jsonw_end(&json);
	if (options->trace)
		jsonw_array(&json, "trace");
	result = sim_run_checked(file->insns, data, options->arch->big_endian,
				 options->trace ? json_step : NULL, &json);
	if (options->trace)
		jsonw_end(&json);
	jsonw_string(&json, "action", action_name(result.value));
	jsonw_int(&json, "data", result.value & SECCOMP_RET_DATA);
	json_hex(&json, "value", result.value);
	jsonw_int(&json, "executed", result.executed);
	jsonw_int(&json, "returned_at", result.pc);
	jsonw_int(&json, "length", file->len);
	jsonw_end(&json);
}

static void run_text(const struct sim_options *options, const struct filter_file *file,
		     const struct seccomp_data *data)
{
	struct sim_result result;
	char action[48];

	result = sim_run_checked(file->insns, data, options->arch->big_endian,
				 options->trace ? print_step : NULL, NULL);
	printf("%s  value=0x%08x executed=%u returned_at=%zu\n",
	       action_text(result.value, action, sizeof(action)), result.value, result.executed,
	       result.pc);
}

static int run(const struct sim_options *options, int argc, char **argv)
{
	struct filter_file file;
	struct seccomp_data data;

	if (argc < 2 || argc > 8) {
		fprintf(stderr, "seccompat: sim: FILE, SYSCALL and up to 6 ARGUMENTs are needed; "
				"see sim --help\n");
		return SC_BROKEN;
	}
	if (parse_data(options, argc - 1, argv + 1, &data) ||
	    arg_filter(argv[0], options->arch, false, &file))
		return SC_BROKEN;
	if (options->json)
		run_json(options, &file, &data);
	else
		run_text(options, &file, &data);
	filter_free(&file);
	return SC_OK;
}

int cmd_sim(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "arch", required_argument, NULL, 'a' }, { "ip", required_argument, NULL, 'i' },
		{ "trace", no_argument, NULL, 't' },	  { "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },	  { 0 },
	};
	struct sim_options options = { .arch = arch_native() };
	int option;

	/* "+": behind FILE a number may begin with a minus sign. */
	argv[0] = (char *)"seccompat: sim"; /* how getopt begins its messages */
	while ((option = getopt_long(argc, argv, "+a:i:tjh", long_options, NULL)) != -1) {
		switch (option) {
		case 'a':
			options.arch = arg_arch(optarg);
			if (!options.arch)
				return SC_BROKEN;
			break;
		case 'i':
			options.ip = optarg;
			break;
		case 't':
			options.trace = true;
			break;
		case 'j':
			options.json = true;
			break;
		case 'h':
			usage(stdout);
			return SC_OK;
		default:
			return SC_BROKEN;
		}
	}
	return run(&options, argc - optind, argv + optind);
}
