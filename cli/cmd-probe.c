/* SPDX-License-Identifier: BSD-3-Clause */
/* seccompat probe: one probing, rendered as it was asked for. */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/atomic.h"
#include "report/expect.h"
#include "report/feature-name.h"
#include "report/render.h"

/* One of these at a time. */
enum form {
	FORM_TABLE, /* unless another one is given */
	FORM_JSON,
	FORM_MACROS,
	FORM_MAKE,
	FORM_KTAP,
	FORM_MARKDOWN,
	FORM_EXPECT,
	FORM_SAVE,
	FORM_SINCE,
	FORM_COUNT
};

static const char *const form_options[FORM_COUNT] = {
	[FORM_JSON] = "--json", [FORM_MACROS] = "--macros",	[FORM_MAKE] = "--make",
	[FORM_KTAP] = "--ktap", [FORM_MARKDOWN] = "--markdown", [FORM_EXPECT] = "--expect",
	[FORM_SAVE] = "--save", [FORM_SINCE] = "--since",
};

struct options {
	enum form form;
	const char *argument; /* of the form: a prefix, a version, a file */
	const char *output;   /* NULL: not given */
	bool quiet, no_color;
	bool assume_unfiltered;
	bool judged; /* the exit status says whether all that is wanted is there */
	bool wanted[F_COUNT];
};

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat probe [OPTION...] [FEATURE...]\n"
		"Asks this kernel for its seccomp features (for each FEATURE; all if none is "
		"given), "
		"and\n"
		"compares with what mainline of its version has. Needs no privilege, leaves no "
		"trace.\n\n"
		"One of these, instead of the table:\n"
		"  -j, --json              one JSON object\n"
		"      --macros[=PREFIX]   a C header: PREFIX_HAVE_FLAG_TSYNC or "
		"PREFIX_NO_FLAG_TSYNC "
		"(PREFIX\n"
		"                          is SECCOMPAT)\n"
		"      --make              SECCOMPAT_HAVE_FLAG_TSYNC=y or =n, for make and for sh\n"
		"      --ktap              a test point for each feature\n"
		"      --markdown          a table for a page\n"
		"      --save FILE         the names of what is present, a line each, into FILE\n"
		"      --expect WHAT       what is not there of WHAT: a mainline version (6.1), or "
		"a "
		"file that\n"
		"                          --save wrote\n"
		"      --since VERSION     the names of what mainline VERSION has; asks no "
		"kernel\n\n"
		"      --assume-unfiltered take refusals for the kernel's own, below a filter, "
		"too\n"
		"  -q, --quiet             nothing: the exit status is the answer\n"
		"  -o, --output FILE       write there; the file is complete or not there\n"
		"      --no-color          no colours, on a terminal either\n"
		"  -h, --help              this text\n\n"
		"Exit status with FEATURE or --expect: 0 all are present, 1 one is absent or "
		"broken, 4 "
		"none\n"
		"is, but one is unknown. Without: 0 all was asked. 2 usage, bad input or bad "
		"output.\n");
}

/* --- output ------------------------------------------------------------------------------- */

static bool use_colour(FILE *out, const struct options *options)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return !options->no_color && !(no_color && *no_color) && term && strcmp(term, "dumb") &&
	       isatty(fileno(out));
}

static void render(FILE *out, const struct options *options, const struct probing *probing)
{
	switch (options->form) {
	case FORM_JSON:
		render_json(out, probing);
		break;
	case FORM_MACROS:
		render_macros(out, probing, options->argument ? options->argument : "SECCOMPAT");
		break;
	case FORM_MAKE:
		render_make(out, probing);
		break;
	case FORM_KTAP:
		render_ktap(out, probing);
		break;
	case FORM_MARKDOWN:
		render_markdown(out, probing);
		break;
	case FORM_EXPECT:
		render_lacking(out, probing);
		break;
	case FORM_SAVE:
		render_present(out, probing);
		break;
	default:
		render_table(out, probing, use_colour(out, options));
	}
}

/* A list that no kernel stands behind would be expected of kernels later. */
static bool may_save(const struct options *options, const struct probing *probing)
{
	const char *emulator = environment_emulator(&probing->env);

	if (options->form != FORM_SAVE || !emulator)
		return true;
	fprintf(stderr,
		"seccompat: %s: not written: an emulator (%s) answers here, and no kernel\n",
		options->argument, emulator);
	return false;
}

static int run_probe(const struct options *options)
{
	struct atomic_file file;
	struct probing probing;

	if (atomic_open(&file, options->output ? options->output : "-"))
		return SC_BROKEN;
	probing_ask(&probing, options->wanted, options->assume_unfiltered);
	if (!may_save(options, &probing)) {
		atomic_abort(&file);
		return SC_UNTESTED;
	}
	if (!options->quiet)
		render(file.out, options, &probing);
	if (atomic_commit(&file))
		return SC_BROKEN;
	return options->judged ? probing_status(&probing) : SC_OK;
}

static int print_wanted(const struct options *options)
{
	struct atomic_file file;

	if (atomic_open(&file, options->output ? options->output : "-"))
		return SC_BROKEN;
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		if (options->wanted[f])
			fprintf(file.out, "%s\n", features[f].id);
	return atomic_commit(&file) ? SC_BROKEN : SC_OK;
}

/* --- what was asked for ------------------------------------------------------------------- */

static bool exclude(const char *one, const char *other)
{
	fprintf(stderr, "seccompat: probe: %s and %s exclude each other; give one of them\n", one,
		other);
	return false;
}

/* False after a line on stderr. */
static bool set_form(struct options *options, enum form form, const char *argument)
{
	if (options->form != FORM_TABLE && options->form != form)
		return exclude(form_options[options->form], form_options[form]);
	options->form = form;
	options->argument = argument;
	return true;
}

/* A macro's name begins with it. */
static bool is_prefix(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '_')
			return false;
	return true;
}

/* What no form can do with the rest. False after a line on stderr. */
static bool is_consistent(struct options *options, bool with_features)
{
	enum form form = options->form;

	if (form == FORM_MACROS && options->argument && !is_prefix(options->argument)) {
		fprintf(stderr,
			"seccompat: probe: --macros=%s: no name of C; give letters, digits and _\n",
			options->argument);
		return false;
	}
	if (with_features && (form == FORM_EXPECT || form == FORM_SINCE))
		return exclude(form_options[form], "FEATURE");
	if (options->quiet && form != FORM_TABLE && form != FORM_EXPECT)
		return exclude(form_options[form], "--quiet");
	if (options->output && (options->quiet || form == FORM_SAVE))
		return exclude(options->quiet ? "--quiet" : form_options[form], "--output");
	if (form == FORM_SAVE)
		options->output = options->argument;
	return true;
}

/* The FEATURE arguments; all features if there are none. False after a line on stderr. */
static bool want_named(struct options *options, char **ids)
{
	options->judged = *ids;
	if (!*ids)
		for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
			options->wanted[f] = true;
	for (; *ids; ids++) {
		enum feature feature = feature_named("probe", *ids);

		if (feature == F_NONE)
			return false;
		options->wanted[feature] = true;
	}
	return true;
}

static bool want(struct options *options, char **ids)
{
	const char *what = options->argument;

	if (options->form == FORM_SINCE)
		return !expect_version("probe", what, true, options->wanted);
	if (options->form != FORM_EXPECT)
		return want_named(options, ids);
	options->judged = true;
	if (expect_is_version(what))
		return !expect_version("probe", what, false, options->wanted);
	return !expect_file(what, options->wanted);
}

/* Values of the long options that have no letter: a form's is this and the form. */
enum { NO_COLOR = 256, ASSUME_UNFILTERED, FORM = 512 };

static bool take_option(struct options *options, int option)
{
	switch (option) {
	case 'j':
		return set_form(options, FORM_JSON, NULL);
	case 'o':
		options->output = optarg;
		return true;
	case 'q':
		options->quiet = true;
		return true;
	case ASSUME_UNFILTERED:
		options->assume_unfiltered = true;
		return true;
	case NO_COLOR:
		options->no_color = true;
		return true;
	default:
		return set_form(options, option - FORM, optarg);
	}
}

int cmd_probe(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "macros", optional_argument, NULL, FORM + FORM_MACROS },
		{ "make", no_argument, NULL, FORM + FORM_MAKE },
		{ "ktap", no_argument, NULL, FORM + FORM_KTAP },
		{ "markdown", no_argument, NULL, FORM + FORM_MARKDOWN },
		{ "expect", required_argument, NULL, FORM + FORM_EXPECT },
		{ "save", required_argument, NULL, FORM + FORM_SAVE },
		{ "since", required_argument, NULL, FORM + FORM_SINCE },
		{ "assume-unfiltered", no_argument, NULL, ASSUME_UNFILTERED },
		{ "quiet", no_argument, NULL, 'q' },
		{ "output", required_argument, NULL, 'o' },
		{ "no-color", no_argument, NULL, NO_COLOR },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct options options = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "jqo:h", long_options, NULL)) != -1) {
		if (option == 'h') {
			usage(stdout);
			return SC_OK;
		}
		if (option == '?') {
			usage(stderr);
			return SC_BROKEN;
		}
		if (!take_option(&options, option))
			return SC_BROKEN;
	}
	if (!is_consistent(&options, argv[optind]) || !want(&options, argv + optind))
		return SC_BROKEN;
	return options.form == FORM_SINCE ? print_wanted(&options) : run_probe(&options);
}
