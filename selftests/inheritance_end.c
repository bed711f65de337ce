/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How filters end: with the last task that has them, and not with the one that installed them; and
 * strict mode, which has no heirs (behaviours 2, 114 and 117).
 */
#include "selftests/glue/test.h"

#include <poll.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-layers.h"
#include "selftests/glue/kit-threads.h"

/* --- when they are gone ---------------------------------------------------------------------- */

#define ORPHAN_DEPTH 16

struct orphan {
	int go[2];
	struct sight nobody, orphan, its_child;
	int end;
};

static int take_its_child(void *data)
{
	sight_take(&((struct orphan *)data)->its_child);
	return 0;
}

/* Goes on when whoever installed the filters, and whoever made it, are no more. */
static int orphan_main(void *data)
{
	struct orphan *orphan = data;

	if (!word_taken(orphan->go))
		return NO_WORD;
	sight_take(&orphan->orphan);
	return birth_run(&births[0], take_its_child, orphan);
}

static int maker_of_orphan(void *data)
{
	struct born born;

	if (layers_install(0, ORPHAN_DEPTH, true))
		return CANNOT_INSTALL;
	return birth_start(&born, &births[0], orphan_main, data) ? NO_TASK : 0;
}

static int outlive(void *data)
{
	struct orphan *orphan = data;
	int end, status;

	sight_take(&orphan->nobody);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) || pipe(orphan->go))
		return NO_TASK;
	end = birth_run(&births[0], maker_of_orphan, orphan);
	if (end)
		return end;
	if (!word_given(orphan->go) || wait(&status) < 0)
		return NO_WORD;
	orphan->end = status;
	return 0;
}

SC_TEST(filters_outlive_their_installer,
	.doc = "A process keeps all its filters, and gives them on, after the process that "
	       "installed them has exited and was waited for",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 114, 117 }, .varies = VARY(DIM_ROUTE))
{
	struct orphan orphan = { .end = -1 };
	struct sight is;

	ASSERT_LIVED(kit_end(kit_ask(outlive, &orphan, sizeof(orphan))), births[0].name);
	EXPECT_EQ(0, orphan.end);
	is = sight_with_layers(sight_with_nnp(orphan.nobody), layers_first(ORPHAN_DEPTH));
	EXPECT_SIGHT(&is, &orphan.orphan, "orphan");
	EXPECT_SIGHT(&is, &orphan.its_child, "the orphan's child");
}

/* A listener tells when no task is under its filter any more. */
struct listened {
	int ready[2], stop_installer[2], stop_child[2];
	int listener;
	int both, one, none; /* what poll shows while both live, one of them, and none */
};

static int child_under_listener(void *data)
{
	return word_taken(((struct listened *)data)->stop_child) ? 0 : NO_WORD;
}

/* It shares its file descriptors with the one that polls. */
static int install_listener(void *data)
{
	struct listened *listened = data;
	struct kit_filter filter;
	struct born born;

	listened->listener = (int)kit_install_flags(SECCOMP_FILTER_FLAG_NEW_LISTENER,
						    kit_always(&filter, SECCOMP_RET_ALLOW));
	if (listened->listener < 0)
		return CANNOT_INSTALL;
	if (birth_start(&born, &births[0], child_under_listener, listened))
		return NO_TASK;
	return word_given(listened->ready) && word_taken(listened->stop_installer) ? 0 : NO_WORD;
}

static int polled(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	return poll(&one, 1, 0) < 0 ? -1 : one.revents;
}

/* Who is born so opens descriptors for whoever made it. */
static const struct birth with_its_files = { "clone(CLONE_FILES)", BY_SYSCALL,
					     CLONE_FILES | SIGCHLD };

static int listen_to_the_end(void *data)
{
	struct listened *listened = data;
	struct born installer;
	int status;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) || pipe(listened->ready) ||
	    pipe(listened->stop_installer) || pipe(listened->stop_child) ||
	    birth_start(&installer, &with_its_files, install_listener, listened))
		return NO_TASK;
	if (!word_taken(listened->ready))
		return NO_WORD;
	listened->both = polled(listened->listener);
	if (!word_given(listened->stop_installer) || birth_end(&installer))
		return NO_WORD;
	listened->one = polled(listened->listener);
	if (!word_given(listened->stop_child) || wait(&status) < 0 || status)
		return NO_WORD;
	listened->none = polled(listened->listener);
	return 0;
}

SC_TEST(filter_ends_with_its_last_task,
	.doc = "A filter is released when the last task that has it is gone, be it the one that "
	       "installed it or an heir: its listener hangs up then, and not before",
	.needs = { F_flag_new_listener, F_nnp, F_proc_filters }, .covers = { F_flag_new_listener },
	.behaviours = { 117 })
{
	struct listened listened = { .both = -1, .one = -1, .none = -1 };

	ASSERT_LIVED(kit_end(kit_ask(listen_to_the_end, &listened, sizeof(listened))), "clone");
	EXPECT_EQ(0, listened.both);
	EXPECT_EQ(0, listened.one);
	EXPECT_EQ(POLLHUP, listened.none);
}

/* The worker has the listener's filter by birth, and gets another by TSYNC. */
static int install_for_two(void *data)
{
	struct listened *listened = data;
	struct kit_filter filter, other;
	struct worker worker;

	listened->listener = (int)kit_install_flags(SECCOMP_FILTER_FLAG_NEW_LISTENER,
						    kit_always(&filter, SECCOMP_RET_ALLOW));
	if (listened->listener < 0)
		return CANNOT_INSTALL;
	if (worker_start(&worker))
		return NO_TASK;
	if (kit_install_flags(SECCOMP_FILTER_FLAG_TSYNC, kit_always(&other, SECCOMP_RET_ALLOW)))
		return CANNOT_INSTALL;
	listened->both = polled(listened->listener);
	worker_stop(&worker);
	listened->one = polled(listened->listener);
	return 0;
}

static int listen_below_tsync(void *data)
{
	struct listened *listened = data;
	int end = birth_run(&with_its_files, install_for_two, listened);

	listened->none = polled(listened->listener);
	return end;
}

SC_TEST(filter_ends_below_tsync,
	.doc = "A filter below one that came by TSYNC is released with the last task as well, and "
	       "its listener hangs up",
	.needs = { F_flag_new_listener, F_flag_tsync, F_nnp, F_proc_filters },
	.covers = { F_flag_tsync }, .behaviours = { 117 })
{
	struct listened listened = { .both = -1, .one = -1, .none = -1 };

	ASSERT_LIVED(kit_end(kit_ask(listen_below_tsync, &listened, sizeof(listened))), "clone");
	EXPECT_EQ(0, listened.both);
	EXPECT_EQ(0, listened.one);
	EXPECT_EQ(POLLHUP, listened.none);
}

/* --- strict mode ----------------------------------------------------------------------------- */

struct strict_parent {
	const struct birth *way;
	bool strict;
	int end;	   /* of who tried */
	bool tried, lived; /* it got so far; a child did something */
	bool left;	   /* a child is left behind, dead or alive */
};

static int strict_child(void *data)
{
	((struct strict_parent *)data)->lived = true;
	syscall(SYS_exit, 0);
	return 0;
}

static int try_in_strict(void *data)
{
	struct strict_parent *it = data;
	struct born born;

	it->tried = true;
	if (it->strict && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		return NO_TASK;
	birth_start(&born, it->way, strict_child, it);
	syscall(SYS_exit, 0);
	return 0;
}

/* Whatever there is of children falls to this process when their maker is dead. */
static int watch_strict(void *data)
{
	struct strict_parent *it = data;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		return NO_TASK;
	it->end = birth_run(&births[0], try_in_strict, it);
	it->left = waitpid(-1, NULL, __WALL) > 0;
	return 0;
}

SC_TEST(strict_mode_has_no_heirs,
	.doc = "A task in strict mode makes no other: it dies by SIGKILL in the attempt, and "
	       "nothing is born",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2, 114 })
{
	for_each_birth(way)
	{
		struct strict_parent it = { .way = way, .strict = true };

		/* A thread and a stack need memory first, which is a death of another kind. */
		if (way->by == BY_THREAD || way->by == BY_CLONE)
			continue;
		ASSERT_LIVED(kit_end(kit_ask(watch_strict, &it, sizeof(it))), way->name);
		EXPECT_EQ(kit_killed(SIGKILL), it.end) TH_LOG("%s", way->name);
		EXPECT_TRUE(it.tried);
		EXPECT_FALSE(it.lived) TH_LOG("%s", way->name);
		EXPECT_FALSE(it.left) TH_LOG("%s", way->name);

		/* The same is seen to be born where the mode is another one. */
		it = (struct strict_parent){ .way = way };
		ASSERT_LIVED(kit_end(kit_ask(watch_strict, &it, sizeof(it))), way->name);
		EXPECT_EQ(kit_exited(0), it.end) TH_LOG("%s", way->name);
		EXPECT_TRUE(it.lived) TH_LOG("%s", way->name);
		EXPECT_TRUE(it.left) TH_LOG("%s", way->name);
	}
}

TEST_HARNESS_MAIN
