/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/plan.h"

#include <stdio.h>

static struct bench_config configs[BENCH_CONFIGS];

void plan_add_set(struct bench_plan *plan, enum bench_set set)
{
	size_t at[K_COUNT]; /* a reference stands before what refers to it */

	plan->configs = configs;
	for (size_t i = 0; i < K_COUNT; i++) {
		struct bench_config *config = &configs[plan->count];

		if (bench_configs[i].set != set)
			continue;
		if (plan->insn_ns > 0 && !bench_can_count(&bench_configs[i]))
			continue;
		at[i] = plan->count++;
		*config = bench_configs[i];
		config->reference = at[config->reference];
	}
}

#define ID 32

/* Each filter's row: like base, but for its id, its name and its program. */
static void add_filters(struct bench_plan *plan, const struct own_filter *filters, size_t count,
			struct bench_config base, char ids[][ID])
{
	const char *kind = base.load == L_own_cold ? "own_cold" : "own";

	for (size_t i = 0; i < count; i++) {
		snprintf(ids[i], ID, "%s_%zu", kind, i + 1);
		base.id = ids[i];
		base.text = filters[i].path;
		base.prog = &filters[i].prog;
		configs[plan->count++] = base;
	}
}

size_t plan_add_own(struct bench_plan *plan, const struct own_filter *filters, size_t count,
		    const struct own_choice *choice)
{
	static char ids[OWN_FILTERS][ID], cold_ids[OWN_FILTERS][ID];
	size_t first;
	struct bench_config base = { .id = "own_native",
				     .group = "own filters",
				     .set = SET_OWN,
				     .reference = plan->count,
				     .load = L_own,
				     .every = 1,
				     .text = "the same calls, no filter" };

	plan->configs = configs;
	configs[plan->count++] = base;
	base.id = "own_control";
	base.text = "the same once more: the A/A control";
	configs[plan->count++] = base;
	first = plan->count;
	add_filters(plan, filters, count, base, ids);
	plan->schedule = (struct bench_schedule){ .calls = choice->calls, .count = choice->count };
	if (plan->insn_ns > 0) /* of which caches have none */
		return first;
	base.id = "own_cold_native";
	base.group = "own filters, cold";
	base.reference = plan->count;
	base.load = L_own_cold;
	base.every = 2;
	base.text = "the same calls after a walk through 2 MiB";
	configs[plan->count++] = base;
	add_filters(plan, filters, count, base, cold_ids);
	return first;
}
