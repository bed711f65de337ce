/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of what is known: its patterns, its table, and what it makes of results. */
#include "probe/command-line.h"
#include "report/known.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/status.h"
#include "tests/unit/unit.h"

static const struct {
	const char *pattern, *name;
	bool matches;
} patterns[] = {
	{ "a.b", "a.b", true },	     { "a.b", "axb", false },	 { "a.b", "a.bc", false },
	{ "a.bc", "a.b", false },    { "", "", true },		 { "", "a", false },
	{ "*", "", true },	     { "*", "a.b/c", true },	 { "a*", "a", true },
	{ "*a", "ba", true },	     { "*a", "ab", false },	 { "a*c", "abbc", true },
	{ "a*c", "abbcd", false },   { "*.b.*", "x.b.y", true }, { "*ab*ab", "abab", true },
	{ "*ab*ab", "abaab", true }, { "*ab*ab", "ab", false },	 { "a?c", "abc", true },
	{ "a?c", "ac", false },	     { "?", "", false },	 { "**", "x", true },
	{ "[ab]", "a", false },	     { "[ab]", "[ab]", true },	 { "a*?", "a", false },
	{ "a\\*", "a\\b", true },    { "b a*", "ab", true },	 { "b a*", "b", true },
	{ "b a*", "b a", false },    { "b* a", "b a", true },	 { "b *", "", true },
	{ "b a", "c", false },	     { "?* ab", "a ab", true },
};

static void test_patterns(void)
{
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		check(known_matches(patterns[i].pattern, patterns[i].name) == patterns[i].matches,
		      "\"%s\" %s \"%s\"", patterns[i].pattern,
		      patterns[i].matches ? "is" : "is not", patterns[i].name);
}

/* The table as a file, and whether it is read. */
static bool reads(struct known *known, const char *table)
{
	char path[] = "/tmp/seccompat-known.XXXXXX";
	int fd = mkstemp(path);
	bool read;

	if (fd < 0 || dprintf(fd, "%s", table) < 0)
		return false;
	close(fd);
	read = !known_read(known, path);
	unlink(path);
	return read;
}

static const char *const bad_rows[] = {
	"*\t-\t-\tx\tfail\treason",	 "*\t-\t-\tx\tfail\treason\t-\t-",
	"*\t-\t-\tx\tfail\t\t-",	 "*\t-\t-\tx\tfail\t?!\t-",
	"*\t-\t-\tx\tpass\treason\t-",	 "*\t-\t-\t\tfail\treason\t-",
	"vax\t-\t-\tx\tfail\treason\t-", "*\tv6\t-\tx\tfail\treason\t-",
	"*\t-\t6\tx\tfail\treason\t-",
};

static void test_table(void)
{
	struct known known;

	for (size_t i = 0; i < sizeof(bad_rows) / sizeof(bad_rows[0]); i++)
		check(!reads(&known, bad_rows[i]), "bad row %zu is refused", i);
	check(reads(&known, "") && !known.count, "an empty table is one");
	known_free(&known);
	check(reads(&known, "# x\n \t\n*\t-\t-\tx\tnone\tfor a reason\t-") && known.count == 1,
	      "comments are passed over, and no newline is needed at the end");
	check(known.rows[0].result == KNOWN_NONE && !known.rows[0].arch &&
		      !strcmp(known.rows[0].reason, "for a reason") && !*known.rows[0].reference,
	      "a row's columns are read");
	known_free(&known);
}

/* From a state without a list, of a test's outcome, to that with it. */
static const struct {
	enum outcome outcome;
	const char *row;
	enum state state;
	const char *message;
	const char *name; /* NULL: arm.a.b */
} judged[] = {
	{ PASSED, "", STATE_PASS, NULL, NULL },
	{ PASSED, "*\t-\t-\tarm.a.b\tfail\tso\t-", STATE_FIXED, NULL, NULL },
	{ PASSED, "*\t-\t-\tarm.a.b\tskip\tso\t-", STATE_PASS, NULL, NULL },
	{ FAILED, "", STATE_FAIL, NULL, NULL },
	{ FAILED, "*\t-\t-\tarm.a.b\tfail\tso\t-", STATE_KNOWN, NULL, NULL },
	{ FAILED, "*\t-\t-\tarm.a.b\tskip\tso\t-", STATE_FAIL, NULL, NULL },
	{ FAILED, "*\t-\t-\tarm.a.c\tfail\tso\t-", STATE_FAIL, NULL, NULL },
	{ FAILED, "arm\t6.1\t6.2\tarm.a.b\tfail\tso\t-", STATE_KNOWN, NULL, NULL },
	{ FAILED, "arm64\t6.1\t6.2\tarm.a.b\tfail\tso\t-", STATE_FAIL, NULL, NULL },
	{ FAILED, "armhf\t6.1.5\t6.1.6\tarm.a.b\tfail\tso\t-", STATE_KNOWN, NULL, NULL },
	{ FAILED, "*\t6.1.6\t-\tarm.a.b\tfail\tso\t-", STATE_FAIL, NULL, NULL },
	{ FAILED, "*\t-\t6.1.5\tarm.a.b\tfail\tso\t-", STATE_FAIL, NULL, NULL },
	{ PASSED, "*\t-\t-\tarm.a.*\tmixed\tso\t-", STATE_PASS, NULL, NULL },
	{ FAILED, "*\t-\t-\tarm.a.*\tmixed\tso\t-", STATE_KNOWN, NULL, NULL },
	{ SKIPPED, "*\t-\t-\tarm.a.*\tmixed\tso\t-", STATE_NEW_SKIP, NULL, NULL },
	{ BROKE, "*\t-\t-\tarm.a.*\tmixed\tso\t-", STATE_BROKE, NULL, NULL },
	{ SKIPPED, "", STATE_NEW_SKIP, NULL, NULL },
	{ SKIPPED, "*\t-\t-\tarm.a.b\tskip\tso\t-", STATE_SKIP, NULL, NULL },
	{ SKIPPED, "*\t-\t-\tarm.a.b\tfail\tso\t-", STATE_NEW_SKIP, NULL, NULL },
	{ SKIPPED, "", STATE_SKIP,
	  "needs x (mainline since 6.6): not yet, mainline has it since 6.6", NULL },
	{ SKIPPED, "", STATE_SKIP, "config off, since 5.11: this kernel is built without X", NULL },
	{ SKIPPED, "", STATE_SKIP, "needs X: unknown, " COMMAND_LINE_SAYS "x=0", NULL },
	{ SKIPPED, "", STATE_SKIP, "not testable here", "arm.fixes.mode-dead" },
	{ SKIPPED, "", STATE_NEW_SKIP, "not testable here", "arm.fixes_exit.b" },
	{ FAILED, "", STATE_FAIL, "not yet", NULL },
	{ BROKE, "", STATE_BROKE, NULL, NULL },
	{ BROKE, "*\t-\t-\tarm.a.b\tfail\tso\t-", STATE_BROKE, NULL, NULL },
};

static void test_judgement(void)
{
	char name[] = "arm-6.1";

	for (size_t i = 0; i < sizeof(judged) / sizeof(judged[0]); i++) {
		const char *name_of = judged[i].name ?: "arm.a.b";
		struct result_test test = { .name = name_of,
					    .local = strchr(name_of, '.') + 1,
					    .outcome = judged[i].outcome,
					    .message = judged[i].message ?: "" };
		struct result_kernel kernel = { .name = name,
						.arch = arch_by_name("arm"),
						.version = { 6, 1, 5 },
						.tests = &test,
						.test_count = 1 };
		struct results results = { .kernels = &kernel, .count = 1 };
		struct known known;

		check(reads(&known, judged[i].row), "row %zu is read", i);
		known_judge(&known, &results);
		check(test.state == judged[i].state, "row %zu makes it %s", i,
		      states[judged[i].state].word);
		check((results_status(&results) == SC_FAILED) == state_unexplained(test.state),
		      "and the status follows");
		known_free(&known);
	}
}

/* What a test of 6.1.5 with a list of fixes is without a row. */
static const struct {
	const char *name, *fixes;
	enum outcome outcome;
	enum state state;
} detectors[] = {
	{ "i386.a.b", "mode-dead CVE-2026-89603", FAILED, STATE_KNOWN },
	{ "arm.a.b", "CVE-2026-89603", FAILED, STATE_FAIL }, /* is not of arm */
	{ "i386.a.b", "mode-dead", FAILED, STATE_FAIL },     /* mainline had it in 5.17 */
	{ "i386.a.b", "no-such", FAILED, STATE_FAIL },
	{ "i386.a.b", "CVE-2026-89603", PASSED, STATE_PASS },
	{ "i386.a.b", "CVE-2026-89603", SKIPPED, STATE_NEW_SKIP },
	{ "i386.a.b", "CVE-2026-89603", BROKE, STATE_BROKE },
};

static void test_detectors(void)
{
	char name[] = "i386-6.1";

	for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]); i++) {
		char *list = strdup(detectors[i].fixes);
		struct result_test test = { .name = detectors[i].name,
					    .local = strchr(detectors[i].name, '.') + 1,
					    .outcome = detectors[i].outcome,
					    .message = "",
					    .fixes = list };
		struct result_kernel kernel = {
			.name = name, .version = { 6, 1, 5 }, .tests = &test, .test_count = 1
		};
		struct results results = { .kernels = &kernel, .count = 1 };
		struct known none = { 0 };

		known_judge(&none, &results);
		check(test.state == detectors[i].state, "%s with %s is %s",
		      outcome_name(test.outcome), list, states[test.state].word);
		free(list);
	}
}

static const char known_row_of_skips[] = "*\t-\t-\tarm.a.skips\tfail\tso\t-";

/* What becomes of a result that follows from tests beside it. */
static enum state derived_beside(const char *derived, const struct result_test *covering,
				 size_t count)
{
	char name[] = "arm-6.1";
	struct result_test tests[4] = { { .name = derived,
					  .local = strchr(derived, '.') + 1,
					  .outcome = FAILED,
					  .message = "broken, since 3.5" } };
	/* So new that no fix is missing because of the version. */
	struct result_kernel kernel = {
		.name = name, .version = { 99, 0, 0 }, .tests = tests, .test_count = 1 + count
	};
	struct results results = { .kernels = &kernel, .count = 1 };
	struct known known;

	for (size_t i = 0; i < count; i++) {
		tests[1 + i] = covering[i];
		tests[1 + i].local = strchr(covering[i].name, '.') + 1;
		tests[1 + i].message = "";
	}
	check(reads(&known, known_row_of_skips), "a row is read");
	known_judge(&known, &results);
	known_free(&known);
	return tests[0].state;
}

static enum state feature_beside(const struct result_test *covering, size_t count)
{
	return derived_beside("arm.features.act_trace", covering, count);
}

static void test_fixes(void)
{
	char detected[] = "mode-dead CVE-2022-30594", other[] = "CVE-2022-3059 mode";
	const char fix[] = "arm.fixes.CVE-2022-30594";
	struct result_test known = { .name = "arm.a.skips", .outcome = FAILED, .fixes = detected };
	struct result_test unknown = { .name = "arm.a.b", .outcome = FAILED, .fixes = detected };
	struct result_test elsewhere = { .name = "arm.a.skips", .outcome = FAILED, .fixes = other };
	struct result_test covers = { .name = "arm.a.skips",
				      .outcome = FAILED,
				      .covers = detected };

	check(derived_beside(fix, &known, 1) == STATE_KNOWN,
	      "a fix that is missing by a known failure: known");
	check(derived_beside(fix, &unknown, 1) == STATE_FAIL, "by another one: not known");
	check(derived_beside(fix, (struct result_test[]){ known, unknown }, 2) == STATE_FAIL,
	      "by both: not known");
	check(derived_beside(fix, &elsewhere, 1) == STATE_FAIL &&
		      derived_beside(fix, &covers, 1) == STATE_FAIL,
	      "a test of other fixes says nothing, nor one that covers");
}

static void test_features(void)
{
	char covers[] = "ret_data act_trace", other[] = "act_trace_x act_tra";
	struct result_test known = { .name = "arm.a.skips", .outcome = FAILED, .covers = covers };
	struct result_test unknown = { .name = "arm.a.b", .outcome = FAILED, .covers = covers };
	struct result_test passed = { .name = "arm.a.c", .outcome = PASSED, .covers = covers };
	struct result_test elsewhere = { .name = "arm.a.skips",
					 .outcome = FAILED,
					 .covers = other };
	struct result_test twin = { .name = "i386.a.b", .outcome = FAILED, .covers = covers };

	check(feature_beside(&known, 1) == STATE_KNOWN, "broken by a known failure: known");
	check(feature_beside((struct result_test[]){ known, passed }, 2) == STATE_KNOWN,
	      "a test that passed does not break it");
	check(feature_beside((struct result_test[]){ known, unknown }, 2) == STATE_FAIL &&
		      feature_beside((struct result_test[]){ unknown, known }, 2) == STATE_FAIL,
	      "broken by another one, too, in either order: not known");
	check(feature_beside((struct result_test[]){ known, twin }, 2) == STATE_KNOWN,
	      "the twin's tests are of its own features");
	check(feature_beside(&elsewhere, 1) == STATE_FAIL,
	      "a test of another feature says nothing");
	check(feature_beside(NULL, 0) == STATE_FAIL, "missing, not broken: not known");
}

/* What becomes of a feature of that verdict beside a row. */
static enum state feature_with(const char *message, const char *text)
{
	struct result_test test = { .name = "arm.features.nnp",
				    .local = "features.nnp",
				    .outcome = PASSED,
				    .message = message };
	struct result_kernel kernel = { .name = (char[]){ "arm-3.4" },
					.tests = &test,
					.test_count = 1 };
	struct results results = { .kernels = &kernel, .count = 1 };
	struct known known;

	check(reads(&known, text), "a row is read");
	known_judge(&known, &results);
	known_free(&known);
	return test.state;
}

static void test_backported(void)
{
	static const char early[] = "backported, since 3.5: mainline has it since 3.5";
	static const char row[] = "*\t-\t-\tarm.features.nnp\tbackported\tso\t-";
	static const char other[] = "*\t-\t-\tarm.features.nnq\tbackported\tso\t-";
	static const char failing[] = "*\t-\t-\tarm.features.nnp\tfail\tso\t-";

	check(feature_with(early, row) == STATE_PASS, "a backport that is known is as good");
	check(feature_with(early, other) == STATE_FAIL, "one that is not known wants explaining");
	check(feature_with(early, failing) == STATE_FAIL, "a failure is another thing");
	check(feature_with("mainline, since 3.5", other) == STATE_PASS,
	      "what is of its time needs no row");
	check(feature_with("mainline, since 3.5", failing) == STATE_FIXED,
	      "and is not known to fail");
}

static void test_machines(void)
{
	check(arch_by_machine("armv7l") == arch_by_name("arm"), "armv7l is arm");
	check(arch_by_machine("i686") == arch_by_name("i386"), "i686 is i386");
	check(arch_by_machine("i486") == arch_by_name("i386"), "the last word counts, too");
	check(arch_by_machine("x86_64") == arch_by_name("x86_64"), "x86_64 is not x32");
	check(!arch_by_machine("i68") && !arch_by_machine("") && !arch_by_machine("vax"),
	      "what is no machine has no architecture");
}

int main(void)
{
	test_patterns();
	test_table();
	test_judgement();
	test_detectors();
	test_features();
	test_fixes();
	test_backported();
	test_machines();
	return unit_end();
}
