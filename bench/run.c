/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/estimate.h"
#include "bench/start.h"
#include "run/cpus.h"
#include "run/endings.h"
#include "run/jobs.h"
#include "run/run.h"

/* Of the rounds, the calmest: figures are of these. Fewer batches of a row in there are too few. */
#define CALM_PART  0.25
#define CALM_LEAST 8

#define LEAST_STARTS 5 /* of each set: the compiler's output lies elsewhere each time */
#define COUNT_STARTS 2 /* where instructions are counted: whether they repeat */
#define FAILED_MOST  3 /* that came to nothing; then it is given up */

/*
 * The kernel frees filters in a worker, and a machine was seen to hang for good when hundreds were
 * freed faster than it could run (6.18, bpf_prog_pack_free). So starts have this time in between.
 */
#define PAUSE_MS	    20
#define PAUSE_PER_FILTER_MS 0.5
#define LEAST_PER_FILTER_S  0.007 /* from one start to the next */
#define START_LEAST_S	    0.5	  /* likewise */

/* Seconds of work in a start: where there is time, rather more starts than longer ones. */
#define WORK_LEAST_S 0.35
#define WORK_MOST_S  0.95

struct bench {
	const struct bench_plan *plan;
	struct bench_results *results;
	struct start *start; /* shared with its process */
	struct endings endings;
	double paired[BENCH_CONFIGS][BENCH_STARTS]; /* ratios of each start, by other estimates */
	double decile[BENCH_CONFIGS][BENCH_STARTS];
	bool has[SET_COUNT];
	bool settled; /* the starts agree about the best they have seen */
	double began;
	struct run_end end;  /* of the last start */
	unsigned int failed; /* starts */
};

/* --- where ----------------------------------------------------------------------------------- */

/* Jiffies of a CPU's line in /proc/stat that were not spent idle; -1 if there is no line. */
static long long busy_jiffies(int cpu)
{
	long long user, nice, system, idle, iowait, irq, softirq, steal;
	FILE *stat = fopen("/proc/stat", "re");
	char line[512], key[16];
	long long busy = -1;

	snprintf(key, sizeof(key), "cpu%d ", cpu);
	while (stat && busy < 0 && fgets(line, sizeof(line), stat))
		if (!strncmp(line, key, strlen(key)) &&
		    sscanf(line + strlen(key), "%lld %lld %lld %lld %lld %lld %lld %lld", &user,
			   &nice, &system, &idle, &iowait, &irq, &softirq, &steal) == 8)
			busy = user + nice + system + irq + softirq + steal;
	if (stat)
		fclose(stat);
	return busy;
}

/* Jiffies of a moment: one CPU is like another, but not quite, so that the first one is kept to. */
#define CLEARLY 4

/* The first CPU of the set, unless another one is clearly less busy over a moment. */
static int least_busy(const cpu_set_t *set)
{
	const struct timespec moment = { .tv_nsec = 200000000 };
	long long before[CPU_SETSIZE] = { 0 }, least = -1;
	int best = -1;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, set))
			before[cpu] = busy_jiffies(cpu);
	nanosleep(&moment, NULL);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		long long busy;

		if (!CPU_ISSET(cpu, set))
			continue;
		busy = busy_jiffies(cpu) - before[cpu];
		if (best >= 0 && busy + CLEARLY >= least)
			continue;
		least = busy;
		best = cpu;
	}
	return best;
}

/* The one to pin to, and another one of those that may be used, or -1. */
static void choose_cpus(const struct bench_plan *plan, struct bench_results *results)
{
	cpu_set_t set;

	cpus_usable(&set);
	results->cpu = plan->cpu >= 0 ? plan->cpu : least_busy(&set);
	results->other = -1;
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
		if (CPU_ISSET(cpu, &set) && cpu != results->cpu)
			results->other = cpu;
}

/* --- one start ------------------------------------------------------------------------------- */

static void note_line(void *data, const char *line)
{
	(void)data;
	(void)line;
}

static void note_end(void *data, const struct run_end *end)
{
	struct bench *bench = data;

	bench->end = *end;
}

static int run_start(void *data)
{
	const struct bench *bench = data;

	return start_main(bench->start);
}

/* How calm each round was, by the rows that are in all of them; and which are among the calmest. */
static double find_calm(const struct bench *bench, enum bench_set set,
			double scores[START_MOST_ROUNDS])
{
	const struct start *start = bench->start;
	const double *rows[BENCH_CONFIGS];
	size_t count = 0;

	for (size_t i = 0; i < bench->plan->count; i++) {
		const struct bench_config *config = &bench->plan->configs[i];

		if (config->set == set && config->every == 1 && !config->most &&
		    start->slots[i].ready)
			rows[count++] = start->samples[i];
	}
	stats_scores(rows, count, start->rounds, scores);
	return stats_quantile(scores, start->rounds, CALM_PART);
}

/* A row that was seldom in a calm round is told by its own good ones. */
static double estimate(const struct start *start, size_t row, const double *scores, double limit)
{
	const double *samples = start->samples[row];
	size_t taken;
	double ns = stats_calm_median(samples, scores, start->rounds, limit, &taken);

	return taken >= CALM_LEAST ? ns : stats_quantile(samples, start->rounds, CALM_PART);
}

static void keep_figures(struct bench *bench, enum bench_set set)
{
	struct start *start = bench->start;
	unsigned int at = bench->results->starts[set];
	double scores[START_MOST_ROUNDS], limit = find_calm(bench, set, scores);

	for (size_t i = 0; i < bench->plan->count; i++) {
		const struct bench_config *config = &bench->plan->configs[i];
		const double *samples = start->samples[i];
		const double *reference = start->samples[config->reference];
		struct bench_row *row = &bench->results->rows[i];

		if (config->set != set)
			continue;
		row->starts[at] = row->ratios[at] = NAN;
		bench->decile[i][at] = bench->paired[i][at] = NAN;
		if (!start->slots[i].ready) {
			memcpy(row->why, start->slots[i].why, sizeof(row->why));
			continue;
		}
		row->starts[at] = estimate(start, i, scores, limit);
		row->ratios[at] =
			row->starts[at] / estimate(start, config->reference, scores, limit);
		bench->decile[i][at] = stats_decile(samples, start->rounds) /
				       stats_decile(reference, start->rounds);
		bench->paired[i][at] = stats_paired_ratio(samples, reference, start->rounds);
	}
	bench->results->starts[set]++;
	if (!bench->results->rounds || start->rounds < bench->results->rounds)
		bench->results->rounds = start->rounds;
}

/* 0, or the signal that came meanwhile. */
static int pause_after(const struct bench *bench, double began)
{
	unsigned int filters = start_filters(bench->start);
	double until = run_now() + (PAUSE_MS + PAUSE_PER_FILTER_MS * filters) / 1e3;
	double least = LEAST_PER_FILTER_S * filters;

	if (until < began + START_LEAST_S)
		until = began + START_LEAST_S;
	if (until < began + least)
		until = began + least;
	return endings_wait(&bench->endings, until - run_now());
}

/* 0; the signal that interrupted it; or -1 when it came to nothing. */
static int make_start(struct bench *bench, enum bench_set set, double seconds)
{
	struct job job = { .main = run_start,
			   .line = note_line,
			   .ended = note_end,
			   .data = bench,
			   .silence_ms = START_SILENCE_MS };
	double began = run_now();
	char text[64];
	int signal;

	memset(bench->start, 0, sizeof(*bench->start));
	bench->start->plan = bench->plan;
	bench->start->set = set;
	bench->start->cpu = bench->results->cpu;
	bench->start->other = bench->results->other;
	bench->start->seconds = seconds;
	bench->start->seed = (unsigned int)(began * 1e6) ^ (unsigned int)getpid();
	signal = jobs_run(&job, 1, 1);
	if (!signal)
		signal = pause_after(bench, began);
	if (signal)
		return signal;
	if (bench->end.how == RUN_EXITED && bench->end.value == 0) {
		keep_figures(bench, set);
		return 0;
	}
	snprintf(bench->results->trouble, sizeof(bench->results->trouble), "a start %s%s%.100s",
		 run_end_text(&bench->end, text, sizeof(text)), bench->start->why[0] ? ": " : "",
		 bench->start->why);
	return -1;
}

/* --- all of them ----------------------------------------------------------------------------- */

static void sum_up(struct bench *bench)
{
	struct bench_results *results = bench->results;

	results->quiet = bench->settled = true;
	for (int set = 0; set < SET_COUNT; set++) {
		if (!bench->has[set])
			continue;
		results->control[set] = estimate_control(bench->plan, results, set);
		results->quiet = results->quiet && results->control[set] < bench->plan->tolerance;
		bench->settled = bench->settled && estimate_is_settled(bench->plan, results, set);
	}
	for (size_t i = 0; i < bench->plan->count; i++) {
		enum bench_set set = bench->plan->configs[i].set;
		unsigned int starts = results->starts[set];
		struct bench_row *row = &results->rows[i];

		row->ns = stats_spread(row->starts, starts);
		row->ratio = stats_spread(row->ratios, starts);
		row->estimate = estimate_ratio(bench->plan, results, row, set);
		row->paired = stats_median(bench->paired[i], starts);
		row->decile = stats_median(bench->decile[i], starts);
		if (row->ns.count)
			row->why[0] = '\0';
	}
}

static double worst_control(const struct bench *bench)
{
	double worst = 0;

	for (int set = 0; set < SET_COUNT; set++)
		if (bench->results->control[set] > worst)
			worst = bench->results->control[set];
	return worst;
}

static void tell(const struct bench *bench)
{
	if (bench->plan->progress)
		fprintf(stderr, "\rtiming: %3.0f s, control off by %.2f %% ",
			run_now() - bench->began, 100 * worst_control(bench));
}

static unsigned int least_starts(const struct bench *bench)
{
	return bench->plan->insn_ns > 0 ? COUNT_STARTS : LEAST_STARTS;
}

/* As many as are due: every set least_starts() times, then until the time is over, then until the
 * control is good and the starts agree, or as much time again has gone. */
static bool is_done(const struct bench *bench)
{
	const struct bench_results *results = bench->results;
	double spent = run_now() - bench->began, seconds = bench->plan->seconds;

	for (int set = 0; set < SET_COUNT; set++) {
		if (bench->has[set] && results->starts[set] < least_starts(bench))
			return false;
		if (results->starts[set] >= BENCH_STARTS)
			return true;
	}
	return spent >= (results->quiet && bench->settled ? 0.9 : 2) * seconds;
}

/* No kernel here that has filters: to go on would tell nothing else. */
static bool is_hopeless(const struct bench *bench)
{
	char why[BENCH_WHY];

	for (int set = 0; set < SET_COUNT; set++)
		if (bench->has[set] && !bench->results->starts[set])
			return false;
	return !bench_has_filters(bench->plan, bench->results, why, sizeof(why));
}

/* One of each set. 0, or the signal that interrupted it. */
static int make_pass(struct bench *bench, double seconds)
{
	int result = 0;

	for (int set = 0; set < SET_COUNT && result <= 0; set++) {
		if (!bench->has[set])
			continue;
		result = make_start(bench, set, seconds);
		if (result < 0)
			bench->failed++;
		else
			sum_up(bench);
		tell(bench);
	}
	return result > 0 ? result : 0;
}

/* Getting ready, and the pause, take a part of the time. */
static double work_of_start(const struct bench *bench)
{
	double seconds = 0.75 * bench->plan->seconds, each, most;
	int sets = 0;

	if (bench->plan->insn_ns > 0)
		return 0;
	for (int set = 0; set < SET_COUNT; set++)
		sets += bench->has[set];
	each = seconds / (LEAST_STARTS * sets);
	most = seconds / (BENCH_STARTS * sets);
	if (most < WORK_MOST_S)
		most = WORK_MOST_S;
	if (each < WORK_LEAST_S)
		return WORK_LEAST_S;
	return each < most ? each : most;
}

static int make_starts(struct bench *bench)
{
	double each = work_of_start(bench);
	int interrupted = 0;

	bench->began = run_now();
	do
		interrupted = make_pass(bench, each);
	while (!interrupted && bench->failed < FAILED_MOST && !is_done(bench) &&
	       !is_hopeless(bench));
	bench->results->seconds = run_now() - bench->began;
	if (bench->failed < FAILED_MOST)
		bench->results->trouble[0] = '\0';
	if (bench->plan->progress)
		fprintf(stderr, "\r%50s\r", "");
	return interrupted;
}

int bench_run(const struct bench_plan *plan, struct bench_results *results)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct start *start = mmap(NULL, sizeof(*start), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int result = 0;

	if (!bench || start == MAP_FAILED) {
		snprintf(results->trouble, sizeof(results->trouble), "out of memory");
	} else {
		*bench = (struct bench){ .plan = plan, .results = results, .start = start };
		for (size_t i = 0; i < plan->count; i++)
			bench->has[plan->configs[i].set] = true;
		endings_hold(&bench->endings);
		choose_cpus(plan, results);
		result = make_starts(bench);
		endings_release(&bench->endings);
	}
	if (start != MAP_FAILED)
		munmap(start, sizeof(*start));
	free(bench);
	return result;
}
