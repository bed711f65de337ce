/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>
#include <sys/utsname.h>

#include "report/bench.h"
#include "report/environment.h"
#include "report/escape.h"
#include "version.h"

#define TEXT_WIDTH 47
#define NAMES	   6	/* of calls in a line */
#define DOUBTFUL   0.05 /* as far as the two estimates of a row may differ */

size_t bench_filter_row(const struct bench_report *report, size_t filter)
{
	return report->first_row + filter;
}

const char *bench_unit(const struct bench_report *report)
{
	return report->plan.insn_ns > 0 ? "insns" : "ns";
}

bool bench_is_quiet(const struct bench_report *report)
{
	for (size_t i = 0; i < report->run_count; i++)
		if (!report->runs[i].results.quiet)
			return false;
	return true;
}

/* --- the table ------------------------------------------------------------------------------- */

/* The lower decile and the paired ratio tell two stories. */
static bool is_doubtful(const struct bench_row *row)
{
	return fabs(row->paired / row->estimate - 1) > DOUBTFUL;
}

/* From 10 us on tenths of a nanosecond are noise to the eye. */
static void put_ns(FILE *out, double ns)
{
	fprintf(out, "%10.*f", fabs(ns) < 10000 ? 1 : 0, ns);
}

static void print_row(FILE *out, const struct bench_report *report,
		      const struct bench_results *results, size_t i)
{
	const struct bench_config *config = &report->plan.configs[i];
	const struct bench_row *row = &results->rows[i];

	fprintf(out, "  ");
	put_padded(out, config->text, TEXT_WIDTH);
	if (!row->ns.count) {
		fprintf(out, "  not available: ");
		put_plain(out, row->why);
		putc('\n', out);
		return;
	}
	put_ns(out, bench_ns(&report->plan, results, i));
	if (config->reference == i) {
		fprintf(out, " %20s %6.1f\n", "", 100 * stats_range(&row->ns));
		return;
	}
	put_ns(out, bench_added(&report->plan, results, i));
	fprintf(out, "  %9.3f %6.1f%s\n", row->estimate, 100 * stats_range(&row->ratio),
		is_doubtful(row) ? " ?" : "");
}

static void print_table(FILE *out, const struct bench_report *report,
			const struct bench_results *results)
{
	const char *group = "";
	bool doubtful = false;

	fprintf(out, "%-*s%10s%10s  %9s %6s\n", TEXT_WIDTH + 2, "", bench_unit(report), "added",
		"ratio", "+- %");
	for (size_t i = 0; i < report->plan.count; i++) {
		const struct bench_row *row = &results->rows[i];

		if (strcmp(report->plan.configs[i].group, group))
			fprintf(out, "%s\n", report->plan.configs[i].group);
		group = report->plan.configs[i].group;
		print_row(out, report, results, i);
		doubtful = doubtful || (row->ns.count && is_doubtful(row));
	}
	fprintf(out,
		"%s: a call or a go; added, ratio: to the native one of its kind; +- %%: the "
		"range over the starts.\n",
		bench_unit(report));
	if (doubtful)
		fprintf(out,
			"?: the median of paired ratios says something else, by more than "
			"%.0f %%.\n",
			100 * DOUBTFUL);
}

/* --- what follows ---------------------------------------------------------------------------- */

static void print_bitmap(FILE *out, const struct bench_report *report,
			 const struct bench_engine_run *run)
{
	const struct bitmap *bitmap = &run->bitmap;
	unsigned int agree = bitmap->state == BITMAP_NO ? bitmap->no : bitmap->yes;

	if (!isfinite(bitmap->by_arg)) {
		fprintf(out, "\nbitmap works: not clear (there are no figures)\n");
		return;
	}
	fprintf(out, "\nbitmap works: %s (%u of %u starts say so; the deepest stack adds ",
		bitmap_name(bitmap->state), agree, bitmap->starts);
	fprintf(out, "%.0f %s where the number decides, %.0f %s where an argument does)\n",
		bitmap->constant, bench_unit(report), bitmap->by_arg, bench_unit(report));
}

static void print_model(FILE *out, const struct bench_report *report,
			const struct bench_engine_run *run)
{
	const struct model *model = &run->model;

	if (!model->fits) {
		fprintf(out, "\nmodel: there are too few figures for one\n");
		return;
	}
	fprintf(out, "\nmodel: %s above a native call, by least squares; worst residual %.0f %%\n",
		bench_unit(report), 100 * model->worst);
	fprintf(out, "  %9.3f  a call that the bitmap allows\n", model->bitmap);
	for (int term = 0; term < TERM_COUNT; term++)
		fprintf(out, "  %9.3f  %s\n", model->ns[term], model_terms[term].text);
	fprintf(out, "residuals%*s%10s%10s%9s\n", TEXT_WIDTH - 7, "", "measured", "foretold",
		"off %");
	for (size_t i = 0; i < model->residual_count; i++) {
		const struct model_residual *residual = &model->residuals[i];

		fprintf(out, "  ");
		put_padded(out, report->plan.configs[residual->row].text, TEXT_WIDTH);
		put_ns(out, residual->added);
		put_ns(out, residual->foretold);
		fprintf(out, "%9.1f\n", 100 * (residual->foretold / residual->added - 1));
	}
}

/* --- somebody's own filters ------------------------------------------------------------------ */

static void print_left_out(FILE *out, const struct bench_report *report, enum own_why why,
			   const char *text)
{
	size_t count = 0;
	double part = 0;

	for (size_t i = 0; i < report->mix.count; i++)
		if (report->choice.why[i] == why)
			part += report->mix.calls[i].count / report->mix.total;
	if (!(part > 0))
		return;
	fprintf(out, "  %5.1f %%  foretold only, as %s:", 100 * part, text);
	for (size_t i = 0; i < report->mix.count; i++)
		if (report->choice.why[i] == why && count++ < NAMES)
			fprintf(out, "%s %s", count > 1 ? "," : "", report->mix.calls[i].name);
	if (count > NAMES)
		fprintf(out, " and %zu more", count - NAMES);
	putc('\n', out);
}

static void print_what_was_timed(FILE *out, const struct bench_report *report)
{
	if (!report->mix_path) {
		fprintf(out, "\ntimed: %s(), %s\n", report->mix.calls[0].name,
			report->choice.timed > 0 ? "which all these filters allow"
						 : "as no harmless call is allowed by all");
		return;
	}
	fprintf(out, "\nmix: ");
	put_plain(out, report->mix_path);
	fprintf(out,
		", %.0f calls of %zu kinds\n  %5.1f %%  timed, with arguments that the kernel "
		"answers at once\n",
		report->mix.total, report->mix.count, 100 * report->choice.timed);
	print_left_out(out, report, OWN_HARMFUL, "no harmless way to make them is known");
	print_left_out(out, report, OWN_REFUSED, "a filter does not allow them");
	print_left_out(out, report, OWN_RARE, "they are rare");
}

static void print_filters(FILE *out, const struct bench_report *report,
			  const struct bench_engine_run *run)
{
	print_what_was_timed(out, report);
	fprintf(out, "%-*s%8s%10s%9s%9s%10s\n", TEXT_WIDTH - 2, "filter", "length", "executed",
		"bitmap", "refused", "foretold");
	for (size_t i = 0; i < report->filter_count; i++) {
		const struct own_filter *filter = &report->filters[i];

		fprintf(out, "  ");
		put_padded(out, filter->path, TEXT_WIDTH - 4);
		fprintf(out, "%8u%10.1f%7.1f %%%7.1f %%%10.1f\n", filter->prog.len,
			filter->executed, 100 * filter->constant, 100 * filter->refused,
			own_foretell(filter, &run->model, &run->bitmap));
	}
	fprintf(out,
		"executed: instructions a call, if the filter is run, by the simulator; foretold: "
		"%s that\nthe filter adds to a call of the whole mix, by the model; arguments that "
		"nobody knows are 0.\n",
		bench_unit(report));
}

/* --- all ------------------------------------------------------------------------------------- */

static void print_head(FILE *out, const struct bench_report *report)
{
	struct utsname name;

	if (uname(&name))
		memset(&name, 0, sizeof(name));
	fprintf(out, "# seccompat %s bench on Linux %s %s\n", SECCOMPAT_VERSION, name.release,
		name.machine);
	environment_print(out, &report->env, "# ");
	if (report->plan.insn_ns > 0)
		fprintf(out,
			"# counted, not timed: insns are instructions of this guest, each of which "
			"is %.4f ns of its clock\n",
			report->plan.insn_ns);
}

static void print_run_head(FILE *out, const struct bench_report *report,
			   const struct bench_engine_run *run)
{
	const struct bench_results *results = &run->results;

	fprintf(out, "# filters are run by: %s; %s\n", jit_name(results->engine), report->how);
	if (results->other < 0)
		fprintf(out, "# on CPU %d, the only one", results->cpu);
	else
		fprintf(out, "# on CPU %d; another CPU is %d", results->cpu, results->other);
	fprintf(out, "; rounds a start: %u or more; %.1f s\n", results->rounds, results->seconds);
	for (int set = 0; set < SET_COUNT; set++)
		if (results->starts[set])
			fprintf(out, "# %s: %u starts, control off by %.2f %% (%.1f at most)\n",
				bench_set_name(set), results->starts[set],
				100 * results->control[set], 100 * report->plan.tolerance);
}

void bench_print(FILE *out, const struct bench_report *report)
{
	print_head(out, report);
	for (size_t i = 0; i < report->run_count; i++) {
		const struct bench_engine_run *run = &report->runs[i];

		print_run_head(out, report, run);
		print_table(out, report, &run->results);
		print_bitmap(out, report, run);
		print_model(out, report, run);
		if (report->filter_count)
			print_filters(out, report, run);
	}
	if (!bench_is_quiet(report))
		fprintf(out,
			"\nTOO NOISY TO SAY: two native calls differ by more than %.1f %%; "
			"nothing above is to be trusted further than that\n",
			100 * report->plan.tolerance);
}
