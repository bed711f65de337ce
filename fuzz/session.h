/* SPDX-License-Identifier: BSD-3-Clause */
/* Round after round, until there have been enough. */
#ifndef SECCOMPAT_FUZZ_SESSION_H
#define SECCOMPAT_FUZZ_SESSION_H

#include "fuzz/round.h"

struct fuzz_totals {
#define TOTAL(name, text) unsigned long long name;
#include "fuzz/totals.def"
#undef TOTAL
	double seconds;
};

struct fuzz_session {
	uint64_t seed; /* of the first round; the next ones follow */
	bool kinds[FUZZ_CHECKER + 1];
	unsigned long long count; /* of programs, of both kinds; 0: no limit */
	double seconds;		  /* 0: no limit */
	struct fuzz_known known;
	struct fuzz_totals totals; /* what there was before is added to */
	char broke[160];	   /* why it could not go on */

	/* A difference, made simple; and what has come together, about once a second. */
	void (*found)(struct fuzz_session *session, const struct fuzz_difference *difference);
	void (*progress)(struct fuzz_session *session);
	void *data;
};

/* It ends when so many differences have come together: one mistake shows in many programs. */
#define FUZZ_ENOUGH 5

/* 0; the signal that interrupted it (SIGINT, SIGTERM, SIGHUP); or -1 and session->broke. */
int fuzz_session_run(struct fuzz_session *session);

#endif
