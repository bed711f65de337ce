/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/condition.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"

/* One test in the making: of an argument on an architecture. */
struct half {
	struct dag *dag;
	const struct arch *arch;
	unsigned int arg;
	bool high;
};

/* --- halves ----------------------------------------------------------------------------------- */

/* Of 32 bits there is no high half: it is 0, and what is asked of it is known. */
static int test_half(const struct half *half, uint16_t op, uint32_t mask, uint32_t k, int yes,
		     int no)
{
	bool second = half->high != half->arch->big_endian;
	struct dag_node test = {
		.op = op,
		.word = offsetof(struct seccomp_data, args) + 8 * half->arg + (second ? 4 : 0),
		.mask = mask,
		.k = k,
	};

	if (half->high && half->arch->bits == 32)
		return dag_holds(&test, 0) ? yes : no;
	return dag_test(half->dag, &test, yes, no);
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

static int compile_test(struct dag *dag, const struct arch *arch, const struct policy_test *test,
			int yes, int no)
{
	const struct half high = { dag, arch, test->arg, true };
	const struct half low = { dag, arch, test->arg, false };
	uint64_t value = policy_narrow(test->value, arch->bits);

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

struct restriction {
	struct dag *dag;
	struct fact fact;
	int *memo; /* what each node became; -1 if it was not asked yet */
};

static int restrict_node(struct restriction *r, int node)
{
	const struct dag_node test = r->dag->nodes[node];
	int what, result, yes, no;

	if (test.is_ret)
		return node;
	if (r->memo[node] >= 0)
		return r->memo[node];
	what = implied(&r->fact, &test);
	if (what >= 0) {
		result = restrict_node(r, what ? test.yes : test.no);
	} else {
		yes = restrict_node(r, test.yes);
		no = restrict_node(r, test.no);
		result = dag_test(r->dag, &test, yes, no);
	}
	r->memo[node] = result;
	return result;
}

/* The node, for those who come with that result of that test. */
static int restricted(struct dag *dag, const struct dag_node *test, bool held, int node)
{
	struct restriction r = { .dag = dag, .fact = { *test, held } };

	r.memo = must_calloc(node + 1, sizeof(*r.memo));
	memset(r.memo, 0xff, (node + 1) * sizeof(*r.memo));
	node = restrict_node(&r, node);
	free(r.memo);
	return node;
}

/* From the ends up, each node without what the ways to it have found out. */
static int simplified(struct dag *dag, int root)
{
	bool *marks = must_calloc(dag->count, sizeof(*marks));
	int *became = must_calloc(dag->count, sizeof(*became));
	int count = (int)dag->count;

	dag_reach(dag, root, marks);
	for (int i = 0; i < count; i++) {
		const struct dag_node test = dag->nodes[i];

		became[i] = i;
		if (!marks[i] || test.is_ret || dag->full)
			continue;
		became[i] = dag_test(dag, &test, restricted(dag, &test, true, became[test.yes]),
				     restricted(dag, &test, false, became[test.no]));
	}
	root = became[root];
	free(marks);
	free(became);
	return root;
}

/* --- rules ------------------------------------------------------------------------------------ */

#define SIMPLIFY_MAX 256	/* nodes; past that the time it takes is not worth it */
#define OWN_MAX	     (1u << 16) /* nodes on the way to the best ones */

/* From the last test to the first, as each needs to know where to go. */
static int compile_plain(struct dag *dag, const struct policy_rule *rule,
			 const struct policy_arch *on)
{
	int next = dag_ret(dag, on->otherwise);

	for (size_t i = rule->count; i-- > 0;) {
		const struct policy_clause *clause = &rule->clauses[i];
		int node = dag_ret(dag, clause->value);

		for (size_t j = clause->count; j-- > 0;)
			node = compile_test(dag, on->arch, &clause->tests[j], node, next);
		next = node;
	}
	return next;
}

/*
 * In a graph of its own, so that the way to the best one leaves nothing behind; then what it leads
 * to is copied.
 */
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

int condition_compile(struct dag *dag, const struct policy_rule *rule, const struct policy_arch *on)
{
	struct dag own;
	int plain, better;

	dag_init(&own, OWN_MAX);
	plain = better = compile_plain(&own, rule, on);
	dag->full |= own.full;
	if (!dag->full && dag_reach(&own, plain, NULL) <= SIMPLIFY_MAX)
		better = simplified(&own, plain);
	if (own.full || dag_reach(&own, better, NULL) > dag_reach(&own, plain, NULL))
		better = plain;
	better = dag->full ? 0 : copy(dag, &own, better);
	dag_free(&own);
	return better;
}
