/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/model.h"

#include <math.h>

#include "filters/sim.h"

const struct model_term_info model_terms[TERM_COUNT] = {
#define TERM(id, text) [TERM_##id] = { #id, text },
#include "bench/model.def"
#undef TERM
};

/* TERM_COUNT for what costs nothing: a return is the filter's own, `ja` is compiled away. */
static enum model_term term_of(const struct sock_filter *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
	case BPF_LDX:
		if (BPF_MODE(insn->code) == BPF_MEM)
			return TERM_memory;
		return BPF_MODE(insn->code) == BPF_ABS ? TERM_load : TERM_alu;
	case BPF_ST:
	case BPF_STX:
		return TERM_memory;
	case BPF_ALU:
		return BPF_OP(insn->code) == BPF_DIV ? TERM_division : TERM_alu;
	case BPF_JMP:
		return BPF_OP(insn->code) == BPF_JA ? TERM_COUNT : TERM_jump;
	case BPF_MISC:
		return TERM_alu;
	}
	return TERM_COUNT;
}

static void count_step(void *data, const struct sim_step *step)
{
	struct model_counts *counts = data;
	enum model_term term = term_of(step->insn);

	if (term != TERM_COUNT)
		counts->of[term]++;
}

struct model_counts model_count(const struct sock_filter *insns, const struct seccomp_data *data)
{
	struct model_counts counts = { .of = { [TERM_entry] = 1, [TERM_filter] = 1 } };

	counts.executed =
		sim_run_checked(insns, data, arch_native()->big_endian, count_step, &counts)
			.executed;
	return counts;
}

double model_foretell(const struct model *model, const struct model_counts *counts)
{
	double ns = 0;

	for (int term = 0; term < TERM_COUNT; term++)
		ns += counts->of[term] * model->ns[term];
	return ns;
}

/* Of a getppid() with no arguments, under the row's filters. False: not a row of the model's. */
static bool counts_of(const struct bench_config *config, struct model_counts *counts)
{
	struct seccomp_data data = { .arch = arch_native()->audit };
	unsigned int depth = config->load == L_by_arg ? config->n : 1;
	struct sock_fprog prog;
	struct builder b;
	bool has = config->load == L_by_arg || (config->load >= L_alu && config->load <= L_div);

	data.nr = (int)arch_syscall_nr(arch_native(), "getppid");
	if (!bench_program(config, &b, &prog) && has)
		*counts = model_count(prog.filter, &data);
	builder_free(&b);
	for (int term = 0; has && term < TERM_COUNT; term++)
		if (term != TERM_entry)
			counts->of[term] *= depth;
	return has;
}

/* What a hit of the bitmap adds: the mean of the stacks. */
static double bitmap_cost(const struct bench_plan *plan, const struct bench_results *results)
{
	double added[BENCH_CONFIGS];
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->configs[i].load == L_constant)
			added[count++] = bench_added(plan, results, i);
	return stats_median(added, count);
}

void model_fit(const struct bench_plan *plan, const struct bench_results *results,
	       struct model *model)
{
	struct model_counts counts[BENCH_CONFIGS];
	double rows[BENCH_CONFIGS * TERM_COUNT], right[BENCH_CONFIGS];
	size_t count = 0;

	*model = (struct model){ .bitmap = bitmap_cost(plan, results) };
	for (size_t i = 0; i < plan->count; i++) {
		double added = bench_added(plan, results, i);

		if (!(added > 0) || !counts_of(&plan->configs[i], &counts[count]))
			continue;
		for (int term = 0; term < TERM_COUNT; term++)
			rows[count * TERM_COUNT + term] = counts[count].of[term] / added;
		right[count] = 1;
		model->residuals[count++] = (struct model_residual){ .row = i, .added = added };
	}
	model->fits = stats_least_squares(rows, right, count, TERM_COUNT, model->ns);
	model->residual_count = model->fits ? count : 0;
	for (size_t i = 0; i < model->residual_count; i++) {
		struct model_residual *residual = &model->residuals[i];
		double off;

		residual->foretold = model_foretell(model, &counts[i]);
		off = fabs(residual->foretold / residual->added - 1);
		if (off > model->worst)
			model->worst = off;
	}
}

/* --- the bitmap ------------------------------------------------------------------------------ */

/* A stack allowed by the number is cheap below this part of the other one's cost, and just as dear
 * above that. With 64 filters the parts are 0.03 and 0.9. */
#define CHEAP 0.25
#define DEAR  0.6
/* Less than this part of a native call is no cost to judge by. */
#define FELT 0.25

static size_t deepest(const struct bench_plan *plan, enum load_id load)
{
	size_t best = plan->count;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->configs[i].load == load &&
		    (best == plan->count || plan->configs[i].n > plan->configs[best].n))
			best = i;
	return best;
}

struct bitmap bitmap_diagnose(const struct bench_plan *plan, const struct bench_results *results)
{
	size_t constant = deepest(plan, L_constant), by_arg = deepest(plan, L_by_arg);
	struct bitmap bitmap = { .state = BITMAP_UNCLEAR };

	if (constant == plan->count || by_arg == plan->count)
		return bitmap;
	bitmap.constant = bench_added(plan, results, constant);
	bitmap.by_arg = bench_added(plan, results, by_arg);
	bitmap.starts = results->starts[plan->configs[constant].set];
	for (unsigned int i = 0; i < bitmap.starts; i++) {
		double low = results->rows[constant].ratios[i] - 1;
		double high = results->rows[by_arg].ratios[i] - 1;

		if (!(high > FELT))
			continue;
		bitmap.yes += low < CHEAP * high;
		bitmap.no += low > DEAR * high;
	}
	/* All but one of ten agree, and none says the contrary. */
	if (bitmap.yes && !bitmap.no && 10 * bitmap.yes >= 9 * bitmap.starts)
		bitmap.state = BITMAP_YES;
	else if (bitmap.no && !bitmap.yes && 10 * bitmap.no >= 9 * bitmap.starts)
		bitmap.state = BITMAP_NO;
	return bitmap;
}

const char *bitmap_name(enum bitmap_state state)
{
	static const char *const names[] = {
		[BITMAP_UNCLEAR] = "not clear",
		[BITMAP_YES] = "yes",
		[BITMAP_NO] = "no",
	};

	return names[state];
}
