/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "report/bench.h"
#include "report/json.h"
#include "report/provenance.h"

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

/* What is no number is null. */
static void write_number(struct json *json, const char *key, double value)
{
	if (isfinite(value))
		jsonw_double(json, key, value);
	else
		jsonw_null(json, key);
}

static void write_numbers(struct json *json, const char *key, const double *values, size_t count)
{
	jsonw_array(json, key);
	for (size_t i = 0; i < count; i++)
		write_number(json, NULL, values[i]);
	jsonw_end(json);
}

/* What stands behind the key in the first line of a file that begins with it; "" for any line. */
static void write_line_of(struct json *json, const char *key, const char *path, const char *begin)
{
	FILE *file = fopen(path, "re");
	char line[512];
	const char *found = NULL;

	while (file && !found && fgets(line, sizeof(line), file))
		if (!strncmp(line, begin, strlen(begin)))
			found = line + strlen(begin);
	if (file)
		fclose(file);
	if (!found) {
		jsonw_null(json, key);
		return;
	}
	found += strspn(found, " \t:");
	line[strcspn(line, "\n")] = '\0';
	jsonw_string(json, key, found);
}

static void write_machine(struct json *json)
{
	jsonw_object(json, "machine");
	write_line_of(json, "cpu", "/proc/cpuinfo", "model name");
	jsonw_string(json, "clock", "CLOCK_MONOTONIC");
	write_line_of(json, "clocksource", CLOCKSOURCE, "");
	jsonw_end(json);
}

static void write_row(struct json *json, const struct bench_report *report,
		      const struct bench_results *results, size_t i)
{
	const struct bench_config *config = &report->plan.configs[i];
	const struct bench_row *row = &results->rows[i];
	bool has = row->ns.count, compared = config->reference != i;

	jsonw_object(json, NULL);
	jsonw_string(json, "id", config->id);
	jsonw_string(json, "group", config->group);
	jsonw_string(json, "text", config->text);
	jsonw_string(json, "reference",
		     compared ? report->plan.configs[config->reference].id : NULL);
	jsonw_string(json, "unavailable", has ? NULL : row->why);
	write_number(json, "ns", bench_ns(&report->plan, results, i));
	write_number(json, "added", compared ? bench_added(&report->plan, results, i) : NAN);
	write_number(json, "ratio", compared ? row->estimate : NAN);
	write_number(json, "decile_ratio", compared ? row->decile : NAN);
	write_number(json, "paired_ratio", compared ? row->paired : NAN);
	write_number(json, "range", has ? stats_range(compared ? &row->ratio : &row->ns) : NAN);
	write_numbers(json, "starts_ns", row->starts, results->starts[config->set]);
	jsonw_end(json);
}

static void write_model(struct json *json, const struct bench_report *report,
			const struct model *model)
{
	if (!model->fits) {
		jsonw_null(json, "model");
		return;
	}
	jsonw_object(json, "model");
	write_number(json, "bitmap", model->bitmap);
	for (int term = 0; term < TERM_COUNT; term++)
		write_number(json, model_terms[term].id, model->ns[term]);
	write_number(json, "worst_residual", model->worst);
	jsonw_array(json, "residuals");
	for (size_t i = 0; i < model->residual_count; i++) {
		jsonw_object(json, NULL);
		jsonw_string(json, "id", report->plan.configs[model->residuals[i].row].id);
		write_number(json, "measured", model->residuals[i].added);
		write_number(json, "foretold", model->residuals[i].foretold);
		jsonw_end(json);
	}
	jsonw_end(json);
	jsonw_end(json);
}

static void write_bitmap(struct json *json, const struct bitmap *bitmap)
{
	jsonw_object(json, "bitmap");
	jsonw_string(json, "works", bitmap_name(bitmap->state));
	jsonw_int(json, "starts", bitmap->starts);
	jsonw_int(json, "yes", bitmap->yes);
	jsonw_int(json, "no", bitmap->no);
	write_number(json, "added_by_number", bitmap->constant);
	write_number(json, "added_by_argument", bitmap->by_arg);
	jsonw_end(json);
}

static void write_sets(struct json *json, const struct bench_results *results)
{
	jsonw_object(json, "sets");
	for (int set = 0; set < SET_COUNT; set++) {
		if (!results->starts[set])
			continue;
		jsonw_object(json, bench_set_name(set));
		jsonw_int(json, "starts", results->starts[set]);
		write_number(json, "control_off", results->control[set]);
		jsonw_end(json);
	}
	jsonw_end(json);
}

static void write_foretold(struct json *json, const struct bench_report *report,
			   const struct bench_engine_run *run)
{
	jsonw_array(json, "foretold");
	for (size_t i = 0; i < report->filter_count; i++)
		write_number(json, NULL,
			     own_foretell(&report->filters[i], &run->model, &run->bitmap));
	jsonw_end(json);
}

static void write_run(struct json *json, const struct bench_report *report,
		      const struct bench_engine_run *run)
{
	const struct bench_results *results = &run->results;

	jsonw_object(json, NULL);
	jsonw_string(json, "engine", jit_name(results->engine));
	jsonw_bool(json, "quiet", results->quiet);
	write_number(json, "seconds", results->seconds);
	jsonw_int(json, "cpu", results->cpu);
	if (results->other < 0)
		jsonw_null(json, "other_cpu");
	else
		jsonw_int(json, "other_cpu", results->other);
	jsonw_int(json, "rounds", results->rounds);
	write_sets(json, results);
	jsonw_array(json, "rows");
	for (size_t i = 0; i < report->plan.count; i++)
		write_row(json, report, results, i);
	jsonw_end(json);
	write_bitmap(json, &run->bitmap);
	write_model(json, report, &run->model);
	write_foretold(json, report, run);
	jsonw_end(json);
}

/* --- somebody's own filters ------------------------------------------------------------------ */

static void write_mix(struct json *json, const struct bench_report *report)
{
	static const char *const how[] = {
		[OWN_TIMED] = "timed",
		[OWN_RARE] = "rare",
		[OWN_HARMFUL] = "no harmless way",
		[OWN_REFUSED] = "refused",
	};

	if (!report->filter_count) {
		jsonw_null(json, "mix");
		return;
	}
	jsonw_object(json, "mix");
	jsonw_string(json, "file", report->mix_path);
	write_number(json, "calls", report->mix.total);
	write_number(json, "timed", report->choice.timed);
	jsonw_array(json, "kinds");
	for (size_t i = 0; i < report->mix.count; i++) {
		jsonw_object(json, NULL);
		jsonw_string(json, "name", report->mix.calls[i].name);
		write_number(json, "calls", report->mix.calls[i].count);
		jsonw_string(json, "how", how[report->choice.why[i]]);
		jsonw_end(json);
	}
	jsonw_end(json);
	jsonw_end(json);
}

static void write_filters(struct json *json, const struct bench_report *report)
{
	jsonw_array(json, "filters");
	for (size_t i = 0; i < report->filter_count; i++) {
		const struct own_filter *filter = &report->filters[i];

		jsonw_object(json, NULL);
		jsonw_string(json, "file", filter->path);
		jsonw_string(json, "row", report->plan.configs[bench_filter_row(report, i)].id);
		jsonw_int(json, "length", filter->prog.len);
		write_number(json, "executed", filter->executed);
		write_number(json, "bitmap", filter->constant);
		write_number(json, "refused", filter->refused);
		jsonw_end(json);
	}
	jsonw_end(json);
}

void bench_write_json(FILE *out, const struct bench_report *report)
{
	struct json json;

	jsonw_begin(&json, out);
	jsonw_object(&json, NULL);
	jsonw_string(&json, "schema", "seccompat.bench.1");
	provenance_write(&json, &report->env);
	write_machine(&json);
	jsonw_string(&json, "unit", bench_unit(report));
	jsonw_string(&json, "engine_known_by", report->how);
	write_number(&json, "tolerance", report->plan.tolerance);
	jsonw_bool(&json, "quiet", bench_is_quiet(report));
	jsonw_array(&json, "runs");
	for (size_t i = 0; i < report->run_count; i++)
		write_run(&json, report, &report->runs[i]);
	jsonw_end(&json);
	write_mix(&json, report);
	write_filters(&json, report);
	jsonw_end(&json);
}
