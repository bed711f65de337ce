/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of fixes, and what the results of tests make of each. */
#include <ctype.h>
#include <string.h>

#include "report/fixes.h"
#include "tests/unit/unit.h"

/* --- the table ---------------------------------------------------------------------------------
 */

static bool is_version(const char *text)
{
	struct version version;

	return version_parse(text, &version);
}

static bool are_versions(const char *list)
{
	for (; *list; list += strspn(list, " ")) {
		if (!is_version(list))
			return false;
		list += strcspn(list, " ");
	}
	return true;
}

/* What a part of a result's name may hold. */
static bool is_id(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
			return false;
	return *text;
}

static void test_table(void)
{
	enum severity last = SEVERITY_HIGH;

	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++) {
		const struct fix_info *info = &fixes[fix];

		check(is_id(info->id) && fix_by_id(info->id) == fix, "%s: an id of its own",
		      info->id);
		check(is_version(info->mainline) && are_versions(info->stable),
		      "%s: its versions are some", info->id);
		check(*info->subject && *info->files && *info->doc, "%s: all is said", info->id);
		check(info->severity <= last, "%s: none that is severer comes later", info->id);
		last = info->severity;
	}
	check(fix_by_id("") == FIX_NONE && fix_by_id("mode") == FIX_NONE &&
		      fix_by_id("mode-dead2") == FIX_NONE,
	      "no other id is one");
}

static void test_arches(void)
{
	check(fix_concerns(FIX_mode_dead, "x86_64") && fix_concerns(FIX_mode_dead, "mips64el"),
	      "one without architectures is of all");
	check(fix_concerns(FIX_sud_failure_signal, "x86_64") &&
		      fix_concerns(FIX_sud_failure_signal, "i386") &&
		      fix_concerns(FIX_sud_failure_signal, "ppc64le"),
	      "first, middle and last of a list");
	check(!fix_concerns(FIX_sud_failure_signal, "arm") &&
		      !fix_concerns(FIX_sud_failure_signal, "x86") &&
		      !fix_concerns(FIX_sud_failure_signal, "i3866"),
	      "and no others");
}

/* --- versions ----------------------------------------------------------------------------------
 */

static const struct {
	const char *kernel, *mainline, *stable;
	enum promise promise;
} promises[] = {
	{ "7.3.0", "7.3", "6.12.110 6.1.188", PROMISE_HAS },
	{ "8.0", "7.3", "6.12.110 6.1.188", PROMISE_HAS },
	{ "7.2.13", "7.3", "6.12.110 6.1.188", PROMISE_UNKNOWN },
	{ "6.12.110", "7.3", "6.12.110 6.1.188", PROMISE_HAS },
	{ "6.12.109", "7.3", "6.12.110 6.1.188", PROMISE_LACKS },
	{ "6.1.188", "7.3", "6.12.110 6.1.188", PROMISE_HAS },
	{ "6.1.187", "7.3", "6.12.110 6.1.188", PROMISE_LACKS },
	{ "6.10.200", "7.3", "6.12.110 6.1.188", PROMISE_UNKNOWN },
	{ "6.2.5", "6.2", "", PROMISE_HAS },
	{ "6.1.5", "6.2", "", PROMISE_UNKNOWN },
};

static void test_promises(void)
{
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++) {
		struct version kernel = { 0 };

		version_parse(promises[i].kernel, &kernel);
		check(version_promises(&kernel, promises[i].mainline, promises[i].stable) ==
			      promises[i].promise,
		      "%s, fixed in %s %s", promises[i].kernel, promises[i].mainline,
		      promises[i].stable);
	}
	check(!strncmp(version_text("#1 SMP Debian 6.1.192-1 (2026-11-01)", "6.1.0-50-amd64"),
		       "6.1.192-1", 9),
	      "Debian's version is in its banner");
	check(!strcmp(version_text("#1 SMP", "6.18.44-x"), "6.18.44-x") &&
		      !strcmp(version_text("Debian kernel", "6.18.44-x"), "6.18.44-x") &&
		      !strcmp(version_text(NULL, "6.18.44-x"), "6.18.44-x"),
	      "and everybody else's in the release");
}

/* --- one ABI's results -------------------------------------------------------------------------
 */

static const struct test_info detector = { .family = "a",
					   .name = "b",
					   .fixes = { FIX_release_on_exit, FIX_mode_dead } };
static const struct test_info other = { .family = "a",
					.name = "c",
					.fixes = { FIX_unknown_action } };

static struct test_case ran(const struct test_info *info, enum outcome outcome, double seconds,
			    const char *message)
{
	struct test_case made = {
		.info = info, .name = "arm.a.b", .outcome = outcome, .seconds = seconds
	};

	strcpy(made.message, message);
	return made;
}

static struct test_case judged(const struct test_case *cases, size_t count, const char *kernel)
{
	struct version version = { 0 };

	version_parse(kernel, &version);
	return fix_case("arm", FIX_mode_dead, &(struct case_list){ cases, count }, &version);
}

static void test_cases(void)
{
	const struct test_case passed = ran(&detector, PASSED, 0.1, "");
	const struct test_case failed = ran(&detector, FAILED, 0.1, "it goes on");
	const struct test_case missing = ran(&detector, FAILED, 0, "needs x: missing");
	const struct test_case skipped = ran(&detector, SKIPPED, 0, "needs ptrace(2)");
	const struct test_case broke = ran(&detector, BROKE, 0.1, "no pipe");
	const struct test_case others = ran(&other, FAILED, 0.1, "of another one");
	struct test_case made = judged((struct test_case[]){ others, passed }, 2, "5.10");

	check(made.outcome == PASSED && !strcmp(made.name, "arm.fixes.mode-dead"),
	      "a test of it passed: fixed");
	made = judged((struct test_case[]){ passed, failed }, 2, "5.10.1");
	check(made.outcome == FAILED, "another one failed: VULNERABLE");
	check(strstr(made.message, "VULNERABLE: lacks \"seccomp: Invalidate seccomp mode") &&
		      strstr(made.message, "(5.17, 5.16.10, 5.10.211); a.b failed"),
	      "the message has subject, versions and test: %s", made.message);
	made = judged(&failed, 1, "5.10.211");
	check(made.outcome == FAILED && strstr(made.message, "this version should have"),
	      "also of a version that should have it, and it is said");
	made = judged(&skipped, 1, "7.3");
	check(made.outcome == SKIPPED && strstr(made.message, "not testable here: needs ptrace(2)"),
	      "skipped: not testable, for that reason, whatever the version");
	made = judged(&missing, 1, "7.3");
	check(made.outcome == SKIPPED && strstr(made.message, "needs x: missing"),
	      "a test that failed without being run detects nothing");
	made = judged(&broke, 1, "7.3");
	check(made.outcome == SKIPPED && strstr(made.message, "the test broke: no pipe"),
	      "nor does one that broke");
	made = judged(&others, 1, "7.3");
	check(made.outcome == SKIPPED && strstr(made.message, "no test of it"),
	      "nor do the tests of others");
	made = judged((struct test_case[]){ skipped, passed }, 2, "7.3");
	check(made.outcome == PASSED, "one that is skipped takes nothing from one that passed");
}

static void test_elsewhere(void)
{
	const struct test_case failed = ran(&detector, FAILED, 0.1, "");
	struct case_list list = { &failed, 1 };
	struct version version = { 6, 1, 0 };
	struct test_case made = fix_case("arm", FIX_riscv_a0, &list, &version);

	check(made.outcome == SKIPPED && strstr(made.message, "it is of riscv64 only"),
	      "one of another architecture cannot be tested");
	made = fix_case("i386", FIX_CVE_2014_4508, &list, &version);
	check(made.outcome == SKIPPED && strstr(made.message, fixes[FIX_CVE_2014_4508].untestable),
	      "nor one that no test may try");
}

/* --- all ABIs together -------------------------------------------------------------------------
 */

static struct test_case named(const char *name, enum outcome outcome, const char *message)
{
	struct test_case made = ran(NULL, outcome, 0, message);

	strcpy(made.name, name);
	return made;
}

static enum standing standing(struct test_case a, struct test_case b, const char **why)
{
	static struct test_case cases[2];

	cases[0] = a;
	cases[1] = b;
	return fix_standing(FIX_mode_dead, &(struct case_list){ cases, 2 }, why);
}

static void test_standing(void)
{
	const struct test_case good = named("arm.fixes.mode-dead", PASSED, "");
	const struct test_case bad = named("aarch64.fixes.mode-dead", FAILED, "why");
	const struct test_case none = named("aarch64.fixes.mode-dead", SKIPPED, "why not");
	const struct test_case other_fix = named("arm.fixes.release-on-exit", FAILED, "");
	const char *why;

	check(standing(good, bad, &why) == STANDING_VULNERABLE && !strcmp(why, "why") &&
		      standing(bad, good, &why) == STANDING_VULNERABLE && !strcmp(why, "why"),
	      "VULNERABLE in one ABI is VULNERABLE");
	check(standing(none, good, &why) == STANDING_FIXED && !*why, "fixed where it was tested");
	check(standing(none, none, &why) == STANDING_NOT_TESTABLE && !strcmp(why, "why not"),
	      "not testable in any");
	check(standing(other_fix, other_fix, &why) == STANDING_NOT_ASKED && !*why, "not asked for");
	check(fix_of_case("arm.fixes.mode-dead") == FIX_mode_dead &&
		      fix_of_case("arm.fixes_exit.mode-dead") == FIX_NONE &&
		      fix_of_case("arm.fixes.x") == FIX_NONE && fix_of_case("fixes") == FIX_NONE,
	      "the case of a fix is known by its name");
}

static void test_versions(void)
{
	char text[64], little[8];

	check(!strcmp(fix_versions(FIX_mode_dead, text, sizeof(text)), "5.17, 5.16.10, 5.10.211"),
	      "the releases: %s", text);
	check(!strcmp(fix_versions(FIX_tsync_nnp, text, sizeof(text)), "4.6"),
	      "of mainline alone: %s", text);
	check(strlen(fix_versions(FIX_mode_dead, little, sizeof(little))) == 7,
	      "no more than there is room for: %s", little);
}

int main(void)
{
	test_table();
	test_arches();
	test_promises();
	test_cases();
	test_elsewhere();
	test_standing();
	test_versions();
	return unit_end();
}
