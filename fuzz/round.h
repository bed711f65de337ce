/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A round: what follows from one seed, in one child. Either an envelope of random programs, asked
 * and simulated; or near-valid programs, which the kernel is to take exactly when check_filter
 * does.
 */
#ifndef SECCOMPAT_FUZZ_ROUND_H
#define SECCOMPAT_FUZZ_ROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "fuzz/ask.h"

enum fuzz_kind { FUZZ_PROGRAMS, FUZZ_CHECKER };

/* Where kernel and we differ. */
struct fuzz_difference {
	enum fuzz_kind kind;
	uint64_t seed; /* of the round */
	struct program program;
	uint32_t keep; /* that many instructions at the beginning make it harmless */

	/* FUZZ_PROGRAMS: */
	struct fuzz_question question;
	uint32_t simulated;
	struct fuzz_answer answer;

	/* FUZZ_PROGRAMS if the kernel refuses the program, and FUZZ_CHECKER: its errno, or 0. */
	int refused;
};

struct fuzz_round {
	/* In: */
	uint64_t seed;
	enum fuzz_kind kind;
	struct fuzz_known known;

	/* Out: */
	unsigned int programs, questions, undefined; /* asked about; not to be compared */
	unsigned int refused, deaths, installed;
	bool differs;
	struct fuzz_difference difference;
	char broke[160]; /* "" if the toolkit did not break */
	struct run_end end;

	/* Between the child and its parent. */
	bool must_die, at_question;
};

void fuzz_round_run(struct fuzz_round *round);

/* The same difference in another child: for a program or a question that was made simpler. */
bool fuzz_still_differs(struct fuzz_difference *difference, const struct fuzz_known *known);

#endif
