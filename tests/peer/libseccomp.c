/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libseccomp [--assume-unfiltered]: what libseccomp believes of this kernel, and what seccompat
 * answers: a line each, TAB between its words. For ci/libseccomp, which makes docs/libseccomp.md.
 *
 *	FEATURE  BY LEVEL  BY CALL  SECCOMPAT
 *
 * "by level" follows from the number that seccomp_api_get() returns, as its manual page says, "by
 * call" from the function that is there for the feature. - is no word on it.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe/probe.h"
#include "report/features.h"
#include "report/probing.h"
#include "run/run.h"

#define BOUND_MS 5000

/* --- questions to libseccomp: 0 for yes, or a negative errno ------------------------------- */

static int set_attribute(enum scmp_filter_attr attribute)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	return ctx ? seccomp_attr_set(ctx, attribute, 1) : -ENOMEM;
}

/* A filter with a rule, which the default action must not be. */
static scmp_filter_ctx with_action(uint32_t action, int *err)
{
	scmp_filter_ctx ctx =
		seccomp_init(action == SCMP_ACT_ALLOW ? SCMP_ACT_TRAP : SCMP_ACT_ALLOW);

	*err = ctx ? seccomp_rule_add(ctx, action, SCMP_SYS(getppid), 0) : -ENOMEM;
	return ctx;
}

static int add_action(uint32_t action)
{
	int err;

	with_action(action, &err);
	return err;
}

static int load(uint32_t action, bool tsync)
{
	int err;
	scmp_filter_ctx ctx = with_action(action, &err);

	if (!err && tsync)
		err = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	return err ? err : seccomp_load(ctx);
}

static int allocate(void)
{
	struct seccomp_notif *notif;
	struct seccomp_notif_resp *resp;

	return seccomp_notify_alloc(&notif, &resp);
}

/* --- the table ----------------------------------------------------------------------------- */

/* A call that asks: NULL where the library has none. */
#define CALL(id, expression)       \
	static int call_##id(void) \
	{                          \
		return expression; \
	}

CALL(mode_filter_prctl, load(SCMP_ACT_ERRNO(1), false))
CALL(flag_tsync, set_attribute(SCMP_FLTATR_CTL_TSYNC))
CALL(flag_log, set_attribute(SCMP_FLTATR_CTL_LOG))
CALL(flag_spec_allow, set_attribute(SCMP_FLTATR_CTL_SSB))
CALL(flag_new_listener, load(SCMP_ACT_NOTIFY, false))
CALL(flag_combo, load(SCMP_ACT_NOTIFY, true))
CALL(op_get_notif_sizes, allocate())
CALL(act_kill_process, add_action(SCMP_ACT_KILL_PROCESS))
CALL(act_kill_thread, add_action(SCMP_ACT_KILL_THREAD))
CALL(act_trap, add_action(SCMP_ACT_TRAP))
CALL(act_errno, add_action(SCMP_ACT_ERRNO(1)))
CALL(act_user_notif, add_action(SCMP_ACT_NOTIFY))
CALL(act_trace, add_action(SCMP_ACT_TRACE(1)))
CALL(act_log, add_action(SCMP_ACT_LOG))
CALL(act_allow, add_action(SCMP_ACT_ALLOW))

static const struct row {
	enum feature feature;
	unsigned int level; /* from this one on; 0: no level speaks of it */
	int (*call)(void);
} rows[] = {
	{ F_mode_filter_prctl, 1, call_mode_filter_prctl },
	{ F_flag_tsync, 2, call_flag_tsync },
	{ F_flag_log, 3, call_flag_log },
	{ F_flag_spec_allow, 4, call_flag_spec_allow },
	{ F_flag_new_listener, 5, call_flag_new_listener },
	{ F_flag_tsync_esrch, 6, NULL },
	{ F_flag_combo_tsync_listener, 6, call_flag_combo },
	{ F_flag_wait_killable_recv, 0, NULL },
	{ F_op_get_notif_sizes, 5, call_op_get_notif_sizes },
	{ F_act_kill_process, 3, call_act_kill_process },
	{ F_act_kill_thread, 1, call_act_kill_thread },
	{ F_act_trap, 1, call_act_trap },
	{ F_act_errno, 1, call_act_errno },
	{ F_act_user_notif, 5, call_act_user_notif },
	{ F_act_trace, 1, call_act_trace },
	{ F_act_log, 3, call_act_log },
	{ F_act_allow, 1, call_act_allow },
};

struct question {
	int (*call)(void);
	int result;
};

static int put(void *data)
{
	struct question *question = data;

	question->result = question->call();
	return 0;
}

/* In a child of its own, as some install a filter, and what the library has found out it keeps. */
static const char *ask(int (*call)(void))
{
	struct question question = { .call = call };

	if (!call)
		return "-";
	if (run_ask(put, &question, sizeof(question), BOUND_MS).how != RUN_EXITED)
		return "died";
	return question.result ? "no" : "yes";
}

static int get_level(void)
{
	return seccomp_api_get();
}

static unsigned int ask_level(void)
{
	struct question question = { .call = get_level };

	run_ask(put, &question, sizeof(question), BOUND_MS);
	return question.result;
}

int main(int argc, char **argv)
{
	bool assume = argc > 1 && !strcmp(argv[1], "--assume-unfiltered"), wanted[F_COUNT] = { 0 };
	const struct scmp_version *version = seccomp_version();
	unsigned int level = ask_level();
	static struct probing probing;

	printf("level\t%u\t%u.%u.%u\t-\n", level, version->major, version->minor, version->micro);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];

		memset(wanted, 0, sizeof(wanted));
		wanted[row->feature] = true;
		probing_ask(&probing, wanted, assume);
		printf("%s\t%s\t%s\t%s\n", features[row->feature].id,
		       !row->level	     ? "-"
		       : row->level <= level ? "yes"
					     : "no",
		       ask(row->call), asked_name(probing.findings[0].answer.asked));
	}
	return 0;
}
