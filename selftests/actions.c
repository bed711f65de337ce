/* SPDX-License-Identifier: BSD-3-Clause */
/* What each action does, and which one of several filters' actions counts (behaviours 31 to 40). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/mman.h>

#include "selftests/glue/kit-effect.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define KILLS_PROCESS "kills the process, signal SIGSYS"
#define KILLS_THREAD  "kills the thread"

/* Compares what became of the call under the filters `actions` with the one right text. */
#define EXPECT_EFFECT(text, plan)                                         \
	do {                                                              \
		const char *effect_seen = kit_effect(&(plan));            \
                                                                          \
		BROKE_UNLESS(effect_seen, "the call could not be tried"); \
		EXPECT_STREQ(text, effect_seen)                           \
		{                                                         \
			TH_LOG("with %s", plan_text(&(plan)));            \
		}                                                         \
	} while (0)

static const char *plan_text(const struct effect_plan *plan)
{
	static const char *const callers[] = { "a lone thread", "the second thread",
					       "the first thread" };
	static const char *const tracers[] = { "no tracer", "a tracer",
					       "a tracer that did not ask for the event" };
	static const char *const sigsys[] = { "handled", "ignored", "blocked" };
	static char text[256];
	int length = snprintf(text, sizeof(text), "%s, %s, SIGSYS %s, filters (oldest first)",
			      callers[plan->caller], tracers[plan->tracer], sigsys[plan->sigsys]);

	for (size_t i = 0; i < plan->count; i++)
		length +=
			snprintf(text + length, sizeof(text) - length, " 0x%08x", plan->actions[i]);
	return text;
}

/* One filter. */
static struct effect_plan plan_one(const uint32_t *action)
{
	return (struct effect_plan){ .actions = action, .count = 1 };
}

/*
 * Who makes the call: with the first of several values each of the three, with the others the
 * second thread, whose end and whose process' end differ.
 */
#define EACH_CALLER(plan, i)                                     \
	for ((plan).caller = (i) ? EFFECT_WORKER : EFFECT_ALONE; \
	     (plan).caller <= ((i) ? EFFECT_WORKER : EFFECT_LEADER); (plan).caller++)

/* In the order of precedence, with data of their own, and what a second thread sees of them. */
static const struct ranked {
	uint32_t value;
	const char *untraced, *traced;
} ranked[] = {
	{ SECCOMP_RET_KILL_PROCESS | 0x707, KILLS_PROCESS, KILLS_PROCESS },
	{ SECCOMP_RET_KILL_THREAD | 0x606, KILLS_THREAD, KILLS_THREAD },
	{ SECCOMP_RET_TRAP | 0x505, "trap 1285", "trap 1285" },
	{ SECCOMP_RET_ERRNO | 0x404, "errno 1028", "errno 1028" },
	{ SECCOMP_RET_USER_NOTIF | 0x303, "errno ENOSYS", "errno ENOSYS" },
	{ SECCOMP_RET_TRACE | 0x202, "errno ENOSYS", "trace 514, ran" },
	{ SECCOMP_RET_LOG | 0x101, "ran", "ran" },
	{ SECCOMP_RET_ALLOW | 0x808, "ran", "ran" },
};

SC_TEST(kill_process_ends_all_threads,
	.doc = "KILL_PROCESS ends every thread with SIGSYS, whatever it did with that signal; the "
	       "call is not run",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process, F_ret_action_full },
	.behaviours = { 31 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_TASK) |
		  VARY(DIM_REPORTER))
{
	static const uint32_t values[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_PROCESS | 1,
					   SECCOMP_RET_KILL_PROCESS | 0xffff };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct effect_plan plan = plan_one(&values[i]);

		EACH_CALLER (plan, i)
			for (plan.sigsys = EFFECT_HANDLED; plan.sigsys <= EFFECT_BLOCKED;
			     plan.sigsys++) {
				EXPECT_EFFECT(KILLS_PROCESS, plan);
			}
	}
}

SC_TEST(kill_thread_ends_the_caller,
	.doc = "KILL_THREAD ends the caller alone while another thread lives, be it the first or "
	       "the second one",
	.covers = { F_act_kill_thread }, .behaviours = { 32 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const uint32_t values[] = { SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_THREAD | 1,
					   SECCOMP_RET_KILL_THREAD | 0xffff };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct effect_plan plan = plan_one(&values[i]);

		for (plan.sigsys = EFFECT_HANDLED; plan.sigsys <= EFFECT_BLOCKED; plan.sigsys++) {
			plan.caller = EFFECT_WORKER;
			EXPECT_EFFECT(KILLS_THREAD, plan);
			if (i)
				continue;
			plan.caller = EFFECT_LEADER;
			EXPECT_EFFECT(KILLS_THREAD, plan);
		}
	}
}

SC_TEST(kill_thread_alone_ends_the_process,
	.doc = "KILL_THREAD of the only thread ends the process with SIGSYS, and no handler runs",
	.covers = { F_act_kill_thread }, .behaviours = { 32 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_REPORTER))
{
	static const uint32_t value = SECCOMP_RET_KILL_THREAD;
	struct effect_plan plan = plan_one(&value);

	for (plan.sigsys = EFFECT_HANDLED; plan.sigsys <= EFFECT_BLOCKED; plan.sigsys++) {
		EXPECT_EFFECT(KILLS_PROCESS, plan);
	}
}

static void *nothing(void *data)
{
	return data;
}

/* Was not alone once, but is when it makes the call. */
static int killed_after_join(void *data)
{
	pthread_t thread;

	(void)data;
	if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
		return 2;
	if (kit_filter_syscall(__NR_getppid, SECCOMP_RET_KILL_THREAD))
		return 3;
	syscall(__NR_getppid);
	return 1;
}

SC_TEST(kill_thread_last_ends_the_process,
	.doc = "KILL_THREAD of the last thread of several ends the process with SIGSYS",
	.covers = { F_act_kill_thread }, .behaviours = { 32 }, .varies = VARY(DIM_ROUTE))
{
	EXPECT_EQ(kit_killed(SIGSYS), kit_end(kit_child(killed_after_join, NULL)));
}

/* Between all neighbours in the order of precedence, at its ends, and next to each action. */
static const uint32_t unknown_actions[] = {
	0x80010000, 0xc0000000, 0xffff0000, 0xfff00000, 0x00010000, 0x00020000, 0x00040000,
	0x00060000, 0x10000000, 0x40000000, 0x7fbf0000, 0x7fc10000, 0x7fef0000, 0x7ff10000,
	0x7ffb0000, 0x7ffd0000, 0x7ffe0000, 0x80030000, 0x80050000, 0xffff7fff, 0xffffffff,
};

SC_TEST(unknown_action_kills_the_process,
	.doc = "an action that is none ends all threads with SIGSYS, for values on every side of "
	       "ALLOW (5.10)",
	.needs = { F_act_unknown }, .covers = { F_act_unknown }, .fixes = { FIX_unknown_action },
	.behaviours = { 33 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK) | VARY(DIM_REPORTER),
	.seconds = 10)
{
	for (size_t i = 0; i < COUNT(unknown_actions); i++) {
		struct effect_plan plan = plan_one(&unknown_actions[i]);

		EACH_CALLER (plan, i % 7) {
			EXPECT_EFFECT(KILLS_PROCESS, plan);
		}
	}
}

/* Each is compared with a known action as the signed numbers they are. */
static const struct {
	uint32_t unknown, known;
	const char *effect;
} unknown_pairs[] = {
	{ 0x80010000, SECCOMP_RET_KILL_THREAD, KILLS_PROCESS },
	{ 0xffff0000, SECCOMP_RET_KILL_THREAD, KILLS_PROCESS },
	{ 0x00010000, SECCOMP_RET_KILL_THREAD, KILLS_THREAD },
	{ 0x7ffe0000, SECCOMP_RET_KILL_THREAD, KILLS_THREAD },
	{ 0x00020000, SECCOMP_RET_TRAP | 7, KILLS_PROCESS },
	{ 0x00040000, SECCOMP_RET_TRAP | 7, "trap 7" },
	{ 0x00040000, SECCOMP_RET_ERRNO | 7, KILLS_PROCESS },
	{ 0x00060000, SECCOMP_RET_ERRNO | 7, "errno 7" },
	{ 0x7fbf0000, SECCOMP_RET_USER_NOTIF, KILLS_PROCESS },
	{ 0x7fc10000, SECCOMP_RET_USER_NOTIF, "errno ENOSYS" },
	{ 0x7fef0000, SECCOMP_RET_TRACE, KILLS_PROCESS },
	{ 0x7ff10000, SECCOMP_RET_TRACE, "errno ENOSYS" },
	{ 0x7ffb0000, SECCOMP_RET_LOG, KILLS_PROCESS },
	{ 0x7ffd0000, SECCOMP_RET_LOG, "ran" },
	{ 0x7ffe0000, SECCOMP_RET_ALLOW, KILLS_PROCESS },
	{ 0x80010000, SECCOMP_RET_ALLOW, KILLS_PROCESS },
};

SC_TEST(unknown_action_has_its_place,
	.doc = "an action that is none precedes the greater ones and gives way to the lesser ones, "
	       "in either order",
	.needs = { F_act_unknown, F_act_user_notif, F_act_log }, .covers = { F_act_unknown },
	.behaviours = { 33, 39 }, .varies = VARY(DIM_ROUTE), .seconds = 10)
{
	for (size_t i = 0; i < COUNT(unknown_pairs); i++) {
		const uint32_t one[] = { unknown_pairs[i].unknown, unknown_pairs[i].known };
		const uint32_t other[] = { unknown_pairs[i].known, unknown_pairs[i].unknown };
		struct effect_plan plan = { .count = 2, .caller = EFFECT_WORKER };

		plan.actions = one;
		EXPECT_EFFECT(unknown_pairs[i].effect, plan);
		plan.actions = other;
		EXPECT_EFFECT(unknown_pairs[i].effect, plan);
	}
}

SC_TEST(trap_is_forced,
	.doc = "TRAP runs the handler of SIGSYS with its data, in the calling thread, instead of "
	       "the call; without a handler, or blocked, the process dies",
	.covers = { F_act_trap, F_ret_data }, .behaviours = { 34 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const struct {
		uint32_t value;
		const char *effect;
	} rows[] = {
		{ SECCOMP_RET_TRAP, "trap 0" },
		{ SECCOMP_RET_TRAP | 1, "trap 1" },
		{ SECCOMP_RET_TRAP | 4096, "trap 4096" },
		{ SECCOMP_RET_TRAP | 0x8000, "trap 32768" },
		{ SECCOMP_RET_TRAP | 0xffff, "trap 65535" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct effect_plan plan = plan_one(&rows[i].value);

		EACH_CALLER (plan, i) {
			plan.sigsys = EFFECT_HANDLED;
			EXPECT_EFFECT(rows[i].effect, plan);
			/* Where no handler runs, the data are nobody's: the least and the most. */
			if (i % 4)
				continue;
			plan.sigsys = EFFECT_IGNORED;
			EXPECT_EFFECT(KILLS_PROCESS, plan);
			plan.sigsys = EFFECT_BLOCKED;
			EXPECT_EFFECT(KILLS_PROCESS, plan);
		}
	}
}

SC_TEST(user_notif_without_listener,
	.doc = "USER_NOTIF is ENOSYS where no filter has a listener, whatever its data, and the "
	       "call is not run",
	.needs = { F_act_user_notif }, .covers = { F_act_user_notif }, .behaviours = { 37 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const uint32_t values[] = { SECCOMP_RET_USER_NOTIF, SECCOMP_RET_USER_NOTIF | 1,
					   SECCOMP_RET_USER_NOTIF | 0xffff };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct effect_plan plan = plan_one(&values[i]);

		EACH_CALLER (plan, i) {
			EXPECT_EFFECT("errno ENOSYS", plan);
		}
	}
}

SC_TEST(trace_without_tracer,
	.doc = "TRACE is ENOSYS where no tracer is, whatever its data, and the call is not run",
	.covers = { F_act_trace }, .behaviours = { 37 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const uint32_t values[] = { SECCOMP_RET_TRACE, SECCOMP_RET_TRACE | 1,
					   SECCOMP_RET_TRACE | 0xffff };

	for (size_t i = 0; i < COUNT(values); i++) {
		struct effect_plan plan = plan_one(&values[i]);

		EACH_CALLER (plan, i) {
			EXPECT_EFFECT("errno ENOSYS", plan);
		}
	}
}

SC_TEST(trace_tells_the_tracer,
	.doc = "TRACE gives its data to a tracer that asked for the event, once, and then runs the "
	       "call; to one that did not ask it is ENOSYS",
	.covers = { F_act_trace, F_ret_data }, .behaviours = { 37 }, .requires = NEED_PTRACE,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK))
{
	static const struct {
		uint32_t value;
		const char *effect;
	} rows[] = {
		{ SECCOMP_RET_TRACE, "trace 0, ran" },
		{ SECCOMP_RET_TRACE | 1, "trace 1, ran" },
		{ SECCOMP_RET_TRACE | 0x8000, "trace 32768, ran" },
		{ SECCOMP_RET_TRACE | 0xffff, "trace 65535, ran" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct effect_plan plan = plan_one(&rows[i].value);

		EACH_CALLER (plan, i) {
			plan.tracer = EFFECT_TRACED;
			EXPECT_EFFECT(rows[i].effect, plan);
			plan.tracer = EFFECT_TRACED_BLIND;
			EXPECT_EFFECT("errno ENOSYS", plan);
		}
	}
}

SC_TEST(log_and_allow_run_the_call, .doc = "LOG and ALLOW run the call, whatever their data",
	.needs = { F_act_log }, .covers = { F_act_log, F_act_allow }, .behaviours = { 38 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_TASK) |
		  VARY(DIM_REPORTER))
{
	static const uint32_t values[] = {
		SECCOMP_RET_LOG,   SECCOMP_RET_LOG | 1,	  SECCOMP_RET_LOG | 0xffff,
		SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW | 1, SECCOMP_RET_ALLOW | 0xffff,
	};

	for (size_t i = 0; i < COUNT(values); i++) {
		struct effect_plan plan = plan_one(&values[i]);

		EACH_CALLER (plan, i % 3) {
			EXPECT_EFFECT("ran", plan);
		}
	}
}

/* LOG and ALLOW both run the call, so that their order is told by the log alone: see below. */
SC_TEST(precedence_of_all_pairs,
	.doc = "of two filters the action that comes first in the order of precedence counts, with "
	       "its data, installed first or last",
	.needs = { F_act_kill_process, F_act_user_notif, F_act_log },
	.covers = { F_act_kill_process, F_act_kill_thread, F_act_trap, F_act_errno,
		    F_act_user_notif, F_act_trace, F_act_log, F_act_allow },
	.behaviours = { 26, 39 }, .varies = VARY(DIM_ROUTE), .seconds = 10, .slow = true)
{
	for (size_t first = 0; first < COUNT(ranked); first++)
		for (size_t second = 0; second < COUNT(ranked); second++) {
			const uint32_t actions[] = { ranked[first].value, ranked[second].value };
			const struct ranked *winner = &ranked[first < second ? first : second];
			struct effect_plan plan = { .actions = actions,
						    .count = 2,
						    .caller = EFFECT_WORKER };

			EXPECT_EFFECT(winner->untraced, plan);
		}
}

SC_TEST(precedence_of_pairs_traced,
	.doc = "under a tracer too: what precedes TRACE keeps the tracer from being told, what "
	       "follows does not",
	.needs = { F_act_kill_process, F_act_user_notif, F_act_log },
	.covers = { F_act_trace, F_act_user_notif }, .behaviours = { 26, 39 },
	.requires = NEED_PTRACE, .seconds = 10)
{
	for (size_t first = 0; first < COUNT(ranked); first++)
		for (size_t second = 0; second < COUNT(ranked); second++) {
			const uint32_t actions[] = { ranked[first].value, ranked[second].value };
			const struct ranked *winner = &ranked[first < second ? first : second];
			struct effect_plan plan = { .actions = actions,
						    .count = 2,
						    .caller = EFFECT_WORKER,
						    .tracer = EFFECT_TRACED };

			EXPECT_EFFECT(winner->traced, plan);
		}
}

/* The actions from rank `from` on, each once, starting at the start-th and wrapping around. */
static size_t stack(uint32_t *actions, size_t from, size_t start, bool up)
{
	size_t count = COUNT(ranked) - from;

	for (size_t i = 0; i < count; i++)
		actions[i] = ranked[from + (start + (up ? i : count - i)) % count].value;
	return count;
}

SC_TEST(precedence_in_a_stack,
	.doc = "of all eight actions, and of all that are left without the first ones, the first "
	       "counts at every place in the stack",
	.needs = { F_act_kill_process, F_act_user_notif, F_act_log },
	.covers = { F_op_set_mode_filter, F_mode_filter_prctl }, .behaviours = { 26, 39 },
	.seconds = 10, .slow = true)
{
	uint32_t actions[COUNT(ranked)];
	struct effect_plan plan = { .actions = actions, .caller = EFFECT_WORKER };

	for (size_t from = 0; from < COUNT(ranked); from++)
		for (size_t start = 0; start < COUNT(ranked) - from; start++) {
			plan.count = stack(actions, from, start, true);
			EXPECT_EFFECT(ranked[from].untraced, plan);
			plan.count = stack(actions, from, start, false);
			EXPECT_EFFECT(ranked[from].untraced, plan);
		}
}

/* Oldest first. The data of the newest counts, be it greater or less than the others'. */
static const struct {
	uint32_t values[4];
	size_t count;
	const char *effect;
} equals[] = {
	{ { SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 2 }, 2, "errno 2" },
	{ { SECCOMP_RET_ERRNO | 2, SECCOMP_RET_ERRNO | 1 }, 2, "errno 1" },
	{ { SECCOMP_RET_ERRNO | 9, SECCOMP_RET_ERRNO }, 2, "errno 0" },
	{ { SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 3, SECCOMP_RET_ERRNO | 2 }, 3, "errno 2" },
	{ { SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 3, SECCOMP_RET_ALLOW }, 3, "errno 3" },
	{ { SECCOMP_RET_ERRNO | 3, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 1 }, 3, "errno 1" },
	{ { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | 1, SECCOMP_RET_TRACE, SECCOMP_RET_ERRNO | 3 },
	  4,
	  "errno 3" },
	{ { SECCOMP_RET_ERRNO | 1, SECCOMP_RET_TRAP | 4, SECCOMP_RET_ERRNO | 2 }, 3, "trap 4" },
	{ { SECCOMP_RET_TRAP | 1, SECCOMP_RET_TRAP | 0xffff }, 2, "trap 65535" },
	{ { SECCOMP_RET_TRAP | 0xffff, SECCOMP_RET_TRAP | 1 }, 2, "trap 1" },
	{ { SECCOMP_RET_TRAP | 5, SECCOMP_RET_ERRNO | 6, SECCOMP_RET_TRAP }, 3, "trap 0" },
};

SC_TEST(equal_actions_newest_data,
	.doc = "of equal actions the data of the filter installed last counts, be it more or less",
	.covers = { F_ret_data }, .behaviours = { 27 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK))
{
	for (size_t i = 0; i < COUNT(equals); i++) {
		struct effect_plan plan = { .actions = equals[i].values,
					    .count = equals[i].count,
					    .caller = EFFECT_WORKER };

		EXPECT_EFFECT(equals[i].effect, plan);
	}
}

SC_TEST(equal_traces_newest_data,
	.doc = "of two TRACE the tracer is told the data of the filter installed last, and told "
	       "once",
	.covers = { F_ret_data, F_act_trace }, .behaviours = { 27 }, .requires = NEED_PTRACE,
	.varies = VARY(DIM_ROUTE))
{
	static const uint32_t up[] = { SECCOMP_RET_TRACE | 3, SECCOMP_RET_TRACE | 4 };
	static const uint32_t down[] = { SECCOMP_RET_TRACE | 4, SECCOMP_RET_TRACE | 3 };
	struct effect_plan plan = { .count = 2, .tracer = EFFECT_TRACED };

	plan.actions = up;
	EXPECT_EFFECT("trace 4, ran", plan);
	plan.actions = down;
	EXPECT_EFFECT("trace 3, ran", plan);
}

static const uint32_t known_actions[] = {
	SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO,
	SECCOMP_RET_USER_NOTIF,	  SECCOMP_RET_TRACE,	   SECCOMP_RET_LOG,  SECCOMP_RET_ALLOW,
};

/* 0 or the errno. */
static int action_avail(unsigned int flags, const void *action)
{
	return kit_seccomp(SECCOMP_GET_ACTION_AVAIL, flags, (void *)action) ? errno : 0;
}

static bool is_known(uint32_t value)
{
	for (size_t i = 0; i < COUNT(known_actions); i++)
		if (known_actions[i] == value)
			return true;
	return false;
}

SC_TEST(action_avail_of_all_actions,
	.doc = "GET_ACTION_AVAIL says 0 of the eight actions and EOPNOTSUPP of every other of the "
	       "65536 values",
	.needs = { F_op_get_action_avail, F_act_user_notif }, .covers = { F_op_get_action_avail },
	.behaviours = { 40 }, .seconds = 10)
{
	uint32_t wrong = 0, first = 0;

	for (size_t i = 0; i < COUNT(known_actions); i++) {
		EXPECT_EQ(0, action_avail(0, &known_actions[i]))
		{
			TH_LOG("of action 0x%08x", known_actions[i]);
		}
	}
	for (uint32_t high = 0; high <= 0xffff; high++) {
		const uint32_t value = high << 16;

		if (is_known(value) || action_avail(0, &value) == EOPNOTSUPP)
			continue;
		first = wrong++ ? first : value;
	}
	EXPECT_EQ(0, wrong)
	{
		TH_LOG("values that are no action and not refused with EOPNOTSUPP; the first is "
		       "0x%08x",
		       first);
	}
}

SC_TEST(action_avail_of_data,
	.doc = "GET_ACTION_AVAIL says EOPNOTSUPP of an action together with any bit of data",
	.needs = { F_op_get_action_avail, F_act_user_notif }, .covers = { F_op_get_action_avail },
	.behaviours = { 40 })
{
	for (size_t i = 0; i < COUNT(known_actions); i++)
		for (int bit = 0; bit <= 16; bit++) {
			uint32_t value = known_actions[i] | (bit < 16 ? 1u << bit : 0xffff);

			EXPECT_EQ(EOPNOTSUPP, action_avail(0, &value))
			{
				TH_LOG("of 0x%08x", value);
			}
		}
}

SC_TEST(action_avail_flags,
	.doc = "GET_ACTION_AVAIL with any flag is EINVAL, before the pointer is looked at",
	.needs = { F_op_get_action_avail }, .covers = { F_op_get_action_avail },
	.behaviours = { 40 })
{
	for (int bit = 0; bit <= 32; bit++) {
		const unsigned int flags = bit < 32 ? 1u << bit : 0xffffffff;

		for (size_t i = 0; i < COUNT(known_actions); i++) {
			EXPECT_EQ(EINVAL, action_avail(flags, &known_actions[i]))
			{
				TH_LOG("with flags 0x%x of 0x%08x", flags, known_actions[i]);
			}
		}
		EXPECT_EQ(EINVAL, action_avail(flags, NULL))
		{
			TH_LOG("with flags 0x%x and no action", flags);
		}
	}
}

SC_TEST(action_avail_pointer,
	.doc = "GET_ACTION_AVAIL reads four bytes, aligned or not, and says EFAULT where it "
	       "cannot; it writes none",
	.needs = { F_op_get_action_avail }, .covers = { F_op_get_action_avail },
	.behaviours = { 40 })
{
	const uint32_t action = SECCOMP_RET_ALLOW;
	long page = sysconf(_SC_PAGESIZE);
	char *two =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	BROKE_UNLESS(two != MAP_FAILED && !munmap(two + page, page), "no two pages");
	EXPECT_EQ(EFAULT, action_avail(0, NULL));
	EXPECT_EQ(EFAULT, action_avail(0, (void *)-4096L));
	EXPECT_EQ(EFAULT, action_avail(0, two + page));
	for (int offset = 1; offset < 4; offset++) {
		EXPECT_EQ(EFAULT, action_avail(0, two + page - offset))
		{
			TH_LOG("with %d bytes before the end of memory", offset);
		}
	}
	for (int offset = 4; offset < 8; offset++) {
		memcpy(two + page - offset, &action, sizeof(action));
		EXPECT_EQ(0, action_avail(0, two + page - offset))
		{
			TH_LOG("with %d bytes before the end of memory", offset);
		}
		EXPECT_EQ(0, memcmp(two + page - offset, &action, sizeof(action)));
	}
	BROKE_UNLESS(!mprotect(two, page, PROT_READ), "mprotect");
	EXPECT_EQ(0, action_avail(0, two + page - 7));
}

SC_TEST(action_avail_under_a_filter,
	.doc = "GET_ACTION_AVAIL says the same under a filter, and leaves mode and filters as they "
	       "were",
	.needs = { F_op_get_action_avail, F_act_user_notif }, .covers = { F_op_get_action_avail },
	.behaviours = { 40 }, .varies = VARY(DIM_ROUTE))
{
	const uint32_t none = 0x10000000;

	EXPECT_EQ(0, prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	ASSERT_EQ(0, kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | 7));
	for (size_t i = 0; i < COUNT(known_actions); i++) {
		EXPECT_EQ(0, action_avail(0, &known_actions[i]))
		{
			TH_LOG("of action 0x%08x", known_actions[i]);
		}
	}
	EXPECT_EQ(EOPNOTSUPP, action_avail(0, &none));
	EXPECT_EQ(2, prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
	EXPECT_EQ(-1, syscall(__NR_getppid));
	EXPECT_EQ(7, errno);
}

TEST_HARNESS_MAIN
