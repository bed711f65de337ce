/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Programs at random, of every opcode that seccomp takes, with the values and jumps that hurt
 * compilers. Everything follows from the state, a number that the caller seeds.
 */
#ifndef SECCOMPAT_FILTERS_RANDOM_H
#define SECCOMPAT_FILTERS_RANDOM_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "filters/builder.h"
#include "filters/sim.h"

/* A state for a seed: those of neighbours have nothing in common. */
uint64_t random_seed(uint64_t seed);

uint32_t random_next(uint64_t *state);
uint32_t random_below(uint64_t *state, uint32_t limit);

/* Often at an edge: 0, 1, 31, 32, a sign bit, a power of two or beside one. */
uint32_t random_value(uint64_t *state);

/* An element of an array. */
#define RANDOM_OF(state, array) ((array)[random_below(state, sizeof(array) / sizeof((array)[0]))])

/* A program that grows at its end. What finds no room is dropped, and check_filter objects. */
struct program {
	uint32_t len;
	struct sock_filter code[BPF_MAXINSNS];
};

void program_append(struct program *program, uint32_t code, uint32_t k, uint8_t yes, uint8_t no);

/* To one of the next few instructions, now and then far; left: how many follow this jump. */
uint8_t random_distance(uint64_t *state, uint32_t left);

/* An ALU instruction; before a division or a shift by X sometimes one that puts an edge into X. */
void random_alu(struct program *program, uint64_t *state);

struct random_body {
	uint32_t len;	/* how many instructions, or a few less */
	uint16_t words; /* of seccomp_data that may be loaded, a bit each: 1 << offset / 4 */
	bool exits;	/* may return before its end: always an ERRNO, never anything else */
};

/*
 * Appends instructions that are valid wherever no path has written memory yet, and run into what
 * is appended next, A being the result. They end the filter by an ERRNO, or by a division by 0.
 */
void random_append(struct program *program, uint64_t *state, const struct random_body *body);

/* Appends what was built, and frees the builder: 0 or its error. */
int program_append_built(struct program *program, struct builder *b);

/*
 * For sim_run's step: sets the bool that data points to if a shift by X >= 32 was done, whose
 * result is the machine's own affair.
 */
void random_note_wide_shift(void *data, const struct sim_step *step);

#endif
