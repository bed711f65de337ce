/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "arch/arch.h"
#include "report/environment.h"
#include "report/escape.h"
#include "report/features.h"
#include "report/fixes.h"
#include "report/json.h"
#include "report/provenance.h"
#include "report/status.h"
#include "version.h"

void check_run_add(struct check_run *run, const struct test_case *cases, size_t count)
{
	run->cases = realloc(run->cases, (run->count + count) * sizeof(*cases));
	if (!run->cases)
		abort();
	memcpy(run->cases + run->count, cases, count * sizeof(*cases));
	run->count += count;
}

/* A row of ours for a name, "i386.modes.strict/prctl": the twin's tests are the same. */
static const struct test_info *info_of(const struct test_case *test)
{
	const struct test_info *const *row;
	char name[128];

	if (test->info)
		return test->info;
	for_each_test(row)
	{
		const char *rest = strchr(test->name, '.');

		snprintf(name, sizeof(name), ".%s.%s", (*row)->family, (*row)->name);
		if (rest && !strncmp(rest, name, strlen(name)) &&
		    (rest[strlen(name)] == '/' || !rest[strlen(name)]))
			return *row;
	}
	return NULL;
}

static bool covers(const struct test_info *info, enum feature feature)
{
	for_each_feature(i, info->covers) if (info->covers[i] == feature) return true;
	return false;
}

/* One failure says it does not work, whatever else passed. */
static enum works works_of(const struct check_run *run, enum feature feature)
{
	enum works works = WORKS_NOT_TESTED;

	for (size_t i = 0; i < run->count; i++) {
		const struct test_info *info = run->cases[i].info;

		if (!info || !run->cases[i].seconds || !covers(info, feature))
			continue;
		if (run->cases[i].outcome == FAILED)
			return WORKS_NO;
		if (run->cases[i].outcome == PASSED)
			works = WORKS_YES;
	}
	return works;
}

void check_run_judge(struct check_run *run)
{
	struct utsname name;

	uname(&name);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		struct kconfig_said config = kconfig_running(features[f].kconfig);

		run->works[f] = works_of(run, f);
		run->verdicts[f] = verdict_of(&features[f], &run->answers[f], run->works[f],
					      name.release, &config);
	}
}

static size_t count_outcome(const struct check_run *run, enum outcome outcome)
{
	size_t count = 0;

	for (size_t i = 0; i < run->count; i++)
		count += run->cases[i].outcome == outcome;
	return count;
}

int check_run_status(const struct check_run *run)
{
	if (count_outcome(run, BROKE) || count_outcome(run, PENDING))
		return SC_BROKEN;
	if (count_outcome(run, FAILED))
		return SC_FAILED;
	/* no_new_privs may work without seccomp, and is not it. */
	if (run->answers[F_prctl_seccomp].asked == ASKED_ABSENT)
		return SC_UNTESTED;
	/* What was only asked, or only looked at afterwards, was not tested. */
	for (size_t i = 0; i < run->count; i++)
		if (run->cases[i].outcome == PASSED && run->cases[i].seconds)
			return SC_OK;
	return SC_UNTESTED;
}

static unsigned int count_asked(const struct check_run *run, enum asked asked)
{
	unsigned int count = 0;

	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		count += run->answers[f].asked == asked;
	return count;
}

static unsigned int count_works(const struct check_run *run, enum works works)
{
	unsigned int count = 0;

	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		count += run->works[f] == works;
	return count;
}

static unsigned int count_verdict(const struct check_run *run, enum verdict_kind kind)
{
	unsigned int count = 0;

	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		count += run->verdicts[f].kind == kind;
	return count;
}

static void print_verdict_line(FILE *out, const struct check_run *run, enum verdict_kind kind)
{
	unsigned int count = count_verdict(run, kind);

	if (!count)
		return;
	fprintf(out, "#   %-11s %3u", verdict_name(kind), count);
	for (enum feature f = F_NONE + 1; kind != VERDICT_MAINLINE && f < F_COUNT; f++)
		if (run->verdicts[f].kind == kind)
			fprintf(out, " %s", features[f].id);
	putc('\n', out);
}

static struct case_list list_of(const struct check_run *run)
{
	return (struct case_list){ run->cases, run->count };
}

static unsigned int count_standing(const struct case_list *list, enum standing standing)
{
	unsigned int count = 0;
	const char *why;

	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++)
		count += fix_standing(fix, list, &why) == standing;
	return count;
}

/* What a backport would bring, the severest first, as their table has them. */
static void print_lacking(FILE *out, const struct case_list *list)
{
	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++) {
		const char *why;
		char versions[128];

		if (fix_standing(fix, list, &why) != STANDING_VULNERABLE)
			continue;
		fprintf(out, "#   %-6s %s: %s\n", severity_name(fixes[fix].severity), fixes[fix].id,
			fixes[fix].doc);
		fprintf(out, "#          fixed in %s by \"%s\" (%s)\n",
			fix_versions(fix, versions, sizeof(versions)), fixes[fix].subject,
			fixes[fix].files);
	}
}

static void print_fixes(FILE *out, const struct check_run *run)
{
	const struct case_list list = list_of(run);

	if (count_standing(&list, STANDING_NOT_ASKED) == FIX_COUNT - 1)
		return;
	fprintf(out, "# fixes: %u fixed, %u VULNERABLE, %u not testable here\n",
		count_standing(&list, STANDING_FIXED), count_standing(&list, STANDING_VULNERABLE),
		count_standing(&list, STANDING_NOT_TESTABLE));
	print_lacking(out, &list);
}

/* ", and lacks the fixes of CVE-2026-89603 (high), ..." */
static void print_lacked(FILE *out, const struct check_run *run)
{
	const struct case_list list = list_of(run);
	const char *between = ", and lacks ";
	const char *why;

	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++) {
		if (fix_standing(fix, &list, &why) != STANDING_VULNERABLE)
			continue;
		fprintf(out, "%s%s (%s)", between, fixes[fix].id,
			severity_name(fixes[fix].severity));
		between = ", ";
	}
}

/* What is as it should be, or as all the rest, is not told once more. */
static bool wants_reason(const struct check_run *run, enum feature feature)
{
	enum verdict_kind kind = run->verdicts[feature].kind;

	if (kind == VERDICT_UNKNOWN)
		return !environment_emulator(&run->env);
	return kind != VERDICT_MAINLINE && kind != VERDICT_NOT_YET;
}

/* The three parts of the answer: asked, works, verdict. */
static void print_feature(FILE *out, const struct check_run *run, enum feature feature)
{
	const struct verdict *verdict = &run->verdicts[feature];

	fprintf(out, "#   %s: asked: %s; works: %s; %s", features[feature].id,
		asked_name(run->answers[feature].asked), works_name(run->works[feature]),
		verdict_name(verdict->kind));
	if (*verdict->why) {
		fputs(": ", out);
		put_plain(out, verdict->why);
	}
	putc('\n', out);
}

static void print_features(FILE *out, const struct check_run *run)
{
	fprintf(out, "# features (%s): asked: %u present, %u absent, %u unknown; ",
		arch_native()->name, count_asked(run, ASKED_PRESENT),
		count_asked(run, ASKED_ABSENT), count_asked(run, ASKED_UNKNOWN));
	fprintf(out, "works: %u yes, %u no, %u not tested\n", count_works(run, WORKS_YES),
		count_works(run, WORKS_NO), count_works(run, WORKS_NOT_TESTED));
	for (enum verdict_kind kind = 0; kind < VERDICT_COUNT; kind++)
		print_verdict_line(out, run, kind);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		if (wants_reason(run, f))
			print_feature(out, run, f);
}

static const char *headline(int status)
{
	switch (status) {
	case SC_OK:
		return "seccomp works on this kernel, as far as it was tested";
	case SC_FAILED:
		return "this kernel failed";
	case SC_BROKEN:
		return "no verdict: a test broke";
	default:
		return "nothing could be tested here";
	}
}

static void print_where(FILE *out, const struct check_run *run)
{
	const char *emulator = environment_emulator(&run->env);
	struct utsname name;

	uname(&name);
	fprintf(out, "# seccompat %s on Linux %s %s, %s%s%s\n", SECCOMPAT_VERSION, name.release,
		name.machine, run->env.root ? "as root" : "unprivileged",
		emulator ? ", emulated by " : "", emulator ? emulator : "");
	environment_print(out, &run->env, "# ");
}

/* Every failure once more, at the end, where it is looked for; of fixes see print_lacking(). */
static void print_failures(FILE *out, const struct check_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct test_case *test = &run->cases[i];

		if ((test->outcome == FAILED || test->outcome == BROKE) && !fix_of_case(test->name))
			fprintf(out, "#   %-5s %s: %s\n", outcome_name(test->outcome), test->name,
				test->message);
	}
}

void check_print_verdict(FILE *out, const struct check_run *run, bool colour)
{
	int status = check_run_status(run);
	const char *paint = !colour ? "" : status == SC_OK ? "\033[32m" : "\033[31m";

	print_where(out, run);
	fprintf(out, "# tests: %zu passed, %zu failed, %zu skipped, %zu broke in %.1f s\n",
		count_outcome(run, PASSED), count_outcome(run, FAILED), count_outcome(run, SKIPPED),
		count_outcome(run, BROKE), run->seconds);
	print_failures(out, run);
	print_features(out, run);
	print_fixes(out, run);
	fprintf(out, "# %sVERDICT: %s", paint, headline(status));
	print_lacked(out, run);
	fprintf(out, "%s\n", colour ? "\033[0m" : "");
}

void check_print_features(FILE *out, const char *word, const enum feature *list)
{
	if (!*list)
		return;
	fprintf(out, "    %s", word);
	for_each_feature(i, list)
		fprintf(out, " %s (%s)", features[list[i]].id, features[list[i]].since);
	putc('\n', out);
}

void check_print_detected(FILE *out, const struct test_info *info)
{
	if (!info->fixes[0])
		return;
	fputs("    detects", out);
	for_each_fix(i, info)
		fprintf(out, " %s (%s)", fixes[info->fixes[i]].id, fixes[info->fixes[i]].mainline);
	putc('\n', out);
}

static void write_features(struct json *json, const char *key, const enum feature *list)
{
	jsonw_array(json, key);
	for_each_feature(i, list) jsonw_string(json, NULL, features[list[i]].id);
	jsonw_end(json);
}

static void write_declared(struct json *json, const struct test_info *info)
{
	jsonw_string(json, "doc", info->doc);
	write_features(json, "needs", info->needs);
	write_features(json, "covers", info->covers);
	jsonw_array(json, "fixes");
	for_each_fix(i, info) jsonw_string(json, NULL, fixes[info->fixes[i]].id);
	jsonw_end(json);
	jsonw_array(json, "behaviours");
	for (size_t i = 0; i < sizeof(info->behaviours) && info->behaviours[i]; i++)
		jsonw_int(json, NULL, info->behaviours[i]);
	jsonw_end(json);
	jsonw_bool(json, "slow", info->slow);
}

static void write_case(struct json *json, const struct test_case *test)
{
	const struct test_info *info = info_of(test);
	enum fix fix = fix_of_case(test->name);

	jsonw_object(json, NULL);
	jsonw_string(json, "name", test->name);
	jsonw_string(json, "result", outcome_name(test->outcome));
	jsonw_string(json, "message", test->message);
	jsonw_double(json, "seconds", test->seconds);
	if (info)
		write_declared(json, info);
	else if (fix)
		jsonw_string(json, "doc", fixes[fix].doc);
	jsonw_end(json);
}

void check_write_json(FILE *out, const struct check_run *run)
{
	struct json json;

	jsonw_begin(&json, out);
	jsonw_object(&json, NULL);
	jsonw_string(&json, "schema", RESULTS_SCHEMA);
	provenance_write(&json, &run->env);
	jsonw_array(&json, "features");
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		feature_write(&json, f, &run->answers[f], run->works[f], &run->verdicts[f]);
	jsonw_end(&json);
	fixes_write(&json, &(struct case_list){ run->cases, run->count });
	jsonw_array(&json, "tests");
	for (size_t i = 0; i < run->count; i++)
		write_case(&json, &run->cases[i]);
	jsonw_end(&json);
	jsonw_object(&json, "summary");
	for (enum outcome outcome = PASSED; outcome <= BROKE; outcome++)
		jsonw_int(&json, outcome_name(outcome), count_outcome(run, outcome));
	jsonw_double(&json, "seconds", run->seconds);
	jsonw_int(&json, "status", check_run_status(run));
	jsonw_end(&json);
	jsonw_end(&json);
}
