/* SPDX-License-Identifier: BSD-3-Clause */
/* The sysctls of seccomp: which actions there are, and which are logged (behaviours 105 and 106).
 */
#include "selftests/glue/test.h"

#include <sys/stat.h>
#include <linux/capability.h>
#include <linux/seccomp.h>

#include "run/kmsg.h"
#include "selftests/glue/kit-logged.h"
#include "selftests/glue/kit-task.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In the order in which the kernel names them. */
static const struct {
	const char *name;
	uint32_t action;
} actions[] = {
	{ "kill_process", SECCOMP_RET_KILL_PROCESS },
	{ "kill_thread", SECCOMP_RET_KILL_THREAD },
	{ "trap", SECCOMP_RET_TRAP },
	{ "errno", SECCOMP_RET_ERRNO },
	{ "user_notif", SECCOMP_RET_USER_NOTIF },
	{ "trace", SECCOMP_RET_TRACE },
	{ "log", SECCOMP_RET_LOG },
	{ "allow", SECCOMP_RET_ALLOW },
};

static void add_name(struct action_names *names, const char *name)
{
	if (names->text[0])
		strcat(names->text, " ");
	strcat(names->text, name);
}

SC_TEST(avail_is_what_can_be_asked_for,
	.doc = "actions_avail names, in the order of their precedence, the actions that "
	       "GET_ACTION_AVAIL says yes to, and none else",
	.needs = { F_op_get_action_avail, F_sysctl_avail }, .covers = { F_sysctl_avail },
	.behaviours = { 105 })
{
	struct action_names names, expected = { "" };

	for (size_t i = 0; i < COUNT(actions); i++) {
		uint32_t action = actions[i].action;

		if (!kit_seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action))
			add_name(&expected, actions[i].name);
	}
	ASSERT_EQ(0, actions_read(ACTIONS_AVAIL, &names));
	EXPECT_STREQ(expected.text, names.text);
}

/* As `unprivileged` says, in a child: what opening the file for writing gives. */
struct opening {
	const char *path;
	bool unprivileged;
	struct stat stat;
	int errs[3]; /* of writing only, of both, and of reading */
	struct action_names names;
};

static int open_errno(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int open_file(void *data)
{
	struct opening *opening = data;

	if (opening->unprivileged && kit_drop_privileges())
		return 1;
	if (stat(opening->path, &opening->stat))
		return 2;
	opening->errs[0] = open_errno(opening->path, O_WRONLY);
	opening->errs[1] = open_errno(opening->path, O_RDWR);
	opening->errs[2] = actions_read(opening->path, &opening->names);
	return 0;
}

#define OPEN(opening) \
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(open_file, &(opening), sizeof(opening))))

SC_TEST(avail_is_read_only,
	.doc = "actions_avail can be read by everybody and opened for writing by nobody, root "
	       "included: EACCES",
	.needs = { F_sysctl_avail }, .covers = { F_sysctl_avail }, .behaviours = { 105 },
	.requires = NEED_UNPRIVILEGED)
{
	struct opening plain = { .path = ACTIONS_AVAIL };
	struct opening unprivileged = { .path = ACTIONS_AVAIL, .unprivileged = true };

	OPEN(plain);
	OPEN(unprivileged);
	EXPECT_EQ(S_IFREG | 0444u, plain.stat.st_mode);
	EXPECT_EQ(EACCES, plain.errs[0]);
	EXPECT_EQ(EACCES, plain.errs[1]);
	EXPECT_EQ(0, plain.errs[2]);
	EXPECT_EQ(EACCES, unprivileged.errs[0]);
	EXPECT_EQ(EACCES, unprivileged.errs[1]);
	EXPECT_EQ(0, unprivileged.errs[2]);
	EXPECT_STREQ(plain.names.text, unprivileged.names.text);
}

SC_TEST(logged_can_be_read,
	.doc = "actions_logged names some of the actions there are, each once and in their order, "
	       "and never allow; without privileges it can be read, and not opened for writing: "
	       "EACCES",
	.needs = { F_sysctl_avail, F_sysctl_logged }, .covers = { F_sysctl_logged },
	.behaviours = { 106 }, .requires = NEED_UNPRIVILEGED, .seconds = 20)
{
	struct opening opening = { .path = ACTIONS_LOGGED, .unprivileged = true };
	struct action_names expected = { "" }, padded;
	int lock = logged_lock(false);

	BROKE_UNLESS(lock >= 0, "no lock");
	OPEN(opening);
	close(lock);
	EXPECT_EQ(S_IFREG | 0644u, opening.stat.st_mode);
	EXPECT_EQ(EACCES, opening.errs[0]);
	EXPECT_EQ(EACCES, opening.errs[1]);
	ASSERT_EQ(0, opening.errs[2]);
	snprintf(padded.text, sizeof(padded.text), " %.200s ", opening.names.text);
	for (size_t i = 0; i < COUNT(actions) - 1; i++) {
		char word[32];

		snprintf(word, sizeof(word), " %s ", actions[i].name);
		if (strstr(padded.text, word))
			add_name(&expected, actions[i].name);
	}
	EXPECT_STREQ(expected.text, opening.names.text);
}

SC_TEST(logged_from_the_start,
	.doc = "Nobody having changed it, actions_logged names all actions but allow",
	.needs = { F_sysctl_avail, F_sysctl_logged }, .covers = { F_sysctl_logged },
	.behaviours = { 106 }, .requires = NEED_DISPOSABLE, .seconds = 20)
{
	struct action_names avail, logged, expected;
	int lock = logged_lock(false);

	BROKE_UNLESS(lock >= 0, "no lock");
	ASSERT_EQ(0, actions_read(ACTIONS_AVAIL, &avail));
	ASSERT_EQ(0, actions_read(ACTIONS_LOGGED, &logged));
	close(lock);
	snprintf(expected.text, sizeof(expected.text), "%.200s allow", logged.text);
	EXPECT_STREQ(expected.text, avail.text);
}

/* --- changing it ----------------------------------------------------------------------------- */

/* Each is written over the one before; none of them is what the next one makes of it. */
static const struct change {
	const char *written, *read;
} changes[] = {
	{ "kill_process", NULL },
	{ "kill_thread", NULL },
	{ "trap", NULL },
	{ "errno", NULL },
	{ "user_notif", NULL },
	{ "trace", NULL },
	{ "log", NULL },
	{ "kill_process kill_thread trap errno user_notif trace log", NULL },
	{ "kill_process log", NULL },
	{ "trace errno kill_thread", "kill_thread errno trace" },
	{ "trap trap log trap", "trap log" },
	{ "errno\n", "errno" },
	{ "\n", "" },
};

static const char *const refused[] = {
	"allow",     "log allow",
	"allow log", "kill_process kill_thread trap errno user_notif trace log allow",
	"kill",	     "LOG",
	"log_",	     "lo",
	"log,trap",  "log\ttrap",
	"unknown",   "log unknown",
	"0",	     "0x7fff0000",
};

/* The errno of writing it, and what is read then. */
struct written {
	int err;
	struct action_names names;
};

struct writing {
	struct written changed[COUNT(changes)];
	struct action_names between; /* what is set before the refused ones */
	struct written refused[COUNT(refused)];
	struct action_names avail;
};

static struct written write_and_read(const char *text)
{
	struct written written = { .err = logged_write(text) };

	if (actions_read(ACTIONS_LOGGED, &written.names))
		strcpy(written.names.text, "(not readable)");
	return written;
}

static int write_all(void *data)
{
	struct writing *writing = data;

	for (size_t i = 0; i < COUNT(changes); i++)
		writing->changed[i] = write_and_read(changes[i].written);
	writing->between = write_and_read("trap log").names;
	for (size_t i = 0; i < COUNT(refused); i++)
		writing->refused[i] = write_and_read(refused[i]);
	return actions_read(ACTIONS_AVAIL, &writing->avail);
}

SC_TEST(logged_can_be_changed,
	.doc = "Root sets actions_logged to any of the actions but allow, in any order; allow, "
	       "unknown names and other separators are EINVAL and change nothing",
	.needs = { F_act_user_notif, F_sysctl_avail, F_sysctl_logged },
	.covers = { F_sysctl_logged }, .behaviours = { 105, 106 },
	.requires = NEED_FIRST_USER_NS | NEED_ROOT | NEED_SYSCTL, .seconds = 20)
{
	static struct writing writing;
	struct action_names avail;
	bool restored;

	ASSERT_EQ(0, actions_read(ACTIONS_AVAIL, &avail));
	ASSERT_EQ(kit_exited(0),
		  kit_end(logged_borrow(write_all, &writing, sizeof(writing), &restored)));
	EXPECT_TRUE(restored);
	for (size_t i = 0; i < COUNT(changes); i++) {
		EXPECT_EQ(0, writing.changed[i].err) TH_LOG("\"%s\"", changes[i].written);
		EXPECT_STREQ(changes[i].read ?: changes[i].written, writing.changed[i].names.text)
		TH_LOG("\"%s\"", changes[i].written);
	}
	EXPECT_STREQ("trap log", writing.between.text);
	for (size_t i = 0; i < COUNT(refused); i++) {
		EXPECT_EQ(EINVAL, writing.refused[i].err) TH_LOG("\"%s\"", refused[i]);
		EXPECT_STREQ("trap log", writing.refused[i].names.text)
		TH_LOG("after \"%s\"", refused[i]);
	}
	EXPECT_STREQ(avail.text, writing.avail.text);
}

/* Written by those who may open it and yet not change it. */
struct forbidden {
	bool by_root; /* without CAP_SYS_ADMIN; or else by nobody, to whom root gave it open */
	bool opened;
	long result;
	int err;
	struct action_names before, after;
};

/* The file stays open until the child ends, which is at once. */
static int write_forbidden(void *data)
{
	static int fd;
	struct forbidden *it = data;

	fd = open(ACTIONS_LOGGED, O_WRONLY | O_CLOEXEC);
	it->opened = fd >= 0;
	if (it->by_root ? kit_capability_effective(CAP_SYS_ADMIN, false) : kit_drop_privileges())
		return 1;
	if (it->by_root) {
		close(fd);
		fd = open(ACTIONS_LOGGED, O_WRONLY | O_CLOEXEC);
		it->opened &= fd >= 0;
	}
	if (actions_read(ACTIONS_LOGGED, &it->before))
		return 2;
	/* Another set than what is there, or it would not show. */
	it->result = strcmp(it->before.text, "trap") ? write(fd, "trap", 4) : write(fd, "log", 3);
	it->err = errno;
	return actions_read(ACTIONS_LOGGED, &it->after) ? 3 : 0;
}

SC_TEST(logged_needs_the_capability,
	.doc = "It is who writes to actions_logged that needs CAP_SYS_ADMIN, and not who opened "
	       "it: "
	       "root without it, and a user who got it open from root, are refused with EPERM",
	.needs = { F_sysctl_logged }, .covers = { F_sysctl_logged }, .behaviours = { 106 },
	.requires = NEED_FIRST_USER_NS | NEED_ROOT | NEED_SYSCTL, .seconds = 20)
{
	for (int by_root = 0; by_root < 2; by_root++) {
		struct forbidden it = { .by_root = by_root };
		bool restored;

		ASSERT_EQ(kit_exited(0),
			  kit_end(logged_borrow(write_forbidden, &it, sizeof(it), &restored)));
		EXPECT_TRUE(restored);
		EXPECT_TRUE(it.opened);
		EXPECT_EQ(-1, it.result) TH_LOG("by %s", by_root ? "root" : "nobody");
		EXPECT_EQ(EPERM, it.err);
		EXPECT_STREQ(it.before.text, it.after.text);
	}
}

SC_TEST(no_complaint_without_need,
	.doc = "Where there are the sysctls, the kernel's log does not say that they could not be "
	       "made",
	.needs = { F_sysctl_avail, F_sysctl_logged }, .covers = { F_sysctl_avail },
	.behaviours = { 105, 106 }, .requires = NEED_LOG)
{
	char said[256] = "";
	int log = kmsg_open();

	ASSERT_LE(0, log);
	kit_find_record(log, "seccomp: sysctl registration failed", said, sizeof(said));
	close(log);
	EXPECT_STREQ("", said);
}

TEST_HARNESS_MAIN
