/* SPDX-License-Identifier: BSD-3-Clause */
/* From a number to what decides about it, by the fewest tests that are expected. */
#ifndef SECCOMPAT_COMPILE_TREE_H
#define SECCOMPAT_COMPILE_TREE_H

#include "compile/interval.h"

/* The root of the tree, in dag. */
int tree_make(const struct intervals *intervals, struct dag *dag);

/*
 * The expected number of tests in the best tree that has nothing but boundaries (jge): the optimal
 * alphabetic tree, by dynamic programming. What tree_make makes is never worse for the weights it
 * was made with.
 */
double tree_optimum(const struct intervals *intervals);

#endif
