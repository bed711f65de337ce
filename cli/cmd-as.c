/* SPDX-License-Identifier: BSD-3-Clause */
/* seccompat as: a command, below a filter that answers like an older kernel. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <linux/seccomp.h>

#include "cli/cli.h"
#include "probe/imitate.h"
#include "report/expect.h"
#include "report/feature-name.h"

/* As those of env(1): the command's own status must be told from ours. */
enum { AS_FAILED = 125, AS_NOT_EXECUTED = 126, AS_NOT_FOUND = 127 };

#define WIDTH 92 /* of a line of --help */

/* Says the ids of those features that are hidden by this, in lines. */
static void print_hidden(FILE *out, enum hidden_by by)
{
	size_t column = WIDTH;

	fprintf(out, "  %s:", hidden_by_text[by]);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		if (imitation_of(f) != IMITATION_HIDDEN || imitation_hidden_by(f) != by)
			continue;
		column += 1 + strlen(features[f].id);
		if (column > WIDTH) {
			fprintf(out, "\n   ");
			column = 4 + strlen(features[f].id);
		}
		fprintf(out, " %s", features[f].id);
	}
	putc('\n', out);
}

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat as VERSION [--with FEATURE] [--without FEATURE] [--] COMMAND "
		"[ARGUMENT...]\n"
		"Runs COMMAND below a filter that refuses what mainline Linux VERSION would refuse "
		"of seccomp,\n"
		"and as that did: operations, flags, requests of listeners and of ptrace(2), "
		"options of prctl(2).\n\n"
		"  -w, --with FEATURE     but leave it FEATURE, as if it had been backported\n"
		"  -W, --without FEATURE  and refuse it FEATURE\n"
		"  -h, --help             this text\n\n"
		"Exit status: COMMAND's; 125 COMMAND was not tried, 126 it is no program, 127 "
		"there "
		"is none.\n\n"
		"What a filter cannot take away stays as this kernel has it:\n");
	for (enum hidden_by by = 0; by < HIDDEN_BY_COUNT; by++)
		print_hidden(out, by);
}

/* --- what is imitated --------------------------------------------------------------------- */

/* Whether a filter can give or take this feature by itself. False after a line on stderr. */
static bool is_imitable(enum feature feature)
{
	const char *id = features[feature].id;

	switch (imitation_of(feature)) {
	case IMITATION_REFUSED:
		return true;
	case IMITATION_FOLLOWS:
		fprintf(stderr, "seccompat: as: %s: goes with %s; name that\n", id,
			features[imitation_followed(feature)].id);
		return false;
	default:
		fprintf(stderr, "seccompat: as: %s: cannot be imitated: %s\n", id,
			hidden_by_text[imitation_hidden_by(feature)]);
		return false;
	}
}

/* FEATURE of --with or --without. False after a line on stderr. */
static bool change(bool has[F_COUNT], const char *id, bool with)
{
	enum feature feature = feature_named("as", id);

	if (feature == F_NONE || !is_imitable(feature))
		return false;
	has[feature] = with;
	return true;
}

/*
 * What this kernel lacks cannot be had from a filter. Distributions leave some options off, and
 * what is not known, as another filter is in the way, may be there. False after a line on stderr.
 */
static bool can_be_had(const char *version, const bool has[F_COUNT])
{
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		if (!has[f] || features[f].optional || imitation_of(f) != IMITATION_REFUSED)
			continue;
		if (probe_feature(f).asked != ASKED_ABSENT)
			continue;
		fprintf(stderr,
			"seccompat: as: %s has %s, which this kernel lacks, and no filter can add; "
			"--without %s does without\n",
			version, features[f].id, features[f].id);
		return false;
	}
	return true;
}

/* --- the command -------------------------------------------------------------------------- */

/* no_new_privs only where it is needed, as a command can see it. */
static int install(const struct sock_fprog *prog)
{
	if (!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog, 0, 0))
		return 0;
	if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog, 0, 0);
}

/* False after a line on stderr. */
static bool go_below(const bool has[F_COUNT])
{
	struct sock_fprog prog;
	struct builder b;
	bool installed = false;

	builder_init(&b, arch_native());
	imitate(&b, has);
	if (builder_finish(&b, &prog))
		fprintf(stderr, "seccompat: as: the filter cannot be built: %s\n", b.why);
	else if (install(&prog))
		perror("seccompat: as: the filter cannot be installed");
	else
		installed = true;
	builder_free(&b);
	return installed;
}

static int run_command(char **argv)
{
	int err;

	execvp(argv[0], argv);
	err = errno;
	fprintf(stderr, "seccompat: as: %s: %s\n", argv[0], strerror(err));
	return err == ENOENT ? AS_NOT_FOUND : AS_NOT_EXECUTED;
}

/* --- what was asked for ------------------------------------------------------------------- */

/* The next option before the next other word: -1 if there is none. */
static int next_option(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "with", required_argument, NULL, 'w' },
		{ "without", required_argument, NULL, 'W' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};

	return getopt_long(argc, argv, "+w:W:h", long_options, NULL);
}

/* Options behind VERSION change what it has. -1, or an exit status. */
static int take_options(int argc, char **argv, bool has[F_COUNT])
{
	int option;

	while ((option = next_option(argc, argv)) != -1) {
		if (option == 'h') {
			usage(stdout);
			return SC_OK;
		}
		if (option == '?') {
			usage(stderr);
			return AS_FAILED;
		}
		if (!change(has, optarg, option == 'w'))
			return AS_FAILED;
	}
	return -1;
}

int cmd_as(int argc, char **argv)
{
	const char *version = argc > 1 ? argv[1] : "--";
	bool has[F_COUNT] = { 0 };
	int status;

	if (*version != '-') {
		if (expect_version("as", version, true, has))
			return AS_FAILED;
		optind = 2;
	}
	status = take_options(argc, argv, has);
	if (status >= 0)
		return status;
	if (*version == '-' || optind >= argc) {
		usage(stderr);
		return AS_FAILED;
	}
	if (!can_be_had(version, has) || !go_below(has))
		return AS_FAILED;
	return run_command(argv + optind);
}
