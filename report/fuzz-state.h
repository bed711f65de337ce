/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run of the fuzzer goes on from: a small text file, a word and a number a line. */
#ifndef SECCOMPAT_REPORT_FUZZ_STATE_H
#define SECCOMPAT_REPORT_FUZZ_STATE_H

#include <stdint.h>
#include <stdio.h>

#include "fuzz/session.h"

struct fuzz_state {
	uint64_t seed; /* of the first round */
	struct fuzz_totals totals;
};

/* 1 if it was read, 0 if there is no such file, -1 after a line on stderr. */
int fuzz_state_read(const char *path, struct fuzz_state *state);

/* The same from an open file; path is for messages. */
int fuzz_state_parse(FILE *in, const char *path, struct fuzz_state *state);

/* Whole or not at all: 0, or -1 after a line on stderr. */
int fuzz_state_write(const char *path, const struct fuzz_state *state);

#endif
