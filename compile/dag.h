/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A filter before it has addresses: tests with two ways out, and returns. Equal nodes are one node,
 * so whatever two parts of a filter end in alike is there once. A node is always younger than those
 * that it leads to.
 */
#ifndef SECCOMPAT_COMPILE_DAG_H
#define SECCOMPAT_COMPILE_DAG_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dag_node {
	bool is_ret;
	uint16_t op;   /* BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET */
	uint32_t word; /* the offset in seccomp_data of what is tested */
	uint32_t mask; /* and-ed with it before */
	uint32_t k;    /* the constant; of a return, the value */
	int yes, no;
};

struct dag {
	struct dag_node *nodes;
	size_t count, room;
	int *table; /* by hash; -1 is free */
	size_t slots;
	size_t limit;
	bool full; /* the limit was reached: what was built after it is nothing */
};

/* No more than limit nodes. */
void dag_init(struct dag *dag, size_t limit);
void dag_free(struct dag *dag);

int dag_ret(struct dag *dag, uint32_t value);
/* A test whose two ways lead to the same node is that node. */
int dag_test(struct dag *dag, const struct dag_node *test, int yes, int no);

/* What a node's test says of a word. */
bool dag_holds(const struct dag_node *test, uint32_t word);

/* How many nodes a root leads to, itself included; a mark for each node if marks is not NULL. */
size_t dag_reach(const struct dag *dag, int root, bool *marks);

#endif
