/* SPDX-License-Identifier: BSD-3-Clause */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/filter-args.h"
#include "report/listing.h"

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat disasm [--arch NAME] [--force] FILE\n"
		"A filter in words. FILE holds raw struct sock_filter, as seccomp_export_bpf\n"
		"writes them; - is standard input.\n\n"
		"  -a, --arch NAME  the filter's architecture: byte order, and names where the\n"
		"                   filter itself has not looked (this machine's)\n"
		"  -f, --force      show a filter that the kernel would refuse, too\n"
		"  -h, --help       this\n");
}

static int show(const char *path, const struct arch *arch, bool force)
{
	struct filter_file file;
	int err;

	if (arg_filter(path, arch, force, &file))
		return SC_BROKEN;
	err = put_listing(stdout, "", file.insns, file.len, arch);
	filter_free(&file);
	if (err)
		fprintf(stderr, "seccompat: %s: out of memory\n", path);
	return err ? SC_BROKEN : SC_OK;
}

int cmd_disasm(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "force", no_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const struct arch *arch = arch_native();
	bool force = false;
	int option;

	argv[0] = (char *)"seccompat: disasm"; /* how getopt begins its messages */
	while ((option = getopt_long(argc, argv, "+a:fh", long_options, NULL)) != -1) {
		switch (option) {
		case 'a':
			arch = arg_arch(optarg);
			if (!arch)
				return SC_BROKEN;
			break;
		case 'f':
			force = true;
			break;
		case 'h':
			usage(stdout);
			return SC_OK;
		default:
			return SC_BROKEN;
		}
	}
	if (argc - optind != 1) {
		fprintf(stderr, "seccompat: disasm: one FILE is needed; see disasm --help\n");
		return SC_BROKEN;
	}
	return show(argv[optind], arch, force);
}
