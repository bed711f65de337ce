/* SPDX-License-Identifier: BSD-3-Clause */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/atomic.h"
#include "report/html.h"
#include "report/junit.h"
#include "report/known.h"
#include "report/matrix.h"
#include "report/text.h"

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat report [OPTION...] FOLDER|FILE...\n"
		"The results of several kernels side by side. FILE is what check --json wrote; of "
		"a\n"
		"FOLDER all *.json are read.\n\n"
		"  -k, --known FILE  failures, skips and missing results that are known, with\n"
		"                    their reasons\n"
		"      --html FILE   one page for a browser\n"
		"      --junit FILE  JUnit XML\n"
		"      --text FILE   what is printed, into a file instead\n"
		"  -q, --quiet       print only what wants explaining\n"
		"  -v, --verbose     print every row, and why a cell is no pass\n"
		"  -h, --help        this\n\n"
		"Exit status: 0 nothing wants explaining, 1 something does, 2 usage or bad input,\n"
		"4 no result of any test.\n");
}

enum output { TEXT, HTML, JUNIT, OUTPUT_COUNT };

struct options {
	const char *known;
	const char *path[OUTPUT_COUNT]; /* NULL where it is not wanted */
	bool quiet, verbose;
};

/* What a terminal is wide; 80 for all else. */
static unsigned int width_of(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

static void print_text(FILE *out, const struct matrix *matrix, const struct options *options)
{
	const char *no_color = getenv("NO_COLOR");
	struct text_style style = {
		.colour = isatty(fileno(out)) && !(no_color && *no_color),
		.verbose = options->verbose,
		.width = width_of(out),
	};

	if (options->quiet)
		text_write_unexplained(out, matrix->results);
	else
		text_write(out, matrix, &style);
}

static void write_output(FILE *out, enum output output, const struct matrix *matrix,
			 const struct options *options)
{
	switch (output) {
	case HTML:
		html_write(out, matrix);
		break;
	case JUNIT:
		junit_write(out, matrix->results);
		break;
	default:
		print_text(out, matrix, options);
	}
}

/* All of them are opened before one is written, so that a bad path spoils nothing. */
static int write_outputs(const struct matrix *matrix, const struct options *options)
{
	struct atomic_file files[OUTPUT_COUNT] = { 0 };
	int failed = 0;

	for (int i = 0; i < OUTPUT_COUNT && !failed; i++)
		failed = options->path[i] && atomic_open(&files[i], options->path[i]);
	for (int i = 0; i < OUTPUT_COUNT; i++) {
		if (!files[i].out)
			continue;
		if (failed) {
			atomic_abort(&files[i]);
			continue;
		}
		write_output(files[i].out, i, matrix, options);
		failed = atomic_commit(&files[i]);
	}
	return failed;
}

static int report(const struct results *results, const struct options *options)
{
	struct matrix matrix = matrix_make(results);
	int failed = write_outputs(&matrix, options);

	matrix_free(&matrix);
	if (failed)
		return SC_BROKEN;
	return results_status(results);
}

static int read_all(struct results *results, char *const *paths)
{
	int failed = 0;

	for (; *paths; paths++)
		failed |= results_add(results, *paths);
	results_sort(results);
	return failed;
}

static int read_and_report(const struct options *options, char *const *paths)
{
	struct results results = { 0 };
	struct known known = { 0 };
	int status = SC_BROKEN;

	if (read_all(&results, paths) || (options->known && known_read(&known, options->known)))
		goto out;
	if (!results.count) {
		fprintf(stderr, "seccompat: report: no results: there is no *.json in %s\n",
			paths[0]);
		status = SC_UNTESTED;
		goto out;
	}
	if (options->known)
		known_judge(&known, &results);
	else
		results_judge(&results);
	status = report(&results, options);
out:
	results_free(&results);
	known_free(&known);
	return status;
}

int cmd_report(int argc, char **argv)
{
	enum { OPTION_HTML = 256, OPTION_JUNIT, OPTION_TEXT };
	static const struct option long_options[] = {
		{ "known", required_argument, NULL, 'k' },
		{ "html", required_argument, NULL, OPTION_HTML },
		{ "junit", required_argument, NULL, OPTION_JUNIT },
		{ "text", required_argument, NULL, OPTION_TEXT },
		{ "quiet", no_argument, NULL, 'q' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct options options = { .path[TEXT] = "-" };
	int option;

	argv[0] = (char *)"seccompat: report"; /* how getopt begins its messages */
	while ((option = getopt_long(argc, argv, "k:qvh", long_options, NULL)) != -1) {
		switch (option) {
		case 'k':
			options.known = optarg;
			break;
		case OPTION_HTML:
			options.path[HTML] = optarg;
			break;
		case OPTION_JUNIT:
			options.path[JUNIT] = optarg;
			break;
		case OPTION_TEXT:
			options.path[TEXT] = optarg;
			break;
		case 'q':
			options.quiet = true;
			break;
		case 'v':
			options.verbose = true;
			break;
		case 'h':
			usage(stdout);
			return SC_OK;
		default:
			return SC_BROKEN;
		}
	}
	if (optind == argc) {
		fprintf(stderr,
			"seccompat: report: a FOLDER or FILE is needed; see report --help\n");
		return SC_BROKEN;
	}
	return results_readable() ? read_and_report(&options, argv + optind) : SC_BROKEN;
}
