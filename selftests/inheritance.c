/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who has a task's filters after it: tasks that it makes, however (behaviours 103, 114 and 116).
 * inheritance_end.c has what is left when they are gone, inheritance_exec.c what execve does.
 */
#include "selftests/glue/test.h"

#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/wait.h>

#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-late.h"
#include "selftests/glue/kit-layers.h"
#include "selftests/glue/kit-threads.h"

/* --- three generations ----------------------------------------------------------------------- */

/* What is looked at, in the order of time, and the filters beyond the parent's first ones. */
enum { PARENT, CHILD_BORN, CHILD, GRANDCHILD_BORN, GRANDCHILD, CHILD_AFTER, PARENT_AFTER, MOMENTS };

static const struct moment {
	const char *name;
	unsigned int more;
} moments[MOMENTS] = {
	[PARENT] = { "parent", 0 },
	[CHILD_BORN] = { "child at its birth", 0 },
	[CHILD] = { "child with a filter more", 1 },
	[GRANDCHILD_BORN] = { "grandchild at its birth", 1 },
	[GRANDCHILD] = { "grandchild with a filter more", 2 },
	[CHILD_AFTER] = { "child after the grandchild", 1 },
	[PARENT_AFTER] = { "parent after the child", 0 },
};

/* Child and grandchild of one parent, each made by the one before. */
struct line {
	int end;
	struct sight seen[MOMENTS];
};

struct family_tree {
	unsigned int depth; /* filters of the parent */
	bool nnp;
	struct sight nobody;	   /* before there is a filter */
	struct line lines[BIRTHS]; /* one of each way */
	size_t at;		   /* the line that is made now */
};

static struct sight *moment(struct family_tree *tree, int which)
{
	return &tree->lines[tree->at].seen[which];
}

static int grandchild(void *data)
{
	struct family_tree *tree = data;

	sight_take(moment(tree, GRANDCHILD_BORN));
	if (layer_install(tree->depth + 1, tree->nnp))
		return CANNOT_INSTALL;
	sight_take(moment(tree, GRANDCHILD));
	return 0;
}

static int child(void *data)
{
	struct family_tree *tree = data;
	int end;

	sight_take(moment(tree, CHILD_BORN));
	if (layer_install(tree->depth, tree->nnp))
		return CANNOT_INSTALL;
	sight_take(moment(tree, CHILD));
	end = birth_run(&births[tree->at], grandchild, tree);
	sight_take(moment(tree, CHILD_AFTER));
	return end < 0 ? NO_TASK : end;
}

static int parent(void *data)
{
	struct family_tree *tree = data;

	sight_take(&tree->nobody);
	if (layers_install(0, tree->depth, tree->nnp))
		return CANNOT_INSTALL;
	for (tree->at = 0; tree->at < BIRTHS; tree->at++) {
		struct line *line = &tree->lines[tree->at];

		if (!birth_exists(&births[tree->at]))
			continue;
		sight_take(&line->seen[PARENT]);
		line->end = birth_run(&births[tree->at], child, tree);
		sight_take(&line->seen[PARENT_AFTER]);
	}
	return 0;
}

#define EXPECT_LINE(tree, line, by)                                                             \
	do {                                                                                    \
		struct sight is_, first_ = (tree).nobody;                                       \
		ASSERT_LIVED((line)->end < 0 ? NO_TASK : (line)->end, (by));                    \
		first_ = (tree).nnp ? sight_with_nnp(first_) : first_;                          \
		for (int i_ = 0; i_ < MOMENTS; i_++) {                                          \
			is_ = sight_with_layers(first_,                                         \
						layers_first((tree).depth + moments[i_].more)); \
			EXPECT_SIGHT(&is_, &(line)->seen[i_], "%s by %s, %u at first",          \
				     moments[i_].name, (by), (tree).depth);                     \
		}                                                                               \
	} while (0)

/* Makes them all and compares all that they saw. */
#define EXPECT_GENERATIONS(tree)                                                              \
	do {                                                                                  \
		ASSERT_LIVED(kit_end(run_ask(parent, &(tree), sizeof(tree), 10000)), "fork"); \
		for_each_birth(way_)                                                          \
			EXPECT_LINE((tree), &(tree).lines[way_ - births], way_->name);        \
	} while (0)

SC_TEST(new_tasks_have_all_filters,
	.doc = "A new process or thread has its maker's mode, NNP and all of its filters, and so "
	       "have its own ones; what each of them adds is its own and not its maker's",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 103, 114, 116 }, .varies = VARY(DIM_ROUTE), .seconds = 20)
{
	static const unsigned int depths[] = { 1, 32 };

	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
		static struct family_tree tree;

		tree = (struct family_tree){ .depth = depths[i], .nnp = true };
		EXPECT_GENERATIONS(tree);
	}
}

SC_TEST(new_tasks_get_no_nnp,
	.doc = "Filters that were installed by privilege, without NNP, are inherited without NNP",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 114 }, .requires = NEED_ROOT | NEED_NO_NNP,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK), .seconds = 10)
{
	static struct family_tree tree = { .depth = 2 };

	EXPECT_GENERATIONS(tree);
}

struct namespaced {
	struct sight nobody, maker, made, maker_after;
};

static int take_made_there(void *data)
{
	sight_take(&((struct namespaced *)data)->made);
	return 0;
}

static int make_namespace(void *data)
{
	static const struct birth way = { "clone(CLONE_NEWUSER)", BY_SYSCALL,
					  CLONE_NEWUSER | CLONE_NEWUTS | SIGCHLD };
	struct namespaced *seen = data;
	int end;

	sight_take(&seen->nobody);
	if (layers_install(0, 3, true))
		return CANNOT_INSTALL;
	sight_take(&seen->maker);
	end = birth_run(&way, take_made_there, seen);
	sight_take(&seen->maker_after);
	return end < 0 ? NO_TASK : end;
}

SC_TEST(namespaces_take_no_filter,
	.doc = "The first process of a new user namespace, which has all capabilities in it, is "
	       "under its maker's filters",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 114 }, .requires = NEED_USER_NS, .varies = VARY(DIM_ROUTE))
{
	struct namespaced seen = { 0 };
	struct sight is;

	ASSERT_LIVED(kit_end(kit_ask(make_namespace, &seen, sizeof(seen))), "CLONE_NEWUSER");
	is = sight_with_layers(sight_with_nnp(seen.nobody), layers_first(3));
	EXPECT_SIGHT(&is, &seen.maker, "maker");
	EXPECT_SIGHT(&is, &seen.maker_after, "maker, afterwards");
	/* Who one is changes with the namespace, and nothing else does. */
	EXPECT_NE(0u, seen.made.view.effective[0]);
	EXPECT_EQ(is.layers, seen.made.layers);
	EXPECT_EQ(2, seen.made.view.mode);
	EXPECT_EQ(1, seen.made.view.nnp);
	EXPECT_EQ(is.view.mode_line, seen.made.view.mode_line);
	EXPECT_EQ(is.view.nnp_line, seen.made.view.nnp_line);
	EXPECT_EQ(is.view.filters_line, seen.made.view.filters_line);
}

/* --- of the maker, not of its process -------------------------------------------------------- */

enum { OF_LEADER, OF_THREAD, MAKERS };

/* A process of two threads with a filter each; layer 0 is the leader's, layer 1 the other's. */
struct makers {
	const struct birth *way;
	int maker; /* who makes a task at this moment */
	struct sight nobody, made[MAKERS];
	long ends[MAKERS];
};

static int take_made(void *data)
{
	struct makers *makers = data;

	sight_take(&makers->made[makers->maker]);
	return 0;
}

static long install_first(void *data)
{
	(void)data;
	return layer_install(1, true);
}

static long make_task(void *data)
{
	struct makers *makers = data;

	return birth_run(makers->way, take_made, makers);
}

static int two_makers(void *data)
{
	struct makers *makers = data;
	struct worker worker;

	sight_take(&makers->nobody);
	if (worker_start(&worker))
		return NO_TASK;
	if (worker_do(&worker, install_first, NULL) || layer_install(0, true))
		return CANNOT_INSTALL;
	for (makers->maker = 0; makers->maker < MAKERS; makers->maker++) {
		makers->ends[makers->maker] = makers->maker == OF_LEADER
						      ? make_task(makers)
						      : worker_do(&worker, make_task, makers);
		if (makers->ends[makers->maker])
			return NO_TASK;
	}
	return 0;
}

SC_TEST(filters_of_the_making_thread,
	.doc = "A new process or thread has the filters of the thread that made it, not those of "
	       "the leader of that thread's process",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 114 }, .varies = VARY(DIM_ROUTE), .seconds = 10)
{
	for_each_birth(way)
	{
		struct makers makers = { .way = way };
		struct sight is;

		ASSERT_LIVED(kit_end(kit_ask(two_makers, &makers, sizeof(makers))), way->name);
		for (int i = 0; i < MAKERS; i++) {
			is = sight_with_layers(sight_with_nnp(makers.nobody), 1u << i);
			EXPECT_SIGHT(&is, &makers.made[i], "of the %s by %s",
				     i == OF_LEADER ? "leader" : "other thread", way->name);
		}
	}
}

/* --- nothing later --------------------------------------------------------------------------- */

/* A task that looks when it is told, and installs layer `own` before if it has one (not 0). */
struct sibling {
	unsigned int own;
	int go[2], done[2];
	struct sight sight;
	struct born born;
};

static int sibling_main(void *data)
{
	struct sibling *sibling = data;

	if (!word_taken(sibling->go))
		return NO_WORD;
	if (sibling->own && layer_install(sibling->own, true))
		return CANNOT_INSTALL;
	sight_take(&sibling->sight);
	/* It lives until its maker has seen all. */
	return word_given(sibling->done) && word_taken(sibling->go) ? 0 : NO_WORD;
}

static bool sibling_looks(struct sibling *sibling)
{
	return word_given(sibling->go) && word_taken(sibling->done);
}

struct siblings {
	const struct birth *way;
	struct sight nobody, parent;
	struct sibling adds, idle;
};

/* Layer 0 is of all, layer 1 of the parent alone and later, layer 2 of one child and later. */
static int play_siblings(void *data)
{
	struct siblings *all = data;
	struct sibling *each[] = { &all->adds, &all->idle };

	sight_take(&all->nobody);
	if (layer_install(0, true))
		return CANNOT_INSTALL;
	all->adds.own = 2;
	for (int i = 0; i < 2; i++)
		if (pipe(each[i]->go) || pipe(each[i]->done) ||
		    birth_start(&each[i]->born, all->way, sibling_main, each[i]))
			return NO_TASK;
	if (layer_install(1, true))
		return CANNOT_INSTALL;
	for (int i = 0; i < 2; i++)
		if (!sibling_looks(each[i]))
			return NO_WORD;
	sight_take(&all->parent);
	for (int i = 0; i < 2; i++)
		if (!word_given(each[i]->go) || birth_end(&each[i]->born))
			return NO_WORD;
	return 0;
}

SC_TEST(later_filters_are_ones_own,
	.doc = "What a task installs is not its children's that live already, nor its parent's, "
	       "nor "
	       "its siblings', whatever they share with it",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 116 }, .varies = VARY(DIM_ROUTE), .seconds = 10)
{
	for_each_birth(way)
	{
		struct siblings all = { .way = way };
		struct sight is;

		if (!birth_is_concurrent(way))
			continue;
		ASSERT_LIVED(kit_end(kit_ask(play_siblings, &all, sizeof(all))), way->name);
		is = sight_with_layers(sight_with_nnp(all.nobody), 1 << 0 | 1 << 1);
		EXPECT_SIGHT(&is, &all.parent, "parent, %s", way->name);
		is = sight_with_layers(sight_with_nnp(all.nobody), 1 << 0 | 1 << 2);
		EXPECT_SIGHT(&is, &all.adds.sight, "child that added one, %s", way->name);
		is = sight_with_layers(sight_with_nnp(all.nobody), 1 << 0);
		EXPECT_SIGHT(&is, &all.idle.sight, "idle child, %s", way->name);
	}
}

/* --- a fork that TSYNC overtakes -------------------------------------------------------------- */

/* The child's number, as a descriptor, is told before its filters are copied: it goes to a late
 * page. */
struct overtaken {
	struct late_page late;
	int filtered; /* what TSYNC returned, while the fork waited */
	bool waited;
	struct kit_view child;
};

static long fork_late(void *data)
{
	struct overtaken *it = data;
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)it->late.page,
		.exit_signal = SIGCHLD,
	};
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	int status;

	if (pid == 0) {
		kit_view_self(&it->child);
		_exit(0);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}

static int overtake(void *data)
{
	struct overtaken *it = data;
	struct kit_filter filter;
	struct worker parent;

	if (late_open(&it->late) || worker_start(&parent) || late_begin(&it->late))
		return 1;
	worker_begin(&parent, fork_late, it);
	it->waited = late_awaited(&it->late);
	it->filtered = (int)kit_install_flags(
		SECCOMP_FILTER_FLAG_TSYNC,
		kit_on_syscall(&filter, __NR_getsid, SECCOMP_RET_ERRNO | 77));
	if (late_give(&it->late))
		return 2;
	return worker_finish(&parent) ? 3 : 0;
}

SC_TEST(a_fork_that_tsync_overtakes,
	.doc = "A child whose parent another thread gives a filter while it is being made has that "
	       "filter, NNP, and is asked about its calls",
	.needs = { F_flag_tsync, F_nnp }, .covers = { F_flag_tsync }, .behaviours = { 63, 103 },
	.requires = NEED_LATE_PAGES | NEED_CLONE3)
{
	static struct overtaken it;

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(overtake, &it, sizeof(it))));
	ASSERT_TRUE(it.waited);
	EXPECT_EQ(0, it.filtered);
	EXPECT_EQ(SECCOMP_MODE_FILTER, it.child.mode);
	EXPECT_EQ(1, it.child.nnp);
	EXPECT_EQ(77, it.child.getsid_errno);
}

TEST_HARNESS_MAIN
