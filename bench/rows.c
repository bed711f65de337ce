/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>

#include "bench/bench.h"
#include "bench/child.h"
#include "bench/programs.h"

const struct bench_config bench_configs[K_COUNT] = {
#define CONFIG(id, group, set, reference, load, n, every, most, text) \
	[K_##id] = { #id, group, set, K_##reference, L_##load, n, every, most, text, NULL },
#include "bench/configs.def"
#undef CONFIG
};

const char *bench_set_name(enum bench_set set)
{
	static const char *const names[] = {
		[SET_CALLS] = "calls",
		[SET_ACTIONS] = "actions",
		[SET_OWN] = "own filters",
	};

	return names[set];
}

int bench_program(const struct bench_config *config, struct builder *b, struct sock_fprog *prog)
{
	switch (config->load) {
	case L_constant:
	case L_cold_constant:
		return program_constant(b, prog);
	case L_by_arg:
	case L_cold_by_arg:
	case L_fork:
	case L_exec:
		return program_by_arg(b, prog);
	case L_alu:
		return program_body(b, BODY_ALU, config->n, prog);
	case L_jeq:
		return program_body(b, BODY_JEQ, config->n, prog);
	case L_ld:
		return program_body(b, BODY_LD, config->n, prog);
	case L_mem:
		return program_body(b, BODY_MEM, config->n, prog);
	case L_div:
		return program_body(b, BODY_DIV, config->n, prog);
	case L_linear:
	case L_cold_linear:
		return program_body(b, BODY_LINEAR, config->n, prog);
	case L_tree:
	case L_cold_tree:
		return program_body(b, BODY_TREE, config->n, prog);
	default:
		builder_init(b, arch_native());
		*prog = (struct sock_fprog){ 0 };
		return -ENOENT;
	}
}

bool bench_can_count(const struct bench_config *config)
{
	return bench_loads[config->load].flags & LOAD_COUNT;
}

static bool has_reference(const struct bench_plan *plan, size_t row)
{
	return plan->configs[row].reference != row;
}

double bench_ns(const struct bench_plan *plan, const struct bench_results *results, size_t row)
{
	size_t reference = plan->configs[row].reference;

	if (!has_reference(plan, row))
		return results->rows[row].ns.median;
	return results->rows[reference].ns.median * results->rows[row].estimate;
}

double bench_added(const struct bench_plan *plan, const struct bench_results *results, size_t row)
{
	size_t reference = plan->configs[row].reference;

	return bench_ns(plan, results, row) - results->rows[reference].ns.median;
}

static bool is_native(const struct bench_config *config)
{
	switch (config->load) {
	case L_native:
	case L_cold_native:
		return true;
	case L_fork:
	case L_exec:
		return config->n == 0;
	case L_own:
	case L_own_cold:
		return !config->prog;
	default:
		return false;
	}
}

bool bench_has_filters(const struct bench_plan *plan, const struct bench_results *results,
		       char *why, size_t size)
{
	why[0] = '\0';
	for (size_t i = 0; i < plan->count; i++) {
		const struct bench_row *row = &results->rows[i];

		if (is_native(&plan->configs[i]))
			continue;
		if (row->ns.count)
			return true;
		if (row->why[0] && !why[0])
			snprintf(why, size, "%s", row->why);
	}
	return false;
}
