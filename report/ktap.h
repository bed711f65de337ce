/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Results as KTAP, written and read: a suite is a top-level point, its cases the nested ones. What
 *the kernel's kunit.py reads, and prove(1) too, which passes over the nested lines.
 *
 *	KTAP version 1
 *	1..2
 *	  KTAP version 1
 *	  # Subtest: x86_64.modes
 *	  1..2
 *	  ok 1 strict_exit/prctl
 *	  # seconds 0.004
 *	  not ok 2 strict_lock
 *	  # modes.c:41: ...
 *	not ok 1 x86_64.modes
 */
#ifndef SECCOMPAT_REPORT_KTAP_H
#define SECCOMPAT_REPORT_KTAP_H

#include <stdio.h>

#include "selftests/glue/plan.h"

void ktap_begin(FILE *out, unsigned int suites);

/* A suite's cases; its name is what stands before the last dot of the first one's. */
void ktap_suite(FILE *out, unsigned int number, const struct test_case *cases, size_t count);

/* A suite as a whole that has no cases to show: skipped, or broken, with the reason. */
void ktap_empty_suite(FILE *out, unsigned int number, const char *name, enum outcome outcome,
		      const char *why);

/* All there is to say, without suites: each case is a point of its own. */
void ktap_points(FILE *out, const struct test_case *cases, size_t count);

/* What a suite comes to: broken before failed before passed; skipped if nothing else was. */
enum outcome ktap_outcome(const struct test_case *cases, size_t count);

/* Reads lines as they come; the cases found so far are in cases. Begin with zeros. */
struct ktap_reader {
	struct test_case *cases;
	size_t count;
	char suite[64];
};

void ktap_read_line(struct ktap_reader *reader, const char *line);
void ktap_reader_free(struct ktap_reader *reader);

#endif
