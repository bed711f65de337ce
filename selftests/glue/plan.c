/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/plan.h"

#include <fnmatch.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/futex.h>

#include "arch/arch.h"
#include "run/run.h"
#include "selftests/glue/kit.h"
#include "selftests/glue/quick.h"

/* What the runner shares with the families' processes. */
struct plan_shared {
	volatile bool stopped;
	uint32_t begun[]; /* futexes, one a case: the runner has read that it begins */
};

/* The values of each dimension. The first is what a test runs with that does not vary over it. */
static const char *const dimension_values[DIM_COUNT][4] = {
	[DIM_ROUTE] = { [ROUTE_SECCOMP] = "seccomp", [ROUTE_PRCTL] = "prctl" },
};

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[PENDING] = "pending", [PASSED] = "pass", [FAILED] = "fail",
		[SKIPPED] = "skip",    [BROKE] = "broke",
	};

	return names[outcome];
}

const char *plan_value_name(enum dimension dimension, int value)
{
	return dimension_values[dimension][value];
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
	int length = snprintf(test->name, sizeof(test->name), "%s.%s.%s", abi, test->info->family,
			      test->info->name);

	for (int d = 0; d < DIM_COUNT; d++)
		if (test->info->varies & VARY(d))
			length += snprintf(test->name + length, sizeof(test->name) - length, "/%s",
					   plan_value_name(d, test->values[d]));
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

static void decide_by_environment(struct test_case *test, const struct plan_facts *facts)
{
	const char *emulator = environment_emulator(facts->env);
	unsigned int requires = test->info->requires;

	if (emulator)
		decide(test, SKIPPED, "no kernel answers here, but an emulator (%s)", emulator);
	/* Where a task is, and whether it is there, is looked up there by nearly all. */
	if (facts->env->found[E_no_proc].seen || facts->env->found[E_foreign_proc].seen)
		decide(test, SKIPPED,
		       "needs the /proc of its own pid namespace (mount -t proc proc /proc)");
	if (!facts->processes)
		decide(test, SKIPPED, "needs %d processes at once (ulimit -u, pids.max)",
		       PLAN_PROCESSES);
	if ((requires & NEED_ROOT) && !(facts->env->root && facts->env->sys_admin))
		decide(test, SKIPPED, "needs root (CAP_SYS_ADMIN)");
	/* Any of them: it is the mount that decides, or the user namespace. */
	if ((requires & NEED_SYSCTL) && access("/proc/sys/kernel/pid_max", W_OK))
		decide(test, SKIPPED, "needs to write sysctls, which is refused here");
	if ((requires & NEED_UNPRIVILEGED) && !facts->unprivileged)
		decide(test, SKIPPED, "needs to become another user, which is refused here");
	if ((requires & NEED_TWO_CPUS) && facts->cpus < 2)
		decide(test, SKIPPED, PLAN_TWO_CPUS ", and may use %u", facts->cpus);
	if ((requires & NEED_PTRACE) && !facts->ptrace)
		decide(test, SKIPPED, "needs ptrace(2), which is refused here");
	if ((requires & NEED_USER_NS) && !facts->user_ns)
		decide(test, SKIPPED, "needs a user namespace, which is refused here");
	if ((requires & NEED_TWIN) && facts->twin_fd < 0)
		decide(test, SKIPPED, "needs the compat twin: %s", facts->twin_why);
	if ((requires & NEED_NO_NNP) && facts->env->nnp == 1)
		decide(test, SKIPPED,
		       "needs a start without no_new_privs, which is inherited here");
	if ((requires & NEED_UNFILTERED) && facts->env->outer_filter)
		decide(test, SKIPPED, "needs a start without a filter, and one is inherited here");
	if ((requires & NEED_CORE) && facts->core_why)
		decide(test, SKIPPED, "needs core files in its own folder: %s", facts->core_why);
	if ((requires & NEED_OWN_MOUNT) && !facts->own_mount)
		decide(test, SKIPPED, "needs a file system of its own, which is refused here");
	if ((requires & NEED_FILE_CAPS) && !facts->file_caps)
		decide(test, SKIPPED, "needs capabilities of files in a file system of its own");
	if ((requires & NEED_DISPOSABLE) && !getenv("SECCOMPAT_DISPOSABLE"))
		decide(test, SKIPPED,
		       "needs a machine that is thrown away afterwards (SECCOMPAT_DISPOSABLE=1)");
	if ((requires & NEED_FAULTS) && !facts->faults)
		decide(test, SKIPPED,
		       "needs a kernel that injects faults (FAILSLAB), and its debugfs");
	if ((requires & NEED_UPROBES) && !facts->uprobes)
		decide(test, SKIPPED, "needs uprobes, which perf_event_open(2) has not for us");
	if ((requires & NEED_REALTIME) && !facts->real_time)
		decide(test, SKIPPED, "needs real-time priorities (CAP_SYS_NICE), refused here");
	if ((requires & NEED_FIRST_USER_NS) && !facts->first_user_ns)
		decide(test, SKIPPED, "needs the capabilities of the first user namespace");
}

/* The prctl route needs nothing but what the filter needs; the other one the syscall. */
static void decide_by_variant(struct test_case *test, const struct plan_facts *facts)
{
	if (!(test->info->varies & VARY(DIM_ROUTE)))
		return;
	decide_by_feature(test,
			  test->values[DIM_ROUTE] == ROUTE_PRCTL ? F_mode_filter_prctl
								 : F_op_set_mode_filter,
			  facts);
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

static void decide_all(struct test_case *test, const struct plan_facts *facts)
{
	for_each_feature(i, test->info->needs) decide_by_feature(test, test->info->needs[i], facts);
	decide_by_variant(test, facts);
	decide_by_environment(test, facts);
}

static bool can_run(const struct test_info *info, void *data)
{
	struct test_case test = { .info = info };

	decide_all(&test, data);
	return test.outcome != SKIPPED;
}

static void add_case(struct plan *plan, const struct test_info *info, const int *values,
		     const struct plan_facts *facts, const char *abi,
		     const struct plan_choice *choice)
{
	struct test_case test = { .info = info };

	memcpy(test.values, values, sizeof(test.values));
	set_name(&test, abi);
	if (!is_chosen(&test, abi, choice->patterns))
		return;
	decide_all(&test, facts);
	plan->cases = realloc(plan->cases, (plan->count + 1) * sizeof(test));
	if (!plan->cases)
		abort();
	plan->cases[plan->count++] = test;
}

/* The product of the values of all dimensions it varies over, as an odometer. */
static bool next_values(const struct test_info *info, int *values)
{
	for (int d = 0; d < DIM_COUNT; d++) {
		if (!(info->varies & VARY(d)))
			continue;
		if (dimension_values[d][++values[d]])
			return true;
		values[d] = 0;
	}
	return false;
}

static void add_variants(struct plan *plan, const struct test_info *info,
			 const struct plan_facts *facts, const char *abi,
			 const struct plan_choice *choice)
{
	int values[DIM_COUNT] = { 0 };

	if (choice->quick && !quick_includes(info))
		return;
	/* No kernel of this architecture could run it: that is no skip. */
	if ((info->requires & NEED_TWIN) && !arch_twin_of(arch_by_name(abi)))
		return;
	do {
		add_case(plan, info, values, facts, abi, choice);
	} while (!choice->quick && next_values(info, values));
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

struct plan plan_make(const struct plan_facts *facts, const char *abi,
		      const struct plan_choice *choice)
{
	struct plan plan = { .twin_fd = facts->twin_fd, .doubt = doubt_of(facts->env) };

	if (choice->quick)
		quick_choose(can_run, (void *)facts);
	for (const struct test_info *info = test_after(NULL); info; info = test_after(info))
		add_variants(&plan, info, facts, abi, choice);
	if (choice->fail_fast)
		plan.shared = share(&plan);
	return plan;
}

static int traceme(void *data)
{
	(void)data;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? 1 : 0;
}

bool plan_can_ptrace(void)
{
	struct run_end end = run_child(traceme, NULL, 2000);

	return end.how == RUN_EXITED && end.value == 0;
}

static int have_processes(void *data)
{
	pid_t pids[PLAN_PROCESSES];
	int count = 0;

	(void)data;
	while (count < PLAN_PROCESSES && (pids[count] = fork()) >= 0) {
		if (!pids[count]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			pause();
		}
		count++;
	}
	for (int i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	for (int i = 0; i < count; i++)
		waitpid(pids[i], NULL, 0);
	return count < PLAN_PROCESSES;
}

bool plan_can_have_processes(void)
{
	struct run_end end = run_child(have_processes, NULL, 5000);

	return end.how == RUN_EXITED && end.value == 0;
}

static int drop(void *data)
{
	(void)data;
	return kit_drop_privileges() ? 1 : 0;
}

bool plan_can_drop(void)
{
	struct run_end end = run_child(drop, NULL, 2000);

	return end.how == RUN_EXITED && end.value == 0;
}

/* AppArmor may let the namespace be made and refuse its privileges: only their use tells. */
static int use_user_ns(void *data)
{
	(void)data;
	return unshare(CLONE_NEWUSER | CLONE_NEWUTS) || sethostname("seccompat", 9);
}

bool plan_can_user_ns(void)
{
	struct run_end end = run_child(use_user_ns, NULL, 2000);

	return end.how == RUN_EXITED && end.value == 0;
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

void plan_leave_out(const struct plan *plan, struct test_case *test)
{
	test->outcome = SKIPPED;
	snprintf(test->message, sizeof(test->message), "not run, as %s failed", plan->stopped_by);
}

/* The pass of this process. */
static const struct plan *pass_plan;
static int pass_values[DIM_COUNT];

void plan_set_pass(const struct plan *plan, const int values[DIM_COUNT])
{
	pass_plan = plan;
	memcpy(pass_values, values, sizeof(pass_values));
}

bool plan_includes(const struct test_info *info)
{
	for (size_t i = 0; i < pass_plan->count; i++) {
		const struct test_case *test = &pass_plan->cases[i];

		if (test->info != info || test->outcome != PENDING ||
		    memcmp(test->values, pass_values, sizeof(pass_values)))
			continue;
		wait_for_begin(pass_plan, test);
		if (!plan_is_stopped(pass_plan))
			return true;
		fputs("# " PLAN_LEFT_OUT "\n", stderr);
		return false;
	}
	return false;
}

int plan_value(enum dimension dimension)
{
	return pass_values[dimension];
}

int plan_twin_fd(void)
{
	return pass_plan->twin_fd;
}
