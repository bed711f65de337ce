/* SPDX-License-Identifier: BSD-3-Clause */
/* seccompat behaviours: which tests show what seccomp does, and who else checks it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "arch/arch.h"
#include "cli/cli.h"
#include "selftests/glue/behaviours.h"

/* Other suites: the letter of behaviours.def, and the head of their column. */
static const struct peer {
	char letter;
	const char *name;
} peers[] = {
	{ 'U', "upstream" },
	{ 'L', "LTP" },
	{ 'G', "gVisor" },
	{ 'S', "libseccomp" },
};

#define PEER_COUNT (sizeof(peers) / sizeof(peers[0]))

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat behaviours [--missing | --markdown]\n"
		"What seccomp does, as far as a suite can check it: a line each, then the tests "
		"of\n"
		"this program that show it. Nothing is run.\n\n"
		"  -m, --missing   only what no test shows, of what this architecture can show\n"
		"      --markdown  a table, with the other suites that check it\n"
		"  -h, --help      this text\n\n"
		"Exit status: 0, 1 when --missing has found one, 2 usage.\n");
}

static size_t count_tests(const struct behaviour *behaviour)
{
	const struct test_info *const *test;
	size_t count = 0;

	for_each_test(test) count += behaviour_is_shown_by(behaviour, *test);
	return count;
}

static bool is_missing(const struct behaviour *behaviour)
{
	return !*behaviour->elsewhere && behaviour_concerns(behaviour, arch_native()->name) &&
	       !count_tests(behaviour);
}

/* What shows it, each with what stands before and after it. */
static void print_tests(const struct behaviour *behaviour, const char *before, const char *after)
{
	const struct test_info *test;

	for (test = test_after(NULL); test; test = test_after(test))
		if (behaviour_is_shown_by(behaviour, test))
			printf("%s%s.%s%s", before, test->family, test->name, after);
	if (*behaviour->elsewhere)
		printf("%s%s%s", before, behaviour->elsewhere, after);
}

static int print_missing(void)
{
	size_t count = 0;

	for (size_t i = 0; i < behaviour_count; i++) {
		if (!is_missing(&behaviours[i]))
			continue;
		printf("%3u  %s\n", behaviours[i].number, behaviours[i].text);
		count++;
	}
	return count ? SC_FAILED : SC_OK;
}

static void print_text(void)
{
	for (size_t i = 0; i < behaviour_count; i++) {
		printf("%3u  %s\n", behaviours[i].number, behaviours[i].text);
		print_tests(&behaviours[i], "       ", "\n");
	}
}

static void print_table_head(const char *group)
{
	printf("\n## %s\n\n| | behaviour | seccompat |", group);
	for (size_t p = 0; p < PEER_COUNT; p++)
		printf(" %s |", peers[p].name);
	printf("\n|--:|---|---|");
	for (size_t p = 0; p < PEER_COUNT; p++)
		printf(":-:|");
	putchar('\n');
}

/* A bar would end the cell. */
static void print_cell(const char *text)
{
	for (; *text; text++) {
		if (*text == '|' || *text == '<' || *text == '*' || *text == '_')
			putchar('\\');
		putchar(*text);
	}
}

static void print_table_row(const struct behaviour *behaviour)
{
	printf("| %u | ", behaviour->number);
	print_cell(behaviour->text);
	printf(" |");
	print_tests(behaviour, " `", "`");
	printf(" |");
	for (size_t p = 0; p < PEER_COUNT; p++)
		printf(" %s |", strchr(behaviour->peers, peers[p].letter) ? "yes" : "");
	putchar('\n');
}

static void print_markdown(void)
{
	const char *group = "";

	printf("# What seccomp does, and which suite checks it\n\n"
	       "Tests of the %s program; one with a file's name is a test of the toolkit. A suite "
	       "that has at least\none case of a behaviour has \"yes\".\n",
	       arch_native()->name);
	for (size_t i = 0; i < behaviour_count; i++) {
		if (strcmp(group, behaviours[i].group))
			print_table_head(behaviours[i].group);
		group = behaviours[i].group;
		print_table_row(&behaviours[i]);
	}
}

int cmd_behaviours(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "missing", no_argument, NULL, 'm' },
		{ "markdown", no_argument, NULL, 'M' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option = getopt_long(argc, argv, "mh", long_options, NULL);

	if (option == 'h') {
		usage(stdout);
		return SC_OK;
	}
	if (option == '?' || optind < argc) {
		usage(stderr);
		return SC_BROKEN;
	}
	if (option == 'm')
		return print_missing();
	if (option == 'M')
		print_markdown();
	else
		print_text();
	return SC_OK;
}
