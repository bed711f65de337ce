/* SPDX-License-Identifier: BSD-3-Clause */
/* seccompat probe: one probing, a table for people or JSON. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/atomic.h"
#include "report/features.h"
#include "report/json.h"
#include "report/provenance.h"
#include "verdict/verdict.h"

struct options {
	const char *output;
	bool json, no_color;
	bool wanted[F_COUNT];
};

struct probing {
	struct environment env;
	struct answer answers[F_COUNT]; /* trusted */
	struct verdict verdicts[F_COUNT];
	struct utsname name;
};

static void usage(FILE *out)
{
	fprintf(out, "usage: seccompat probe [OPTION...] [FEATURE...]\n"
		     "Asks this kernel for its seccomp features (for each FEATURE; all if none is "
		     "given), and\n"
		     "compares with what mainline of its version has. Needs no privilege, leaves "
		     "no trace.\n\n"
		     "  -j, --json         one JSON object instead of the table\n"
		     "  -o, --output FILE  write there; the file is complete or not there\n"
		     "      --no-color     no colours, on a terminal either\n"
		     "  -h, --help         this text\n\n"
		     "Exit status: 0 all was asked (an answer may still be unknown), 2 usage or "
		     "bad output.\n");
}

/* --- which features ----------------------------------------------------------------------- */

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters must change to make b of a: Levenshtein's distance, row by row. */
static size_t distance(const char *a, const char *b)
{
	size_t length = strlen(b), row[64];

	if (length >= sizeof(row) / sizeof(row[0]))
		return length;
	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; *a; a++, i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, diagonal + (*a != b[j - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

/* A part of a name stands for it, as "wait_killable" does; else the one that is spelled alike. */
static const char *nearest_id(const char *id)
{
	const char *nearest = NULL;
	size_t best = 5;

	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		size_t far = distance(id, features[f].id);

		if (strlen(id) > 2 && strstr(features[f].id, id))
			far = 1;
		if (far >= best)
			continue;
		best = far;
		nearest = features[f].id;
	}
	return nearest;
}

static bool want(struct options *options, const char *id)
{
	enum feature feature = feature_by_id(id);
	const char *nearest;

	if (feature != F_NONE) {
		options->wanted[feature] = true;
		return true;
	}
	nearest = nearest_id(id);
	if (nearest)
		fprintf(stderr, "seccompat: probe: %s: no such feature; did you mean %s?\n", id,
			nearest);
	else
		fprintf(stderr,
			"seccompat: probe: %s: no such feature; seccompat probe lists them\n", id);
	return false;
}

/* --- asking ------------------------------------------------------------------------------- */

static void ask(struct probing *probing, const struct options *options)
{
	uname(&probing->name);
	environment_read(&probing->env);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		struct answer raw;

		if (!options->wanted[f])
			continue;
		raw = probe_feature(f);
		probing->answers[f] = environment_trust(&probing->env, f, &raw);
		probing->verdicts[f] =
			verdict_of(&features[f], &probing->answers[f], WORKS_NOT_TESTED,
				   probing->name.release, kconfig_running(features[f].kconfig));
	}
}

/* --- for machines ------------------------------------------------------------------------- */

static void write_json(FILE *out, const struct probing *probing, const struct options *options)
{
	struct json json;

	jsonw_begin(&json, out);
	jsonw_object(&json, NULL);
	provenance_write(&json, &probing->env);
	jsonw_array(&json, "features");
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		if (options->wanted[f])
			feature_write(&json, f, &probing->answers[f], &probing->verdicts[f]);
	jsonw_end(&json);
	jsonw_end(&json);
}

/* --- for people --------------------------------------------------------------------------- */

static const char *const colours[VERDICT_COUNT] = {
	[VERDICT_UNKNOWN] = "\033[33m",	   [VERDICT_MAINLINE] = "\033[32m",
	[VERDICT_BACKPORTED] = "\033[36m", [VERDICT_MISSING] = "\033[31m",
	[VERDICT_CONFIG_OFF] = "\033[2m",  [VERDICT_BROKEN] = "\033[1;31m",
	[VERDICT_NOT_YET] = "\033[2m",
};

static bool use_colour(FILE *out, const struct options *options)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return !options->no_color && !(no_color && *no_color) && term && strcmp(term, "dumb") &&
	       isatty(fileno(out));
}

static void print_row(FILE *out, const struct probing *probing, enum feature f, bool colour)
{
	const struct verdict *verdict = &probing->verdicts[f];
	const char *since = *features[f].since ? features[f].since : "ever";

	fprintf(out, "  %-25s  %-7s  %s%-10s%s  %-14s  %s\n", features[f].id,
		asked_name(probing->answers[f].asked), colour ? colours[verdict->kind] : "",
		verdict_name(verdict->kind), colour ? "\033[0m" : "", since,
		*verdict->why ? verdict->why : features[f].method);
}

static void print_doubts(FILE *out, const struct environment *env)
{
	if (env->emulated)
		fprintf(out, "No kernel answers here, but an emulator (%s).\n", env->emulator);
	if (env->outer_filter)
		fprintf(out, "Whoever started this put a filter around it: what it refuses is "
			     "unknown.\n");
	if (env->traced)
		fprintf(out, "This is being traced: a refusal may be the tracer's.\n");
	if (!env->proc)
		fprintf(out, "/proc is not mounted.\n");
}

static void print_summary(FILE *out, const struct probing *probing, const struct options *options)
{
	unsigned int counts[VERDICT_COUNT] = { 0 };
	const char *comma = "";

	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		counts[probing->verdicts[f].kind] += options->wanted[f];
	putc('\n', out);
	for (enum verdict_kind kind = 0; kind < VERDICT_COUNT; kind++) {
		if (!counts[kind])
			continue;
		fprintf(out, "%s%u %s", comma, counts[kind], verdict_name(kind));
		comma = ", ";
	}
	putc('\n', out);
}

static void print_table(FILE *out, const struct probing *probing, const struct options *options)
{
	bool colour = use_colour(out, options);
	const char *group = "";

	fprintf(out, "Linux %s %s, %s\n", probing->name.release, probing->name.machine,
		probing->name.version);
	print_doubts(out, &probing->env);
	fprintf(out, "\n  %-25s  %-7s  %-10s  %-14s  %s\n", "feature", "asked", "verdict", "since",
		"why, or how it was asked");
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		if (!options->wanted[f])
			continue;
		if (strcmp(group, features[f].group))
			fprintf(out, "%s\n", features[f].group);
		group = features[f].group;
		print_row(out, probing, f, colour);
	}
	print_summary(out, probing, options);
}

/* ------------------------------------------------------------------------------------------ */

static int run_probe(const struct options *options)
{
	struct probing probing = { .env = { .mode = -1 } };
	struct atomic_file file;

	if (atomic_open(&file, options->output))
		return SC_BROKEN;
	ask(&probing, options);
	if (options->json)
		write_json(file.out, &probing, options);
	else
		print_table(file.out, &probing, options);
	return atomic_commit(&file) ? SC_BROKEN : SC_OK;
}

/* The FEATURE arguments; all features if there are none. False after a line on stderr. */
static bool parse_features(struct options *options, char **ids)
{
	if (!*ids)
		for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
			options->wanted[f] = true;
	for (; *ids; ids++)
		if (!want(options, *ids))
			return false;
	return true;
}

int cmd_probe(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "output", required_argument, NULL, 'o' },
		{ "no-color", no_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct options options = { .output = "-" };
	int option;

	while ((option = getopt_long(argc, argv, "jo:h", long_options, NULL)) != -1) {
		switch (option) {
		case 'j':
			options.json = true;
			break;
		case 'o':
			options.output = optarg;
			break;
		case 'C':
			options.no_color = true;
			break;
		case 'h':
			usage(stdout);
			return SC_OK;
		default:
			usage(stderr);
			return SC_BROKEN;
		}
	}
	if (!parse_features(&options, argv + optind))
		return SC_BROKEN;
	return run_probe(&options);
}
