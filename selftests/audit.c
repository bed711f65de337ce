/* SPDX-License-Identifier: BSD-3-Clause */
/* What is logged, and what is not (behaviours 109 to 112): by action, by flag, by the sysctl. */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "arch/arch.h"
#include "filters/builder.h"
#include "selftests/glue/kit-audit.h"
#include "selftests/glue/kit-calls.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* That 4.14 logs, and how, is what its log flag, its action and its sysctl are for. */
#define LOGGING                                                                                 \
	.needs = { F_audit_records, F_act_log, F_act_user_notif, F_flag_log, F_sysctl_logged }, \
	.covers = { F_audit_records, F_act_log, F_flag_log, F_sysctl_logged },                  \
	.requires = NEED_RECORDS, .seconds = 30

#define FLAG_LOG SECCOMP_FILTER_FLAG_LOG

/* With data, which is not part of what is recorded. */
static const struct rule {
	const char *name;
	uint32_t action;
	int signal;    /* recorded with it */
	bool unasked;  /* logged without the flag */
	int logged_as; /* the index of the name in actions_logged that it goes by; -1: none does */
} rules[] = {
	{ "kill_process", SECCOMP_RET_KILL_PROCESS | 0x1234, SIGSYS, true, 0 },
	{ "kill_thread", SECCOMP_RET_KILL_THREAD | 0xffff, SIGSYS, true, 1 },
	{ "trap", SECCOMP_RET_TRAP | 7, 0, false, 2 },
	{ "errno", SECCOMP_RET_ERRNO | 5, 0, false, 3 },
	{ "user_notif", SECCOMP_RET_USER_NOTIF | 9, 0, false, 4 },
	{ "trace", SECCOMP_RET_TRACE | 1, 0, false, 5 },
	{ "log", SECCOMP_RET_LOG | 0x8000, 0, true, 6 },
	{ "allow", SECCOMP_RET_ALLOW | 3, 0, false, -1 },
	{ "none, above ALLOW", 0x7fff0000u + 0x10000, SIGSYS, true, 0 },
	{ "none, above TRAP", SECCOMP_RET_TRAP + 0x10000, SIGSYS, true, 0 },
	{ "none, the highest", 0xffff0000u | 1, SIGSYS, true, 0 },
};

#define NAMES  7 /* of actions that can be logged: the first rules */
#define OTHERS "kill_thread trap errno user_notif trace log"

/* One call under the filters, of which the last one installed decides. */
static struct act *add_rule(struct stage *stage, const struct rule *rule, unsigned int flags)
{
	struct act *act = stage_add(stage, rule->name, act_filtered);

	act->nr = __NR_getppid;
	act->actions[0] = rule->action;
	act->flags[0] = flags;
	act->filters = 1;
	act->signal = rule->signal;
	act->silent = rule->logged_as < 0 || (!flags && !rule->unasked);
	return act;
}

SC_TEST(without_the_flag,
	.doc = "KILL_PROCESS, KILL_THREAD, LOG and actions that are none are recorded, once each, "
	       "with all that is known of the call; TRAP, ERRNO, USER_NOTIF, TRACE and ALLOW are "
	       "not",
	LOGGING, .behaviours = { 109, 110, 112 }, .varies = VARY(DIM_ROUTE))
{
	static struct stage stage;

	for (size_t i = 0; i < COUNT(rules); i++)
		add_rule(&stage, &rules[i], 0);
	EXPECT_RECORDED(stage);
}

/* --- actions_logged --------------------------------------------------------------------------- */

/*
 * All of them by one process, which saves many: argument 0 of the call tells the action, by the
 * index of its rule. Those come last that kill: a thread, and the process.
 */
static const unsigned int order[] = { 2, 3, 4, 5, 6, 7, 1, 0 };

static int install_rules(unsigned int flags)
{
	struct sock_fprog prog;
	struct builder b;
	int refused;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_getppid, NEXT, builder_label(&b, "allow"));
	build_arg_low(&b, 0);
	for (size_t i = 0; i < COUNT(order); i++) {
		int next = builder_label(&b, NULL);

		build_if(&b, BPF_JEQ, (uint32_t)i, NEXT, next);
		build_ret(&b, rules[i].action);
		builder_bind(&b, next);
	}
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	refused = builder_finish(&b, &prog) || kit_install_flags(flags, &prog);
	builder_free(&b);
	return refused;
}

static long die_by_rule_1(void *data)
{
	return act_call_with(data, __NR_getppid, 1);
}

static int die_as_worker(struct act *act)
{
	struct worker worker;

	if (worker_start(&worker))
		return 3;
	worker_begin(&worker, die_by_rule_1, act);
	thread_gone(worker.tid);
	return 0;
}

static void expect_rules(struct act *act)
{
	for (size_t i = 0; i < COUNT(order); i++) {
		const struct rule *rule = &rules[order[i]];
		const struct act_record record = { .nr = __NR_getppid,
						   .signal = rule->signal,
						   .code = rule->action & SECCOMP_RET_ACTION_FULL };

		if (act->mask & 1u << order[i])
			act_expect(act, &record);
	}
}

static int act_all_rules(struct act *act)
{
	struct trap trap = { .count = 0 };

	if (trap_handle(&trap, 0) || install_rules(act->flags[0]))
		return 1;
	expect_rules(act);
	for (size_t i = 0; i < COUNT(order); i++) {
		if (order[i] != 1)
			act_call_with(act, __NR_getppid, order[i]);
		else if (die_as_worker(act))
			return 2;
	}
	return 0;
}

/* Some of the names in actions_logged, and some of the rules therefore in the records. */
static void add_all(struct stage *stage, unsigned int names, unsigned int flags)
{
	static char texts[64][128];
	char *text = texts[stage->count % COUNT(texts)];
	struct act *act = stage_add(stage, "all actions", act_all_rules);

	text[0] = '\0';
	act->flags[0] = flags;
	for (int i = 0; i < NAMES; i++) {
		if (!(names & 1u << i))
			continue;
		strcat(strcat(text, text[0] ? " " : ""), rules[i].name);
		if (flags || rules[i].unasked)
			act->mask |= 1u << i;
	}
	act->logged = text;
}

#define ALL_NAMES ((1u << NAMES) - 1)

SC_TEST(actions_logged,
	.doc = "Of all actions those are recorded that actions_logged names, be it one, all but "
	       "one, or none; and if FLAG_LOG does not ask for it, no other than the ones that "
	       "always are",
	LOGGING, .behaviours = { 109, 110, 111, 112 }, .slow = true, .varies = VARY(DIM_TASK))
{
	static struct stage stage;

	for (unsigned int flags = 0; flags <= FLAG_LOG; flags += FLAG_LOG) {
		add_all(&stage, 0, flags);
		add_all(&stage, ALL_NAMES, flags);
		for (int i = 0; i < NAMES; i++) {
			add_all(&stage, 1u << i, flags);
			add_all(&stage, ALL_NAMES & ~(1u << i), flags);
		}
	}
	EXPECT_RECORDED(stage);
	for (unsigned int i = 0; i < stage.count; i++)
		EXPECT_EQ(kit_killed(SIGSYS), stage.acts[i].end);
}

SC_TEST(actions_that_are_none,
	.doc = "Actions that are none are logged by the name of kill_process, by the number that "
	       "they have",
	LOGGING, .behaviours = { 33, 109, 111 })
{
	static struct stage stage;

	for (size_t i = NAMES + 1; i < COUNT(rules); i++) {
		add_rule(&stage, &rules[i], 0)->logged = "kill_process";
		add_rule(&stage, &rules[i], FLAG_LOG)->logged = OTHERS;
		stage.acts[stage.count - 1].silent = true;
	}
	EXPECT_RECORDED(stage);
}

/* --- whose flag counts ------------------------------------------------------------------------ */

/* Two filters, the older one first; the flag on one, the other, both, none. */
static void add_stack(struct stage *stage, const struct rule *first, const struct rule *second,
		      unsigned int with)
{
	const struct rule *decides = second->action <= first->action ? second : first;
	static char names[64][48];
	char *name = names[stage->count % COUNT(names)];
	struct act *act;

	snprintf(name, sizeof(names[0]), "%s%s, then %s%s", first->name, with & 1 ? "+log" : "",
		 second->name, with & 2 ? "+log" : "");
	act = stage_add(stage, name, act_filtered);
	act->nr = __NR_getppid;
	act->actions[0] = first->action;
	act->actions[1] = second->action;
	act->flags[0] = with & 1 ? FLAG_LOG : 0;
	act->flags[1] = with & 2 ? FLAG_LOG : 0;
	act->filters = 2;
	act->signal = decides->signal;
	act->decides = decides == second;
	act->silent = !decides->unasked && !(with & (decides == second ? 2 : 1));
}

SC_TEST(flag_of_the_deciding_filter,
	.doc = "Of two filters with different actions it is the one whose action is taken that "
	       "must have FLAG_LOG",
	LOGGING, .behaviours = { 110 })
{
	static const struct rule *const trap = &rules[2], *const fails = &rules[3],
					*const allow = &rules[7];
	static struct stage stage;

	for (unsigned int with = 0; with < 4; with++) {
		add_stack(&stage, trap, fails, with);
		add_stack(&stage, fails, trap, with);
		add_stack(&stage, fails, allow, with);
		add_stack(&stage, allow, fails, with);
	}
	EXPECT_RECORDED(stage);
}

SC_TEST(flag_of_the_newer_filter,
	.doc = "Of two filters with the same action it is the newer one that must have FLAG_LOG, "
	       "whatever their data",
	LOGGING, .behaviours = { 110 })
{
	static const struct rule five = { "errno 5", SECCOMP_RET_ERRNO | 5, 0, false, 3 };
	static const struct rule six = { "errno 6", SECCOMP_RET_ERRNO | 6, 0, false, 3 };
	static struct stage stage;

	for (unsigned int with = 0; with < 4; with++) {
		add_stack(&stage, &five, &five, with);
		add_stack(&stage, &five, &six, with);
	}
	/* The action is what is compared, so the newer one decides. */
	for (unsigned int i = 0; i < stage.count; i++) {
		stage.acts[i].decides = 1;
		stage.acts[i].silent = !stage.acts[i].flags[1];
	}
	EXPECT_RECORDED(stage);
}

/* --- numbers ---------------------------------------------------------------------------------- */

SC_TEST(numbers_are_exact, .doc = "The number is recorded as the filter saw it, whatever it is",
	LOGGING, .behaviours = { 109 })
{
	const uint32_t numbers[] = { __NR_getppid,    __NR_getsid, arch_native()->nr_base + 999,
				     0x7ffffff0u,     0x40000001u, 0x80000001u,
				     (uint32_t)-1000, (uint32_t)-1 };
	static struct stage stage;

	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct act *act = add_rule(&stage, &rules[3], FLAG_LOG);

		if (kit_is_foreign(numbers[i] & ARCH_NR_MASK)) {
			stage.count--;
			continue;
		}
		act->nr = numbers[i] & ARCH_NR_MASK;
	}
	EXPECT_RECORDED(stage);
}

static int call_often(struct act *act)
{
	const struct act_record record = { .nr = __NR_getppid, .code = SECCOMP_RET_LOG };

	if (kit_filter_syscall(__NR_getppid, SECCOMP_RET_LOG))
		return 1;
	for (int i = 0; i < 3; i++)
		act_expect(act, &record);
	for (int i = 0; i < 3; i++)
		act_call(act, __NR_getppid);
	return 0;
}

SC_TEST(every_call_is_recorded, .doc = "A call is recorded each time, LOG remembers nothing",
	LOGGING, .behaviours = { 109, 112 })
{
	static struct stage stage;

	stage_add(&stage, "LOG", call_often);
	EXPECT_RECORDED(stage);
}

TEST_HARNESS_MAIN
