/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A filter with a listener among other filters: whose word counts (behaviours 27 and 82).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-notif.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define USER_NOTIF SECCOMP_RET_USER_NOTIF

/* What came of a call that is answered, if it is received, with the first of these. */
#define NOTIFIED 0x55555
#define KILLED	 0x66666 /* by SIGSYS */

struct stack {
	uint32_t below[2]; /* in the order of their installation; 0: none */
	uint32_t action;   /* of the filter with the listener */
	uint32_t above[2];
	long outcome;
};

static int install_all(const uint32_t actions[2])
{
	for (int i = 0; i < 2 && actions[i]; i++)
		if (kit_filter_syscall(__NR_getppid, actions[i]))
			return errno;
	return 0;
}

static int install_below(void *data)
{
	const struct stack *stack = data;

	return install_all(stack->below);
}

static long install_above(void *data)
{
	const struct stack *stack = data;

	return install_all(stack->above);
}

static long outcome(struct target *target)
{
	struct notif notif;
	long result;

	target_call(target, __NR_getppid, NULL);
	if (!target_asleep(target)) {
		result = target_finish(target);
		if (result != TARGET_STUCK)
			return result;
		return target_wait(target) == kit_killed(SIGSYS) ? KILLED : TARGET_STUCK;
	}
	if (notif_recv(target->listener, &notif) ||
	    notif_answer(target->listener, notif.id, NOTIFIED))
		return TARGET_STUCK;
	return target_finish(target);
}

#define EXPECT_OUTCOME(stack_)                                                      \
	do {                                                                        \
		const struct stack *s_ = (stack_);                                  \
		struct kit_filter filter_;                                          \
		const struct target_plan plan_ = {                                  \
			.prog = kit_on_syscall(&filter_, __NR_getppid, s_->action), \
			.prepare = install_below,                                   \
			.data = (void *)s_,                                         \
		};                                                                  \
		struct target target_;                                              \
                                                                                    \
		START_TARGET(&target_, &plan_);                                     \
		EXPECT_EQ(0, target_do(&target_, install_above, (void *)s_));       \
		EXPECT_EQ(s_->outcome, outcome(&target_));                          \
		if (s_->outcome != KILLED)                                          \
			EXPECT_EQ(TARGET_ENDED, target_stop(&target_));             \
		target_close(&target_);                                             \
	} while (0)

/* Actions that go before USER_NOTIF, and such that do not, with what they do by themselves. */
static const struct {
	uint32_t action;
	long outcome;
} others[] = {
	{ SECCOMP_RET_KILL_PROCESS, KILLED },
	{ SECCOMP_RET_KILL_THREAD | 1, KILLED },
	{ SECCOMP_RET_TRAP, KILLED },
	{ SECCOMP_RET_ERRNO | 7, -7 },
	{ SECCOMP_RET_ERRNO, 0 },
	{ SECCOMP_RET_TRACE | 7, NOTIFIED },
	{ SECCOMP_RET_LOG | 7, NOTIFIED },
	{ SECCOMP_RET_ALLOW | 7, NOTIFIED },
};

SC_TEST(precedence,
	.doc = "USER_NOTIF goes before TRACE, LOG and ALLOW, and after all else, whether the other "
	       "filter is older or newer, and whatever the data",
	.needs = { F_act_user_notif, F_act_log }, .covers = { F_act_user_notif },
	.behaviours = { 27 }, .seconds = 10)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		const struct stack below = {
			.below = { others[i].action },
			.action = USER_NOTIF | 1,
			.outcome = others[i].outcome,
		};
		const struct stack above = {
			.above = { others[i].action },
			.action = USER_NOTIF | 0xffff,
			.outcome = others[i].outcome,
		};

		EXPECT_OUTCOME(&below);
		EXPECT_OUTCOME(&above);
	}
}

SC_TEST(newest_of_equals,
	.doc = "of several filters that say USER_NOTIF the newest one counts: ENOSYS if it is "
	       "another one than that with the listener, whatever their data",
	.needs = { F_act_user_notif }, .covers = { F_act_user_notif, F_flag_new_listener },
	.behaviours = { 27, 82 }, .varies = VARY(DIM_DEPTH))
{
	static const struct stack stacks[] = {
		{ .below = { USER_NOTIF, USER_NOTIF | 2 },
		  .action = USER_NOTIF | 1,
		  .outcome = NOTIFIED },
		{ .action = USER_NOTIF | 2, .above = { USER_NOTIF | 1 }, .outcome = -ENOSYS },
		{ .action = USER_NOTIF | 1, .above = { USER_NOTIF | 2 }, .outcome = -ENOSYS },
		{ .below = { USER_NOTIF },
		  .action = USER_NOTIF,
		  .above = { SECCOMP_RET_ALLOW },
		  .outcome = NOTIFIED },
		{ .action = USER_NOTIF,
		  .above = { SECCOMP_RET_ALLOW, USER_NOTIF },
		  .outcome = -ENOSYS },
	};

	for (size_t i = 0; i < COUNT(stacks); i++)
		EXPECT_OUTCOME(&stacks[i]);
}

SC_TEST(listener_of_another_filter,
	.doc = "a filter that has a listener and does not say USER_NOTIF brings it nothing",
	.needs = { F_act_user_notif }, .covers = { F_act_user_notif, F_flag_new_listener },
	.behaviours = { 27, 82 })
{
	static const struct stack stacks[] = {
		{ .action = SECCOMP_RET_ERRNO | 3, .outcome = -3 },
		{ .action = SECCOMP_RET_ALLOW, .above = { USER_NOTIF }, .outcome = -ENOSYS },
		{ .action = SECCOMP_RET_ALLOW, .below = { USER_NOTIF }, .outcome = -ENOSYS },
		{ .action = SECCOMP_RET_LOG,
		  .below = { USER_NOTIF },
		  .above = { SECCOMP_RET_TRACE },
		  .outcome = -ENOSYS },
	};

	for (size_t i = 0; i < COUNT(stacks); i++)
		EXPECT_OUTCOME(&stacks[i]);
}

TEST_HARNESS_MAIN
