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

/* One pass of a family: a process of its own with one value of each dimension. */
struct pass {
	struct engine *engine;
	const struct family *family;
	int values[DIM_COUNT];
	struct test_case *current; /* between its RUN line and the next */
	double since;
	char message[512];
	bool broke;
};

static int pass_main(void *data)
{
	struct pass *pass = data;
	char *argv[] = { (char *)pass->family->name, NULL };

	if (plan_is_stopped(pass->engine->plan))
		return 0;
	/* The harness reads its arguments with getopt(3), which the command line was read with
	 * before. */
	optind = 0;
	plan_set_pass(pass->engine->plan, pass->values);
	return pass->family->main(1, argv);
}

static bool in_pass(const struct pass *pass, const struct test_case *test)
{
	return test->info && !strcmp(test->info->family, pass->family->name) &&
	       !memcmp(test->values, pass->values, sizeof(pass->values));
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

/* The passes of a family: one for each combination of values that a pending case of it has. */
static struct pass *add_passes(struct engine *engine, const struct family *family,
			       struct pass *passes, size_t *count)
{
	for (size_t i = 0; i < engine->plan->count; i++) {
		const struct test_case *test = &engine->plan->cases[i];
		struct pass pass = { .engine = engine, .family = family };
		bool known = false;

		memcpy(pass.values, test->values, sizeof(pass.values));
		if (test->outcome != PENDING || !in_pass(&pass, test))
			continue;
		for (size_t p = 0; p < *count; p++)
			known |= in_pass(&passes[p], test);
		if (known)
			continue;
		passes = realloc(passes, (*count + 1) * sizeof(*passes));
		if (!passes)
			abort();
		passes[(*count)++] = pass;
	}
	return passes;
}

/* The twin, jobs[0], beside the families; behind them if their failure is to stop it. */
static int run_with_twin(struct engine *engine, struct job *jobs, size_t count)
{
	int interrupted;

	jobs[0] = *engine->twin;
	if (!engine->plan->shared)
		return jobs_run(jobs, count + 1, engine->at_once);
	interrupted = jobs_run(jobs + 1, count, engine->at_once);
	if (interrupted || plan_is_stopped(engine->plan))
		return interrupted;
	return jobs_run(jobs, 1, 1);
}

int engine_run(struct engine *engine)
{
	struct pass *passes = NULL;
	size_t count = 0;
	struct job *jobs;
	int interrupted;

	for (const struct family *family = families; family->name; family++)
		passes = add_passes(engine, family, passes, &count);
	jobs = calloc(count + 1, sizeof(*jobs));
	if (!jobs)
		abort();
	for (size_t i = 0; i < count; i++)
		jobs[i + 1] = (struct job){
			.main = pass_main,
			.line = pass_line,
			.ended = pass_ended,
			.data = &passes[i],
			.silence_ms = SILENCE_MS,
		};
	for (size_t i = 0; i < engine->plan->count; i++)
		plan_watch(engine->plan, &engine->plan->cases[i]);
	report_complete(engine);
	interrupted = engine->twin ? run_with_twin(engine, jobs, count)
				   : jobs_run(jobs + 1, count, engine->at_once);
	free(jobs);
	free(passes);
	return interrupted;
}
