/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What changes a machine for good, and so is for guests: records of changes of actions_logged
 * (behaviours 106, 111), which only an audit system makes that is switched on. The last family by
 * its name, as all that comes after it is another machine.
 */
#include "selftests/glue/test.h"

#include <linux/capability.h>
#include <linux/seccomp.h>
#include <string.h>

#include "run/kmsg.h"
#include "selftests/glue/kit-audit.h"
#include "selftests/glue/kit-logged.h"
#include "selftests/glue/kit-task.h"

#define FIRST "kill_process kill_thread trap errno user_notif trace log"

static int do_nothing(struct act *act)
{
	act->acted = true;
	return 0;
}

static int write_allow(struct act *act)
{
	act->acted = true;
	return logged_write("log allow") == EINVAL ? 0 : 1;
}

static int write_unknown(struct act *act)
{
	act->acted = true;
	return logged_write("trap nothing") == EINVAL ? 0 : 1;
}

static int write_unprivileged(struct act *act)
{
	act->acted = true;
	if (kit_capability_effective(CAP_SYS_ADMIN, false))
		return 1;
	return logged_write("trace") == EPERM ? 0 : 2;
}

static void add_set(struct stage *stage, const char *logged, int (*fn)(struct act *act))
{
	stage_add(stage, logged, fn)->logged = logged;
}

#define OP "op=seccomp-logging actions="

SC_TEST(changes_are_recorded,
	.doc = "Each change of actions_logged is recorded, with what it was and what it is; one "
	       "that is refused, too, as failed and without what was asked for",
	.needs = { F_audit_records, F_act_user_notif, F_sysctl_logged },
	.covers = { F_audit_records, F_sysctl_logged }, .behaviours = { 106, 111 },
	.requires = NEED_RECORDS | NEED_DISPOSABLE, .seconds = 30)
{
	static const char expected[] =
		/* clang-format off */
		OP "kill_process,kill_thread,trap,errno,user_notif,trace,log old-actions=trace res=1\n"
		OP "trap,log old-actions=kill_process,kill_thread,trap,errno,user_notif,trace,log res=1\n"
		OP "? old-actions=trap,log res=0\n"
		OP "(none) old-actions=trap,log res=1\n"
		OP "? old-actions=(none) res=0\n"
		OP "errno,user_notif old-actions=(none) res=1\n"
		OP "? old-actions=errno,user_notif res=0\n"
		OP "kill_process,kill_thread,trap,errno,user_notif,trace,log old-actions=errno,user_notif res=1\n";
	/* clang-format on */
	static struct stage stage = { .audited = true };
	const char *first;

	/* What the first change is from is the machine's. */
	add_set(&stage, "trace", do_nothing);
	add_set(&stage, FIRST, do_nothing);
	add_set(&stage, "trap log", write_allow);
	add_set(&stage, "", write_unknown);
	add_set(&stage, "user_notif errno", write_unprivileged);
	EXPECT_RECORDED(stage);
	EXPECT_ENDED(stage);
	first = strchr(stage.changes, '\n');
	ASSERT_NE(NULL, first);
	EXPECT_STREQ(expected, first + 1);
}

SC_TEST(calls_are_recorded_all_the_same,
	.doc = "What is logged of calls does not depend on whether the audit system is switched on",
	.needs = { F_audit_records, F_act_log, F_flag_log, F_sysctl_logged },
	.covers = { F_audit_records, F_act_log, F_flag_log }, .behaviours = { 109, 110, 112 },
	.requires = NEED_RECORDS | NEED_DISPOSABLE, .seconds = 30)
{
	static const uint32_t actions[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ERRNO | 1,
					    SECCOMP_RET_LOG, SECCOMP_RET_ALLOW };
	static struct stage stage = { .audited = true };

	for (unsigned int i = 0; i < 2 * 4; i++) {
		struct act *act =
			stage_add(&stage, i % 2 ? "with FLAG_LOG" : "without", act_filtered);

		act->nr = __NR_getppid;
		act->actions[0] = actions[i / 2];
		act->flags[0] = i % 2 ? SECCOMP_FILTER_FLAG_LOG : 0;
		act->filters = 1;
		act->signal = i / 2 ? 0 : SIGSYS;
		act->silent = i / 2 == 3 || (i / 2 == 1 && !(i % 2));
	}
	EXPECT_RECORDED(stage);
}

/* --- a warning that is given once ------------------------------------------------------------- */

#define WRITES_STRICT "/proc/sys/kernel/sysctl_writes_strict"
#define WARNED	      "when file position was not 0"

struct warning {
	int err;
	char said[256]; /* the record; empty if there was none */
};

static int write_behind_the_start(void *data)
{
	int log = kmsg_open_at_end();
	struct warning *warning = data;
	struct action_names strict;

	if (log < 0 || actions_read(WRITES_STRICT, &strict))
		return 1;
	warning->err =
		kit_write(WRITES_STRICT, "0", 0) ?: kit_write(ACTIONS_LOGGED, "errno trap", 1);
	kit_find_record(log, WARNED, warning->said, sizeof(warning->said));
	return kit_write(WRITES_STRICT, strict.text, 0);
}

SC_TEST(a_warning_names_the_file,
	.doc = "Where the kernel warns of a write that does not begin at a sysctl's start, which "
	       "it does once, it names actions_logged",
	.needs = { F_sysctl_logged }, .covers = { F_sysctl_logged }, .behaviours = { 106 },
	.requires = NEED_ROOT | NEED_SYSCTL | NEED_LOG | NEED_DISPOSABLE, .seconds = 20)
{
	struct warning warning = { .err = -1 };
	bool restored;

	ASSERT_EQ(kit_exited(0), kit_end(logged_borrow(write_behind_the_start, &warning,
						       sizeof(warning), &restored)));
	EXPECT_TRUE(restored);
	EXPECT_EQ(0, warning.err);
	if (warning.said[0])
		EXPECT_NE(NULL, strstr(warning.said, "wrote to actions_logged " WARNED))
		{
			TH_LOG("%s", warning.said);
		}
}

TEST_HARNESS_MAIN
