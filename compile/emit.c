/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/emit.h"

#include <stdlib.h>

#include "compile/grow.h"

#define NEAR  255    /* as far as jt and jf reach */
#define HEAVY 100000 /* where sizes stop growing: what is shared counts each time */

/* Where a test can be entered, by what A holds there. */
enum entry { ENTRY_LOAD, ENTRY_AND, ENTRY_TEST, ENTRIES };

/* What is known of a node. Addresses count from the filter's end; 0 is not placed yet. */
struct place {
	bool reached;
	bool placed;
	bool used[ENTRIES];   /* some way comes in here */
	size_t at[ENTRIES];   /* the node itself */
	size_t near[ENTRIES]; /* the nearest way to it: itself, a jump to it, another return */
	size_t size;
};

/* Written from the end on, since all jumps lead to what comes later and its distance is then known.
 */
struct emitter {
	const struct dag *dag;
	struct place *places;
	struct sock_filter *insns; /* the last one first */
	size_t count, room;
};

static void put(struct emitter *e, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	e->insns = grow(e->insns, e->count, &e->room, sizeof(*e->insns));
	e->insns[e->count++] = (struct sock_filter){ .code = code, .jt = jt, .jf = jf, .k = k };
}

/* How a node is entered by one that leads to it, whose test has left A as it is. */
static enum entry entry_of(const struct dag_node *from, const struct dag_node *to)
{
	if (to->is_ret)
		return ENTRY_TEST;
	if (from->word != to->word)
		return ENTRY_LOAD;
	if (from->mask == to->mask)
		return ENTRY_TEST;
	return from->mask == UINT32_MAX ? ENTRY_AND : ENTRY_LOAD;
}

static size_t size_of(const struct emitter *e, const struct dag_node *node)
{
	size_t size = 1;

	if (!node->is_ret)
		size += e->places[node->yes].size + e->places[node->no].size;
	return size < HEAVY ? size : HEAVY;
}

static void survey(struct emitter *e, int root)
{
	for (int i = 0; i <= root; i++)
		e->places[i].size = size_of(e, &e->dag->nodes[i]);
	e->places[root].reached = true;
	e->places[root].used[ENTRY_LOAD] = true;
	for (int i = root; i >= 0; i--) {
		const struct dag_node *node = &e->dag->nodes[i];

		if (!e->places[i].reached || node->is_ret)
			continue;
		e->places[node->yes].reached = e->places[node->no].reached = true;
		e->places[node->yes].used[entry_of(node, &e->dag->nodes[node->yes])] = true;
		e->places[node->no].used[entry_of(node, &e->dag->nodes[node->no])] = true;
	}
}

/* How far the next instruction is from the nearest way to a node. */
static size_t distance(const struct emitter *e, const struct dag_node *from, int to)
{
	const struct place *place = &e->places[to];

	return e->count + 1 - place->near[entry_of(from, &e->dag->nodes[to])] - 1;
}

/* A way to the node right here: the same return once more, which costs no time, or a jump. */
static void bring_near(struct emitter *e, const struct dag_node *from, int to)
{
	const struct dag_node *node = &e->dag->nodes[to];
	enum entry entry = entry_of(from, node);
	struct place *place = &e->places[to];

	if (node->is_ret)
		put(e, BPF_RET | BPF_K, 0, 0, node->k);
	else
		put(e, BPF_JMP | BPF_JA, 0, 0, e->count - place->at[entry]);
	place->near[entry] = e->count;
}

static void mark(struct emitter *e, struct place *place, enum entry entry)
{
	place->at[entry] = place->near[entry] = e->count;
}

static void put_test(struct emitter *e, const struct dag_node *node, struct place *place)
{
	while (distance(e, node, node->yes) > NEAR || distance(e, node, node->no) > NEAR)
		bring_near(e, node, distance(e, node, node->yes) > NEAR ? node->yes : node->no);
	put(e, BPF_JMP | node->op | BPF_K, distance(e, node, node->yes),
	    distance(e, node, node->no), node->k);
	mark(e, place, ENTRY_TEST);
	if (node->mask != UINT32_MAX && (place->used[ENTRY_AND] || place->used[ENTRY_LOAD])) {
		put(e, BPF_ALU | BPF_AND | BPF_K, 0, 0, node->mask);
		mark(e, place, ENTRY_AND);
	}
	if (place->used[ENTRY_LOAD]) {
		put(e, BPF_LD | BPF_W | BPF_ABS, 0, 0, node->word);
		mark(e, place, ENTRY_LOAD);
	}
}

/* The larger half first, so that the way over the smaller one is the shorter. */
static void put_node(struct emitter *e, int index)
{
	const struct dag_node *node = &e->dag->nodes[index];
	struct place *place = &e->places[index];
	bool larger_yes;

	if (place->placed)
		return;
	place->placed = true;
	if (node->is_ret) {
		put(e, BPF_RET | BPF_K, 0, 0, node->k);
		mark(e, place, ENTRY_TEST);
		return;
	}
	larger_yes = e->places[node->yes].size > e->places[node->no].size;
	put_node(e, larger_yes ? node->yes : node->no);
	put_node(e, larger_yes ? node->no : node->yes);
	put_test(e, node, place);
}

static void reverse(struct sock_filter *insns, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct sock_filter insn = insns[i];

		insns[i] = insns[count - 1 - i];
		insns[count - 1 - i] = insn;
	}
}

struct filter emit(const struct dag *dag, int root)
{
	struct emitter e = { .dag = dag };
	size_t nodes = dag_reach(dag, root, NULL);

	/* Each node is an instruction at least. */
	if (nodes > BPF_MAXINSNS)
		return (struct filter){ .count = nodes };
	e.places = must_calloc(dag->count, sizeof(*e.places));
	survey(&e, root);
	put_node(&e, root);
	free(e.places);
	reverse(e.insns, e.count);
	if (e.count <= BPF_MAXINSNS)
		return (struct filter){ e.insns, e.count };
	free(e.insns);
	return (struct filter){ .count = e.count };
}
