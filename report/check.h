/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run of `seccompat check` found, and its renderings. */
#ifndef SECCOMPAT_REPORT_CHECK_H
#define SECCOMPAT_REPORT_CHECK_H

#include <stdio.h>

#include "probe/probe.h"
#include "selftests/glue/plan.h"
#include "verdict/verdict.h"

struct check_run {
	struct environment env;
	struct answer answers[F_COUNT]; /* trusted; see environment_trust() */
	struct verdict
		verdicts[F_COUNT]; /* before the tests: by the answers alone; see check_run_judge */
	enum works works[F_COUNT]; /* likewise: what the tests that cover a feature showed */
	struct test_case *cases;   /* of all suites, in the order they were printed */
	size_t count;
	double seconds;
};

/* Appends copies. */
void check_run_add(struct check_run *run, const struct test_case *cases, size_t count);

/* Joins the answers with what the tests that cover a feature found. */
void check_run_judge(struct check_run *run);

/* What the program exits with. */
int check_run_status(const struct check_run *run);

/* The verdict, as diagnostic lines of the KTAP before it: "# ..."; colour on a terminal. */
void check_print_verdict(FILE *out, const struct check_run *run, bool colour);

/* "    needs flag_tsync (3.17), act_log (4.14)"; nothing for an empty list. */
void check_print_features(FILE *out, const char *word, const enum feature *list);

/* "    detects mode-dead (5.17)"; nothing for a test that detects no fix. */
void check_print_detected(FILE *out, const struct test_info *info);

/* One object; its fields are documented in seccompat-check(1). */
void check_write_json(FILE *out, const struct check_run *run);

#endif
