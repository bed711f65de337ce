/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a filter decides as its list does: the simulator against policy_eval, call by call. */
#ifndef SECCOMPAT_COMPILE_PROVE_H
#define SECCOMPAT_COMPILE_PROVE_H

#include "compile/emit.h"
#include "compile/policy.h"

struct proof {
	unsigned long calls;	     /* compared */
	bool refused;		     /* no kernel would take the filter */
	struct seccomp_data differs; /* the first difference */
	uint32_t wanted, got;
};

/*
 * All numbers of the tables and around them, all that the filter compares with, and for each
 * condition the values at its boundaries. True if nothing differs.
 */
bool prove(const struct policy *policy, const struct filter *filter, struct proof *proof);

#endif
