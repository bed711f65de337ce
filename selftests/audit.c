/* SPDX-License-Identifier: BSD-3-Clause */
/* What is logged, and what is not (behaviours 109 to 112): by action, by flag, by the sysctl. */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>

#include "arch/arch.h"
#include "selftests/glue/kit-audit.h"
#include "selftests/glue/kit-calls.h"

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

#define NAMES 7 /* of actions that can be logged: the first rules */

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

SC_TEST(with_the_flag, .doc = "A filter of FLAG_LOG has whatever it does recorded, but for ALLOW",
	LOGGING, .behaviours = { 109, 110, 112 })
{
	static struct stage stage;

	for (size_t i = 0; i < COUNT(rules); i++)
		add_rule(&stage, &rules[i], FLAG_LOG);
	EXPECT_RECORDED(stage);
}

/* --- actions_logged --------------------------------------------------------------------------- */

/* The first names but, or nothing but, this one. */
static const char *some_names(char text[128], int name, bool only)
{
	text[0] = '\0';
	for (int i = 0; i < NAMES; i++)
		if ((i == name) == only)
			strcat(strcat(text, text[0] ? " " : ""), rules[i].name);
	return text;
}

static void add_all(struct stage *stage, const char *logged, int name, bool only,
		    unsigned int flags)
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		struct act *act = add_rule(stage, &rules[i], flags);

		act->logged = logged;
		act->silent |= (rules[i].logged_as == name) != only;
	}
}

#define LOGGED_TEST(test, only, flags, what)                                                      \
	SC_TEST(test, .doc = what, LOGGING, .behaviours = { 109, 110, 111, 112 })                 \
	{                                                                                         \
		static char logged[NAMES][128];                                                   \
                                                                                                  \
		for (int name = 0; name < NAMES; name++) {                                        \
			static struct stage stage;                                                \
                                                                                                  \
			stage = (struct stage){ .count = 0 };                                     \
			add_all(&stage, some_names(logged[name], name, only), name, only, flags); \
			EXPECT_RECORDED(stage);                                                   \
		}                                                                                 \
	}

LOGGED_TEST(only_one_action_logged, true, FLAG_LOG,
	    "Of all actions, asked for by FLAG_LOG, only the one is recorded that actions_logged "
	    "names")
LOGGED_TEST(
	one_action_not_logged, false, FLAG_LOG,
	"An action that actions_logged does not name is silent, FLAG_LOG or not, and the others "
	"are recorded")
LOGGED_TEST(logged_but_not_asked_for, true, 0,
	    "What actions_logged names is not recorded for that, if neither the action nor "
	    "FLAG_LOG asks for it")

SC_TEST(nothing_logged, .doc = "Nothing is recorded if actions_logged is empty", LOGGING,
	.behaviours = { 111 })
{
	static struct stage stage;

	for (size_t i = 0; i < COUNT(rules); i++) {
		struct act *act = add_rule(&stage, &rules[i], FLAG_LOG);

		act->logged = "";
		act->silent = true;
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
					*const trace = &rules[5], *const allow = &rules[7];
	static struct stage stage;

	for (unsigned int with = 0; with < 4; with++) {
		add_stack(&stage, trap, fails, with);
		add_stack(&stage, fails, trap, with);
		add_stack(&stage, fails, allow, with);
		add_stack(&stage, allow, fails, with);
		add_stack(&stage, trace, trap, with);
		add_stack(&stage, trap, trace, with);
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
		add_stack(&stage, &six, &five, with);
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
