/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/fixes.h"

#include <stdio.h>
#include <string.h>

const char *standing_name(enum standing standing)
{
	static const char *const names[STANDING_COUNT] = {
		[STANDING_NOT_ASKED] = "not asked",
		[STANDING_NOT_TESTABLE] = "not testable",
		[STANDING_FIXED] = "fixed",
		[STANDING_VULNERABLE] = "VULNERABLE",
	};

	return names[standing];
}

const char *fix_versions(enum fix fix, char *text, size_t size)
{
	const char *stable = fixes[fix].stable;
	size_t used = snprintf(text, size, "%s", fixes[fix].mainline);

	while (*stable && used < size) {
		size_t length = strcspn(stable, " ");

		used += snprintf(text + used, size - used, ", %.*s", (int)length, stable);
		stable += length + strspn(stable + length, " ");
	}
	return text;
}

enum fix fix_of_case(const char *name)
{
	static const char family[] = ".fixes.";
	const char *dot = strchr(name, '.');

	if (!dot || strncmp(dot, family, strlen(family)))
		return FIX_NONE;
	return fix_by_id(dot + strlen(family));
}

/* --- one ABI's result --------------------------------------------------------------------------
 */

static bool detects(const struct test_case *test, enum fix fix)
{
	if (!test->info)
		return false;
	for_each_fix(i, test->info) if (test->info->fixes[i] == fix) return true;
	return false;
}

/* The first case of a test that detects the fix, with that outcome; ran: and that was run. */
static const struct test_case *find(const struct case_list *list, enum fix fix,
				    enum outcome outcome, bool ran)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct test_case *test = &list->cases[i];

		if (detects(test, fix) && test->outcome == outcome && (test->seconds > 0 || !ran))
			return test;
	}
	return NULL;
}

/* A kernel that should have it by its version has lost it, or a backport went wrong. */
static const char *remark(enum fix fix, const struct version *kernel)
{
	enum promise promise = version_promises(kernel, fixes[fix].mainline, fixes[fix].stable);

	return promise == PROMISE_HAS ? ", which this version should have" : "";
}

static void say_vulnerable(struct test_case *made, enum fix fix, const struct test_case *failed,
			   const struct version *kernel)
{
	char versions[128];

	made->outcome = FAILED;
	snprintf(made->message, sizeof(made->message), "VULNERABLE: lacks \"%s\" (%s)%s; %s failed",
		 fixes[fix].subject, fix_versions(fix, versions, sizeof(versions)),
		 remark(fix, kernel), strchr(failed->name, '.') + 1);
}

static void say_untested(struct test_case *made, enum fix fix, const struct case_list *list)
{
	static const enum outcome outcomes[] = { SKIPPED, FAILED, BROKE };
	const struct test_case *test = NULL;

	made->outcome = SKIPPED;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]) && !test; i++)
		test = find(list, fix, outcomes[i], false);
	if (test)
		snprintf(made->message, sizeof(made->message), "not testable here: %s%.400s",
			 test->outcome == BROKE ? "the test broke: " : "", test->message);
	else
		snprintf(made->message, sizeof(made->message),
			 "not testable here: no test of it was chosen");
}

struct test_case fix_case(const char *abi, enum fix fix, const struct case_list *list,
			  const struct version *kernel)
{
	struct test_case made = { .outcome = SKIPPED };
	const struct test_case *failed = find(list, fix, FAILED, true);

	fix_case_name(made.name, sizeof(made.name), abi, fix);
	if (!fix_concerns(fix, abi))
		snprintf(made.message, sizeof(made.message), "not testable here: it is of %s only",
			 fixes[fix].arches);
	else if (*fixes[fix].untestable)
		snprintf(made.message, sizeof(made.message), "not testable here: %s",
			 fixes[fix].untestable);
	else if (failed)
		say_vulnerable(&made, fix, failed, kernel);
	else if (find(list, fix, PASSED, true))
		made.outcome = PASSED;
	else
		say_untested(&made, fix, list);
	return made;
}

/* --- all ABIs' results -------------------------------------------------------------------------
 */

static enum standing standing_of(enum outcome outcome)
{
	switch (outcome) {
	case PASSED:
		return STANDING_FIXED;
	case FAILED:
		return STANDING_VULNERABLE;
	default:
		return STANDING_NOT_TESTABLE;
	}
}

/* The order of enum standing is that of what counts more. */
enum standing fix_standing(enum fix fix, const struct case_list *list, const char **why)
{
	enum standing worst = STANDING_NOT_ASKED;

	*why = "";
	for (size_t i = 0; i < list->count; i++) {
		enum standing standing = standing_of(list->cases[i].outcome);

		if (fix_of_case(list->cases[i].name) != fix || standing <= worst)
			continue;
		worst = standing;
		*why = list->cases[i].message;
	}
	return worst;
}

/* A list of words, one space between two. */
static void write_words(struct json *json, const char *key, const char *words)
{
	char word[32];

	jsonw_array(json, key);
	for (; *words; words += strspn(words, " ")) {
		size_t length = strcspn(words, " ");

		snprintf(word, sizeof(word), "%.*s", (int)length, words);
		jsonw_string(json, NULL, word);
		words += length;
	}
	jsonw_end(json);
}

static void write_fix(struct json *json, enum fix fix, enum standing standing, const char *why)
{
	const struct fix_info *info = &fixes[fix];

	jsonw_object(json, NULL);
	jsonw_string(json, "id", info->id);
	jsonw_string(json, "severity", severity_name(info->severity));
	jsonw_string(json, "result", standing_name(standing));
	jsonw_string(json, "why", why);
	jsonw_string(json, "subject", info->subject);
	jsonw_string(json, "mainline", info->mainline);
	write_words(json, "stable", info->stable);
	write_words(json, "arches", info->arches);
	jsonw_string(json, "files", info->files);
	jsonw_string(json, "doc", info->doc);
	jsonw_end(json);
}

void fixes_write(struct json *json, const struct case_list *list)
{
	jsonw_array(json, "fixes");
	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++) {
		const char *why;
		enum standing standing = fix_standing(fix, list, &why);

		if (standing != STANDING_NOT_ASKED)
			write_fix(json, fix, standing, why);
	}
	jsonw_end(json);
}
