/* SPDX-License-Identifier: BSD-3-Clause */
/* bench: the programs that are timed, the model, what is foretold of filters; on fixed data. */
#include "bench/model.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/own.h"
#include "bench/programs.h"
#include "filters/sim.h"
#include "tests/unit/bench.h"

/* --- programs -------------------------------------------------------------------------------- */

static struct seccomp_data getppid_data(void)
{
	struct seccomp_data data = { .arch = arch_native()->audit };

	data.nr = (int)arch_syscall_nr(arch_native(), "getppid");
	return data;
}

static void test_program(size_t row, unsigned int executed, bool constant)
{
	const struct bench_config *config = &bench_configs[row];
	struct seccomp_data data = getppid_data();
	struct sim_result result = { .executed = 0 };
	struct sock_fprog prog;
	struct builder b;
	bool is = false;

	if (!bench_program(config, &b, &prog) &&
	    !sim_run(prog.filter, prog.len, &data, arch_native()->big_endian, NULL, NULL, &result))
		is = program_is_constant(prog.filter, arch_native(), (uint32_t)data.nr);
	check(result.value == SECCOMP_RET_ALLOW, "%s: a filter that allows", config->id);
	if (!check(result.executed == executed, "%s: runs %u instructions", config->id, executed))
		fprintf(stderr, "# %u\n", result.executed);
	check(is == constant, "%s: the bitmap %s it", config->id, constant ? "has" : "has not");
	builder_free(&b);
}

static void test_programs(void)
{
	struct sock_fprog prog;
	struct builder b;

	test_program(K_const_1, 3, true);
	test_program(K_arg_1, 3, false);
	test_program(K_alu_256, 2 + 256 + 1, false);
	test_program(K_jeq_1024, 2 + 1024 + 1, false);
	test_program(K_ld_256, 2 + 256 + 1, false);
	test_program(K_mem_1024, 2 + 1024 + 1, false);
	test_program(K_div_256, 2 + 256 + 1, false);
	/* ld, jeq of the argument; ld nr; the comparisons, a jump that is too far for one; ret */
	test_program(K_linear_300, 2 + 1 + 300 + 1, false);
	test_program(K_tree_300, 2 + 1 + 8 + 1 + 1 + 1, false);
	check(bench_program(&bench_configs[K_native], &b, &prog) == -ENOENT && !prog.len,
	      "a native call has no program");
	builder_free(&b);
	check(!program_action(&b, SECCOMP_RET_ERRNO | 1, &prog) &&
		      !program_is_constant(prog.filter, arch_native(), (uint32_t)getppid_data().nr),
	      "what refuses is not in the bitmap");
	builder_free(&b);
}

static void test_configs(void)
{
	bool good = true, first[SET_COUNT] = { false };

	for (size_t i = 0; i < K_COUNT; i++) {
		const struct bench_config *config = &bench_configs[i];
		const struct bench_config *reference = &bench_configs[config->reference];

		good = good && config->set == reference->set &&
		       reference->reference == config->reference;
		good = good && config->every >= 1;
		if (!first[config->set])
			good = good && config->load == L_native &&
			       bench_configs[i + 1].load == L_native;
		first[config->set] = true;
	}
	check(good,
	      "each row has a reference of its set, each set a native call and its twin first");
}

/* --- the model ------------------------------------------------------------------------------- */

static const double model_ns[TERM_COUNT] = {
	[TERM_entry] = 30, [TERM_filter] = 15,	 [TERM_alu] = 0.3,	[TERM_jump] = 0.2,
	[TERM_load] = 0.1, [TERM_memory] = 0.15, [TERM_division] = 2.5,
};

/* A machine that costs what the model says: row by row, with starts of another speed. */
static void make_up(const struct bench_plan *plan, struct bench_results *results, double bitmap)
{
	struct model truth = { .fits = true };
	struct seccomp_data data = getppid_data();

	memcpy(truth.ns, model_ns, sizeof(model_ns));
	results->starts[SET_CALLS] = 5;
	for (size_t i = 0; i < plan->count; i++) {
		const struct bench_config *config = &plan->configs[i];
		struct bench_row *row = &results->rows[i];
		struct sock_fprog prog;
		struct builder b;
		double ns = 100;

		if (!bench_program(config, &b, &prog)) {
			struct model_counts counts = model_count(prog.filter, &data);

			if (config->load == L_by_arg)
				for (int term = TERM_entry + 1; term < TERM_COUNT; term++)
					counts.of[term] *= config->n;
			ns += config->load == L_constant ? bitmap * config->n
							 : model_foretell(&truth, &counts);
		}
		builder_free(&b);
		for (unsigned int start = 0; start < 5; start++) {
			row->starts[start] = ns * (1 + 0.2 * start);
			row->ratios[start] = ns / 100;
		}
		row->ns = stats_spread(row->starts, 5);
		row->ratio = stats_spread(row->ratios, 5);
		row->estimate = row->ratio.median;
	}
}

static void test_model(void)
{
	static struct bench_results results;
	static struct model model;
	const struct bench_plan plan = { .configs = bench_configs, .count = K_native_2 };
	bool right = true;

	make_up(&plan, &results, 0.01);
	check(is_near(bench_added(&plan, &results, K_arg_1), 1.4 * (30 + 15 + 0.1 + 0.2)),
	      "what is added is of the median start's speed");
	model_fit(&plan, &results, &model);
	check(model.fits, "a model fits");
	for (int term = 0; term < TERM_COUNT; term++)
		right = is_near(model.ns[term], 1.4 * model_ns[term]) && right;
	check(right, "and finds the numbers that the figures were made of");
	check(model.worst < 1e-6, "with nothing left over");
	check(model.residual_count == K_linear_300 - K_arg_1,
	      "of each row with a program of a kind");
	results.rows[K_alu_256].estimate *= 1.5;
	model_fit(&plan, &results, &model);
	check(model.worst > 0.05, "a figure that does not fit is left over");
	for (size_t i = 0; i < plan.count; i++)
		results.rows[i].estimate = NAN;
	model_fit(&plan, &results, &model);
	check(!model.fits && !model.residual_count, "without figures none");
}

static void test_bitmap(void)
{
	static struct bench_results results;
	const struct bench_plan plan = { .configs = bench_configs, .count = K_native_2 };
	struct bitmap bitmap;

	make_up(&plan, &results, 0.4);
	check(bitmap_diagnose(&plan, &results).state == BITMAP_YES, "a flat stack: it works");
	results.rows[K_const_64].ratios[2] = results.rows[K_arg_64].ratios[2];
	bitmap = bitmap_diagnose(&plan, &results);
	check(bitmap.state == BITMAP_UNCLEAR && bitmap.yes == 4 && bitmap.no == 1,
	      "one start that contradicts: not clear");
	make_up(&plan, &results, 15);
	check(bitmap_diagnose(&plan, &results).state == BITMAP_NO, "a steep one: it does not");
	make_up(&plan, &results, 6);
	check(bitmap_diagnose(&plan, &results).state == BITMAP_UNCLEAR, "in between: not clear");
	for (unsigned int i = 0; i < 5; i++)
		results.rows[K_const_64].ratios[i] = NAN;
	check(bitmap_diagnose(&plan, &results).state == BITMAP_UNCLEAR, "no figures: not clear");
}

/* --- somebody's own filters ------------------------------------------------------------------ */

/* Allows by number; close() by its argument. */
static void make_filter(struct builder *b, struct own_filter *filter, const char *refused)
{
	int allow, deny;

	builder_init(b, arch_native());
	allow = builder_label(b, "allow");
	deny = builder_label(b, "deny");
	build_nr(b);
	if (refused)
		build_if(b, BPF_JEQ, (uint32_t)arch_syscall_nr(arch_native(), refused), deny, NEXT);
	build_if(b, BPF_JEQ, (uint32_t)arch_syscall_nr(arch_native(), "close"), NEXT, allow);
	build_arg_low(b, 0);
	build_if(b, BPF_JEQ, 77, deny, allow);
	builder_bind(b, allow);
	build_ret(b, SECCOMP_RET_ALLOW);
	builder_bind(b, deny);
	build_ret(b, SECCOMP_RET_KILL_PROCESS);
	*filter = (struct own_filter){ .path = "f" };
	builder_finish(b, &filter->prog);
}

static void test_own(void)
{
	static struct own_filter filters[2];
	static struct own_choice choice;
	static struct mix mix;
	const struct bitmap with = { .state = BITMAP_YES }, without = { .state = BITMAP_NO };
	struct model model = { .fits = true, .bitmap = 20 };
	struct builder b[2];
	char why[160];
	size_t closes = 0;

	memcpy(model.ns, model_ns, sizeof(model_ns));
	make_filter(&b[0], &filters[0], NULL);
	make_filter(&b[1], &filters[1], "getppid");
	parse(" 1 1 1 60 getppid\n 1 1 1 30 close\n 1 1 1 10 clone\n", &mix, why);
	own_choose(filters, 1, &mix, &choice);
	check(choice.count == OWN_CALLS && is_near(choice.timed, 0.9), "what is harmless is timed");
	for (size_t i = 0; i < choice.count; i++)
		closes += choice.calls[i].nr == arch_syscall_nr(arch_native(), "close");
	check(closes == 43 || closes == 42, "each as often as in the mix: %zu closes", closes);
	check(choice.why[2] == OWN_HARMFUL, "a clone is not");
	own_choose(filters, 2, &mix, &choice);
	check(choice.why[0] == OWN_REFUSED && is_near(choice.timed, 0.3),
	      "nor what one of the filters does not allow");
	parse(" 1 1 1 10 clone\n", &mix, why);
	own_choose(filters, 2, &mix, &choice);
	check(choice.count == 1 && is_near(choice.timed, 0), "nothing harmless: getppid() instead");
	own_default_mix(filters, 2, &mix);
	check(!strcmp(mix.calls[0].name, "getpid"), "without a mix: the first that all allow");
	own_default_mix(filters, 1, &mix);
	check(!strcmp(mix.calls[0].name, "getppid"), "which may be the first of all");

	parse(" 1 1 1 60 getppid\n 1 1 1 30 close\n 1 1 1 10 clone\n", &mix, why);
	own_judge(&filters[0], &mix);
	own_judge(&filters[1], &mix);
	check(is_near(filters[0].constant, 0.7) && is_near(filters[0].refused, 0),
	      "the bitmap has what no argument decides");
	check(is_near(filters[1].constant, 0.1) && is_near(filters[1].refused, 0.6),
	      "and not what is refused");
	check(is_near(filters[0].executed, 0.7 * 3 + 0.3 * 5), "instructions, weighed");
	check(is_near(own_foretell(&filters[0], &model, &with),
		      0.7 * 20 + 0.3 * (30 + 15 + 2 * 0.1 + 2 * 0.2)),
	      "what it adds with a bitmap");
	check(is_near(own_foretell(&filters[0], &model, &without),
		      30 + 15 + 0.7 * (0.1 + 0.2) + 0.3 * (2 * 0.1 + 2 * 0.2)),
	      "and without one");
	builder_free(&b[0]);
	builder_free(&b[1]);
}

int main(void)
{
	test_programs();
	test_configs();
	test_model();
	test_bitmap();
	test_own();
	return unit_end();
}
