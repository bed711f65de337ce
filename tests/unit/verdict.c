/* SPDX-License-Identifier: BSD-3-Clause */
/* Versions, and the table of verdicts: every combination that means something, one row each. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "verdict/verdict.h"

static const struct {
	const char *text;
	bool good;
	struct version version;
} parsed[] = {
	{ "6.18.44-fc", true, { 6, 18, 44 } },
	{ "7.3~rc7", true, { 7, 3, 0 } },
	{ "7.3.0-rc7", true, { 7, 3, 0 } },
	{ "3.10.0-1160.el7", true, { 3, 10, 0 } },
	{ "2.6.32.61", true, { 2, 6, 32 } },
	{ "5.10", true, { 5, 10, 0 } },
	{ "5.10+", true, { 5, 10, 0 } },
	{ "5.10.y", true, { 5, 10, 0 } },
	{ "6.1.0-18-amd64", true, { 6, 1, 0 } },
	{ "5.15.167.4-microsoft-standard-WSL2", true, { 5, 15, 167 } },
	{ "", false, { 0, 0, 0 } },
	{ "6", false, { 0, 0, 0 } },
	{ "6.", false, { 0, 0, 0 } },
	{ "-6.1", false, { 0, 0, 0 } },
	{ "v6.1", false, { 0, 0, 0 } },
	{ " 6.1", false, { 0, 0, 0 } },
	{ "99999999999999999999.1", false, { 0, 0, 0 } },
	{ "generic", false, { 0, 0, 0 } },
};

static void test_parser(void)
{
	for (size_t i = 0; i < sizeof(parsed) / sizeof(parsed[0]); i++) {
		struct version version = { 0 };
		bool good = version_parse(parsed[i].text, &version);

		check(good == parsed[i].good && !version_compare(&version, &parsed[i].version),
		      "\"%s\" is %s, %u.%u.%u", parsed[i].text,
		      parsed[i].good ? "a version" : "none", parsed[i].version.major,
		      parsed[i].version.minor, parsed[i].version.patch);
	}
}

static const char *const ascending[] = { "2.6.12", "2.6.23", "3.5",  "3.17", "4.4.59", "4.14",
					 "5.0",	   "5.9",    "5.10", "6.1",  "6.12",   "7.0" };

static void test_order(void)
{
	size_t count = sizeof(ascending) / sizeof(ascending[0]);
	bool ordered = true;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct version a, b;
			int order;

			version_parse(ascending[i], &a);
			version_parse(ascending[j], &b);
			order = version_compare(&a, &b);
			ordered &= (order < 0) == (i < j) && (order > 0) == (i > j);
		}
	}
	check(ordered, "versions are ordered by their numbers, all pairs");
}

#define PRESENT ASKED_PRESENT
#define ABSENT	ASKED_ABSENT
#define UNKNOWN ASKED_UNKNOWN

static const struct {
	const char *release, *since;
	bool optional;
	enum asked asked;
	enum works works;
	enum kconfig config;
	enum verdict_kind kind;
	const char *why; /* a part of it */
} rows[] = {
	{ "6.1.0", "5.14", false, PRESENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_MAINLINE,
	  "seen" },
	{ "6.1.0", "5.14", false, PRESENT, WORKS_YES, KCONFIG_UNKNOWN, VERDICT_MAINLINE, "seen" },
	{ "5.14.0", "5.14", false, PRESENT, WORKS_YES, KCONFIG_ON, VERDICT_MAINLINE, "seen" },
	{ "5.14~rc1", "5.14", false, PRESENT, WORKS_YES, KCONFIG_ON, VERDICT_MAINLINE, "seen" },
	/* An inlined or misnamed option does not make what is there absent. */
	{ "6.1.0", "5.14", false, PRESENT, WORKS_YES, KCONFIG_OFF, VERDICT_MAINLINE, "seen" },
	{ "5.10.223", "5.14", false, PRESENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_BACKPORTED,
	  "5.14" },
	{ "5.9.16", "5.10", false, PRESENT, WORKS_YES, KCONFIG_UNKNOWN, VERDICT_BACKPORTED,
	  "5.10" },
	{ "6.1.0", "5.14", false, PRESENT, WORKS_NO, KCONFIG_UNKNOWN, VERDICT_BROKEN, "test" },
	{ "5.10.223", "5.14", false, PRESENT, WORKS_NO, KCONFIG_UNKNOWN, VERDICT_BROKEN, "test" },
	{ "unheard", "5.14", false, PRESENT, WORKS_NO, KCONFIG_UNKNOWN, VERDICT_BROKEN, "test" },
	{ "6.1.0", "5.14", false, ABSENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_MISSING,
	  "5.14" },
	{ "6.1.0", "5.14", false, ABSENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_MISSING,
	  "seen" },
	{ "6.1.0", "5.14", true, ABSENT, WORKS_NOT_TESTED, KCONFIG_ON, VERDICT_MISSING, "5.14" },
	{ "6.1.0", "5.14", false, ABSENT, WORKS_NOT_TESTED, KCONFIG_OFF, VERDICT_CONFIG_OFF,
	  "OPTION" },
	{ "6.1.0", "5.14", true, ABSENT, WORKS_NOT_TESTED, KCONFIG_OFF, VERDICT_CONFIG_OFF,
	  "OPTION" },
	{ "6.1.0", "5.14", true, ABSENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_CONFIG_OFF,
	  "OPTION" },
	{ "5.10.223", "5.14", false, ABSENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_NOT_YET,
	  "5.14" },
	{ "5.10.223", "5.14", true, ABSENT, WORKS_NOT_TESTED, KCONFIG_OFF, VERDICT_NOT_YET,
	  "5.14" },
	{ "6.1.0", "5.14", false, UNKNOWN, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_UNKNOWN,
	  "seen" },
	{ "6.1.0", "5.14", true, UNKNOWN, WORKS_NO, KCONFIG_OFF, VERDICT_UNKNOWN, "seen" },
	{ "unheard", "5.14", false, PRESENT, WORKS_YES, KCONFIG_UNKNOWN, VERDICT_UNKNOWN,
	  "unheard" },
	{ "unheard", "5.14", false, ABSENT, WORKS_YES, KCONFIG_UNKNOWN, VERDICT_UNKNOWN,
	  "unheard" },
	/* An upper bound is always due. */
	{ "2.6.32", "", false, PRESENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN, VERDICT_MAINLINE,
	  "seen" },
	/* What mainline dropped. */
	{ "2.6.9", "2.6.12..2.6.22", false, ABSENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN,
	  VERDICT_NOT_YET, "2.6.12" },
	{ "2.6.18", "2.6.12..2.6.22", false, ABSENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN,
	  VERDICT_MISSING, "2.6.12" },
	{ "2.6.22", "2.6.12..2.6.22", false, PRESENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN,
	  VERDICT_MAINLINE, "seen" },
	{ "2.6.23", "2.6.12..2.6.22", false, ABSENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN,
	  VERDICT_MAINLINE, "dropped" },
	{ "6.1.0", "2.6.12..2.6.22", false, PRESENT, WORKS_NOT_TESTED, KCONFIG_UNKNOWN,
	  VERDICT_BACKPORTED, "2.6.22" },
};

static void test_verdicts(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct feature_info info = { .since = rows[i].since,
					     .kconfig = "OPTION",
					     .optional = rows[i].optional };
		struct answer answer = { .asked = rows[i].asked, .why = "seen" };
		struct kconfig_said config = { .state = rows[i].config,
					       .option = "OPTION",
					       .source = "/boot/config-x" };
		struct verdict verdict =
			verdict_of(&info, &answer, rows[i].works, rows[i].release, &config);

		check(verdict.kind == rows[i].kind && strstr(verdict.why, rows[i].why) &&
			      !strcmp(verdict.option,
				      verdict.kind == VERDICT_CONFIG_OFF ? "OPTION" : ""),
		      "row %zu: on %s, since \"%s\": %s, for %s (%s: %s)", i, rows[i].release,
		      rows[i].since, verdict_name(rows[i].kind), rows[i].why,
		      verdict_name(verdict.kind), verdict.why);
	}
}

/* What an answer says beside its word. */
static void test_excuses(void)
{
	const struct kconfig_said on = { .state = KCONFIG_ON };

	const struct feature_info info = { .since = "5.14", .kconfig = "OPTION" };
	const struct answer excused = { .asked = ABSENT, .excused = true, .why = "elsewhere" };
	const struct answer untold = { .asked = UNKNOWN, .untold = true, .why = "not asked" };
	const struct answer unheard = { .asked = UNKNOWN, .why = "not heard" };
	const struct {
		const struct answer *answer;
		enum works works;
		const char *release;
		enum verdict_kind kind;
		const char *why;
	} cases[] = {
		{ &excused, WORKS_NOT_TESTED, "6.1.0", VERDICT_CONFIG_OFF, "elsewhere" },
		{ &excused, WORKS_NOT_TESTED, "5.10.0", VERDICT_CONFIG_OFF, "elsewhere" },
		{ &untold, WORKS_NOT_TESTED, "6.1.0", VERDICT_UNKNOWN, "not asked" },
		{ &untold, WORKS_NO, "6.1.0", VERDICT_UNKNOWN, "not asked" },
		{ &untold, WORKS_YES, "6.1.0", VERDICT_MAINLINE, "tests" },
		{ &untold, WORKS_YES, "5.10.0", VERDICT_BACKPORTED, "5.14" },
		{ &unheard, WORKS_YES, "6.1.0", VERDICT_UNKNOWN, "not heard" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verdict verdict =
			verdict_of(&info, cases[i].answer, cases[i].works, cases[i].release, &on);

		check(verdict.kind == cases[i].kind && strstr(verdict.why, cases[i].why),
		      "excuse %zu: %s, for %s (%s: %s)", i, verdict_name(cases[i].kind),
		      cases[i].why, verdict_name(verdict.kind), verdict.why);
	}
}

static void test_names(void)
{
	bool distinct = true;

	for (enum verdict_kind a = 0; a < VERDICT_COUNT; a++)
		for (enum verdict_kind b = 0; b < a; b++)
			distinct &= !!strcmp(verdict_name(a), verdict_name(b));
	check(distinct, "each verdict has a name of its own");
}

/* What stands in features.def must be what verdict_of can read. */
static void test_rows(void)
{
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		const struct feature_info *info = &features[f];
		struct version version;

		check(feature_by_id(info->id) == f && *info->group && *info->method && *info->doc &&
			      (!*info->since || version_parse(info->since, &version)),
		      "the row of %s is whole", info->id);
	}
	check(feature_by_id("flag_tsyn") == F_NONE, "a part of an id is none");
}

/* What is inferred says so, and names the option that is left off. */
static void test_sources(void)
{
	struct feature_info info = { .since = "5.11",
				     .kconfig = "SECCOMP OTHER",
				     .optional = true };
	struct answer absent = { .asked = ASKED_ABSENT, .err = ENOENT };
	struct kconfig_said said = { .state = KCONFIG_OFF, .option = "OTHER", .source = "/x.gz" };
	struct kconfig_said unsaid = { .state = KCONFIG_UNKNOWN };
	struct verdict verdict = verdict_of(&info, &absent, WORKS_NOT_TESTED, "6.1.0", &said);

	check(!strcmp(verdict.option, "OTHER") && !strcmp(verdict.source, "/x.gz") &&
		      strstr(verdict.why, "without OTHER, says /x.gz"),
	      "what a file says names the file: %s", verdict.why);
	verdict = verdict_of(&info, &absent, WORKS_NOT_TESTED, "6.1.0", &unsaid);
	check(!strcmp(verdict.option, "OTHER") && !*verdict.source &&
		      strstr(verdict.why, "inferred"),
	      "what no file says is inferred, and said to be: %s", verdict.why);
}

static const struct {
	const char *options;
	enum kconfig state;
	const char *off;
} configs[] = {
	{ "SECCOMP", KCONFIG_ON, "" },
	{ "SECCOMP_FILTER", KCONFIG_ON, "" },
	{ "SECCOMP_FILTER SYSCTL", KCONFIG_ON, "" },
	{ "MODULE", KCONFIG_ON, "" },
	{ "SECCOMP_CACHE_DEBUG", KCONFIG_OFF, "SECCOMP_CACHE_DEBUG" },
	{ "SECCOMP_FILTER AUDIT", KCONFIG_OFF, "AUDIT" },
	{ "SECC", KCONFIG_OFF, "SECC" },
	{ "STRING", KCONFIG_OFF, "STRING" },
	{ "YES", KCONFIG_OFF, "YES" },
	{ "NUMBER", KCONFIG_OFF, "NUMBER" },
	{ "", KCONFIG_UNKNOWN, "" },
};

static const char config_text[] =
	"#\n# a comment\nCONFIG_SECCOMP=y\nCONFIG_SECCOMP_FILTER=y\nCONFIG_MODULE=m\n"
	"# CONFIG_SECCOMP_CACHE_DEBUG is not set\nCONFIG_STRING=\"y\"\nCONFIG_YES=yes\n"
	"# CONFIG_NUMBER=y\nCONFIG_SYSCTL=y\n";

static void test_kconfig(void)
{
	char path[] = "/tmp/seccompat-unit.XXXXXX", *text;
	int fd = mkstemp(path);

	dprintf(fd, "%s", config_text);
	close(fd);
	text = kconfig_text(path);
	for (size_t i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
		struct kconfig_said said = kconfig_of(text, path, configs[i].options);

		check(said.state == configs[i].state && !strcmp(said.option, configs[i].off) &&
			      !strcmp(said.source, said.state == KCONFIG_UNKNOWN ? "" : path),
		      "of the options \"%s\" the file tells their state", configs[i].options);
	}
	free(text);
	unlink(path);
	check(!kconfig_text(path) && kconfig_of(NULL, path, "SECCOMP").state == KCONFIG_UNKNOWN,
	      "no file, no state");
}

static void test_death(void)
{
	struct answer died = { .asked = ASKED_UNKNOWN, .died = true, .why = "killed by SIGKILL" };
	struct kconfig_said unsaid = { .state = KCONFIG_UNKNOWN };
	struct verdict verdict =
		verdict_of(&features[F_flag_tsync], &died, WORKS_NOT_TESTED, "6.1.0", &unsaid);

	check(verdict.kind == VERDICT_BROKEN && !strcmp(verdict.why, died.why),
	      "a kernel that kills who asks is broken: %s", verdict.why);
}

static void test_wrong_answer(void)
{
	struct answer wrong = { .asked = ASKED_UNKNOWN, .wrong = true, .why = "answered EFAULT" };
	struct kconfig_said unsaid = { .state = KCONFIG_UNKNOWN };
	struct environment env = { .root = true };
	struct answer trusted = environment_trust(&env, F_ptrace_get_filter, &wrong);
	struct verdict verdict = verdict_of(&features[F_ptrace_get_filter], &trusted,
					    WORKS_NOT_TESTED, "6.1.0", &unsaid);

	check(verdict.kind == VERDICT_BROKEN && !strcmp(verdict.why, wrong.why),
	      "a kernel that answers what none should is broken: %s", verdict.why);
	verdict = verdict_of(&features[F_ptrace_get_filter], &trusted, WORKS_NOT_TESTED, "7.5.0",
			     &unsaid);
	check(verdict.kind == VERDICT_UNKNOWN, "unless it is newer than this program: %s",
	      verdict.why);
	env.found[E_outer_filter].seen = true;
	trusted = environment_trust(&env, F_ptrace_get_filter, &wrong);
	verdict = verdict_of(&features[F_ptrace_get_filter], &trusted, WORKS_NOT_TESTED, "6.1.0",
			     &unsaid);
	check(verdict.kind == VERDICT_UNKNOWN, "unless somebody else may have answered: %s",
	      verdict.why);
}

int main(void)
{
	test_death();
	test_wrong_answer();
	test_parser();
	test_order();
	test_verdicts();
	test_excuses();
	test_names();
	test_rows();
	test_sources();
	test_kconfig();
	return unit_end();
}
