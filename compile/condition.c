/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/condition.h"

#include <linux/seccomp.h>
#include <stdlib.h>

#include "compile/grow.h"

#define LOOK_MAX  4000	     /* nodes looked at for what one test says of them */
#define LOOKS_MAX (1u << 24) /* in all, for one rule; past that the rest is as it is written */

/*
 * A rule in the making: in a graph of its own, so that the way to the best nodes leaves nothing
 * behind.
 */
struct maker {
	struct dag dag;
	const struct arch *arch;
	bool simplify;		 /* tests leave out what a way has found out already */
	size_t looks;		 /* nodes that were looked at */
	int *became;		 /* what a node is for those who come by the present way */
	unsigned int *asked_for; /* the way that this was found out for */
	unsigned int way;
};

/* --- what a way has found out already --------------------------------------------------------- */

/* A test and its result. */
struct fact {
	struct dag_node test;
	bool held;
};

/* What is left possible for an unmasked word: from low to high. False if it is no such fact. */
static bool range_of(const struct fact *fact, uint32_t *low, uint32_t *high)
{
	uint32_t k = fact->test.k;

	*low = 0;
	*high = UINT32_MAX;
	if (fact->test.mask != UINT32_MAX)
		return false;
	switch (fact->test.op) {
	case BPF_JEQ:
		*low = fact->held ? k : !k;
		*high = fact->held ? k : UINT32_MAX - !~k;
		return fact->held || !k || !~k;
	case BPF_JGT:
		*low = fact->held ? k + 1 : 0;
		*high = fact->held ? UINT32_MAX : k;
		return true;
	case BPF_JGE:
		*low = fact->held ? k : 0;
		*high = fact->held ? UINT32_MAX : k - 1;
		return true;
	}
	return false;
}

/* What the fact says of another test: 1 it holds, 0 it does not, -1 nothing. */
static int implied(const struct fact *fact, const struct dag_node *test)
{
	const struct dag_node *known = &fact->test;
	uint32_t low, high;

	if (test->word != known->word)
		return -1;
	if (test->op == known->op && test->mask == known->mask && test->k == known->k)
		return fact->held;
	if (known->op == BPF_JSET && test->op == BPF_JSET && !fact->held && !(test->k & ~known->k))
		return 0;
	if (!range_of(fact, &low, &high))
		return -1;
	if (low == high)
		return dag_holds(test, low);
	if (test->mask != UINT32_MAX || test->op == BPF_JSET)
		return -1;
	if (test->op == BPF_JEQ)
		return test->k < low || test->k > high ? 0 : -1;
	return dag_holds(test, low) == dag_holds(test, high) ? dag_holds(test, low) : -1;
}

/* The node for those who know the fact; as it is, if that takes too long to find out. */
static int restricted(struct maker *maker, const struct fact *fact, size_t *left, int node)
{
	const struct dag_node test = maker->dag.nodes[node];
	int what, result, yes, no;

	if (test.is_ret || !*left)
		return node;
	if (maker->asked_for[node] == maker->way)
		return maker->became[node];
	--*left;
	what = implied(fact, &test);
	if (what >= 0) {
		result = restricted(maker, fact, left, what ? test.yes : test.no);
	} else {
		yes = restricted(maker, fact, left, test.yes);
		no = restricted(maker, fact, left, test.no);
		result = dag_test(&maker->dag, &test, yes, no);
	}
	maker->asked_for[node] = maker->way;
	maker->became[node] = result;
	return result;
}

static int restrict_to(struct maker *maker, const struct dag_node *test, bool held, int node)
{
	const struct fact fact = { *test, held };
	size_t left = LOOK_MAX;

	if (!maker->simplify || maker->looks > LOOKS_MAX)
		return node;
	maker->way++;
	node = restricted(maker, &fact, &left, node);
	maker->looks += LOOK_MAX - left;
	return node;
}

static int make_test(struct maker *maker, const struct dag_node *test, int yes, int no)
{
	yes = restrict_to(maker, test, true, yes);
	no = restrict_to(maker, test, false, no);
	return dag_test(&maker->dag, test, yes, no);
}

/* --- halves ----------------------------------------------------------------------------------- */

/* One of an argument's. */
struct half {
	struct maker *maker;
	unsigned int arg;
	bool high;
};

/* Of 32 bits there is no high half: it is 0, and what is asked of it is known. */
static int test_half(const struct half *half, uint16_t op, uint32_t mask, uint32_t k, int yes,
		     int no)
{
	bool second = half->high != half->maker->arch->big_endian;
	struct dag_node test = {
		.op = op,
		.word = offsetof(struct seccomp_data, args) + 8 * half->arg + (second ? 4 : 0),
		.mask = mask,
		.k = k,
	};

	if (half->high && half->maker->arch->bits == 32)
		return dag_holds(&test, 0) ? yes : no;
	return make_test(half->maker, &test, yes, no);
}

/* A > k or, with equal, A >= k; what is always or never so needs no test. */
static int half_above(const struct half *half, bool equal, uint32_t k, int yes, int no)
{
	if (equal && !k)
		return yes;
	if (!equal && k == UINT32_MAX)
		return no;
	return test_half(half, equal ? BPF_JGE : BPF_JGT, UINT32_MAX, k, yes, no);
}

/* (A & mask) == k, by the cheapest test. */
static int half_masked(const struct half *half, uint32_t mask, uint32_t k, int yes, int no)
{
	if (k & ~mask)
		return no;
	if (!mask)
		return yes;
	if (mask == UINT32_MAX)
		return test_half(half, BPF_JEQ, mask, k, yes, no);
	if (!k)
		return test_half(half, BPF_JSET, UINT32_MAX, mask, no, yes);
	if (!(mask & (mask - 1)))
		return test_half(half, BPF_JSET, UINT32_MAX, mask, yes, no);
	return test_half(half, BPF_JEQ, mask, k, yes, no);
}

/* --- whole arguments -------------------------------------------------------------------------- */

static int above(const struct half *high, const struct half *low, bool equal, uint64_t value,
		 int yes, int no)
{
	uint32_t top = value >> 32;
	int equals = half_above(low, equal, (uint32_t)value, yes, no);

	if (equals == yes)
		return half_above(high, true, top, yes, no);
	if (equals == no)
		return half_above(high, false, top, yes, no);
	/* What is not above 0 is 0. */
	if (top)
		equals = test_half(high, BPF_JEQ, UINT32_MAX, top, equals, no);
	return half_above(high, false, top, yes, equals);
}

static int masked(const struct half *high, const struct half *low, uint64_t mask, uint64_t value,
		  int yes, int no)
{
	int rest = half_masked(low, (uint32_t)mask, (uint32_t)value, yes, no);

	return half_masked(high, mask >> 32, value >> 32, rest, no);
}

static int any(const struct half *high, const struct half *low, uint64_t bits, int yes, int no)
{
	return masked(high, low, bits, 0, no, yes);
}

static int compile_test(struct maker *maker, const struct policy_test *test, int yes, int no)
{
	const struct half high = { maker, test->arg, true };
	const struct half low = { maker, test->arg, false };
	uint64_t value = policy_narrow(test->value, maker->arch->bits);

	switch (test->op) {
	case POLICY_EQ:
		return masked(&high, &low, UINT64_MAX, value, yes, no);
	case POLICY_NE:
		return masked(&high, &low, UINT64_MAX, value, no, yes);
	case POLICY_GT:
		return above(&high, &low, false, value, yes, no);
	case POLICY_GE:
		return above(&high, &low, true, value, yes, no);
	case POLICY_LE:
		return above(&high, &low, false, value, no, yes);
	case POLICY_LT:
		return above(&high, &low, true, value, no, yes);
	case POLICY_ANY:
		return any(&high, &low, value, yes, no);
	case POLICY_IN:
		return masked(&high, &low, ~value, 0, yes, no);
	case POLICY_MASKED:
		return masked(&high, &low, test->mask, value, yes, no);
	case POLICY_OPS:
		break;
	}
	abort();
}

/* --- rules ------------------------------------------------------------------------------------ */

/* From the last test to the first, as each needs to know where to go. */
static int make_rule(struct maker *maker, const struct policy_rule *rule,
		     const struct policy_arch *on, bool simplify)
{
	int next = dag_ret(&maker->dag, on->otherwise);

	maker->simplify = simplify;
	for (size_t i = rule->count; i-- > 0;) {
		const struct policy_clause *clause = &rule->clauses[i];
		int node = dag_ret(&maker->dag, clause->value);

		for (size_t j = clause->count; j-- > 0;)
			node = compile_test(maker, &clause->tests[j], node, next);
		next = node;
	}
	return next;
}

static int copy(struct dag *to, const struct dag *from, int root)
{
	bool *marks = must_calloc(from->count, sizeof(*marks));
	int *became = must_calloc(from->count, sizeof(*became));

	dag_reach(from, root, marks);
	for (int i = 0; i <= root; i++) {
		const struct dag_node *node = &from->nodes[i];

		if (!marks[i])
			continue;
		became[i] = node->is_ret ? dag_ret(to, node->k)
					 : dag_test(to, node, became[node->yes], became[node->no]);
	}
	root = became[root];
	free(marks);
	free(became);
	return root;
}

/* What a way has found out makes nodes of its own, so that the simplified form may be the larger.
 */
static int make_best(struct maker *maker, const struct policy_rule *rule,
		     const struct policy_arch *on)
{
	int plain = make_rule(maker, rule, on, false), better;

	if (maker->dag.full || maker->dag.count < 3)
		return plain;
	maker->became = must_calloc(CONDITION_MAX, sizeof(*maker->became));
	maker->asked_for = must_calloc(CONDITION_MAX, sizeof(*maker->asked_for));
	better = make_rule(maker, rule, on, true);
	free(maker->became);
	free(maker->asked_for);
	if (maker->dag.full ||
	    dag_reach(&maker->dag, better, NULL) > dag_reach(&maker->dag, plain, NULL))
		better = plain;
	maker->dag.full = false;
	return better;
}

int condition_compile(struct dag *dag, const struct policy_rule *rule, const struct policy_arch *on)
{
	struct maker maker = { .arch = on->arch };
	int root;

	dag_init(&maker.dag, CONDITION_MAX);
	root = make_best(&maker, rule, on);
	dag->full |= maker.dag.full;
	root = dag->full ? 0 : copy(dag, &maker.dag, root);
	dag_free(&maker.dag);
	return root;
}
