/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/compile.h"

#include <stdio.h>
#include <stdlib.h>

#include "compile/condition.h"
#include "compile/grow.h"
#include "compile/interval.h"
#include "compile/prove.h"
#include "compile/tree.h"
#include "filters/action.h"
#include "filters/sim.h"

#define NODES_MAX (1u << 18) /* a list that makes more of them is far from fitting */

/* --- the filter ------------------------------------------------------------------------------- */

/* The tokens of the policy's architectures, each once; how many. */
static size_t tokens_of(const struct policy *policy, uint32_t tokens[POLICY_ARCHS])
{
	size_t count = 0;

	for (size_t i = 0; i < policy->arch_count; i++) {
		size_t known = 0;

		while (known < count && tokens[known] != policy->archs[i].arch->audit)
			known++;
		if (known == count)
			tokens[count++] = policy->archs[i].arch->audit;
	}
	return count;
}

/* The last token is asked for last, so that the first one is found soonest. */
static int build(struct dag *dag, const struct policy *policy, const struct mix *mix,
		 struct compiled *compiled)
{
	uint32_t tokens[POLICY_ARCHS];
	size_t count = tokens_of(policy, tokens);
	int root = dag_ret(dag, policy->foreign);

	for (size_t i = count; i-- > 0 && !dag->full;) {
		const struct dag_node test = {
			.op = BPF_JEQ,
			.word = offsetof(struct seccomp_data, arch),
			.mask = UINT32_MAX,
			.k = tokens[i],
		};
		struct intervals intervals;

		intervals_make(&intervals, policy, tokens[i], dag);
		intervals_weigh(&intervals, policy, mix, WEIGH_BLEND);
		compiled->ranges += intervals.count;
		if (!dag->full)
			root = dag_test(dag, &test, tree_make(&intervals, dag), root);
		intervals_free(&intervals);
	}
	return root;
}

/* --- what it costs ---------------------------------------------------------------------------- */

/* All jumps go forward, so from the end on each instruction knows the longest way out. */
static size_t longest(const struct filter *filter)
{
	size_t *ways = must_calloc(filter->count, sizeof(*ways)), way;

	for (size_t i = filter->count; i-- > 0;) {
		const struct sock_filter *insn = &filter->insns[i];
		size_t jt = i + 1 + insn->jt, jf = i + 1 + insn->jf;

		ways[i] = 1;
		if (BPF_CLASS(insn->code) == BPF_RET)
			continue;
		if (BPF_CLASS(insn->code) != BPF_JMP)
			ways[i] += ways[i + 1];
		else if (BPF_OP(insn->code) == BPF_JA)
			ways[i] += ways[i + 1 + insn->k];
		else
			ways[i] += ways[jt] > ways[jf] ? ways[jt] : ways[jf];
	}
	way = ways[0];
	free(ways);
	return way;
}

/* The tests of the number on a call's way. */
static size_t tests_of(const struct dag *dag, int root, uint32_t audit, uint32_t nr)
{
	size_t tests = 0;

	while (!dag->nodes[root].is_ret) {
		const struct dag_node *node = &dag->nodes[root];
		bool by_arch = node->word == offsetof(struct seccomp_data, arch);

		if (!by_arch && node->word != offsetof(struct seccomp_data, nr))
			break;
		tests += !by_arch;
		root = dag_holds(node, by_arch ? audit : nr) ? node->yes : node->no;
	}
	return tests;
}

struct meter {
	const struct policy_arch *on;
	const struct filter *filter;
	const struct dag *dag;
	int root;
	const struct mix *mix; /* NULL: all with a rule alike */
	struct cost cost;
	double total;
};

static int measure(uint32_t nr, const char *name, void *data)
{
	struct meter *m = data;
	const struct seccomp_data call = { .nr = (int)nr, .arch = m->on->arch->audit };
	double weight = m->mix ? mix_count(m->mix, name) : policy_rule_for(m->on, nr) != NULL;

	if (weight <= 0)
		return 0;
	m->total += weight;
	m->cost.executed += weight * sim_run_checked(m->filter->insns, &call,
						     m->on->arch->big_endian, NULL, NULL)
					     .executed;
	m->cost.tests += weight * (double)tests_of(m->dag, m->root, call.arch, nr);
	return 0;
}

static bool cost_of(const struct policy *policy, const struct mix *mix, const struct dag *dag,
		    int root, const struct filter *filter, struct cost *cost)
{
	struct meter m = {
		.on = &policy->archs[0],
		.filter = filter,
		.dag = dag,
		.root = root,
		.mix = mix,
	};
	struct intervals intervals;
	struct dag own;

	arch_each_syscall(m.on->arch, measure, &m);
	if (m.total <= 0)
		return false;
	*cost = m.cost;
	cost->executed /= m.total;
	cost->tests /= m.total;
	dag_init(&own, NODES_MAX);
	intervals_make(&intervals, policy, m.on->arch->audit, &own);
	intervals_weigh(&intervals, policy, mix, mix ? WEIGH_MIX : WEIGH_UNIFORM);
	cost->optimum = tree_optimum(&intervals);
	intervals_free(&intervals);
	dag_free(&own);
	return true;
}

static void measure_all(const struct policy *policy, const struct mix *mix, const struct dag *dag,
			int root, struct compiled *compiled)
{
	compiled->worst = longest(&compiled->filter);
	cost_of(policy, NULL, dag, root, &compiled->filter, &compiled->uniform);
	if (mix && mix->count)
		compiled->has_mix =
			cost_of(policy, mix, dag, root, &compiled->filter, &compiled->mix);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void say_difference(const struct proof *proof, char *why, size_t size)
{
	const struct arch *arch = arch_by_audit(proof->differs.arch, proof->differs.nr);
	char wanted[48], got[48];

	if (proof->refused) {
		snprintf(why, size, "the filter is none that a kernel takes, and was not written");
		return;
	}
	snprintf(why, size,
		 "the filter is not what the list says, and was not written: %s, syscall %u with "
		 "0x%llx 0x%llx 0x%llx 0x%llx 0x%llx 0x%llx: %s (0x%x), not %s (0x%x)",
		 arch ? arch->name : "another architecture", (uint32_t)proof->differs.nr,
		 (unsigned long long)proof->differs.args[0],
		 (unsigned long long)proof->differs.args[1],
		 (unsigned long long)proof->differs.args[2],
		 (unsigned long long)proof->differs.args[3],
		 (unsigned long long)proof->differs.args[4],
		 (unsigned long long)proof->differs.args[5],
		 action_text(proof->got, got, sizeof(got)), proof->got,
		 action_text(proof->wanted, wanted, sizeof(wanted)), proof->wanted);
}

static int finish(const struct policy *policy, const struct mix *mix, const struct dag *dag,
		  int root, struct compiled *compiled, char *why, size_t size, bool *broke)
{
	struct proof proof;

	compiled->filter = emit(dag, root);
	if (!compiled->filter.insns) {
		snprintf(why, size,
			 "%zu instructions at least, and %d is the most that a filter may have",
			 compiled->filter.count, BPF_MAXINSNS);
		return -1;
	}
	if (!prove(policy, &compiled->filter, &proof)) {
		*broke = true;
		say_difference(&proof, why, size);
		return -1;
	}
	compiled->proved = proof.calls;
	measure_all(policy, mix, dag, root, compiled);
	return 0;
}

int compile(const struct policy *policy, const struct mix *mix, struct compiled *compiled,
	    char *why, size_t size, bool *broke)
{
	struct dag dag;
	int root, err = -1;

	*compiled = (struct compiled){ 0 };
	*broke = false;
	dag_init(&dag, NODES_MAX);
	root = build(&dag, policy, mix, compiled);
	if (dag.full)
		snprintf(why, size,
			 "more than %u instructions, and %d is the most that a filter may have",
			 CONDITION_MAX, BPF_MAXINSNS);
	else
		err = finish(policy, mix, &dag, root, compiled, why, size, broke);
	dag_free(&dag);
	if (err)
		compiled_free(compiled);
	return err;
}

void compiled_free(struct compiled *compiled)
{
	free(compiled->filter.insns);
	*compiled = (struct compiled){ 0 };
}
