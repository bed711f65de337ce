/* SPDX-License-Identifier: BSD-3-Clause */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/filter-args.h"
#include "compile/action.h"
#include "compile/compile.h"
#include "compile/read.h"
#include "compile/write.h"
#include "report/atomic.h"
#include "report/complain.h"
#include "report/escape.h"

#define CAPS_MAX 64

enum format { FORMAT_RAW, FORMAT_C, FORMAT_DISASM, FORMATS };

static const char *const format_names[FORMATS] = {
	[FORMAT_RAW] = "raw",
	[FORMAT_C] = "c",
	[FORMAT_DISASM] = "disasm",
};

struct compile_options {
	const struct arch *archs[POLICY_ARCHS];
	size_t arch_count;
	const char *caps[CAPS_MAX];
	struct read_options read;
	const char *mix, *output;
	enum format format;
	struct policy_action foreign, otherwise;
	bool has_foreign, has_otherwise, quiet;
};

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat compile [OPTION...] POLICY\n"
		"The cheapest filter that decides as POLICY says: lines of \"syscall: "
		"condition\",\n"
		"or an OCI (Docker) profile in JSON; - is standard input. Nothing is written "
		"before\n"
		"the filter was compared with the list, call by call.\n\n"
		"  -a, --arch NAME[,NAME...]   for these, in one filter (this machine's)\n"
		"  -o, --output FILE           whole or not at all (standard output)\n"
		"  -f, --format raw|c|disasm   raw struct sock_filter (the default), a C array, "
		"words\n"
		"  -m, --mix FILE              how often each syscall is made, as strace -c prints "
		"it\n"
		"  -d, --default ACTION        for what the policy does not name (what it says, or "
		"kill)\n"
		"  -b, --bad-arch ACTION       for other architectures (what it says, or kill)\n"
		"  -c, --cap CAP_NAME          a capability that an OCI profile may take for "
		"given\n"
		"  -k, --kernel VERSION        the kernel that an OCI profile is for (the newest)\n"
		"  -u, --allow-unknown         leave out names that are no syscalls, and list "
		"them\n"
		"  -q, --quiet                 do not tell what the filter costs\n"
		"  -h, --help                  this\n\n"
		"An ACTION is one of:\n%s.\n",
		action_names());
}

/* --- options ---------------------------------------------------------------------------------- */

static int complain(const char *option, const char *word, const char *what)
{
	fprintf(stderr, "seccompat: compile: --%s ", option);
	put_plain(stderr, word);
	fprintf(stderr, ": %s\n", what);
	return SC_BROKEN;
}

static int parse_archs(struct compile_options *options, char *list)
{
	char *rest = NULL;

	options->arch_count = 0;
	options->read.take_archs = false;
	for (char *name = strtok_r(list, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		const struct arch *arch = arg_arch(name);

		if (!arch)
			return SC_BROKEN;
		for (size_t i = 0; i < options->arch_count; i++)
			if (options->archs[i] == arch)
				return complain("arch", name, "named twice");
		if (options->arch_count && arch->big_endian != options->archs[0]->big_endian)
			return complain("arch", name,
					"its byte order is not that of the one before; one "
					"filter cannot be for both");
		options->archs[options->arch_count++] = arch;
	}
	return options->arch_count ? 0 : complain("arch", "\"\"", "a name is wanted");
}

/* "kill", "allow"; "return EPERM", as in a policy. */
static int parse_action(const char *option, const char *word, struct policy_action *action)
{
	bool good;

	if (!strncmp(word, "return ", 7))
		good = action_errno(word + 7, action);
	else
		good = strncmp(word, "SCMP", 4) && action_find(word, action);
	return good ? 0 : complain(option, word, "no action; compile --help lists them");
}

static int parse_format(struct compile_options *options, const char *word)
{
	for (enum format format = 0; format < FORMATS; format++) {
		if (strcmp(format_names[format], word))
			continue;
		options->format = format;
		return 0;
	}
	return complain("format", word, "raw, c or disasm is wanted");
}

static int parse_cap(struct compile_options *options, const char *word)
{
	if (strncmp(word, "CAP_", 4))
		return complain("cap", word, "a name such as CAP_SYS_ADMIN is wanted");
	if (options->read.cap_count == CAPS_MAX)
		return complain("cap", word, "too many");
	options->caps[options->read.cap_count++] = word;
	return 0;
}

static int parse_kernel(struct compile_options *options, const char *word)
{
	if (!*word || strspn(word, "0123456789.") != strlen(word))
		return complain("kernel", word, "a version such as 6.1 is wanted");
	options->read.kernel = word;
	return 0;
}

/* --- what is told ----------------------------------------------------------------------------- */

static void tell_names(const char *what, char *const *names, size_t count)
{
	if (!count)
		return;
	fprintf(stderr, "seccompat: compile: left out, %s (%zu):", what, count);
	for (size_t i = 0; i < count; i++) {
		fputc(' ', stderr);
		put_plain(stderr, names[i]);
	}
	fputc('\n', stderr);
}

static void tell_cost(const char *what, const struct cost *cost)
{
	fprintf(stderr,
		"  executed on average, %s: %.2f, of them %.2f tests of the number (best tree of "
		"comparisons: %.2f)\n",
		what, cost->executed, cost->tests, cost->optimum);
}

static void tell(const struct compile_options *options, const struct policy *policy,
		 const struct compiled *compiled)
{
	tell_names("no syscall of any architecture", policy->unknown, policy->unknown_count);
	if (options->quiet)
		return;
	fprintf(stderr, "for");
	for (size_t i = 0; i < policy->arch_count; i++)
		fprintf(stderr, "%s %s", i ? "," : "", policy->archs[i].arch->name);
	fprintf(stderr, ": %zu instructions for %zu ranges of numbers, %zu executed at most\n",
		compiled->filter.count, compiled->ranges, compiled->worst);
	if (policy->elsewhere_count)
		fprintf(stderr, "  %zu names are of other architectures, such as %s\n",
			policy->elsewhere_count, policy->elsewhere[0]);
	if (compiled->uniform.executed > 0)
		tell_cost("all syscalls named alike", &compiled->uniform);
	if (compiled->has_mix)
		tell_cost("the mix", &compiled->mix);
	fprintf(stderr, "  the same as the list in all of %lu calls compared\n", compiled->proved);
}

/* --- the work --------------------------------------------------------------------------------- */

static int write_filter(const struct compile_options *options, const struct filter *filter)
{
	const struct arch *arch = options->archs[0];
	struct atomic_file file;
	int err = 0;

	if (atomic_open(&file, options->output))
		return SC_BROKEN;
	if (options->format == FORMAT_RAW)
		write_raw(file.out, filter, arch);
	else if (options->format == FORMAT_C)
		err = write_c(file.out, filter, arch);
	else
		err = write_words(file.out, filter, arch);
	if (err) {
		atomic_abort(&file);
		fprintf(stderr, "seccompat: compile: out of memory\n");
		return SC_BROKEN;
	}
	return atomic_commit(&file) ? SC_BROKEN : SC_OK;
}

static int compile_policy(const struct compile_options *options, const struct policy *policy,
			  const struct mix *mix, const char *path)
{
	struct compiled compiled;
	char why[400];
	bool broke;
	int status;

	if (compile(policy, mix, &compiled, why, sizeof(why), &broke)) {
		complain_of(strcmp(path, "-") ? path : "standard input", "%s%s",
			    broke ? "the toolkit broke: " : "", why);
		return SC_BROKEN;
	}
	status = write_filter(options, &compiled.filter);
	if (status == SC_OK)
		tell(options, policy, &compiled);
	compiled_free(&compiled);
	return status;
}

static int run(const struct compile_options *options, const char *path)
{
	struct mix mix = { 0 };
	struct policy policy;
	int status = SC_BROKEN;

	policy_init(&policy, options->archs, options->arch_count);
	if (policy_read(&policy, &mix, path, &options->read))
		goto out;
	if (options->mix) {
		mix_free(&mix);
		if (mix_read(&mix, options->mix))
			goto out;
	}
	if (options->has_otherwise)
		policy_default(&policy, options->otherwise);
	if (options->has_foreign)
		policy_foreign(&policy, options->foreign);
	status = compile_policy(options, &policy, &mix, path);
out:
	policy_free(&policy);
	mix_free(&mix);
	return status;
}

static int parse_option(struct compile_options *options, int option)
{
	switch (option) {
	case 'a':
		return parse_archs(options, optarg);
	case 'o':
		options->output = optarg;
		return 0;
	case 'f':
		return parse_format(options, optarg);
	case 'm':
		options->mix = optarg;
		return 0;
	case 'd':
		options->has_otherwise = true;
		return parse_action("default", optarg, &options->otherwise);
	case 'b':
		options->has_foreign = true;
		return parse_action("bad-arch", optarg, &options->foreign);
	case 'c':
		return parse_cap(options, optarg);
	case 'k':
		return parse_kernel(options, optarg);
	case 'u':
		options->read.allow_unknown = true;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	}
	return SC_BROKEN;
}

int cmd_compile(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "output", required_argument, NULL, 'o' },
		{ "format", required_argument, NULL, 'f' },
		{ "mix", required_argument, NULL, 'm' },
		{ "default", required_argument, NULL, 'd' },
		{ "bad-arch", required_argument, NULL, 'b' },
		{ "cap", required_argument, NULL, 'c' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "allow-unknown", no_argument, NULL, 'u' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct compile_options options = { .archs = { arch_native() },
					   .arch_count = 1,
					   .output = "-" };
	int option;

	options.read.caps = options.caps;
	options.read.take_archs = true;
	argv[0] = (char *)"seccompat: compile"; /* how getopt begins its messages */
	while ((option = getopt_long(argc, argv, "a:o:f:m:d:b:c:k:uqh", long_options, NULL)) !=
	       -1) {
		if (option == 'h') {
			usage(stdout);
			return SC_OK;
		}
		if (parse_option(&options, option))
			return SC_BROKEN;
	}
	if (argc - optind != 1) {
		fprintf(stderr, "seccompat: compile: one POLICY is needed; see compile --help\n");
		return SC_BROKEN;
	}
	if (options.format == FORMAT_RAW && !strcmp(options.output, "-") && isatty(STDOUT_FILENO)) {
		fprintf(stderr, "seccompat: compile: a raw filter is nothing for a terminal: name "
				"an --output, or --format disasm\n");
		return SC_BROKEN;
	}
	return run(&options, argv[optind]);
}
