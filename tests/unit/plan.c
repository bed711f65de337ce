/* SPDX-License-Identifier: BSD-3-Clause */
/* Which cases a plan makes of a test, which variants it has, and why some cannot run. */
#include <string.h>

#include "selftests/glue/needs.h"
#include "selftests/glue/plan.h"
#include "tests/unit/unit.h"

/* Families of this program's own, in place of the kernel tests. */
const struct family families[] = { { "made_up", NULL }, { 0 } };

#define ROW(id)                                       \
	static const struct test_info *const row_##id \
		__attribute__((used, section("seccompat_tests"))) = &(id)

static const struct test_info plain = { .family = "made_up", .name = "plain", .line = 1 };
static const struct test_info routes = {
	.family = "made_up",
	.name = "routes",
	.line = 2,
	.behaviours = { 1 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK),
};
static const struct test_info engines = {
	.family = "made_up",
	.name = "engines",
	.line = 3,
	.behaviours = { 2 },
	.varies = VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_REPORTER),
};

ROW(plain);
ROW(routes);
ROW(engines);

static struct environment env;
static struct answer answers[F_COUNT];
static struct verdict verdicts[F_COUNT];

static struct plan_facts facts_with(enum jit engine)
{
	for (enum feature f = 0; f < F_COUNT; f++)
		answers[f].asked = ASKED_PRESENT;
	env = (struct environment){ .root = true, .sys_admin = true };
	return (struct plan_facts){
		.env = &env,
		.answers = answers,
		.verdicts = verdicts,
		.twin_fd = -1,
		.twin_why = "there is none",
		.cpus = 2,
		.engine = engine,
	};
}

/* The names of all cases, without what they have in common. */
static const char *names_of(const struct plan *plan)
{
	static char names[1024];

	names[0] = '\0';
	for (size_t i = 0; i < plan->count; i++) {
		strcat(names, i ? " " : "");
		strcat(names, plan->cases[i].name + strlen("arm.made_up."));
	}
	return names;
}

static void check_names(enum jit engine, bool quick, char *pattern, const char *expected)
{
	struct plan_facts facts = facts_with(engine);
	char *patterns[] = { pattern, NULL };
	const struct plan_choice choice = { .patterns = patterns, .quick = quick };
	struct plan plan = plan_make(&facts, "arm", &choice);

	check(!strcmp(names_of(&plan), expected), "%s%s, %s: %s", pattern ?: "all",
	      quick ? ", quick" : "", jit_name(engine), names_of(&plan));
	plan_free(&plan);
}

static void test_names(void)
{
	check_names(JIT_ON, false, NULL,
		    "plain routes/seccomp routes/prctl routes/thread "
		    "engines engines/cap engines/deep engines/interpreter engines/reporter");
	check_names(JIT_OFF, false, "*.engines*",
		    "engines engines/cap engines/deep engines/jit engines/reporter");
	check_names(JIT_UNKNOWN, false, "*/[ij]*", "engines/jit engines/interpreter");
	check_names(JIT_ON, false, "*/thread", "routes/thread");
	check_names(JIT_ON, true, NULL, "routes/seccomp engines");
}

static const struct test_case *find(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++)
		if (!strcmp(plan->cases[i].name + strlen("arm.made_up."), name))
			return &plan->cases[i];
	return NULL;
}

static void check_skips(struct plan_facts *facts, const char *name, const char *why)
{
	const struct plan_choice choice = { .patterns = NULL };
	struct plan plan = plan_make(facts, "arm", &choice);
	const struct test_case *test = find(&plan, name);

	check(test && test->outcome == (why ? SKIPPED : PENDING) &&
		      (!why || strstr(test->message, why)),
	      "%s: %s", name, test && why ? test->message : "it can run");
	plan_free(&plan);
}

/* A variant needs more than its test does, and the test itself nothing more. */
static void test_needs(void)
{
	struct plan_facts facts = facts_with(JIT_ON);

	env.sys_admin = false;
	check_skips(&facts, "engines", NULL);
	check_skips(&facts, "engines/deep", NULL);
	check_skips(&facts, "engines/cap", "needs root");
	facts = facts_with(JIT_ON);
	env.nnp = 1;
	check_skips(&facts, "engines/cap", "no_new_privs");
	facts = facts_with(JIT_ON);
	check_skips(&facts, "engines/cap", NULL);
	answers[F_mode_filter_prctl].asked = ASKED_ABSENT;
	verdicts[F_mode_filter_prctl].kind = VERDICT_NOT_YET;
	check_skips(&facts, "routes/prctl", "mode_filter_prctl");
	check_skips(&facts, "routes/thread", NULL);
	answers[F_mode_filter_prctl].asked = ASKED_PRESENT;
	answers[F_op_set_mode_filter].asked = ASKED_ABSENT;
	verdicts[F_op_set_mode_filter].kind = VERDICT_NOT_YET;
	check_skips(&facts, "routes/prctl", NULL);
	check_skips(&facts, "routes/thread", "op_set_mode_filter");
	check_skips(&facts, "engines/deep", NULL);
}

static void test_rows(void)
{
	struct plan_facts facts = facts_with(JIT_ON);

	check(needs_missing(&facts, 0) == NEED_COUNT, "who needs nothing misses nothing");
	check(needs_missing(&facts, NEED_TWIN | NEED_ROOT) == NEED_ROW_TWIN &&
		      !strcmp(need_detail(&facts, NEED_ROW_TWIN), "there is none"),
	      "what is missing is found behind what is there");
	check(facts.tried == (NEED_TWIN | NEED_ROOT) && facts.met == NEED_ROOT,
	      "and nothing else is tried");
	facts.cpus = 1;
	check(needs_missing(&facts, NEED_TWIN | NEED_TWO_CPUS) == NEED_ROW_TWO_CPUS,
	      "the first one is the reason");
	for (enum need_row need = 0; need < NEED_COUNT; need++)
		check(!strncmp(need_reason(need), "needs ", 6), "a reason: %s", need_reason(need));
}

int main(void)
{
	test_names();
	test_needs();
	test_rows();
	return unit_end();
}
