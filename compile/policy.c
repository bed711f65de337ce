/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/policy.h"

#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"

void policy_add_arch(struct policy *policy, const struct arch *arch)
{
	for (size_t i = 0; i < policy->arch_count; i++)
		if (policy->archs[i].arch == arch)
			return;
	if (policy->arch_count == POLICY_ARCHS)
		return;
	policy->archs[policy->arch_count++] = (struct policy_arch){
		.arch = arch,
		.otherwise = SECCOMP_RET_KILL_PROCESS,
	};
}

void policy_init(struct policy *policy, const struct arch *const *archs, size_t count)
{
	*policy = (struct policy){ .foreign = SECCOMP_RET_KILL_PROCESS };
	for (size_t i = 0; i < count; i++)
		policy_add_arch(policy, archs[i]);
}

void policy_rule_clear(struct policy_rule *rule)
{
	for (size_t i = 0; i < rule->count; i++)
		free(rule->clauses[i].tests);
	rule->count = 0;
}

static void free_names(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

void policy_free(struct policy *policy)
{
	for (size_t i = 0; i < policy->arch_count; i++) {
		struct policy_arch *on = &policy->archs[i];

		for (size_t j = 0; j < on->count; j++) {
			policy_rule_clear(&on->rules[j]);
			free(on->rules[j].clauses);
		}
		free(on->rules);
	}
	free_names(policy->unknown, policy->unknown_count);
	free_names(policy->elsewhere, policy->elsewhere_count);
	*policy = (struct policy){ 0 };
}

static uint32_t action_on(struct policy_action action, const struct arch *arch)
{
	return action.value | (action.err ? errno_on(action.err, arch) : 0u);
}

void policy_default(struct policy *policy, struct policy_action action)
{
	for (size_t i = 0; i < policy->arch_count; i++)
		policy->archs[i].otherwise = action_on(action, policy->archs[i].arch);
}

void policy_foreign(struct policy *policy, struct policy_action action)
{
	policy->foreign = action_on(action, policy->archs[0].arch);
}

/* The row of arches[] that a call belongs to: from its bit up all numbers are x32's, but -1. */
static const struct arch *owner_of(uint32_t audit, uint32_t nr)
{
	const struct arch *plain = NULL;

	for (size_t i = 0; i < arch_count; i++) {
		if (arches[i].audit != audit)
			continue;
		if (!arches[i].nr_bit)
			plain = &arches[i];
		else if (nr >= arches[i].nr_bit && nr != UINT32_MAX)
			return &arches[i];
	}
	return plain;
}

const struct policy_arch *policy_owner(const struct policy *policy, uint32_t audit, uint32_t nr)
{
	const struct arch *owner = owner_of(audit, nr);

	for (size_t i = 0; i < policy->arch_count; i++)
		if (owner && policy->archs[i].arch == owner)
			return &policy->archs[i];
	return NULL;
}

struct policy_rule *policy_rule_for(const struct policy_arch *on, uint32_t nr)
{
	for (size_t i = 0; i < on->count; i++)
		if (on->rules[i].nr == nr)
			return &on->rules[i];
	return NULL;
}

struct policy_rule *policy_rule(struct policy_arch *on, const char *name)
{
	int64_t nr = arch_syscall_nr(on->arch, name);
	struct policy_rule *rule;

	if (nr < 0)
		return NULL;
	rule = policy_rule_for(on, nr);
	if (rule)
		return rule;
	on->rules = grow(on->rules, on->count, &on->room, sizeof(*on->rules));
	on->rules[on->count] =
		(struct policy_rule){ .nr = nr, .name = arch_syscall_name(on->arch, nr) };
	return &on->rules[on->count++];
}

void policy_clause(struct policy_rule *rule, const struct policy_arch *on,
		   const struct policy_test *tests, size_t count, struct policy_action action)
{
	struct policy_clause clause = { .count = count, .value = action_on(action, on->arch) };

	clause.tests = must_calloc(count, sizeof(*tests));
	if (count)
		memcpy(clause.tests, tests, count * sizeof(*tests));
	rule->clauses = grow(rule->clauses, rule->count, &rule->room, sizeof(*rule->clauses));
	rule->clauses[rule->count++] = clause;
}

static void keep_name(char ***names, size_t *count, size_t *room, const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (!strcmp((*names)[i], name))
			return;
	*names = grow(*names, *count, room, sizeof(**names));
	(*names)[*count] = strdup(name);
	if (!(*names)[(*count)++])
		abort();
}

void policy_leave_out(struct policy *policy, const char *name, bool known)
{
	if (known)
		keep_name(&policy->elsewhere, &policy->elsewhere_count, &policy->elsewhere_room,
			  name);
	else
		keep_name(&policy->unknown, &policy->unknown_count, &policy->unknown_room, name);
}

/* --- the decision ----------------------------------------------------------------------------- */

uint64_t policy_narrow(uint64_t value, unsigned int bits)
{
	return bits == 32 && value >> 31 == UINT64_MAX >> 31 ? (uint32_t)value : value;
}

bool policy_holds(const struct policy_test *test, uint64_t arg, unsigned int bits)
{
	uint64_t value = policy_narrow(test->value, bits);

	if (bits == 32)
		arg = (uint32_t)arg;
	switch (test->op) {
	case POLICY_EQ:
		return arg == value;
	case POLICY_NE:
		return arg != value;
	case POLICY_LT:
		return arg < value;
	case POLICY_LE:
		return arg <= value;
	case POLICY_GT:
		return arg > value;
	case POLICY_GE:
		return arg >= value;
	case POLICY_ANY:
		return arg & value;
	case POLICY_IN:
		return !(arg & ~value);
	case POLICY_MASKED:
		return (arg & test->mask) == value;
	case POLICY_OPS:
		break;
	}
	return false;
}

static bool clause_holds(const struct policy_clause *clause, const uint64_t *args,
			 unsigned int bits)
{
	for (size_t i = 0; i < clause->count; i++)
		if (!policy_holds(&clause->tests[i], args[clause->tests[i].arg], bits))
			return false;
	return true;
}

uint32_t policy_rule_eval(const struct policy_rule *rule, const struct policy_arch *on,
			  const uint64_t *args)
{
	for (size_t i = 0; i < rule->count; i++)
		if (clause_holds(&rule->clauses[i], args, on->arch->bits))
			return rule->clauses[i].value;
	return on->otherwise;
}

uint32_t policy_eval(const struct policy *policy, const struct seccomp_data *data)
{
	const struct policy_arch *on = policy_owner(policy, data->arch, data->nr);
	const struct policy_rule *rule = on ? policy_rule_for(on, data->nr) : NULL;
	uint64_t args[6];

	if (!on)
		return policy->foreign;
	if (!rule)
		return on->otherwise;
	memcpy(args, data->args, sizeof(args));
	return policy_rule_eval(rule, on, args);
}
