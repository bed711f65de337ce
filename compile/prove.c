/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/prove.h"

#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"
#include "filters/check.h"
#include "filters/sim.h"

/* A condition with more combinations of values than this is tried with so many of them. */
#define COMBINATIONS 3000
#define BEYOND	     64 /* numbers behind the last of a table */
#define FOREIGN_STEP 16 /* of the numbers of foreign architectures, which all end alike */

struct values {
	uint64_t *list;
	size_t count, room;
};

struct prover {
	const struct policy *policy;
	const struct filter *filter;
	struct proof *proof;
	bool big_endian;
	struct values numbers; /* that the filter compares with, and around them */
	uint64_t random;
};

static void add_value(struct values *values, uint64_t value)
{
	values->list = grow(values->list, values->count, &values->room, sizeof(*values->list));
	values->list[values->count++] = value;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static void sort_values(struct values *values)
{
	size_t kept = 0;

	if (!values->count)
		return;
	qsort(values->list, values->count, sizeof(*values->list), by_value);
	for (size_t i = 0; i < values->count; i++)
		if (!i || values->list[i] != values->list[kept - 1])
			values->list[kept++] = values->list[i];
	values->count = kept;
}

/* Reproducible: xorshift64. */
static uint64_t next_random(struct prover *p)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 7;
	p->random ^= p->random << 17;
	return p->random;
}

static bool agrees(struct prover *p, const struct seccomp_data *data)
{
	struct sim_result got = sim_run_checked(p->filter->insns, data, p->big_endian, NULL, NULL);
	uint32_t wanted = policy_eval(p->policy, data);

	p->proof->calls++;
	if (got.value == wanted)
		return true;
	p->proof->differs = *data;
	p->proof->wanted = wanted;
	p->proof->got = got.value;
	return false;
}

/* --- conditions ------------------------------------------------------------------------------- */

/* Around a value, and with the one half of it and not the other. */
static void add_around(struct values *values, uint64_t value)
{
	const uint64_t near[] = { value, value + 1, value - 1 };

	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
		add_value(values, near[i]);
		add_value(values, (uint32_t)near[i]);
		add_value(values, near[i] + (UINT64_C(1) << 32));
		add_value(values, near[i] - (UINT64_C(1) << 32));
		add_value(values, near[i] | UINT64_C(0xffffffff) << 32);
	}
	add_value(values, ~value);
}

static void add_bits(struct values *values, uint64_t bits)
{
	add_value(values, bits);
	add_value(values, ~bits);
	for (unsigned int i = 0; i < 64; i += 1) {
		uint64_t bit = UINT64_C(1) << i;

		/* The lowest and the highest of a run of bits stand for it. */
		if (!(bits & bit) || ((bits & bit << 1) && (bits & bit >> 1)))
			continue;
		add_value(values, bit);
		add_value(values, bits ^ bit);
	}
}

static void add_test(struct values *values, const struct policy_test *test, unsigned int bits)
{
	uint64_t value = policy_narrow(test->value, bits);

	if (test->op == POLICY_ANY || test->op == POLICY_IN) {
		add_bits(values, value);
		return;
	}
	add_around(values, value);
	if (test->op != POLICY_MASKED)
		return;
	add_value(values, value | ~test->mask);
	for (unsigned int i = 0; i < 64; i++)
		add_value(values, value ^ UINT64_C(1) << i);
}

/* The boundaries of some clauses, by argument. */
static void collect(const struct policy_clause *clauses, size_t count, unsigned int bits,
		    struct values values[6])
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < clauses[i].count; j++)
			add_test(&values[clauses[i].tests[j].arg], &clauses[i].tests[j], bits);
	for (unsigned int arg = 0; arg < 6; arg++) {
		add_value(&values[arg], 0);
		if (values[arg].count > 1)
			add_value(&values[arg], UINT64_MAX);
		sort_values(&values[arg]);
	}
}

static void free_values(struct values values[6])
{
	for (unsigned int arg = 0; arg < 6; arg++)
		free(values[arg].list);
}

/* Every value with every other. */
static bool prove_all(struct prover *p, struct seccomp_data *data, const struct values values[6],
		      unsigned int arg)
{
	if (arg == 6)
		return agrees(p, data);
	for (size_t i = 0; i < values[arg].count; i++) {
		data->args[arg] = values[arg].list[i];
		if (!prove_all(p, data, values, arg + 1))
			return false;
	}
	return true;
}

/* A value that all tests of a clause on that argument hold for, if one is among the values. */
static uint64_t fitting(const struct policy_clause *clause, unsigned int arg,
			const struct values *values, unsigned int bits)
{
	for (size_t i = 0; i < values->count; i++) {
		bool fits = true;

		for (size_t j = 0; j < clause->count && fits; j++)
			fits = clause->tests[j].arg != arg ||
			       policy_holds(&clause->tests[j], values->list[i], bits);
		if (fits)
			return values->list[i];
	}
	return 0;
}

/* A call that the clause holds for; then each argument by itself at the clause's boundaries. */
static bool prove_clause(struct prover *p, struct seccomp_data *data,
			 const struct policy_clause *clause, unsigned int bits)
{
	struct values values[6] = { 0 };
	bool good = true;

	collect(clause, 1, bits, values);
	for (unsigned int arg = 0; arg < 6; arg++)
		data->args[arg] = fitting(clause, arg, &values[arg], bits);
	for (unsigned int arg = 0; arg < 6; arg++) {
		uint64_t fits = data->args[arg];

		for (size_t i = 0; i < values[arg].count && good; i++) {
			data->args[arg] = values[arg].list[i];
			good = agrees(p, data);
		}
		if (good)
			data->args[arg] = fits;
	}
	free_values(values);
	return good;
}

static bool prove_random(struct prover *p, struct seccomp_data *data, const struct values values[6])
{
	for (size_t i = 0; i < COMBINATIONS; i++) {
		for (unsigned int arg = 0; arg < 6; arg++)
			data->args[arg] = values[arg].list[next_random(p) % values[arg].count];
		if (!agrees(p, data))
			return false;
	}
	return true;
}

static bool are_few(const struct values values[6])
{
	size_t product = 1;

	for (unsigned int arg = 0; arg < 6; arg++) {
		product *= values[arg].count;
		if (product > COMBINATIONS)
			return false;
	}
	return true;
}

static bool prove_rule(struct prover *p, const struct policy_arch *on,
		       const struct policy_rule *rule)
{
	struct seccomp_data data = { .nr = (int)rule->nr, .arch = on->arch->audit };
	struct values values[6] = { 0 };
	bool good = true;

	collect(rule->clauses, rule->count, on->arch->bits, values);
	if (are_few(values)) {
		good = prove_all(p, &data, values, 0);
	} else {
		for (size_t i = 0; i < rule->count && good; i++)
			good = prove_clause(p, &data, &rule->clauses[i], on->arch->bits);
		good = good && prove_random(p, &data, values);
	}
	free_values(values);
	return good;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static void add_number(struct values *numbers, uint32_t nr)
{
	for (uint32_t i = 0; i < arch_count; i++)
		if (arches[i].nr_bit)
			add_value(numbers, nr ^ arches[i].nr_bit);
	add_value(numbers, nr);
	add_value(numbers, nr + 1);
	add_value(numbers, nr - 1);
}

static int add_listed(uint32_t nr, const char *name, void *numbers)
{
	(void)name;
	add_number(numbers, nr);
	return 0;
}

/* What is compared with, whatever it is compared to: more numbers than needed do no harm. */
static void collect_numbers(struct prover *p)
{
	for (size_t i = 0; i < arch_count; i++)
		arch_each_syscall(&arches[i], add_listed, &p->numbers);
	for (size_t i = 0; i < p->filter->count; i++) {
		const struct sock_filter *insn = &p->filter->insns[i];

		if (BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != BPF_JA)
			add_number(&p->numbers, insn->k);
	}
	for (uint32_t bit = 0; bit < 32; bit++)
		add_number(&p->numbers, UINT32_C(1) << bit);
	for (uint32_t i = 0; i < BEYOND; i++)
		add_value(&p->numbers, 512 + i);
	sort_values(&p->numbers);
}

/* With the arguments all 0, and all bits set; every step-th of the numbers. */
static bool prove_numbers(struct prover *p, uint32_t audit, size_t step)
{
	struct seccomp_data data = { .arch = audit };

	for (size_t i = 0; i < p->numbers.count; i += step) {
		data.nr = (int)(uint32_t)p->numbers.list[i];
		memset(data.args, 0, sizeof(data.args));
		if (!agrees(p, &data))
			return false;
		memset(data.args, 0xff, sizeof(data.args));
		if (!agrees(p, &data))
			return false;
	}
	return true;
}

static bool is_wanted(const struct policy *policy, uint32_t audit)
{
	for (size_t i = 0; i < policy->arch_count; i++)
		if (policy->archs[i].arch->audit == audit)
			return true;
	return false;
}

/* All numbers with the policy's tokens; some with those that are foreign to it, or no token. */
static bool prove_tokens(struct prover *p)
{
	for (size_t i = 0; i < arch_count; i++)
		if (!prove_numbers(p, arches[i].audit,
				   is_wanted(p->policy, arches[i].audit) ? 1 : FOREIGN_STEP))
			return false;
	return prove_numbers(p, 0, FOREIGN_STEP) && prove_numbers(p, UINT32_MAX, FOREIGN_STEP) &&
	       prove_numbers(p, p->policy->archs[0].arch->audit ^ 1, FOREIGN_STEP);
}

bool prove(const struct policy *policy, const struct filter *filter, struct proof *proof)
{
	struct prover p = {
		.policy = policy,
		.filter = filter,
		.proof = proof,
		.big_endian = policy->archs[0].arch->big_endian,
		.random = UINT64_C(0x9e3779b97f4a7c15),
	};
	bool good;

	*proof = (struct proof){ 0 };
	proof->refused = check_filter(filter->insns, filter->count).reason != CHECK_OK;
	if (proof->refused)
		return false;
	collect_numbers(&p);
	good = prove_tokens(&p);
	for (size_t i = 0; i < policy->arch_count && good; i++)
		for (size_t j = 0; j < policy->archs[i].count && good; j++)
			good = prove_rule(&p, &policy->archs[i], &policy->archs[i].rules[j]);
	free(p.numbers.list);
	return good;
}
