/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arch/arch.h"
#include "cli/cli.h"
#include "run/inherited.h"
#include "version.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *doc; /* NULL: not for people */
	bool asks;	 /* this kernel, in children whose ends it must see */
} commands[] = {
	{ "probe", cmd_probe, "which seccomp features this kernel has", true },
	{ "explain", cmd_explain, "what a feature is, and what this kernel says of it", true },
	{ "check", cmd_check, "run the whole matrix of tests on this kernel, and give the verdict",
	  true },
	{ "bench", cmd_bench, "what seccomp costs on this kernel, and what filters of yours do",
	  true },
	{ "behaviours", cmd_behaviours, "what seccomp does, and which tests show it", false },
	{ "as", cmd_as, "run a command as if an older kernel's seccomp answered it", false },
	{ "sim", cmd_sim, "what a filter decides about a syscall", false },
	{ "disasm", cmd_disasm, "a filter in words", false },
	{ "compile", cmd_compile, "the cheapest filter for a list of syscalls", false },
	{ "fuzz", cmd_fuzz, "random filters in this kernel and in the simulator, compared", true },
	{ "report", cmd_report, "the results of several kernels side by side: text, HTML, JUnit",
	  false },
	{ "diff", cmd_diff, "what differs between two kernels' results", false },
	{ "exec-probe", cmd_exec_probe, NULL, false },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int run(const struct command *command, int argc, char **argv)
{
	if (command->asks)
		inherited_signals();
	return command->run(argc, argv);
}

static void usage(FILE *out)
{
	fprintf(out, "usage: seccompat COMMAND [OPTION...]\n"
		     "Does seccomp on this kernel really work, and what is missing?\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (commands[i].doc)
			fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].doc);
	fprintf(out,
		"\nseccompat COMMAND --help tells more; seccompat --version names the build.\n"
		"Exit status: 0 all is well, 1 the kernel failed something, 2 usage, bad input or\n"
		"the toolkit itself broke, 3 the machine is too noisy to say, 4 nothing could be "
		"tested.\n");
}

/*
 * What was printed must have arrived: a full disk or a closed pipe is no success. SC_BROKEN has
 * been explained already.
 */
static int finish(int status)
{
	int broken = ferror(stdout) | fflush(stdout);

	if (!broken || status == SC_BROKEN)
		return status;
	perror("seccompat: standard output");
	return SC_BROKEN;
}

int main(int argc, char **argv)
{
	inherited_descriptors();
	if (argc < 2) {
		usage(stderr);
		return SC_BROKEN;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return finish(SC_OK);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("seccompat %s (%s) for %s\n", SECCOMPAT_VERSION, SECCOMPAT_COMMIT,
		       arch_native()->name);
		return finish(SC_OK);
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(argv[1], commands[i].name))
			return finish(run(&commands[i], argc - 1, argv + 1));
	fprintf(stderr, "seccompat: %s: no such command; seccompat --help lists them\n", argv[1]);
	return SC_BROKEN;
}
