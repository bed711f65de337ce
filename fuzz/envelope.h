/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Many random programs in one filter: a word of seccomp_data, another one in each filter, says
 * which of them is asked and which byte of its result is returned. So a stack of one filter answers
 * for a hundred programs, bit for bit.
 */
#ifndef SECCOMPAT_FUZZ_ENVELOPE_H
#define SECCOMPAT_FUZZ_ENVELOPE_H

#include <stdint.h>

#include "fuzz/ask.h"

#define FUZZ_PARTS_MAX 128

struct fuzz_envelope {
	struct program program;
	uint32_t selector; /* the word's offset */
	unsigned int parts;
	struct {
		uint32_t start, end;
	} part[FUZZ_PARTS_MAX];
};

/* In one of eight cases it is one program alone, short or as long as a filter can be. */
void fuzz_envelope_make(struct fuzz_envelope *envelope, uint64_t *state);

/* Puts an own program around instructions that run into their end, the result being A. */
void fuzz_envelope_begin(struct fuzz_envelope *envelope, uint32_t selector);
void fuzz_envelope_part(struct fuzz_envelope *envelope, const struct program *body);
void fuzz_envelope_finish(struct fuzz_envelope *envelope);

/* Makes data ask for a byte of a part's result; other bits of the word are noise. */
void fuzz_envelope_select(const struct fuzz_envelope *envelope, struct seccomp_data *data,
			  unsigned int part, unsigned int byte, uint32_t noise);

/* Random data for a part, of which some words are constants of its own. */
struct fuzz_question fuzz_envelope_question(const struct fuzz_envelope *envelope, unsigned int part,
					    const struct fuzz_known *known, uint64_t *state);

#endif
