/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A filter for all threads, SECCOMP_FILTER_FLAG_TSYNC: whom it reaches, whom it does not, and what
 * is refused (behaviours 63 to 66 and 70). tsync_life.c has threads that come, go, sleep and race.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-letters.h"
#include "selftests/glue/kit-threads.h"

#define TSYNC	     SECCOMP_FILTER_FLAG_TSYNC
#define TSYNC_ESRCH  SECCOMP_FILTER_FLAG_TSYNC_ESRCH
#define NEW_LISTENER SECCOMP_FILTER_FLAG_NEW_LISTENER

enum { LEADER, FIRST, SECOND, THREADS };

/* A process of three threads: what they have at first, what one does, what all have afterwards. */
struct scene {
	int common;	  /* filters that the leader had before there were the others */
	int own[THREADS]; /* filters that one installs for itself alone */
	bool keep_privs;  /* NNP is left alone; needs privileges, then */
	int caller;
	unsigned int flags;
	/* and what came of it */
	pid_t tid[THREADS];
	long ret;
	int err;
	int free_fd[2];	      /* the lowest free descriptor before and after */
	long counts[THREADS]; /* Seccomp_filters afterwards */
	struct look before[THREADS], after[THREADS];
	struct worker worker[THREADS];
};

struct order {
	struct scene *scene;
	int thread;
};

static long install(const struct scene *scene, unsigned int flags, int letter)
{
	struct kit_filter filter;
	const struct sock_fprog *prog = letter_filter(&filter, letter);

	if (!flags)
		return scene->keep_privs ? kit_install_only(prog) : kit_install(prog);
	if (scene->keep_privs)
		return kit_seccomp(SECCOMP_SET_MODE_FILTER, flags, (void *)prog);
	return kit_install_flags(flags, prog);
}

static long install_all(const struct scene *scene, int letters)
{
	for (int letter = A; letter <= C; letter <<= 1)
		if ((letters & letter) && install(scene, 0, letter))
			return -1;
	return 0;
}

static long install_own(void *data)
{
	const struct order *order = data;

	return install_all(order->scene, order->scene->own[order->thread]);
}

static long call_tsync(void *data)
{
	struct scene *scene = ((struct order *)data)->scene;

	scene->free_fd[0] = kit_free_fd();
	errno = 0;
	scene->ret = install(scene, scene->flags, C);
	scene->err = errno;
	scene->free_fd[1] = kit_free_fd();
	return 0;
}

static long in_thread(struct scene *scene, int thread, long (*fn)(void *data), void *data)
{
	if (thread == LEADER)
		return fn(data);
	return worker_do(&scene->worker[thread], fn, data);
}

/* Statuses of a scene that did not come to its end. */
enum { CANNOT_INSTALL = 101, NO_THREAD, NO_NAMESPACE, STILL_PRIVILEGED };

static int run_scene(void *data)
{
	struct scene *scene = data;
	struct order order = { .scene = scene };

	if (install_all(scene, scene->common))
		return CANNOT_INSTALL;
	scene->tid[LEADER] = getpid();
	for (int i = FIRST; i < THREADS; i++) {
		if (worker_start(&scene->worker[i]))
			return NO_THREAD;
		scene->tid[i] = scene->worker[i].tid;
	}
	for (order.thread = LEADER; order.thread < THREADS; order.thread++) {
		if (in_thread(scene, order.thread, install_own, &order))
			return CANNOT_INSTALL;
		in_thread(scene, order.thread, look, &scene->before[order.thread]);
	}
	in_thread(scene, scene->caller, call_tsync, &order);
	for (int i = LEADER; i < THREADS; i++) {
		scene->counts[i] = kit_status(scene->tid[i], "Seccomp_filters");
		in_thread(scene, i, look, &scene->after[i]);
	}
	return 0;
}

/* The scene was played to its end. */
#define PLAY(scene) PLAYED(kit_ask(run_scene, (scene), sizeof(*(scene))))
#define PLAYED(end)                                                                        \
	do {                                                                               \
		int end_ = kit_end(end);                                                   \
		BROKE_UNLESS(end_<NO_THREAD || end_> STILL_PRIVILEGED, "status %d", end_); \
		ASSERT_EQ(kit_exited(0), end_);                                            \
	} while (0)

#define EXPECT_ALL(text_, looks)                                \
	do {                                                    \
		for (int i_ = LEADER; i_ < THREADS; i_++) {     \
			EXPECT_STREQ(text_, (looks)[i_].text)   \
			TH_LOG("thread %d of %d", i_, THREADS); \
		}                                               \
	} while (0)

/* Nothing changed, but for NNP, which the caller set for itself before it called. */
#define EXPECT_UNCHANGED(scene)                                                           \
	do {                                                                              \
		for (int i_ = LEADER; i_ < THREADS; i_++) {                               \
			if (i_ == (scene)->caller)                                        \
				(scene)->before[i_].text[2] = (scene)->after[i_].text[2]; \
			EXPECT_STREQ((scene)->before[i_].text, (scene)->after[i_].text)   \
			TH_LOG("thread %d of %d", i_, THREADS);                           \
		}                                                                         \
	} while (0)

SC_TEST(first_filter_of_single_thread,
	.doc = "TSYNC installs the first filter of a process without other threads",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63 })
{
	struct kit_filter filter;
	struct look seen;

	EXPECT_EQ(0, kit_install_flags(TSYNC, letter_filter(&filter, A)));
	look(&seen);
	EXPECT_STREQ("2 1 A--", seen.text);
	EXPECT_EQ(0, kit_install_flags(TSYNC, letter_filter(&filter, C)));
	look(&seen);
	EXPECT_STREQ("2 1 A-C", seen.text);
}

SC_TEST(reaches_siblings_without_filter,
	.doc = "TSYNC gives mode, NNP and filter to threads that had none",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63, 65 },
	.requires = NEED_NO_NNP)
{
	struct scene scene = { .flags = TSYNC };

	PLAY(&scene);
	EXPECT_ALL("0 0 ---", scene.before);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_ALL("2 1 --C", scene.after);
}

SC_TEST(reaches_leader_from_thread, .doc = "TSYNC called by another thread reaches the leader",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63, 65 },
	.requires = NEED_NO_NNP)
{
	struct scene scene = { .flags = TSYNC, .caller = SECOND };

	PLAY(&scene);
	EXPECT_ALL("0 0 ---", scene.before);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_ALL("2 1 --C", scene.after);
}

SC_TEST(common_ancestor, .doc = "TSYNC reaches threads that share the caller's filters",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63 })
{
	struct scene scene = { .common = A, .flags = TSYNC };

	PLAY(&scene);
	EXPECT_ALL("2 1 A--", scene.before);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_ALL("2 1 A-C", scene.after);
}

SC_TEST(siblings_behind_caller,
	.doc = "threads that lack some of the caller's filters get these too",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 63 },
	.requires = NEED_NO_NNP)
{
	static const struct {
		int common, own;
	} cases[] = { { 0, A | B }, { 0, B }, { A, B } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int caller = LEADER; caller <= FIRST; caller++) {
			struct scene scene = { .common = cases[i].common, .flags = TSYNC };

			scene.caller = caller;
			scene.own[caller] = cases[i].own;
			PLAY(&scene);
			EXPECT_EQ(0, scene.ret) TH_LOG("case %zu: errno %d", i, scene.err);
			EXPECT_STREQ(cases[i].common ? "2 1 A--" : "0 0 ---",
				     scene.before[SECOND].text);
			EXPECT_ALL(i == 1 ? "2 1 -BC" : "2 1 ABC", scene.after);
		}
}

SC_TEST(without_flag_caller_alone,
	.doc = "without TSYNC a filter is the caller's alone, whoever the caller is",
	.behaviours = { 63 }, .varies = VARY(DIM_ROUTE), .requires = NEED_NO_NNP)
{
	struct scene scene = { .common = A };

	PLAY(&scene);
	EXPECT_EQ(0, scene.ret);
	EXPECT_STREQ("2 1 A-C", scene.after[LEADER].text);
	EXPECT_STREQ("2 1 A--", scene.after[FIRST].text);
	EXPECT_STREQ("2 1 A--", scene.after[SECOND].text);

	scene = (struct scene){ .caller = FIRST };
	PLAY(&scene);
	EXPECT_EQ(0, scene.ret);
	EXPECT_STREQ("0 0 ---", scene.after[LEADER].text);
	EXPECT_STREQ("2 1 --C", scene.after[FIRST].text);
	EXPECT_STREQ("0 0 ---", scene.after[SECOND].text);
}

SC_TEST(esrch_alone_is_caller_alone, .doc = "TSYNC_ESRCH without TSYNC synchronises nothing",
	.needs = { F_flag_tsync_esrch }, .covers = { F_flag_tsync_esrch }, .behaviours = { 64 },
	.requires = NEED_NO_NNP)
{
	struct scene scene = { .flags = TSYNC_ESRCH, .own = { [SECOND] = B } };

	PLAY(&scene);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_STREQ("2 1 --C", scene.after[LEADER].text);
	EXPECT_STREQ("0 0 ---", scene.after[FIRST].text);
	EXPECT_STREQ("2 1 -B-", scene.after[SECOND].text);
}

SC_TEST(esrch_with_success, .doc = "TSYNC_ESRCH changes nothing where TSYNC succeeds",
	.needs = { F_flag_tsync_esrch }, .covers = { F_flag_tsync_esrch }, .behaviours = { 63, 64 })
{
	struct scene scene = { .common = A, .flags = TSYNC | TSYNC_ESRCH };

	PLAY(&scene);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_ALL("2 1 A-C", scene.after);
}

/* Who stands apart, before which caller. */
static const struct divergence {
	int common, own[THREADS], caller, apart;
} divergences[] = {
	{ .own = { [FIRST] = B }, .apart = FIRST },
	{ .own = { [SECOND] = B }, .apart = SECOND },
	/* behind the same filter as the caller, and ahead of it */
	{ .common = A, .own = { [SECOND] = B }, .apart = SECOND },
	/* the same filters, but installed twice */
	{ .own = { [LEADER] = B, [FIRST] = B }, .apart = FIRST },
	{ .common = A, .own = { [LEADER] = B, [SECOND] = B }, .apart = SECOND },
	/* it is the leader that stands apart */
	{ .own = { [LEADER] = B }, .caller = FIRST, .apart = LEADER },
	{ .common = A, .own = { [LEADER] = B, [SECOND] = C }, .caller = SECOND, .apart = LEADER },
};
#define DIVERGENCES (sizeof(divergences) / sizeof(divergences[0]))

static struct scene diverged_scene(const struct divergence *d, unsigned int flags)
{
	struct scene scene = { .common = d->common, .caller = d->caller, .flags = flags };

	memcpy(scene.own, d->own, sizeof(scene.own));
	return scene;
}

SC_TEST(diverged_sibling_is_named,
	.doc = "TSYNC returns the TID of a thread with filters of its own, and changes no thread",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 64 })
{
	for (size_t i = 0; i < DIVERGENCES; i++) {
		struct scene scene = diverged_scene(&divergences[i], TSYNC);

		PLAY(&scene);
		EXPECT_EQ(scene.tid[divergences[i].apart], scene.ret)
		TH_LOG("divergence %zu: errno %d", i, scene.err);
		EXPECT_UNCHANGED(&scene);
	}
}

SC_TEST(diverged_sibling_esrch,
	.doc = "with TSYNC_ESRCH a thread with filters of its own is ESRCH, and no thread changes",
	.needs = { F_flag_tsync_esrch }, .covers = { F_flag_tsync_esrch }, .behaviours = { 64 })
{
	for (size_t i = 0; i < DIVERGENCES; i++) {
		struct scene scene = diverged_scene(&divergences[i], TSYNC | TSYNC_ESRCH);

		PLAY(&scene);
		EXPECT_EQ(-1, scene.ret) TH_LOG("divergence %zu", i);
		EXPECT_EQ(ESRCH, scene.err) TH_LOG("divergence %zu", i);
		EXPECT_UNCHANGED(&scene);
	}
}

SC_TEST(two_diverged_siblings,
	.doc = "of several threads with filters of their own TSYNC names one",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 64 })
{
	struct scene scene = { .own = { [FIRST] = A, [SECOND] = B }, .flags = TSYNC };

	PLAY(&scene);
	EXPECT_TRUE(scene.ret == scene.tid[FIRST] || scene.ret == scene.tid[SECOND])
	TH_LOG("returned %ld, not %d or %d", scene.ret, scene.tid[FIRST], scene.tid[SECOND]);
	EXPECT_UNCHANGED(&scene);
}

SC_TEST(nnp_not_invented, .doc = "a caller without NNP gives none to the other threads",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 65 },
	.requires = NEED_NO_NNP | NEED_ROOT)
{
	struct scene scene = { .common = A, .flags = TSYNC, .keep_privs = true };

	PLAY(&scene);
	EXPECT_ALL("2 0 A--", scene.before);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_ALL("2 0 A-C", scene.after);
}

/* Filters first, which takes privileges; then NNP in the caller. */
static int nnp_late(void *data)
{
	struct scene *scene = data;
	struct order order = { .scene = scene };

	scene->keep_privs = true;
	if (worker_start(&scene->worker[SECOND]))
		return NO_THREAD;
	if (install_all(scene, scene->common))
		return CANNOT_INSTALL;
	if (worker_start(&scene->worker[FIRST]))
		return NO_THREAD;
	worker_do(&scene->worker[FIRST], look, &scene->before[FIRST]);
	scene->keep_privs = false;
	call_tsync(&order);
	worker_do(&scene->worker[FIRST], look, &scene->after[FIRST]);
	worker_do(&scene->worker[SECOND], look, &scene->after[SECOND]);
	return 0;
}

SC_TEST(nnp_reaches_filtered_sibling,
	.doc = "a thread that is under the caller's filters already gets NNP too (4.6)",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .fixes = { FIX_tsync_nnp },
	.behaviours = { 65 }, .requires = NEED_NO_NNP | NEED_ROOT)
{
	struct scene scene = { .common = A, .flags = TSYNC };

	PLAYED(kit_ask(nnp_late, &scene, sizeof(scene)));
	EXPECT_STREQ("2 0 A--", scene.before[FIRST].text);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_STREQ("2 1 A-C", scene.after[FIRST].text);
	EXPECT_STREQ("2 1 A-C", scene.after[SECOND].text);
}

SC_TEST(counts_equal,
	.doc = "afterwards Seccomp_filters is the same in all threads, and right (5.14)",
	.needs = { F_flag_tsync, F_proc_filters }, .covers = { F_proc_filters },
	.fixes = { FIX_tsync_filter_count }, .behaviours = { 66 })
{
	struct scene scene = { .common = A, .own = { [LEADER] = A | B }, .flags = TSYNC };

	PLAY(&scene);
	EXPECT_EQ(0, scene.ret) TH_LOG("errno %d", scene.err);
	for (int i = LEADER; i < THREADS; i++) {
		EXPECT_EQ(4, scene.counts[i]) TH_LOG("thread %d", i);
	}

	/* and unchanged where it failed */
	scene = (struct scene){ .common = A, .own = { [SECOND] = A | B }, .flags = TSYNC };
	PLAY(&scene);
	EXPECT_EQ(scene.tid[SECOND], scene.ret);
	EXPECT_EQ(1, scene.counts[LEADER]);
	EXPECT_EQ(1, scene.counts[FIRST]);
	EXPECT_EQ(3, scene.counts[SECOND]);
}

/*
 * As the first process of a namespace, where numbers are others than outside. A kernel without pid
 * namespaces plays the scene outside.
 */
static int scene_in_namespace(void *data)
{
	struct scene *scene = data;
	pid_t pid;
	int status;

	if (unshare(CLONE_NEWPID))
		return errno == EINVAL ? run_scene(scene) : NO_NAMESPACE;
	pid = fork();
	if (pid == 0)
		_exit(getpid() == 1 ? run_scene(scene) : NO_NAMESPACE);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return NO_NAMESPACE;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

SC_TEST(tid_of_own_namespace,
	.doc = "the TID that TSYNC returns is the one of the caller's pid namespace",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 64 },
	.requires = NEED_ROOT)
{
	struct scene scene = { .own = { [SECOND] = B }, .flags = TSYNC };

	PLAYED(kit_ask(scene_in_namespace, &scene, sizeof(scene)));
	EXPECT_EQ(scene.tid[SECOND], scene.ret);
	EXPECT_UNCHANGED(&scene);
}

/* --- what is refused --- */

struct refusal {
	unsigned int flags;
	const void *prog;
	int expected;
};

struct refused {
	struct refusal how;
	int err;
	long ret;
	struct look leader, sibling;
};

static int refused_beside_sibling(void *data)
{
	struct refused *r = data;
	struct worker worker;

	if (worker_start(&worker))
		return 1;
	errno = 0;
	r->ret = kit_install_flags(r->how.flags, r->how.prog);
	r->err = errno;
	look(&r->leader);
	worker_do(&worker, look, &r->sibling);
	return 0;
}

SC_TEST(refused_changes_nothing,
	.doc = "bad flags, programs and pointers beside TSYNC have errnos of their own; no thread "
	       "changes",
	.needs = { F_flag_tsync, F_flag_tsync_esrch, F_flag_combo_tsync_listener },
	.covers = { F_flag_tsync, F_flag_combo_tsync_listener }, .behaviours = { 13, 19, 70 },
	.requires = NEED_NO_NNP)
{
	struct sock_filter no_return = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0);
	struct sock_fprog bad = { .len = 1, .filter = &no_return };
	struct sock_fprog empty = { .len = 0, .filter = &no_return };
	struct kit_filter filter;
	const struct sock_fprog *good = letter_filter(&filter, C);
	const struct refusal cases[] = {
		{ TSYNC | NEW_LISTENER, good, EINVAL },
		{ TSYNC | NEW_LISTENER, NULL, EINVAL },
		{ TSYNC | NEW_LISTENER | SECCOMP_FILTER_FLAG_LOG, good, EINVAL },
		{ TSYNC | 1U << 31, good, EINVAL },
		{ TSYNC | TSYNC_ESRCH | 1U << 30, good, EINVAL },
		{ TSYNC, NULL, EFAULT },
		{ TSYNC | TSYNC_ESRCH, NULL, EFAULT },
		{ TSYNC | TSYNC_ESRCH | NEW_LISTENER, NULL, EFAULT },
		{ TSYNC, &bad, EINVAL },
		{ TSYNC, &empty, EINVAL },
		{ TSYNC | TSYNC_ESRCH | NEW_LISTENER, &bad, EINVAL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct refused r = { .how = cases[i] };

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(refused_beside_sibling, &r, sizeof(r))));
		EXPECT_EQ(-1, r.ret) TH_LOG("case %zu", i);
		EXPECT_EQ(cases[i].expected, r.err) TH_LOG("case %zu", i);
		EXPECT_STREQ("0 1 ---", r.leader.text) TH_LOG("case %zu", i);
		EXPECT_STREQ("0 0 ---", r.sibling.text) TH_LOG("case %zu", i);
	}
}

static int unprivileged(void *data)
{
	struct scene *scene = data;

	if (kit_drop_privileges())
		return STILL_PRIVILEGED;
	scene->keep_privs = true;
	return run_scene(scene);
}

SC_TEST(needs_nnp_or_privilege,
	.doc = "TSYNC without NNP and without CAP_SYS_ADMIN is EACCES, and no thread changes",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync, F_filter_priv }, .behaviours = { 11 },
	.requires = NEED_NO_NNP | NEED_UNPRIVILEGED)
{
	struct scene scene = { .flags = TSYNC };

	PLAYED(kit_ask(unprivileged, &scene, sizeof(scene)));
	EXPECT_EQ(-1, scene.ret);
	EXPECT_EQ(EACCES, scene.err);
	EXPECT_ALL("0 0 ---", scene.after);
}

/* --- with a listener --- */

SC_TEST(listener_and_esrch,
	.doc = "TSYNC with NEW_LISTENER and TSYNC_ESRCH returns a descriptor and reaches all "
	       "threads",
	.needs = { F_flag_combo_tsync_listener }, .covers = { F_flag_combo_tsync_listener },
	.behaviours = { 70 }, .requires = NEED_NO_NNP)
{
	struct scene scene = { .common = A, .flags = TSYNC | NEW_LISTENER | TSYNC_ESRCH };

	PLAY(&scene);
	EXPECT_EQ(scene.free_fd[0], scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_NE(scene.free_fd[0], scene.free_fd[1]);
	EXPECT_ALL("2 1 A-C", scene.after);

	/* TSYNC_ESRCH does not need TSYNC for it */
	scene = (struct scene){ .own = { [FIRST] = B }, .flags = NEW_LISTENER | TSYNC_ESRCH };
	PLAY(&scene);
	EXPECT_EQ(scene.free_fd[0], scene.ret) TH_LOG("errno %d", scene.err);
	EXPECT_STREQ("2 1 --C", scene.after[LEADER].text);
	EXPECT_STREQ("2 1 -B-", scene.after[FIRST].text);
	EXPECT_STREQ("0 0 ---", scene.after[SECOND].text);
}

SC_TEST(listener_of_diverged_is_closed,
	.doc = "a listener that TSYNC could not install is ESRCH, and its descriptor is free again",
	.needs = { F_flag_combo_tsync_listener },
	.covers = { F_flag_combo_tsync_listener, F_flag_tsync_esrch }, .behaviours = { 64, 70 })
{
	struct scene scene = { .own = { [FIRST] = B },
			       .flags = TSYNC | NEW_LISTENER | TSYNC_ESRCH };

	PLAY(&scene);
	EXPECT_EQ(-1, scene.ret);
	EXPECT_EQ(ESRCH, scene.err);
	EXPECT_EQ(scene.free_fd[0], scene.free_fd[1]);
	EXPECT_UNCHANGED(&scene);
}

struct second_listener {
	long first, plain, synced, filter;
	int plain_errno, synced_errno, free_fd[2];
	struct look sibling, leader;
};

static int listen_twice(void *data)
{
	struct second_listener *s = data;
	struct kit_filter filter;
	struct worker worker;

	if (worker_start(&worker))
		return 1;
	s->first = kit_install_flags(NEW_LISTENER, letter_filter(&filter, A));
	s->free_fd[0] = kit_free_fd();
	s->plain = kit_install_flags(NEW_LISTENER, letter_filter(&filter, B));
	s->plain_errno = errno;
	s->synced =
		kit_install_flags(TSYNC | NEW_LISTENER | TSYNC_ESRCH, letter_filter(&filter, B));
	s->synced_errno = errno;
	s->free_fd[1] = kit_free_fd();
	look(&s->leader);
	worker_do(&worker, look, &s->sibling);
	if (strcmp(s->sibling.text, "0 0 ---"))
		return 2;
	/* a filter without a listener is no problem */
	s->filter = kit_install_flags(TSYNC, letter_filter(&filter, C));
	worker_do(&worker, look, &s->sibling);
	return 0;
}

SC_TEST(second_listener_is_busy,
	.doc = "under a listener, TSYNC with another one is EBUSY, and without one reaches all "
	       "threads",
	.needs = { F_flag_combo_tsync_listener },
	.covers = { F_flag_combo_tsync_listener, F_flag_new_listener }, .behaviours = { 70, 82 },
	.requires = NEED_NO_NNP)
{
	struct second_listener s = { 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(listen_twice, &s, sizeof(s))));
	EXPECT_LE(0, s.first);
	EXPECT_EQ(-1, s.plain);
	EXPECT_EQ(EBUSY, s.plain_errno);
	EXPECT_EQ(-1, s.synced);
	EXPECT_EQ(EBUSY, s.synced_errno);
	EXPECT_EQ(s.free_fd[0], s.free_fd[1]);
	EXPECT_STREQ("2 1 A--", s.leader.text);
	EXPECT_EQ(0, s.filter);
	EXPECT_STREQ("2 1 A-C", s.sibling.text);
}

TEST_HARNESS_MAIN
