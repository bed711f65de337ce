/* SPDX-License-Identifier: BSD-3-Clause */
/* A rule's clauses as tests of the halves of arguments, in the order that a short circuit has. */
#ifndef SECCOMPAT_COMPILE_CONDITION_H
#define SECCOMPAT_COMPILE_CONDITION_H

#include "compile/dag.h"
#include "compile/policy.h"

/* A rule that makes more tests than this on the way is refused: the graph is full then. */
#define CONDITION_MAX (1u << 16)

/* The node that decides about the arguments of a call that the rule is for. */
int condition_compile(struct dag *dag, const struct policy_rule *rule,
		      const struct policy_arch *on);

#endif
