/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/cpus.h"

/* The kernel refuses a set that is smaller than its own, which may be of more than CPU_SETSIZE. */
#define SETS 64

void cpus_usable(cpu_set_t *set)
{
	cpu_set_t sets[SETS] = { 0 };
	int here;

	CPU_ZERO(set);
	if (!sched_getaffinity(0, sizeof(sets), sets))
		*set = sets[0];
	if (CPU_COUNT(set))
		return;
	here = sched_getcpu();
	CPU_SET(here >= 0 && here < CPU_SETSIZE ? here : 0, set);
}
