/* SPDX-License-Identifier: BSD-3-Clause */
/* seccompat bench: what seccomp costs on this kernel, or what somebody's own filters do. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/count.h"
#include "bench/plan.h"
#include "cli/cli.h"
#include "cli/filter-args.h"
#include "report/atomic.h"
#include "report/bench.h"
#include "report/whole.h"
#include "run/cpus.h"
#include "run/endings.h"

#define SECONDS	      10
#define QUICK_SECONDS 5
#define TOLERANCE     0.5 /* percent */

struct options {
	double seconds; /* 0: not given */
	double tolerance;
	bool quick, count;
	const char *json, *svg, *mix;
	int cpu;
	double insn_ns; /* as in struct bench_plan */
};

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat bench [OPTION...] [FILTER...]\n"
		"What seccomp costs on this kernel, in nanoseconds: filters by length and number, "
		"what\n"
		"each action takes, tasks under filters, installing. With FILTERs (raw struct\n"
		"sock_filter, as seccomp_export_bpf writes them): what these cost, side by "
		"side.\n\n"
		"  -t, --time SECONDS  work that long (%d); longer if the machine is noisy\n"
		"  -q, --quick         calls only, no actions, tasks or installing, in %d seconds\n"
		"      --count         instructions and no time, where the clock counts them: in "
		"QEMU\n"
		"                      with -icount shift=0\n"
		"  -m, --mix FILE      time FILTERs with the calls of a program, as strace -c "
		"prints them\n"
		"  -c, --cpu N         pin to that CPU (the first, or one that is clearly less "
		"busy)\n"
		"      --tolerance PERCENT\n"
		"                      two native calls may differ so far (%.1f)\n"
		"  -j, --json FILE     the results for machines; - for standard output, without "
		"the table\n"
		"  -s, --svg FOLDER    plots into that folder, by gnuplot\n"
		"  -h, --help          this\n\n"
		"Exit status: 0 timed; 2 usage, bad input, or the bench broke; 3 the machine is "
		"too noisy\n"
		"to say; 4 there is nothing to time.\n",
		SECONDS, QUICK_SECONDS, TOLERANCE);
}

/* --- what is timed --------------------------------------------------------------------------- */

static void make_plan(struct bench_report *report, const struct options *options)
{
	struct bench_plan *plan = &report->plan;

	*plan = (struct bench_plan){ .seconds = options->quick ? QUICK_SECONDS : SECONDS,
				     .tolerance = options->tolerance / 100,
				     .insn_ns = options->insn_ns,
				     .cpu = options->cpu,
				     .progress = isatty(STDERR_FILENO) };
	if (options->seconds > 0)
		plan->seconds = options->seconds;
	if (options->count)
		plan->seconds = 0; /* what repeats needs none */
	plan_add_set(plan, SET_CALLS);
	if (report->filter_count)
		report->first_row =
			plan_add_own(plan, report->filters, report->filter_count, &report->choice);
	else if (!options->quick)
		plan_add_set(plan, SET_ACTIONS);
}

/* --- somebody's own filters ------------------------------------------------------------------ */

static int read_filters(struct bench_report *report, int argc, char **argv)
{
	if (argc > OWN_FILTERS) {
		fprintf(stderr, "seccompat: bench: %d FILTERs; %d at once is the limit\n", argc,
			OWN_FILTERS);
		return SC_BROKEN;
	}
	for (int i = 0; i < argc; i++) {
		struct own_filter *filter = &report->filters[report->filter_count];
		struct filter_file file;

		if (arg_filter(argv[i], arch_native(), false, &file))
			return SC_BROKEN;
		filter->path = argv[i];
		filter->prog = (struct sock_fprog){ .len = file.len, .filter = file.insns };
		report->filter_count++;
	}
	return 0;
}

static int read_mix(struct bench_report *report, const char *path)
{
	size_t length;
	char why[160], *text = whole_file(path, &length);
	int err;

	if (!text)
		return SC_BROKEN;
	err = mix_parse(text, length, arch_native(), &report->mix, why, sizeof(why));
	free(text);
	if (err)
		fprintf(stderr, "seccompat: bench: %s: %s\n", path, why);
	report->mix_path = path;
	return err ? SC_BROKEN : 0;
}

static int read_own(struct bench_report *report, const struct options *options, int argc,
		    char **argv)
{
	if (options->mix && !argc) {
		fprintf(stderr, "seccompat: bench: --mix is for FILTERs, and none is given\n");
		return SC_BROKEN;
	}
	if (!argc)
		return 0;
	if (read_filters(report, argc, argv))
		return SC_BROKEN;
	if (options->mix && read_mix(report, options->mix))
		return SC_BROKEN;
	if (!options->mix)
		own_default_mix(report->filters, report->filter_count, &report->mix);
	own_choose(report->filters, report->filter_count, &report->mix, &report->choice);
	for (size_t i = 0; i < report->filter_count; i++)
		own_judge(&report->filters[i], &report->mix);
	return 0;
}

/* --- timing ---------------------------------------------------------------------------------- */

/* 0, or the signal that interrupted it. */
static int time_engine(struct bench_report *report, enum jit engine)
{
	struct bench_engine_run *run = &report->runs[report->run_count++];
	int signal;

	run->results.engine = engine;
	signal = bench_run(&report->plan, &run->results);
	if (signal)
		return signal;
	model_fit(&report->plan, &run->results, &run->model);
	run->bitmap = bitmap_diagnose(&report->plan, &run->results);
	return 0;
}

/* The switch, if it can be set to either side: 0; or -1, when the reason is in why. */
static int borrow_both(struct jit_loan *loan, char *why, size_t size)
{
	if (jit_borrow(loan, JIT_SWITCH, why, size))
		return -1;
	if (!jit_set(loan, JIT_OFF, why, size) && !jit_set(loan, JIT_ON, why, size))
		return 0;
	jit_return(loan);
	return -1;
}

/* With the compiler, then with the interpreter; the switch is given back in any case. */
static int time_both(struct bench_report *report, struct jit_loan *loan)
{
	const enum jit engines[] = { JIT_ON, JIT_OFF };
	char why[BENCH_WHY];
	int signal = 0;

	report->plan.seconds /= 2;
	snprintf(report->how, sizeof(report->how), "%s can be set; it was %s", loan->path,
		 loan->before);
	for (size_t i = 0; i < 2 && !signal; i++) {
		if (jit_set(loan, engines[i], why, sizeof(why)))
			fprintf(stderr, "seccompat: bench: %s\n", why);
		else
			signal = time_engine(report, engines[i]);
	}
	return signal;
}

static int time_all(struct bench_report *report)
{
	enum jit engine = jit_now(JIT_SWITCH, report->how, sizeof(report->how));
	struct jit_loan loan;
	char why[BENCH_WHY];
	int signal;

	if (borrow_both(&loan, why, sizeof(why))) {
		size_t used = strlen(report->how);

		snprintf(report->how + used, sizeof(report->how) - used, "; %s", why);
		return time_engine(report, engine);
	}
	signal = time_both(report, &loan);
	report->broke = jit_return(&loan);
	return signal;
}

/* --- what came of it ------------------------------------------------------------------------- */

static int write_all(const struct bench_report *report, const struct options *options,
		     struct atomic_file *json)
{
	int err = 0;

	if (!options->json || strcmp(options->json, "-"))
		bench_print(stdout, report);
	if (options->json) {
		bench_write_json(json->out, report);
		err |= atomic_commit(json);
	}
	if (options->svg)
		err |= bench_plot(options->svg, report);
	return err ? SC_BROKEN : SC_OK;
}

static int judge(const struct bench_report *report)
{
	char why[BENCH_WHY];

	/* No engine could be had, which was told. */
	if (!report->run_count)
		return SC_BROKEN;
	for (size_t i = 0; i < report->run_count; i++) {
		const struct bench_results *results = &report->runs[i].results;

		if (results->trouble[0]) {
			fprintf(stderr, "seccompat: bench: %s\n", results->trouble);
			return SC_BROKEN;
		}
		if (!bench_has_filters(&report->plan, results, why, sizeof(why))) {
			fprintf(stderr, "seccompat: bench: there is nothing to time: %s\n", why);
			return SC_UNTESTED;
		}
	}
	return bench_is_quiet(report) ? SC_OK : SC_NOISY;
}

/* An exit status; *signal: what interrupted it. The file that was opened is done with. */
static int time_and_write(struct bench_report *report, const struct options *options,
			  const struct endings *held, int *signal)
{
	struct atomic_file json = { .path = NULL };
	int status = SC_BROKEN, written;

	if (options->json && atomic_open(&json, options->json))
		return SC_BROKEN;
	environment_read(&report->env);
	make_plan(report, options);
	*signal = time_all(report);
	if (!*signal)
		*signal = endings_wait(held, 0);
	if (!*signal)
		status = judge(report);
	if (status == SC_BROKEN || status == SC_UNTESTED) {
		if (options->json)
			atomic_abort(&json);
		return status;
	}
	written = write_all(report, options, &json);
	return written || report->broke ? SC_BROKEN : status;
}

/* 0, with what an instruction takes; or an exit status where the clock counts something else. */
static int find_insn_ns(struct options *options)
{
	struct count_clock clock = count_measure();
	char why[BENCH_WHY];

	if (options->seconds > 0) {
		fprintf(stderr, "seccompat: bench: --time is not for --count, which takes as long "
				"as it takes\n");
		return SC_BROKEN;
	}
	if (!count_is_exact(&clock, why, sizeof(why))) {
		fprintf(stderr,
			"seccompat: bench: --count: this clock does not count instructions: %s; "
			"it does in a guest of qemu-system -icount shift=0 -smp 1\n",
			why);
		return SC_UNTESTED;
	}
	options->insn_ns = clock.nop;
	return 0;
}

static int bench(struct bench_report *report, const struct options *options)
{
	struct endings held;
	int signal = 0, status;

	if (options->svg && bench_can_plot(options->svg))
		return SC_BROKEN;
	endings_hold(&held);
	status = time_and_write(report, options, &held, &signal);
	endings_release(&held);
	/* As whoever waits for us expects it. */
	if (signal)
		kill(getpid(), signal);
	return status;
}

/* --- options --------------------------------------------------------------------------------- */

/* A number of what, from least to most. */
static bool parse_number(const char *option, const char *text, const char *what, double least,
			 double most, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (end != text && !*end && *value >= least && *value <= most)
		return true;
	fprintf(stderr, "seccompat: bench: --%s %s: give %s from %.0f to %.0f\n", option, text,
		what, least, most);
	return false;
}

static bool parse_cpu(const char *text, int *cpu)
{
	char *end;
	long value = strtol(text, &end, 10);
	cpu_set_t set;

	cpus_usable(&set);
	*cpu = (int)value;
	if (end != text && !*end && value >= 0 && value < CPU_SETSIZE && CPU_ISSET(value, &set))
		return true;
	fprintf(stderr, "seccompat: bench: --cpu %s: no CPU that this process may use\n", text);
	return false;
}

int cmd_bench(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "time", required_argument, NULL, 't' },
		{ "quick", no_argument, NULL, 'q' },
		{ "mix", required_argument, NULL, 'm' },
		{ "count", no_argument, NULL, 'C' },
		{ "cpu", required_argument, NULL, 'c' },
		{ "json", required_argument, NULL, 'j' },
		{ "svg", required_argument, NULL, 's' },
		{ "tolerance", required_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	static struct bench_report report;
	struct options options = { .cpu = -1, .tolerance = TOLERANCE };
	int option, status;

	argv[0] = (char *)"seccompat: bench"; /* how getopt begins its messages */
	while ((option = getopt_long(argc, argv, "t:qm:c:j:s:h", long_options, NULL)) != -1) {
		switch (option) {
		case 't':
			if (!parse_number("time", optarg, "seconds", 1, 3600, &options.seconds))
				return SC_BROKEN;
			break;
		case 'T':
			if (!parse_number("tolerance", optarg, "percents", 0, 100,
					  &options.tolerance))
				return SC_BROKEN;
			break;
		case 'q':
			options.quick = true;
			break;
		case 'm':
			options.mix = optarg;
			break;
		case 'C':
			options.count = true;
			break;
		case 'c':
			if (!parse_cpu(optarg, &options.cpu))
				return SC_BROKEN;
			break;
		case 'j':
			options.json = optarg;
			break;
		case 's':
			options.svg = optarg;
			break;
		case 'h':
			usage(stdout);
			return SC_OK;
		default:
			return SC_BROKEN;
		}
	}
	status = options.count ? find_insn_ns(&options) : 0;
	if (!status)
		status = read_own(&report, &options, argc - optind, argv + optind);
	if (!status)
		status = bench(&report, &options);
	for (size_t i = 0; i < report.filter_count; i++)
		free(report.filters[i].prog.filter);
	return status;
}
