/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a filter shall decide, as its author wrote it: for each architecture a list of rules, a
 * syscall's number each, and what becomes of all other numbers. policy_eval() decides by walking
 * the list; what the compiler makes of it is held against that.
 */
#ifndef SECCOMPAT_COMPILE_POLICY_H
#define SECCOMPAT_COMPILE_POLICY_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "compile/names.h"

enum policy_op {
	POLICY_EQ,
	POLICY_NE,
	POLICY_LT,
	POLICY_LE,
	POLICY_GT,
	POLICY_GE,
	POLICY_ANY,    /* a bit of value is set */
	POLICY_IN,     /* no bit but those of value is set */
	POLICY_MASKED, /* the bits of mask are those of value */
	POLICY_OPS,
};

struct policy_test {
	enum policy_op op;
	unsigned int arg;
	uint64_t value, mask;
};

/* All tests hold, or there are none: value. */
struct policy_clause {
	struct policy_test *tests;
	size_t count;
	uint32_t value;
};

struct policy_rule {
	uint32_t nr;
	const char *name;	       /* of arch/, as is */
	struct policy_clause *clauses; /* the first that holds decides */
	size_t count, room;
};

struct policy_arch {
	const struct arch *arch;
	uint32_t otherwise; /* for numbers without a rule, and where no clause holds */
	struct policy_rule *rules;
	size_t count, room;
};

#define POLICY_ARCHS 16

struct policy {
	struct policy_arch archs[POLICY_ARCHS];
	size_t arch_count;
	uint32_t foreign; /* for architectures that are not among them */
	/* What was left out, by name: unknown to the table; of other architectures only. */
	char **unknown, **elsewhere;
	size_t unknown_count, unknown_room, elsewhere_count, elsewhere_room;
};

/* An action as written: its value, or'ed with the number of err on each architecture. */
struct policy_action {
	uint32_t value;
	const struct errno_name *err;
};

/* Everything kills the process, until something else is said. */
void policy_init(struct policy *policy, const struct arch *const *archs, size_t count);
void policy_free(struct policy *policy);

/* One more, before there are rules; nothing if it is there already. */
void policy_add_arch(struct policy *policy, const struct arch *arch);

void policy_default(struct policy *policy, struct policy_action action);
void policy_foreign(struct policy *policy, struct policy_action action);

/* The architecture among the policy's that a call belongs to; NULL if it is foreign. */
const struct policy_arch *policy_owner(const struct policy *policy, uint32_t audit, uint32_t nr);

/* The rule for a name on an architecture, made at its first use; NULL if the name is not there. */
struct policy_rule *policy_rule(struct policy_arch *on, const char *name);
/* The rule for a number; NULL if there is none. */
struct policy_rule *policy_rule_for(const struct policy_arch *on, uint32_t nr);

/* One clause more; the tests are copied. */
void policy_clause(struct policy_rule *rule, const struct policy_arch *on,
		   const struct policy_test *tests, size_t count, struct policy_action action);
/* Takes the rule's clauses away. */
void policy_rule_clear(struct policy_rule *rule);

/* A name that no rule was made of; told once however often it comes. */
void policy_leave_out(struct policy *policy, const char *name, bool known);

/* One argument against one test, on an architecture with arguments of that many bits. */
bool policy_holds(const struct policy_test *test, uint64_t arg, unsigned int bits);
/* A value as that architecture has it: the 32 bits of a negative number, where registers have 32.
 */
uint64_t policy_narrow(uint64_t value, unsigned int bits);
uint32_t policy_rule_eval(const struct policy_rule *rule, const struct policy_arch *on,
			  const uint64_t *args);
uint32_t policy_eval(const struct policy *policy, const struct seccomp_data *data);

#endif
