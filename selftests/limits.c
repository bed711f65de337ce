/* SPDX-License-Identifier: BSD-3-Clause */
/* How much filters there may be, and that all of it is given back (behaviours 117 to 119, 121). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <sys/resource.h>

#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit-layers.h"
#include "selftests/glue/kit-threads.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- programs that allow everything, of any length -------------------------------------------- */

#define LEN_MAX	    4096
#define ITS_OWN	    2 /* instructions of a program beside its padding */
#define PADDING_MAX (LEN_MAX - ITS_OWN)

/*
 * Whatever the kernel makes of a program, and however it hides constants, another one of these
 * paddings is one more instruction: it has neither a constant nor a jump.
 */
static struct sock_fprog padded(unsigned int padding)
{
	static struct sock_filter code[LEN_MAX];

	code[0] = (struct sock_filter)INSN(BPF_LD | BPF_IMM, SECCOMP_RET_ALLOW);
	for (unsigned int i = 1; i <= padding; i++)
		code[i] = (struct sock_filter)INSN(BPF_MISC | BPF_TAX, 0);
	code[padding + 1] = (struct sock_filter)INSN(BPF_RET | BPF_A, 0);
	return (struct sock_fprog){ .len = padding + ITS_OWN, .filter = code };
}

/* An errno, or 0. */
static int install_padded(unsigned int padding)
{
	struct sock_fprog prog = padded(padding);

	return kit_install(&prog) ? errno : 0;
}

static int install_fillers(unsigned int count, unsigned int padding)
{
	int err = 0;

	while (count-- && !err)
		err = install_padded(padding);
	return err;
}

/* --- the limit of a path ---------------------------------------------------------------------- */

/*
 * A filter of padding p is p + a instructions in the kernel, with an a that is the kernel's matter.
 * One more with padding `most` is just taken upon n fillers of padding p if
 *
 *	most + a + n * (p + a + PENALTY) == LIMIT
 *
 * From two numbers of fillers follow a + PENALTY and LIMIT - a, and from those what they add up to.
 */
#define LIMIT	32768
#define PENALTY 4

struct path {
	unsigned int fillers, padding;
	int err;   /* of the fillers */
	int other; /* an errno of the last one that is neither 0 nor ENOMEM */
	unsigned int most;
	bool none; /* not even without padding */
};

struct
try {
	unsigned int padding;
	int err;
};

static int try_one(void *data)
{
	struct try *try = data;

	try->err = install_padded(try->padding);
	return 0;
}

/* In a child, as what is taken stays; so it is also one more task at the end of the same path. */
static int errno_of_one_more(unsigned int padding)
{
	struct try try = { .padding = padding, .err = -1 };

	kit_ask(try_one, &try, sizeof(try));
	return try.err;
}

static int find_most(void *data)
{
	struct path *path = data;
	unsigned int taken = 0, refused = PADDING_MAX + 1;

	path->err = install_fillers(path->fillers, path->padding);
	if (path->err)
		return 0;
	path->none = errno_of_one_more(0) != 0;
	while (refused - taken > 1 && !path->other) {
		unsigned int middle = (taken + refused) / 2;
		int err = errno_of_one_more(middle);

		if (err)
			refused = middle;
		else
			taken = middle;
		if (err && err != ENOMEM)
			path->other = err;
	}
	path->most = taken;
	return 0;
}

/* What LIMIT - a would be if each filler counted so much beside its padding. */
static long left_over(const struct path *path, long counted)
{
	return path->most + path->fillers * (path->padding + counted);
}

SC_TEST(path_limit,
	.doc = "All filters of a task together have at most 32768 instructions, of which each one "
	       "but the newest counts 4 more than it has: 7, 100 and 400 of them leave just the "
	       "room that follows, and one more instruction is ENOMEM",
	.needs = { F_mode_filter_prctl, F_limit_4096, F_limit_path }, .covers = { F_limit_path },
	.behaviours = { 118 }, .seconds = 30)
{
	struct path paths[] = {
		{ .fillers = 7, .padding = PADDING_MAX },
		{ .fillers = 100, .padding = 300 },
		{ .fillers = 400, .padding = 70 },
	};
	long counted;

	for (size_t i = 0; i < COUNT(paths); i++) {
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(find_most, &paths[i], sizeof(paths[i]))));
		ASSERT_EQ(0, paths[i].err);
		ASSERT_FALSE(paths[i].none);
		ASSERT_EQ(0, paths[i].other);
		ASSERT_LT(0u, paths[i].most);
		ASSERT_GT((unsigned int)PADDING_MAX, paths[i].most);
	}
	counted = (left_over(&paths[0], 0) - left_over(&paths[1], 0)) /
		  (long)(paths[1].fillers - paths[0].fillers);
	EXPECT_EQ(LIMIT + PENALTY, left_over(&paths[0], counted) + counted)
	{
		TH_LOG("room for %u, %u, %u; a filler counts %ld beside its padding", paths[0].most,
		       paths[1].most, paths[2].most, counted);
	}
	EXPECT_EQ(left_over(&paths[0], counted), left_over(&paths[1], counted));
	EXPECT_EQ(left_over(&paths[0], counted), left_over(&paths[2], counted));
}

/* --- what does not fit ------------------------------------------------------------------------ */

struct refusal {
	struct sight before, after;
	long result[4];
	int err[4];
	int fd_before, fd_after; /* the lowest free descriptor */
	long worker_filters[2];
	int again; /* errno of a small filter in the room that is left */
};

static long diverge(void *data)
{
	(void)data;
	return layer_install(40, true);
}

static const unsigned int refused_flags[] = {
	0,
	SECCOMP_FILTER_FLAG_NEW_LISTENER,
	SECCOMP_FILTER_FLAG_TSYNC,
	SECCOMP_FILTER_FLAG_LOG,
};

static int be_refused(void *data)
{
	struct sock_fprog long_one = padded(PADDING_MAX);
	struct refusal *refusal = data;
	struct worker worker;

	if (layer_install(0, true) || install_fillers(7, PADDING_MAX) || worker_start(&worker))
		return 1;
	/* So that TSYNC had another reason to fail. */
	if (worker_do(&worker, diverge, NULL))
		return 2;
	refusal->worker_filters[0] = kit_status(worker.tid, "Seccomp_filters");
	refusal->fd_before = kit_free_fd();
	sight_take(&refusal->before);
	for (size_t i = 0; i < COUNT(refused_flags); i++) {
		refusal->result[i] =
			kit_seccomp(SECCOMP_SET_MODE_FILTER, refused_flags[i], &long_one);
		refusal->err[i] = errno;
	}
	sight_take(&refusal->after);
	refusal->fd_after = kit_free_fd();
	refusal->worker_filters[1] = kit_status(worker.tid, "Seccomp_filters");
	worker_stop(&worker);
	refusal->again = install_padded(0);
	return 0;
}

SC_TEST(what_does_not_fit_changes_nothing,
	.doc = "A filter that is too much for the path is ENOMEM with any flag, before a thread "
	       "that "
	       "TSYNC cannot reach is thought of: what is installed goes on as before in every "
	       "thread, no descriptor is left, and what fits is still taken",
	.needs = { F_flag_log, F_flag_new_listener, F_flag_tsync, F_limit_path, F_proc_filters },
	.covers = { F_limit_path }, .behaviours = { 19, 118 })
{
	static struct refusal refusal;

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(be_refused, &refusal, sizeof(refusal))));
	for (size_t i = 0; i < COUNT(refused_flags); i++) {
		EXPECT_EQ(-1, refusal.result[i]) TH_LOG("flags %#x", refused_flags[i]);
		EXPECT_EQ(ENOMEM, refusal.err[i]) TH_LOG("flags %#x", refused_flags[i]);
	}
	EXPECT_SIGHT(&refusal.before, &refusal.after, "after ENOMEM");
	EXPECT_EQ(refusal.fd_before, refusal.fd_after);
	EXPECT_EQ(refusal.worker_filters[0], refusal.worker_filters[1]);
	EXPECT_EQ(0, refusal.again);
}

/* --- very many -------------------------------------------------------------------------------- */

/*
 * No more: Linux 6.18 hangs for good when more than a thousand filters wait to be freed at once, as
 * the JIT's memory is then waited for behind them.
 */
#define MANY 400u

struct many {
	unsigned int count;
	int err;
	long filters;
	struct sight before, after;
};

static int have_many(void *data)
{
	struct many *many = data;

	if (layer_install(0, true))
		return 1;
	sight_take(&many->before);
	many->err = install_fillers(many->count, 0);
	sight_take(&many->after);
	many->filters = kit_status(0, "Seccomp_filters");
	return 0;
}

SC_TEST(hundreds_of_filters,
	.doc = "Hundreds of filters are taken, counted and run, and the oldest one acts",
	.needs = { F_mode_filter_prctl, F_limit_path, F_proc_filters },
	.covers = { F_mode_filter_prctl, F_limit_path }, .behaviours = { 119 }, .seconds = 30)
{
	static struct many many;

	many = (struct many){ .count = kit_rounds(MANY) };
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(have_many, &many, sizeof(many))));
	EXPECT_EQ(0, many.err);
	EXPECT_EQ(many.before.view.filters_line + (long)many.count, many.filters);
	EXPECT_EQ(many.before.layers, many.after.layers);
}

/* --- the memory ------------------------------------------------------------------------------- */

/*
 * Tasks one after another, with as much filter as may be: so much that what other tests of this
 * moment take and give back does not count beside it. In few filters, for the reason above.
 */
#define TASKS	    30
#define PER_TASK    7
#define EXPECTED_KB (TASKS * PER_TASK * (LEN_MAX * (long)sizeof(uint64_t) / 1024))

static int fill_and_end(void *data)
{
	(void)data;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || install_fillers(PER_TASK, PADDING_MAX);
}

/* They are given back some time after a task's end. */
static long used_in_the_end(long enough)
{
	const double end = run_now() + run_scaled_ms(10000) / 1e3;
	long used;

	do {
		sched_yield();
		used = kit_vmalloc_used();
	} while (used > enough && run_now() < end);
	return used;
}

SC_TEST(memory_is_given_back,
	.doc = "The memory of a task's filters is given back after its end: when task after task "
	       "has filled its path, there is no more of it in use than before",
	.needs = { F_mode_filter_prctl, F_nnp, F_limit_4096, F_limit_path },
	.covers = { F_mode_filter_prctl, F_limit_path }, .behaviours = { 117, 119 },
	.requires = NEED_VMALLOC_USED, .seconds = 30)
{
	const long before = kit_vmalloc_used();
	const long enough = before + EXPECTED_KB / 2;
	long used;

	for (int i = 0; i < TASKS; i++)
		ASSERT_EQ(kit_exited(0), kit_end(kit_child(fill_and_end, NULL)));
	used = used_in_the_end(enough);
	EXPECT_GE(enough, used)
	{
		TH_LOG("kB: %ld before, %ld afterwards; the filters were %ld", before, used,
		       EXPECTED_KB);
	}
}

/* --- other limits ----------------------------------------------------------------------------- */

struct unlocked {
	int err;
	struct sight before, after;
};

static int install_unlocked(void *data)
{
	const struct rlimit none = { 0, 0 };
	struct unlocked *unlocked = data;

	if (kit_drop_privileges() || setrlimit(RLIMIT_MEMLOCK, &none) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	sight_take(&unlocked->before);
	unlocked->err = install_padded(PADDING_MAX);
	unlocked->err = unlocked->err ?: layer_install(0, false) ? errno : 0;
	sight_take(&unlocked->after);
	return 0;
}

SC_TEST(filters_are_not_locked_memory,
	.doc = "The longest filter is taken, and another one acts, where RLIMIT_MEMLOCK is 0 and "
	       "no privilege is left",
	.needs = { F_mode_filter_prctl, F_limit_4096 }, .covers = { F_mode_filter_prctl },
	.behaviours = { 12, 121 }, .requires = NEED_UNPRIVILEGED, .varies = VARY(DIM_ROUTE))
{
	struct unlocked unlocked = { .err = -1 };
	struct sight expected;

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(install_unlocked, &unlocked, sizeof(unlocked))));
	EXPECT_EQ(0, unlocked.err);
	expected = sight_with_layers(unlocked.before, 1);
	if (expected.view.filters_line >= 0)
		expected.view.filters_line++;
	EXPECT_SIGHT(&expected, &unlocked.after, "without locked memory");
}

TEST_HARNESS_MAIN
