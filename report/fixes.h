/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run found of each fix: does this kernel have it? Tests decide, never the version. */
#ifndef SECCOMPAT_REPORT_FIXES_H
#define SECCOMPAT_REPORT_FIXES_H

#include <stddef.h>

#include "report/json.h"
#include "selftests/glue/plan.h"
#include "verdict/verdict.h"

/* Cases of a run: those of tests and those of fixes. */
struct case_list {
	const struct test_case *cases;
	size_t count;
};

/*
 * The fix as a result of one ABI, by the tests among the cases that detect it: failed if one of
 * them failed, passed if those that ran passed; skipped, with the reason, if none ran. kernel is
 * its version, for a remark.
 */
struct test_case fix_case(const char *abi, enum fix fix, const struct case_list *list,
			  const struct version *kernel);

/* What the cases of a fix come to, in all ABIs together. */
enum standing {
	STANDING_NOT_ASKED, /* there is no such case */
	STANDING_NOT_TESTABLE,
	STANDING_FIXED,
	STANDING_VULNERABLE,
	STANDING_COUNT
};

/* *why: the message of the case that decided, borrowed; "" where there is none. */
enum standing fix_standing(enum fix fix, const struct case_list *list, const char **why);

/* "VULNERABLE" */
const char *standing_name(enum standing standing);

/* The fix that a case "x86_64.fixes.mode-dead" is of; FIX_NONE for all other cases. */
enum fix fix_of_case(const char *name);

/* "7.3, 6.12.110, 6.1.188": the first releases that have it. Into text, which is returned. */
const char *fix_versions(enum fix fix, char *text, size_t size);

/* The array "fixes": one object for each that was asked; seccompat-check(1) documents it. */
void fixes_write(struct json *json, const struct case_list *list);

#endif
