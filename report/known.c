/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/known.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/words.h"
#include "probe/command-line.h"
#include "report/whole.h"
#include "selftests/glue/fixes.h"
#include "selftests/glue/plan.h"
#include "verdict/verdict.h"

#define COLUMNS 7

/* --- the table -------------------------------------------------------------------------------- */

static bool is_word(const char *text)
{
	for (; *text; text++)
		if (isalpha((unsigned char)*text))
			return true;
	return false;
}

/* "-" is no bound. False for what is neither that nor a version. */
static bool bound_of(const char *text, bool *has, struct version *bound)
{
	*has = strcmp(text, "-") != 0;
	return !*has || version_parse(text, bound);
}

static bool result_of(const char *word, enum known_result *result)
{
	static const char *const words[] = {
		[KNOWN_SKIP] = "skip",	 [KNOWN_FAIL] = "fail",
		[KNOWN_MIXED] = "mixed", [KNOWN_BACKPORTED] = "backported",
		[KNOWN_NONE] = "none",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(word, words[i])) {
			*result = i;
			return true;
		}
	}
	return false;
}

/* NULL, or what is wrong with it. */
static const char *fill_row(struct known_row *row, char *const column[COLUMNS])
{
	if (strcmp(column[0], "*")) {
		row->arch = arch_by_name(column[0]);
		if (!row->arch)
			return "the first column is an architecture of arch/arches.tsv, or *";
	}
	if (!bound_of(column[1], &row->has_from, &row->from) ||
	    !bound_of(column[2], &row->has_below, &row->below))
		return "from and below are versions (6.1), or -";
	if (!*column[3])
		return "a row without a test";
	if (!result_of(column[4], &row->result))
		return "the result is skip, fail, mixed, backported or none";
	if (!is_word(column[5]))
		return "a row without a reason";
	row->patterns = column[3];
	row->reason = column[5];
	row->reference = strcmp(column[6], "-") ? column[6] : "";
	return NULL;
}

static const char *split(char *line, char *column[COLUMNS])
{
	size_t count = 0;
	char *field;

	while ((field = strsep(&line, "\t"))) {
		if (count < COLUMNS)
			column[count] = field;
		count++;
	}
	return count == COLUMNS ? NULL : "a row has 7 columns, with one tab between two";
}

static bool is_row(const char *line)
{
	return *line != '#' && line[strspn(line, " \t")];
}

static const char *add_row(struct known *known, char *line)
{
	struct known_row row = { 0 };
	char *column[COLUMNS];
	const char *wrong = split(line, column);

	if (!wrong)
		wrong = fill_row(&row, column);
	if (wrong)
		return wrong;
	known->rows = realloc(known->rows, (known->count + 1) * sizeof(row));
	if (!known->rows)
		abort();
	known->rows[known->count++] = row;
	return NULL;
}

static int refuse(struct known *known, const char *path, unsigned int line, const char *wrong)
{
	fprintf(stderr, "seccompat: %s:%u: %s\n", path, line, wrong);
	known_free(known);
	return -1;
}

int known_read(struct known *known, const char *path)
{
	char *rest, *line;
	size_t length;

	*known = (struct known){ .text = whole_file(path, &length) };
	if (!known->text)
		return -1;
	if (strlen(known->text) != length)
		return refuse(known, path, 1, "no table: there is a NUL in it");
	rest = known->text;
	for (unsigned int number = 1; (line = strsep(&rest, "\n")); number++) {
		const char *wrong = is_row(line) ? add_row(known, line) : NULL;

		if (wrong)
			return refuse(known, path, number, wrong);
	}
	return 0;
}

void known_free(struct known *known)
{
	free(known->rows);
	free(known->text);
	*known = (struct known){ 0 };
}

/* --- results beside it ------------------------------------------------------------------------ */

/* The same of one pattern, which ends before end. */
static bool matches(const char *pattern, const char *end, const char *name)
{
	const char *star = NULL, *retry = NULL;

	while (*name) {
		if (pattern < end && *pattern == '*') {
			star = ++pattern;
			retry = name;
		} else if (pattern < end && (*pattern == '?' || *pattern == *name)) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	return pattern + strspn(pattern, "*") >= end;
}

bool known_matches(const char *patterns, const char *name)
{
	for (;;) {
		const char *end = strchrnul(patterns, ' ');

		if (matches(patterns, end, name))
			return true;
		if (!*end)
			return false;
		patterns = end + 1;
	}
}

static bool is_about(const struct known_row *row, const struct result_kernel *kernel)
{
	if (row->arch && row->arch != kernel->arch)
		return false;
	if (row->has_from && version_compare(&kernel->version, &row->from) < 0)
		return false;
	return !row->has_below || version_compare(&kernel->version, &row->below) < 0;
}

/* The first row of that result for name; NULL if there is none. */
static const struct known_row *find(const struct known *known, const struct result_kernel *kernel,
				    enum known_result result, const char *name)
{
	for (size_t i = 0; i < known->count; i++) {
		const struct known_row *row = &known->rows[i];

		if (row->result == result && is_about(row, kernel) &&
		    known_matches(row->patterns, name))
			return row;
	}
	return NULL;
}

/* A state that the list has a say in becomes another one. */
static enum state state_with(enum state state, const struct known_row *row)
{
	switch (state) {
	case STATE_PASS:
		return row ? STATE_FIXED : STATE_PASS;
	case STATE_FAIL:
		return row ? STATE_KNOWN : STATE_FAIL;
	case STATE_SKIP:
		return row ? STATE_SKIP : STATE_NEW_SKIP;
	default:
		return state;
	}
}

/* Families whose results follow from those of tests, which name them in a list of their own. */
enum derived { NOT_DERIVED, DERIVED_FEATURE, DERIVED_FIX };

static const char *const derived_families[] = {
	[DERIVED_FEATURE] = "features.",
	[DERIVED_FIX] = "fixes.",
};

static enum derived derived_of(const struct result_test *test)
{
	for (enum derived derived = DERIVED_FEATURE; derived <= DERIVED_FIX; derived++)
		if (!strncmp(test->local, derived_families[derived],
			     strlen(derived_families[derived])))
			return derived;
	return NOT_DERIVED;
}

/*
 * A skip for want of what mainline had not yet, what an option would bring, of a second CPU, or of
 * what the kernel was told not to do, needs no row; nor does that of a fix, as the tests that
 * detect it are explained themselves.
 */
static bool explains_itself(const struct result_test *test)
{
	return test->outcome == SKIPPED &&
	       (strstr(test->message, verdict_name(VERDICT_NOT_YET)) ||
		strstr(test->message, PLAN_TWO_CPUS) ||
		strstr(test->message, verdict_name(VERDICT_CONFIG_OFF)) ||
		strstr(test->message, COMMAND_LINE_SAYS) || derived_of(test) == DERIVED_FIX);
}

/* Whether a kernel of that version has not to have a fix that the test detects. */
static bool may_lack(const struct result_kernel *kernel, const struct result_test *test,
		     enum fix fix)
{
	char abi[32];

	snprintf(abi, sizeof(abi), "%.*s", (int)strcspn(test->name, "."), test->name);
	return words_have(test->fixes, fixes[fix].id) && fix_concerns(fix, abi) &&
	       version_promises(&kernel->version, fixes[fix].mainline, fixes[fix].stable) !=
		       PROMISE_HAS;
}

/* The subject of the fix that explains why the test fails, which selftests/fixes.def has a row of.
 */
static const char *fix_lacked(const struct result_kernel *kernel, const struct result_test *test)
{
	if (test->outcome != FAILED)
		return NULL;
	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++)
		if (may_lack(kernel, test, fix))
			return fixes[fix].subject;
	return NULL;
}

/* A feature that is there before its time: either the vendor took it over, or the catalogue is
 * wrong. */
static bool is_backported(const struct result_test *test)
{
	const char *word = verdict_name(VERDICT_BACKPORTED);

	return test->outcome == PASSED && derived_of(test) == DERIVED_FEATURE &&
	       !strncmp(test->message, word, strlen(word));
}

static enum known_result kind_of(const struct result_test *test)
{
	if (is_backported(test))
		return KNOWN_BACKPORTED;
	return test->outcome == SKIPPED ? KNOWN_SKIP : KNOWN_FAIL;
}

static void judge_test(const struct known *known, const struct result_kernel *kernel,
		       struct result_test *test)
{
	const struct known_row *row = find(known, kernel, kind_of(test), test->name);
	const char *subject = fix_lacked(kernel, test);

	if (!row && test->outcome == FAILED)
		row = find(known, kernel, KNOWN_MIXED, test->name);
	if (test->outcome == BROKE || explains_itself(test))
		return;
	if (subject) {
		test->state = STATE_KNOWN;
		test->reason = subject;
		return;
	}
	if (is_backported(test))
		test->state = row ? STATE_PASS : STATE_FAIL;
	else
		test->state = state_with(test->state, row);
	test->reason = row ? row->reason : NULL;
}

/* Whether test failed, and is one of those that the result follows from. */
static bool breaks(const struct result_test *test, const struct result_test *result,
		   enum derived derived)
{
	size_t abi = result->local - result->name;

	return test->outcome == FAILED && !strncmp(test->name, result->name, abi) &&
	       words_have(derived == DERIVED_FIX ? test->fixes : test->covers,
			  result->local + strlen(derived_families[derived]));
}

/* Why a feature is broken, or a fix missing: the reason of the failed tests, if all have one. */
static const char *reason_broken(const struct result_kernel *kernel,
				 const struct result_test *result, enum derived derived)
{
	const char *reason = NULL;

	for (size_t i = 0; i < kernel->test_count; i++) {
		const struct result_test *test = &kernel->tests[i];

		if (!breaks(test, result, derived))
			continue;
		if (test->state != STATE_KNOWN)
			return NULL;
		reason = test->reason;
	}
	return reason;
}

/* After all tests, as what follows from them is as known as they are. */
static void judge_derived(struct result_kernel *kernel)
{
	for (size_t i = 0; i < kernel->test_count; i++) {
		struct result_test *test = &kernel->tests[i];
		enum derived derived = derived_of(test);
		const char *reason;

		if (test->state != STATE_FAIL || !derived)
			continue;
		reason = reason_broken(kernel, test, derived);
		if (reason) {
			test->state = STATE_KNOWN;
			test->reason = reason;
		}
	}
}

void known_judge(const struct known *known, struct results *results)
{
	results_judge(results);
	results->judged = true;
	for (size_t i = 0; i < results->count; i++) {
		struct result_kernel *kernel = &results->kernels[i];
		const struct known_row *row =
			kernel->error ? find(known, kernel, KNOWN_NONE, kernel->name) : NULL;

		if (row) {
			kernel->state = STATE_KNOWN;
			kernel->reason = row->reason;
		}
		for (size_t j = 0; j < kernel->test_count; j++)
			judge_test(known, kernel, &kernel->tests[j]);
		judge_derived(kernel);
	}
}
