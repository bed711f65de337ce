/* SPDX-License-Identifier: BSD-3-Clause */
/* seccompat explain: all that is known about a feature, and what this kernel says of it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "report/feature-name.h"
#include "report/features.h"
#include "report/probing.h"
#include "selftests/glue/info.h"

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat explain [FEATURE...]\n"
		"What each FEATURE is, since when mainline has it, which options of the kernel "
		"it needs,\n"
		"how it is asked for, which tests cover it, and what this kernel says. Without "
		"FEATURE:\n"
		"the names of all, a line each; no kernel is asked.\n\n"
		"  -h, --help  this text\n\n"
		"Exit status: 0 all were explained, 2 usage or a feature that does not exist.\n");
}

/* --- a feature ---------------------------------------------------------------------------- */

static void print_since(const char *since)
{
	const char *range = strstr(since, "..");

	if (!*since)
		printf("  mainline  every version: it is the bound of what is assigned\n");
	else if (range)
		printf("  mainline  from %.*s to %s, and no more\n", (int)(range - since), since,
		       range + 2);
	else
		printf("  mainline  since %s\n", since);
}

static void print_options(const struct feature_info *info)
{
	const char *option = info->kconfig;

	printf("  needs    ");
	if (!*option)
		printf(" no option of the kernel's configuration");
	while (*option) {
		int length = strcspn(option, " ");

		printf(" CONFIG_%.*s", length, option);
		option += length;
		option += strspn(option, " ");
	}
	printf("%s\n", info->optional ? ", which distributions do leave off" : "");
}

static bool covers(const struct test_info *test, enum feature feature)
{
	for_each_feature(i, test->covers)
	{
		if (test->covers[i] == feature)
			return true;
	}
	return false;
}

/* As `seccompat check --list` has them: by family, then in the order of its file. */
static int by_place(const void *a, const void *b)
{
	const struct test_info *one = *(const struct test_info *const *)a;
	const struct test_info *other = *(const struct test_info *const *)b;
	int order = strcmp(one->family, other->family);

	return order ? order : one->line - other->line;
}

static void print_tests(enum feature feature)
{
	size_t all = __stop_seccompat_tests - __start_seccompat_tests, count = 0;
	const struct test_info **tests = calloc(all + 1, sizeof(*tests));
	const struct test_info *const *test;

	if (!tests)
		abort();
	for_each_test(test)
	{
		if (covers(*test, feature))
			tests[count++] = *test;
	}
	qsort(tests, count, sizeof(*tests), by_place);
	if (!count)
		printf("  tests     %s\n", all ? "none" : "unknown: this program has none in it");
	for (size_t i = 0; i < count; i++)
		printf("  %-8s  %s.%s\n", i ? "" : "tests", tests[i]->family, tests[i]->name);
	free(tests);
}

static void print_answer(const struct probing *probing, const struct finding *finding)
{
	printf("  here      %s on Linux %s %s: %s%s%s%s\n", asked_name(finding->answer.asked),
	       probing->name.release, probing->name.machine, verdict_name(finding->verdict.kind),
	       *finding->verdict.why ? " (" : "", finding->verdict.why,
	       *finding->verdict.why ? ")" : "");
}

static void explain(const struct probing *probing, const struct finding *finding)
{
	const struct feature_info *info = &features[finding->feature];

	printf("%s: %s\n", info->id, info->doc);
	printf("  group     %s\n", info->group);
	print_since(info->since);
	print_options(info);
	printf("  asked by  %s\n", info->method);
	print_tests(finding->feature);
	print_answer(probing, finding);
}

/* ------------------------------------------------------------------------------------------ */

static void list(void)
{
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		printf("%-25s  %s\n", features[f].id, features[f].doc);
}

static void explain_all(const bool wanted[F_COUNT])
{
	struct probing probing;

	probing_ask(&probing, wanted, false);
	for (size_t i = 0; i < probing.count; i++) {
		if (i)
			putchar('\n');
		explain(&probing, &probing.findings[i]);
	}
}

int cmd_explain(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	bool wanted[F_COUNT] = { 0 };
	int option = getopt_long(argc, argv, "h", long_options, NULL);

	if (option != -1) {
		usage(option == 'h' ? stdout : stderr);
		return option == 'h' ? SC_OK : SC_BROKEN;
	}
	for (char **id = argv + optind; *id; id++) {
		enum feature feature = feature_named("explain", *id);

		if (feature == F_NONE)
			return SC_BROKEN;
		wanted[feature] = true;
	}
	if (!argv[optind])
		list();
	else
		explain_all(wanted);
	return SC_OK;
}
