/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/plan.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/futex.h>

#include "arch/arch.h"
#include "selftests/glue/needs.h"
#include "selftests/glue/quick.h"

/* What the runner shares with the families' processes. */
struct plan_shared {
	volatile bool stopped;
	uint32_t begun[]; /* futexes, one a case: the runner has read that it begins */
};

/* Behind the name of a first variant, of a test that varies over the routes. */
#define BASE_ROUTE "seccomp"

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[PENDING] = "pending", [PASSED] = "pass", [FAILED] = "fail",
		[SKIPPED] = "skip",    [BROKE] = "broke",
	};

	return names[outcome];
}

static bool pattern_matches(const char *pattern, const char *name)
{
	return !fnmatch(pattern, name, 0) || (!strpbrk(pattern, "*?[") && strstr(name, pattern));
}

enum choice { NOT_MEANT, MEANT, LEFT_OUT };

static enum choice choose(const char *name, char *const *patterns)
{
	enum choice choice = NOT_MEANT;
	bool all = true;

	for (; patterns && *patterns; patterns++) {
		if (**patterns == '!') {
			if (pattern_matches(*patterns + 1, name))
				return LEFT_OUT;
			continue;
		}
		all = false;
		if (pattern_matches(*patterns, name))
			choice = MEANT;
	}
	return all ? MEANT : choice;
}

bool plan_name_matches(const char *name, char *const *patterns)
{
	return choose(name, patterns) == MEANT;
}

static void set_name(struct test_case *test, const char *abi)
{
	const struct test_info *info = test->info;
	const char *variant = variants[test->variant].name;

	if (test->variant == VARIANT_BASE && (info->varies & VARY(DIM_ROUTE)))
		variant = BASE_ROUTE;
	snprintf(test->name, sizeof(test->name), "%s.%s.%s%s%s", abi, info->family, info->name,
		 variant ? "/" : "", variant ?: "");
}

static void __attribute__((format(printf, 3, 4)))
decide(struct test_case *test, enum outcome outcome, const char *format, ...)
{
	va_list args;

	if (test->outcome != PENDING)
		return;
	test->outcome = outcome;
	va_start(args, format);
	vsnprintf(test->message, sizeof(test->message), format, args);
	va_end(args);
}

static bool is_wrong(enum verdict_kind kind)
{
	return kind == VERDICT_MISSING || kind == VERDICT_BROKEN;
}

/* What should be there and is not, or kills who asks, fails what needs it: a skip would hide it. */
static void decide_by_feature(struct test_case *test, enum feature feature,
			      const struct plan_facts *facts)
{
	const struct feature_info *info = &features[feature];
	const struct verdict *verdict = &facts->verdicts[feature];

	if (facts->answers[feature].asked == ASKED_PRESENT)
		return;
	decide(test, is_wrong(verdict->kind) ? FAILED : SKIPPED,
	       "needs %s (mainline since %s): %s%s%s", info->id, info->since,
	       verdict_name(verdict->kind), verdict->why[0] ? ", " : "", verdict->why);
}

/* Where it runs, which is nothing that a test declares. */
static void decide_by_environment(struct test_case *test, const struct plan_facts *facts)
{
	const char *emulator = environment_emulator(facts->env);

	if (emulator)
		decide(test, SKIPPED, "no kernel answers here, but an emulator (%s)", emulator);
	/* Where a task is, and whether it is there, is looked up there by nearly all. */
	if (facts->env->found[E_no_proc].seen || facts->env->found[E_foreign_proc].seen)
		decide(test, SKIPPED,
		       "needs the /proc of its own pid namespace (mount -t proc proc /proc)");
	if (test->outcome == PENDING && !needs_have_processes())
		decide(test, SKIPPED, "needs %d processes at once (ulimit -u, pids.max)",
		       PLAN_PROCESSES);
}

static void decide_by_needs(struct test_case *test, struct plan_facts *facts)
{
	enum need_row missing;

	if (test->outcome != PENDING)
		return;
	missing = needs_missing(facts, test->info->requires | variants[test->variant].requires);
	if (missing != NEED_COUNT)
		decide(test, SKIPPED, "%s%s", need_reason(missing), need_detail(facts, missing));
}

/* The prctl route needs nothing but what the filter needs; the other one the syscall. */
static void decide_by_variant(struct test_case *test, const struct plan_facts *facts)
{
	if (variants[test->variant].feature)
		decide_by_feature(test, variants[test->variant].feature, facts);
	if ((test->info->varies & VARY(DIM_ROUTE)) && test->variant != VARIANT_PRCTL)
		decide_by_feature(test, F_op_set_mode_filter, facts);
}

/* By its own name, or by that of a fix that it detects; left out likewise. */
static bool is_chosen(const struct test_case *test, const char *abi, char *const *patterns)
{
	enum choice choice = choose(test->name, patterns);
	char name[128];

	for_each_fix(i, test->info)
	{
		enum choice by_fix;

		fix_case_name(name, sizeof(name), abi, test->info->fixes[i]);
		by_fix = choose(name, patterns);
		if (by_fix > choice)
			choice = by_fix;
	}
	return choice == MEANT;
}

static void decide_all(struct test_case *test, struct plan_facts *facts)
{
	for_each_feature(i, test->info->needs) decide_by_feature(test, test->info->needs[i], facts);
	decide_by_variant(test, facts);
	decide_by_environment(test, facts);
	decide_by_needs(test, facts);
}

static bool can_run(const struct test_info *info, void *data)
{
	struct test_case test = { .info = info };

	decide_all(&test, data);
	return test.outcome != SKIPPED;
}

static void add_case(struct plan *plan, const struct test_info *info, enum variant variant,
		     struct plan_facts *facts, const char *abi, const struct plan_choice *choice)
{
	struct test_case test = { .info = info, .variant = variant };

	set_name(&test, abi);
	if (!is_chosen(&test, abi, choice->patterns))
		return;
	decide_all(&test, facts);
	plan->cases = realloc(plan->cases, (plan->count + 1) * sizeof(test));
	if (!plan->cases)
		abort();
	plan->cases[plan->count++] = test;
}

/* What runs filters in the first variant as well is no other engine. */
static bool is_the_first_again(enum variant variant, enum jit engine)
{
	return (variant == VARIANT_JIT && engine == JIT_ON) ||
	       (variant == VARIANT_INTERPRETER && engine == JIT_OFF);
}

static void add_variants(struct plan *plan, const struct test_info *info, struct plan_facts *facts,
			 const char *abi, const struct plan_choice *choice)
{
	if (choice->quick && !quick_includes(info))
		return;
	/* No kernel of this architecture could run it: that is no skip. */
	if ((info->requires & NEED_TWIN) && !arch_twin_of(arch_by_name(abi)))
		return;
	for (enum variant v = VARIANT_BASE; v < (choice->quick ? 1 : VARIANT_COUNT); v++)
		if (test_has_variant(info, v) && !is_the_first_again(v, facts->engine))
			add_case(plan, info, v, facts, abi, choice);
}

static size_t shared_size(const struct plan *plan)
{
	return sizeof(*plan->shared) + plan->count * sizeof(plan->shared->begun[0]);
}

static struct plan_shared *share(const struct plan *plan)
{
	void *memory = mmap(NULL, shared_size(plan), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		abort();
	return memory;
}

static const char *doubt_of(const struct environment *env)
{
	if (env->outer_filter)
		return "an outer filter may be the cause: ";
	return env->found[E_traced].seen ? "a tracer may be the cause: " : NULL;
}

struct plan plan_make(struct plan_facts *facts, const char *abi, const struct plan_choice *choice)
{
	struct plan plan = { .twin_fd = facts->twin_fd, .doubt = doubt_of(facts->env) };

	if (choice->quick)
		quick_choose(can_run, facts);
	for (const struct test_info *info = test_after(NULL); info; info = test_after(info))
		add_variants(&plan, info, facts, abi, choice);
	if (choice->fail_fast)
		plan.shared = share(&plan);
	return plan;
}

void plan_free(struct plan *plan)
{
	if (plan->shared)
		munmap(plan->shared, shared_size(plan));
	free(plan->cases);
	*plan = (struct plan){ 0 };
}

void plan_doubt(const struct plan *plan, struct test_case *test)
{
	size_t length;

	if (!plan->doubt || (test->outcome != FAILED && test->outcome != BROKE))
		return;
	length = strlen(plan->doubt);
	test->outcome = SKIPPED;
	memmove(test->message + length, test->message, sizeof(test->message) - length);
	memcpy(test->message, plan->doubt, length);
	test->message[sizeof(test->message) - 1] = '\0';
}

void plan_begin(const struct plan *plan, const struct test_case *test)
{
	uint32_t *begun;

	if (!plan->shared)
		return;
	begun = &plan->shared->begun[test - plan->cases];
	__atomic_store_n(begun, 1, __ATOMIC_SEQ_CST);
	syscall(__NR_futex, begun, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void wait_for_begin(const struct plan *plan, const struct test_case *test)
{
	uint32_t *begun;

	if (!plan->shared)
		return;
	begun = &plan->shared->begun[test - plan->cases];
	while (!__atomic_load_n(begun, __ATOMIC_SEQ_CST))
		syscall(__NR_futex, begun, FUTEX_WAIT, 0, NULL, NULL, 0);
}

bool plan_is_stopped(const struct plan *plan)
{
	return plan->shared && plan->shared->stopped;
}

void plan_watch(struct plan *plan, const struct test_case *test)
{
	if (!plan->shared || plan->shared->stopped || plan->doubt ||
	    (test->outcome != FAILED && test->outcome != BROKE))
		return;
	snprintf(plan->stopped_by, sizeof(plan->stopped_by), "%s", test->name);
	plan->shared->stopped = true;
}

void plan_skip(struct test_case *test, const char *why)
{
	decide(test, SKIPPED, "%s", why);
}

void plan_leave_out(const struct plan *plan, struct test_case *test)
{
	test->outcome = SKIPPED;
	snprintf(test->message, sizeof(test->message), "not run, as %s failed", plan->stopped_by);
}

/* The pass of this process. */
static const struct plan *pass_plan;
static enum variant pass_variant;

void plan_set_pass(const struct plan *plan, enum variant variant)
{
	pass_plan = plan;
	pass_variant = variant;
}

bool plan_includes(const struct test_info *info)
{
	for (size_t i = 0; i < pass_plan->count; i++) {
		const struct test_case *test = &pass_plan->cases[i];

		if (test->info != info || test->outcome != PENDING || test->variant != pass_variant)
			continue;
		wait_for_begin(pass_plan, test);
		if (!plan_is_stopped(pass_plan))
			return true;
		fputs("# " PLAN_LEFT_OUT "\n", stderr);
		return false;
	}
	return false;
}

enum variant plan_variant(void)
{
	return pass_variant;
}

int plan_twin_fd(void)
{
	return pass_plan->twin_fd;
}
