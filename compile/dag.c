/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/dag.h"

#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"

void dag_init(struct dag *dag, size_t limit)
{
	*dag = (struct dag){ .limit = limit };
}

void dag_free(struct dag *dag)
{
	free(dag->nodes);
	free(dag->table);
	dag_init(dag, dag->limit);
}

static bool same(const struct dag_node *a, const struct dag_node *b)
{
	return a->is_ret == b->is_ret && a->op == b->op && a->word == b->word &&
	       a->mask == b->mask && a->k == b->k && a->yes == b->yes && a->no == b->no;
}

static size_t hash(const struct dag_node *node)
{
	const uint32_t parts[] = { node->is_ret,      node->op, node->word,
				   node->mask,	      node->k,	(uint32_t)node->yes,
				   (uint32_t)node->no };
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		sum ^= parts[i];
		sum *= UINT64_C(0x100000001b3);
		sum ^= sum >> 29;
	}
	return sum;
}

/* The slot that holds the node, or the free one that it belongs into. */
static size_t slot_of(const struct dag *dag, const struct dag_node *node)
{
	size_t slot = hash(node) & (dag->slots - 1);

	while (dag->table[slot] >= 0 && !same(&dag->nodes[dag->table[slot]], node))
		slot = (slot + 1) & (dag->slots - 1);
	return slot;
}

static void widen(struct dag *dag)
{
	free(dag->table);
	dag->slots = dag->slots ? dag->slots * 2 : 256;
	dag->table = must_calloc(dag->slots, sizeof(*dag->table));
	memset(dag->table, 0xff, dag->slots * sizeof(*dag->table));
	for (size_t i = 0; i < dag->count; i++)
		dag->table[slot_of(dag, &dag->nodes[i])] = (int)i;
}

static int intern(struct dag *dag, const struct dag_node *node)
{
	size_t slot;

	if ((dag->count + 1) * 2 > dag->slots)
		widen(dag);
	slot = slot_of(dag, node);
	if (dag->table[slot] >= 0)
		return dag->table[slot];
	if (dag->count >= dag->limit) {
		dag->full = true;
		return 0;
	}
	dag->nodes = grow(dag->nodes, dag->count, &dag->room, sizeof(*dag->nodes));
	dag->nodes[dag->count] = *node;
	dag->table[slot] = (int)dag->count;
	return (int)dag->count++;
}

int dag_ret(struct dag *dag, uint32_t value)
{
	return intern(dag, &(struct dag_node){ .is_ret = true, .k = value });
}

int dag_test(struct dag *dag, const struct dag_node *test, int yes, int no)
{
	struct dag_node node = *test;

	if (yes == no)
		return yes;
	node.is_ret = false;
	node.yes = yes;
	node.no = no;
	return intern(dag, &node);
}

bool dag_holds(const struct dag_node *test, uint32_t word)
{
	uint32_t a = word & test->mask;

	switch (test->op) {
	case BPF_JEQ:
		return a == test->k;
	case BPF_JGT:
		return a > test->k;
	case BPF_JGE:
		return a >= test->k;
	default:
		return a & test->k;
	}
}

size_t dag_reach(const struct dag *dag, int root, bool *marks)
{
	bool *seen = marks ? marks : must_calloc(dag->count, sizeof(*seen));
	size_t reached = 0;

	memset(seen, 0, dag->count * sizeof(*seen));
	seen[root] = true;
	for (int i = root; i >= 0; i--) {
		if (!seen[i])
			continue;
		reached++;
		if (dag->nodes[i].is_ret)
			continue;
		seen[dag->nodes[i].yes] = true;
		seen[dag->nodes[i].no] = true;
	}
	if (!marks)
		free(seen);
	return reached;
}
