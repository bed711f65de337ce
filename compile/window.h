/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The best tree for a few neighbouring intervals, or any part of them, by trying everything: a
 * boundary (jge), one number (jeq), bits (jset). What is over when all that is left leads to the
 * same node is found by remembering each part once.
 */
#ifndef SECCOMPAT_COMPILE_WINDOW_H
#define SECCOMPAT_COMPILE_WINDOW_H

#include "compile/interval.h"

#define WINDOW 9 /* intervals at most */

/* A test as the trees below use it, on the number. */
struct choice {
	uint16_t op; /* BPF_JGE, BPF_JEQ, BPF_JSET; 0 if nothing is left to ask */
	uint32_t k;
	unsigned int yes, no; /* the parts, a bit for each interval from the window's first */
};

/* An interval, with the bits that some and that every number of it has. */
struct window_range {
	uint32_t first, last, some, every;
	int node;
	double weight;
};

struct windows {
	struct window_range *ranges;
	size_t count;
	double *costs; /* per first interval and part; negative if it is not known yet */
};

void windows_init(struct windows *windows, const struct intervals *intervals);
void windows_free(struct windows *windows);

/* The expected number of tests of a part of the window that begins with interval first. */
double window_cost(struct windows *windows, size_t first, unsigned int part);
/* How the best tree for it begins. */
struct choice window_choose(struct windows *windows, size_t first, unsigned int part);

/* The price of a test as such, so that of two trees as fast as each other the smaller is taken. */
#define TEST_PRICE 1e-7

#endif
