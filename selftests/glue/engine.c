/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/engine.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/jobs.h"
#include "selftests/glue/tap.h"

/* Longer than any test's own bound: a family that is silent so long hangs in the harness. */
#define SILENCE_MS 60000

/* One pass of a family: a process of its own for one variant. */
struct pass {
	struct engine *engine;
	const struct family *family;
	enum variant variant;
	unsigned int bound;	   /* of all its tests, in seconds */
	struct test_case *current; /* between its RUN line and the next */
	double since;
	char message[512];
	bool broke;
};

static bool in_pass(const struct pass *pass, const struct test_case *test)
{
	return test->info && !strcmp(test->info->family, pass->family->name) &&
	       test->variant == pass->variant;
}

/* The command line of the harness: the pending tests by name, as it has a process for each. */
static char **pass_arguments(const struct pass *pass, int *argc)
{
	const struct plan *plan = pass->engine->plan;
	char **argv = calloc(2 * plan->count + 2, sizeof(*argv));

	if (!argv)
		abort();
	argv[(*argc)++] = (char *)pass->family->name;
	for (size_t i = 0; i < plan->count; i++) {
		if (!in_pass(pass, &plan->cases[i]) || plan->cases[i].outcome != PENDING)
			continue;
		argv[(*argc)++] = "-t";
		argv[(*argc)++] = (char *)plan->cases[i].info->name;
	}
	return argv;
}

static int pass_main(void *data)
{
	struct pass *pass = data;
	char **argv;
	int argc = 0;

	if (plan_is_stopped(pass->engine->plan))
		return 0;
	/* The harness reads its arguments with getopt(3), which the command line was read with
	 * before. */
	optind = 0;
	plan_set_pass(pass->engine->plan, pass->variant);
	argv = pass_arguments(pass, &argc);
	return pass->family->main(argc, argv);
}

/* The harness names a test "global.name". NULL for one that this pass leaves out. */
static struct test_case *find_pending(const struct pass *pass, const char *harness_name)
{
	const char *dot = strrchr(harness_name, '.');
	const char *name = dot ? dot + 1 : harness_name;

	for (size_t i = 0; i < pass->engine->plan->count; i++) {
		struct test_case *test = &pass->engine->plan->cases[i];

		if (in_pass(pass, test) && test->outcome == PENDING &&
		    !strcmp(test->info->name, name))
			return test;
	}
	return NULL;
}

static void add_message(struct pass *pass, const char *text)
{
	size_t used = strlen(pass->message);

	snprintf(pass->message + used, sizeof(pass->message) - used, "%s%s", used ? "; " : "",
		 text);
}

/* Deaths that speak of a bug in the test: a kernel that fails does so by other means. */
static bool is_own_crash(const char *text)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	const char *signal = strstr(text, "unexpectedly by signal ");

	for (size_t i = 0; signal && i < sizeof(signals) / sizeof(signals[0]); i++)
		if (atoi(signal + strlen("unexpectedly by signal ")) == signals[i])
			return true;
	return false;
}

static void take_diagnostic(struct pass *pass, const char *text)
{
	static const char own[] = PLAN_BROKE;
	char name[128];

	if (sscanf(text, "RUN %127s", name) == 1) {
		pass->current = find_pending(pass, name);
		pass->since = run_now();
		pass->message[0] = '\0';
		pass->broke = false;
		if (pass->current)
			plan_begin(pass->engine->plan, pass->current);
		return;
	}
	if (!pass->current || sscanf(text, "OK %127s", name) == 1 ||
	    sscanf(text, "FAIL %127s", name) == 1 || strstr(text, "Test terminated by assertion") ||
	    strstr(text, ": Test failed"))
		return;
	if (!strcmp(text, PLAN_LEFT_OUT)) {
		pass->current = NULL;
		return;
	}
	pass->broke |= !strncmp(text, own, strlen(own)) || is_own_crash(text) ||
		       /* of the harness, which has no process to run it in */
		       strstr(text, "ERROR SPAWNING");
	if (strstr(text, "unexpectedly by signal 14"))
		text = "did not end within its bound";
	add_message(pass, strncmp(text, own, strlen(own)) ? text : text + strlen(own));
}

static enum outcome judge(const struct pass *pass, const struct tap_line *line)
{
	/* The harness prints "ok" for a skip even after a failed expectation. */
	if (line->directive[0] || pass->broke)
		return BROKE;
	return line->ok ? PASSED : FAILED;
}

static void take_result(struct pass *pass, const struct tap_line *line)
{
	struct test_case *test = pass->current;

	if (!test)
		return;
	test->outcome = judge(pass, line);
	test->seconds = run_now() - pass->since;
	if (line->directive[0])
		add_message(pass, "the test called the harness's skip");
	if (test->outcome != PASSED)
		snprintf(test->message, sizeof(test->message), "%s", pass->message);
	plan_watch(pass->engine->plan, test);
	pass->current = NULL;
}

static void pass_line(void *data, const char *text)
{
	struct tap_line line = tap_parse(text);
	struct pass *pass = data;

	if (line.kind == TAP_DIAGNOSTIC)
		take_diagnostic(pass, line.text);
	else if (line.kind == TAP_RESULT)
		take_result(pass, &line);
	else if (line.kind == TAP_OTHER && pass->current && text[0])
		add_message(pass, text);
}

/* The end of the family that begins at the case from. */
static size_t family_end(const struct plan *plan, size_t from)
{
	size_t to = from;

	while (to < plan->count &&
	       !strcmp(plan->cases[to].info->family, plan->cases[from].info->family))
		to++;
	return to;
}

static bool has_pending(const struct plan *plan, size_t from, size_t to)
{
	for (; from < to; from++)
		if (plan->cases[from].outcome == PENDING)
			return true;
	return false;
}

/* In the order of the plan: a family waits for the ones before it. */
static void report_complete(struct engine *engine)
{
	const struct plan *plan = engine->plan;

	while (engine->reported < plan->count) {
		size_t to = family_end(plan, engine->reported);

		if (has_pending(plan, engine->reported, to))
			return;
		for (size_t i = engine->reported; i < to; i++)
			plan_doubt(plan, &plan->cases[i]);
		engine->family_done(engine->data, plan->cases + engine->reported,
				    to - engine->reported);
		engine->reported = to;
	}
}

/* What is still pending was not reached. */
static void pass_ended(void *data, const struct run_end *end)
{
	struct pass *pass = data;
	char how[64];

	for (size_t i = 0; i < pass->engine->plan->count; i++) {
		struct test_case *test = &pass->engine->plan->cases[i];

		if (!in_pass(pass, test) || test->outcome != PENDING)
			continue;
		if (plan_is_stopped(pass->engine->plan)) {
			plan_leave_out(pass->engine->plan, test);
			continue;
		}
		test->outcome = BROKE;
		snprintf(test->message, sizeof(test->message),
			 "no result: the family's process %s%s%.400s",
			 run_end_text(end, how, sizeof(how)), pass->message[0] ? "; " : "",
			 pass->message);
		plan_watch(pass->engine->plan, test);
	}
	report_complete(pass->engine);
}

/* What a variant has the kernel's JIT switched to; JIT_UNKNOWN: nothing, it may run beside others.
 */
static enum jit switched_to(enum variant variant)
{
	if (variant == VARIANT_JIT)
		return JIT_ON;
	return variant == VARIANT_INTERPRETER ? JIT_OFF : JIT_UNKNOWN;
}

/* All passes that have it switched so. */
struct phase {
	struct engine *engine;
	enum jit jit;
	struct pass *passes;
	struct job *jobs; /* one more than passes: jobs[0] is free for the twin */
	size_t count;
};

/* The passes of a family: one for each variant that a pending case of it is. */
static void add_passes(struct phase *phase, const struct family *family)
{
	const struct plan *plan = phase->engine->plan;

	for (size_t i = 0; i < plan->count; i++) {
		const struct test_case *test = &plan->cases[i];
		struct pass pass = { .engine = phase->engine,
				     .family = family,
				     .variant = test->variant };
		bool known = switched_to(test->variant) != phase->jit;

		if (test->outcome != PENDING || !in_pass(&pass, test))
			continue;
		for (size_t p = 0; p < phase->count; p++)
			known |= in_pass(&phase->passes[p], test);
		if (known)
			continue;
		phase->passes = realloc(phase->passes, (phase->count + 1) * sizeof(*phase->passes));
		if (!phase->passes)
			abort();
		phase->passes[phase->count++] = pass;
	}
}

static void add_bounds(struct pass *pass)
{
	const struct plan *plan = pass->engine->plan;

	for (size_t i = 0; i < plan->count; i++)
		if (in_pass(pass, &plan->cases[i]) && plan->cases[i].outcome == PENDING)
			pass->bound += test_seconds(plan->cases[i].info);
}

static int longest_first(const void *a, const void *b)
{
	const struct pass *left = a, *right = b;

	if (left->bound != right->bound)
		return left->bound < right->bound ? 1 : -1;
	return strcmp(left->family->name, right->family->name);
}

/* The longest ones begin first, so that none of them is left to run alone at the end. */
static struct phase make_phase(struct engine *engine, enum jit jit)
{
	struct phase phase = { .engine = engine, .jit = jit };

	for (const struct family *family = families; family->name; family++)
		add_passes(&phase, family);
	for (size_t i = 0; i < phase.count; i++)
		add_bounds(&phase.passes[i]);
	if (phase.count)
		qsort(phase.passes, phase.count, sizeof(*phase.passes), longest_first);
	phase.jobs = calloc(phase.count + 1, sizeof(*phase.jobs));
	if (!phase.jobs)
		abort();
	for (size_t i = 0; i < phase.count; i++)
		phase.jobs[i + 1] = (struct job){
			.main = pass_main,
			.line = pass_line,
			.ended = pass_ended,
			.data = &phase.passes[i],
			.silence_ms = SILENCE_MS,
		};
	return phase;
}

static void free_phase(struct phase *phase)
{
	free(phase->jobs);
	free(phase->passes);
}

static int run_jobs(const struct phase *phase)
{
	return jobs_run(phase->jobs + 1, phase->count, phase->engine->at_once);
}

/* The twin beside the families; behind them if their failure is to stop it. */
static int run_with_twin(const struct phase *phase)
{
	const struct engine *engine = phase->engine;
	int interrupted;

	phase->jobs[0] = *engine->twin;
	if (!engine->plan->shared)
		return jobs_run(phase->jobs, phase->count + 1, engine->at_once);
	interrupted = run_jobs(phase);
	if (interrupted || plan_is_stopped(engine->plan))
		return interrupted;
	return jobs_run(phase->jobs, 1, 1);
}

static void skip_all(const struct phase *phase, const char *why)
{
	struct plan *plan = phase->engine->plan;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->cases[i].outcome == PENDING &&
		    switched_to(plan->cases[i].variant) == phase->jit)
			plan_skip(&plan->cases[i], why);
}

/*
 * Before all others and beside none of them, as the switch is the whole machine's. A guard sets it
 * back should this process be killed.
 */
static int run_switched(struct engine *engine, enum jit jit)
{
	struct phase phase = make_phase(engine, jit);
	struct jit_loan loan = JIT_NO_LOAN;
	int interrupted = 0;
	char why[JIT_WHY];

	if (phase.count) {
		if (jit_borrow(&loan, JIT_SWITCH, why, sizeof(why)) ||
		    jit_set(&loan, jit, why, sizeof(why)))
			skip_all(&phase, why);
		else
			interrupted = run_jobs(&phase);
		jit_return(&loan);
	}
	free_phase(&phase);
	return interrupted;
}

static int run_unswitched(struct engine *engine)
{
	struct phase phase = make_phase(engine, JIT_UNKNOWN);
	int interrupted = engine->twin ? run_with_twin(&phase) : run_jobs(&phase);

	free_phase(&phase);
	return interrupted;
}

int engine_run(struct engine *engine)
{
	int interrupted;

	for (size_t i = 0; i < engine->plan->count; i++)
		plan_watch(engine->plan, &engine->plan->cases[i]);
	report_complete(engine);
	interrupted = run_switched(engine, JIT_ON);
	if (!interrupted)
		interrupted = run_switched(engine, JIT_OFF);
	if (!interrupted)
		interrupted = run_unswitched(engine);
	return interrupted;
}
