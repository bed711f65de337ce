/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tasks whose filters part ways, and the end of them all (behaviours 116, 117 and 120): each
 * filter refers to the one before it, and is freed when nothing refers to it.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <poll.h>

#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-layers.h"

/* --- filters that part ways ------------------------------------------------------------------- */

/* Each task has two children, with a layer each of their own: of generation g, layer 2g or 2g + 1.
 */
#define GENERATIONS 4
#define TASKS	    (2 + 4 + 8 + 16)

struct node {
	unsigned int generation;
	uint64_t layers; /* it is to have: its ancestors' and its own */
	struct tree *tree;
};

struct tree {
	bool leaves_first; /* they end in that order; else the parents do */
	unsigned int right, wrong;
	struct sight root, odd; /* and one that was wrong */
	uint64_t odd_layers;
};

static int grow(void *data);

static void count_node(const struct node *node)
{
	struct sight is, is_to_be = sight_with_layers(node->tree->root, node->layers);

	sight_take(&is);
	if (sight_equal(&is_to_be, &is)) {
		__atomic_add_fetch(&node->tree->right, 1, __ATOMIC_SEQ_CST);
		return;
	}
	node->tree->odd = is;
	node->tree->odd_layers = node->layers;
	__atomic_add_fetch(&node->tree->wrong, 1, __ATOMIC_SEQ_CST);
}

/* Two processes that grow further; waits for them if it is to outlive them. */
static int have_children(const struct node *parent)
{
	int status;

	for (unsigned int side = 0; side < 2; side++) {
		unsigned int layer = 2 * parent->generation + side;
		struct node child = { .generation = parent->generation + 1,
				      .layers = parent->layers | 1ull << layer,
				      .tree = parent->tree };
		pid_t pid = fork();

		if (pid == 0)
			_exit(layer_install(layer, false) ? CANNOT_INSTALL : grow(&child));
		if (pid < 0)
			return NO_TASK;
		if (parent->tree->leaves_first && (waitpid(pid, &status, 0) != pid || status))
			return NO_WORD;
	}
	return 0;
}

static int grow(void *data)
{
	const struct node *node = data;

	if (!node->tree->leaves_first)
		count_node(node);
	if (node->generation < GENERATIONS && have_children(node))
		return NO_TASK;
	/* Again, or only now: with what its descendants have installed meanwhile. */
	if (node->tree->leaves_first)
		count_node(node);
	return 0;
}

static int plant(void *data)
{
	struct tree *tree = data;
	struct node root = { .tree = tree };
	int status, end = 0;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return NO_TASK;
	sight_take(&tree->root);
	end = have_children(&root);
	/* Orphans come here, until there are none. */
	while (wait(&status) > 0)
		end = end ?: WEXITSTATUS(status);
	return end;
}

SC_TEST(tree_of_filters,
	.doc = "In a tree of tasks that each install a filter more, every one has its ancestors' "
	       "and its own and no others, whether parents or children end first",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 116, 117, 120 }, .varies = VARY(DIM_ROUTE), .seconds = 10, .slow = true)
{
	for (int leaves_first = 0; leaves_first < 2; leaves_first++) {
		struct tree tree = { .leaves_first = leaves_first };

		ASSERT_LIVED(kit_end(kit_ask(plant, &tree, sizeof(tree))), "fork");
		EXPECT_EQ(0u, tree.wrong)
		{
			TH_LOG("one has %s instead of layers %#llx", sight_text(&tree.odd),
			       (unsigned long long)tree.odd_layers);
		}
		EXPECT_EQ((unsigned int)TASKS, tree.right);
	}
}

/* --- a chain of heirs ------------------------------------------------------------------------- */

struct chain {
	unsigned int depth;
	int hang_up; /* the listener of the oldest filter, when all are gone */
	long filters;
	int listener;
};

/* Each makes the next one and ends; the last one says how many filters it has. */
static int next_in_chain(struct chain *chain, unsigned int depth)
{
	struct kit_filter filter;

	if (kit_install(kit_always(&filter, SECCOMP_RET_ALLOW)))
		return CANNOT_INSTALL;
	if (depth == chain->depth) {
		chain->filters = kit_status(0, "Seccomp_filters");
		return 0;
	}
	switch (fork()) {
	case 0:
		_exit(next_in_chain(chain, depth + 1));
	case -1:
		return NO_TASK;
	}
	return 0;
}

static int head_of_chain(void *data)
{
	struct chain *chain = data;
	struct kit_filter filter;

	chain->listener = (int)kit_install_flags(SECCOMP_FILTER_FLAG_NEW_LISTENER,
						 kit_always(&filter, SECCOMP_RET_ALLOW));
	return chain->listener < 0 ? CANNOT_INSTALL : next_in_chain(chain, 1);
}

static int have_chain(void *data)
{
	static const struct birth way = { "clone(CLONE_FILES)", BY_SYSCALL, CLONE_FILES | SIGCHLD };
	struct pollfd pollfd = { .events = POLLIN };
	struct chain *chain = data;
	int status, end;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		return NO_TASK;
	end = birth_run(&way, head_of_chain, chain);
	while (wait(&status) > 0)
		end = end ?: WEXITSTATUS(status);
	pollfd.fd = chain->listener;
	chain->hang_up = poll(&pollfd, 1, 0) < 0 ? -1 : pollfd.revents;
	return end;
}

SC_TEST(chain_of_heirs,
	.doc = "Of a hundred tasks that each make the next one, with a filter more, and end, the "
	       "last one has all the filters, and all of them are gone with it",
	.needs = { F_flag_new_listener, F_notif_pollhup, F_proc_filters },
	.covers = { F_mode_filter_prctl, F_notif_pollhup }, .behaviours = { 103, 117, 120 },
	.seconds = 10, .slow = true)
{
	struct chain chain = { .depth = 100, .filters = -1, .hang_up = -1 };
	long own = kit_status(0, "Seccomp_filters");

	ASSERT_LIVED(kit_end(kit_ask(have_chain, &chain, sizeof(chain))), "fork");
	EXPECT_EQ(own + 1 + (long)chain.depth, chain.filters);
	EXPECT_EQ(POLLHUP, chain.hang_up);
}

TEST_HARNESS_MAIN
