/* SPDX-License-Identifier: BSD-3-Clause */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "report/complain.h"
#include "report/diff.h"

static void usage(FILE *out)
{
	fprintf(out, "usage: seccompat diff [--json] A B\n"
		     "What differs between the results of two kernels; A and B are files that\n"
		     "check --json wrote.\n\n"
		     "  -j, --json  one JSON object\n"
		     "  -h, --help  this\n\n"
		     "Exit status: 0 nothing differs, 1 something does, 2 usage or bad input.\n");
}

/* A kernel that gave no result is alike to nothing. */
static int read_one(struct result_kernel *kernel, const char *path)
{
	if (result_read(kernel, path))
		return -1;
	if (!kernel->error)
		return 0;
	complain_of(path, "holds no result: %s", kernel->error);
	result_release(kernel);
	return -1;
}

static int compare(const struct result_kernel *a, const struct result_kernel *b, bool json)
{
	struct diff diff = diff_make(a, b);
	int status = diff.feature_count || diff.test_count ? SC_FAILED : SC_OK;

	if (json)
		diff_write_json(stdout, &diff);
	else
		diff_write_text(stdout, &diff);
	diff_free(&diff);
	return status;
}

static int read_and_compare(char *const paths[2], bool json)
{
	struct result_kernel a, b;
	int status = SC_BROKEN;

	if (read_one(&a, paths[0]))
		return SC_BROKEN;
	if (!read_one(&b, paths[1])) {
		status = compare(&a, &b, json);
		result_release(&b);
	}
	result_release(&a);
	return status;
}

int cmd_diff(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	bool json = false;
	int option;

	argv[0] = (char *)"seccompat: diff"; /* how getopt begins its messages */
	while ((option = getopt_long(argc, argv, "jh", long_options, NULL)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'h':
			usage(stdout);
			return SC_OK;
		default:
			return SC_BROKEN;
		}
	}
	if (argc - optind != 2) {
		fprintf(stderr, "seccompat: diff: two files are needed; see diff --help\n");
		return SC_BROKEN;
	}
	return results_readable() ? read_and_compare(argv + optind, json) : SC_BROKEN;
}
