/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The descriptor of a listener: how one comes to it, what it is, and what is left when it is closed
 * (behaviours 70, 71, 81, 82 and 88). Whom it may be passed to is notif_supervisors.c's.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "selftests/glue/kit-notif.h"
#include "selftests/glue/kit-threads.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NEW_LISTENER SECCOMP_FILTER_FLAG_NEW_LISTENER

/* A listener for a filter that allows all: the caller's. A descriptor, or a negative errno. */
static long listen_to(unsigned int flags, uint32_t action)
{
	struct kit_filter filter;
	long listener = kit_install_flags(NEW_LISTENER | flags,
					  kit_on_syscall(&filter, __NR_getppid, action));

	return listener < 0 ? -errno : listener;
}

static long listen_again(void *data)
{
	(void)data;
	return listen_to(0, SECCOMP_RET_ALLOW);
}

static long add_filter(void *data)
{
	struct kit_filter filter;

	(void)data;
	return kit_install(kit_always(&filter, SECCOMP_RET_ALLOW));
}

static long ask_free_fd(void *data)
{
	(void)data;
	return kit_free_fd();
}

/* A call of the target's comes to its listener, and an answer back. */
#define ANSWERED(target_)                                                              \
	do {                                                                           \
		struct notif notif_;                                                   \
                                                                                       \
		target_call((target_), __NR_getppid, NULL);                            \
		RECEIVE((target_), &notif_);                                           \
		EXPECT_EQ(0, notif_answer((target_)->listener, notif_.id, 0x7654321)); \
		EXPECT_EQ(0x7654321, target_finish(target_));                          \
	} while (0)

/* It does not: nobody listens. */
#define NOT_ANSWERED(target_)                               \
	do {                                                \
		target_call((target_), __NR_getppid, NULL); \
		EXPECT_EQ(-ENOSYS, target_finish(target_)); \
	} while (0)

/* --- what it is ------------------------------------------------------------------------------ */

SC_TEST(descriptor,
	.doc = "a listener has the lowest free number, is closed by execve, is open to read and "
	       "write and blocks, and /proc calls it seccomp notify",
	.needs = { F_flag_new_listener, F_notif_fd_props },
	.covers = { F_flag_new_listener, F_notif_fd_props }, .behaviours = { 82 },
	.varies = VARY(DIM_RIGHT) | VARY(DIM_TASK))
{
	char path[64], name[64] = "";
	int gap = dup(STDERR_FILENO), above = dup(STDERR_FILENO), listener;

	BROKE_UNLESS(gap >= 0 && above > gap, "no descriptors");
	close(gap);
	listener = (int)listen_to(0, SECCOMP_RET_ALLOW);
	ASSERT_EQ(gap, listener);
	EXPECT_EQ(FD_CLOEXEC, fcntl(listener, F_GETFD));
	EXPECT_EQ(O_RDWR, fcntl(listener, F_GETFL) & (O_ACCMODE | O_NONBLOCK | O_APPEND | O_PATH));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", listener);
	EXPECT_LT(0, readlink(path, name, sizeof(name) - 1));
	EXPECT_STREQ("anon_inode:seccomp notify", name);
	EXPECT_EQ(-1, open(path, O_RDWR | O_CLOEXEC));
}

SC_TEST(descriptor_0, .doc = "a listener may have the number 0, and its filter acts",
	.needs = { F_flag_new_listener, F_act_errno }, .covers = { F_flag_new_listener },
	.behaviours = { 82 })
{
	close(STDIN_FILENO);
	ASSERT_EQ(STDIN_FILENO, listen_to(0, SECCOMP_RET_ERRNO | 7));
	errno = 0;
	EXPECT_EQ(-1, syscall(__NR_getppid));
	EXPECT_EQ(7, errno);
}

SC_TEST(no_file,
	.doc = "a listener is no file: to read and write it is EINVAL, to seek ESPIPE, to map "
	       "ENODEV",
	.needs = { F_flag_new_listener, F_notif_fd_props }, .covers = { F_notif_fd_props },
	.behaviours = { 82 })
{
	int listener = (int)listen_to(0, SECCOMP_RET_ALLOW);
	char byte = 0;

	ASSERT_LE(0, listener);
	EXPECT_EQ(-1, read(listener, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(listener, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, lseek(listener, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ, MAP_SHARED, listener, 0));
	EXPECT_EQ(ENODEV, errno);
}

SC_TEST(with_other_flags,
	.doc = "NEW_LISTENER goes together with LOG, SPEC_ALLOW, TSYNC_ESRCH, and with all of them",
	.needs = { F_flag_new_listener, F_flag_log, F_flag_spec_allow, F_flag_tsync_esrch },
	.covers = { F_flag_new_listener, F_notif_recv }, .behaviours = { 70, 73 })
{
	static const unsigned int flags[] = {
		SECCOMP_FILTER_FLAG_LOG,
		SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		SECCOMP_FILTER_FLAG_TSYNC_ESRCH,
		SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW |
			SECCOMP_FILTER_FLAG_TSYNC_ESRCH | SECCOMP_FILTER_FLAG_TSYNC,
	};

	for (size_t i = 0; i < COUNT(flags); i++) {
		struct target_plan plan = { .flags = flags[i] };
		struct target target;

		START_TARGET(&target, &plan);
		ANSWERED(&target);
		EXPECT_EQ(TARGET_ENDED, target_stop(&target));
		EXPECT_EQ(POLLHUP, notif_events(target.listener));
		target_close(&target);
	}
}

static long use_all_descriptors(void *data)
{
	struct rlimit limit;

	(void)data;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = (rlim_t)kit_free_fd();
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

SC_TEST(no_descriptor_free,
	.doc = "NEW_LISTENER is EMFILE when no descriptor is free, and nothing is installed",
	.needs = { F_flag_new_listener, F_proc_filters }, .covers = { F_flag_new_listener },
	.behaviours = { 19, 82 })
{
	struct target target;
	long filters;

	START_TARGET(&target, NULL);
	target_close(&target);
	filters = kit_status(target.pid, "Seccomp_filters");
	EXPECT_EQ(0, target_do(&target, use_all_descriptors, NULL));
	EXPECT_EQ(-EMFILE, target_do(&target, listen_again, NULL));
	EXPECT_EQ(filters, kit_status(target.pid, "Seccomp_filters"));
}

/* --- there is one ---------------------------------------------------------------------------- */

SC_TEST(one_listener,
	.doc = "NEW_LISTENER is EBUSY for a task under a filter that has a listener, inherited or "
	       "below other filters; nothing is installed, and no descriptor is used",
	.needs = { F_notif_one_listener, F_proc_filters },
	.covers = { F_notif_one_listener, F_flag_new_listener }, .behaviours = { 82 },
	.varies = VARY(DIM_RIGHT) | VARY(DIM_TASK))
{
	struct target tasks[3];

	START_TARGET(&tasks[0], NULL);
	EXPECT_EQ(-EBUSY, target_do(&tasks[0], listen_again, NULL));
	FORK_TARGET(&tasks[1], &tasks[0]);
	THREAD_TARGET(&tasks[2], &tasks[0]);
	EXPECT_EQ(0, target_do(&tasks[1], add_filter, NULL));
	for (int i = 0; i < 3; i++) {
		long filters = kit_status(tasks[i].pid, "Seccomp_filters");
		long number = target_do(&tasks[i], ask_free_fd, NULL);

		EXPECT_EQ(-EBUSY, target_do(&tasks[i], listen_again, NULL));
		EXPECT_EQ(filters, kit_status(tasks[i].pid, "Seccomp_filters"));
		EXPECT_EQ(number, target_do(&tasks[i], ask_free_fd, NULL));
		/* and the first one works as before */
		ANSWERED(&tasks[i]);
	}
}

SC_TEST(beside_one_listener,
	.doc = "a task that does not have the filter may have a listener of its own: a parent "
	       "beside "
	       "its child, two children beside each other",
	.needs = { F_notif_one_listener }, .covers = { F_flag_new_listener }, .behaviours = { 82 })
{
	struct target one, other;

	START_TARGET(&one, NULL);
	START_TARGET(&other, NULL);
	EXPECT_LE(0, listen_to(0, SECCOMP_RET_ALLOW));
	ANSWERED(&one);
	ANSWERED(&other);
	EXPECT_EQ(-EBUSY, listen_to(0, SECCOMP_RET_ALLOW));
}

static struct worker sibling;

static int start_sibling(void *data)
{
	(void)data;
	return worker_start(&sibling);
}

static long sibling_tid(void *data)
{
	(void)data;
	return sibling.tid;
}

static long call_getppid(void *data)
{
	(void)data;
	return syscall(__NR_getppid);
}

static long sibling_calls(void *data)
{
	(void)data;
	return worker_do(&sibling, call_getppid, NULL);
}

SC_TEST(listener_of_all_threads,
	.doc = "a filter that TSYNC gave to other threads brings their calls to its one listener",
	.needs = { F_flag_combo_tsync_listener }, .covers = { F_flag_combo_tsync_listener },
	.behaviours = { 70, 73 })
{
	const struct target_plan plan = {
		.flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH,
		.prepare = start_sibling,
	};
	struct target target;
	struct notif notif;
	long tid;

	START_TARGET(&target, &plan);
	ANSWERED(&target);
	tid = target_do(&target, sibling_tid, NULL);
	EXPECT_NE(target.pid, tid);
	target_begin(&target, sibling_calls, NULL);
	ASSERT_EQ(0, notif_recv(target.listener, &notif));
	EXPECT_EQ(tid, (pid_t)notif.pid);
	EXPECT_EQ(__NR_getppid, notif.data.nr);
	EXPECT_EQ(0, notif_answer(target.listener, notif.id, 99));
	EXPECT_EQ(99, target_finish(&target));
}

/* Two threads that want the one listener of their process. */
struct race {
	atomic_int ready;
	long won[2]; /* what each got */
	long filters[2];
	/* The two lowest free descriptors of before, which both of them need for a moment. */
	int fds[2];
	bool open[2]; /* afterwards */
};

static long race_for_it(void *data)
{
	struct race *race = data;

	race->ready++;
	while (race->ready < 2)
		;
	return listen_to(SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH,
			 SECCOMP_RET_ALLOW);
}

static int run_race(void *data)
{
	struct race *race = data;
	struct worker workers[2];

	for (int i = 0; i < 2; i++)
		if (worker_start(&workers[i]))
			return 1;
	race->fds[0] = dup(STDERR_FILENO);
	race->fds[1] = kit_free_fd();
	close(race->fds[0]);
	for (int i = 0; i < 2; i++)
		worker_begin(&workers[i], race_for_it, race);
	for (int i = 0; i < 2; i++)
		race->won[i] = worker_finish(&workers[i]);
	for (int i = 0; i < 2; i++)
		race->filters[i] = kit_status(workers[i].tid, "Seccomp_filters");
	for (int i = 0; i < 2; i++)
		race->open[i] = fcntl(race->fds[i], F_GETFD) >= 0;
	return 0;
}

SC_TEST(race_for_a_listener,
	.doc = "of two threads that both install a listener for all threads one gets it, and the "
	       "other EBUSY; one filter is installed, and one descriptor is used",
	.needs = { F_flag_combo_tsync_listener, F_notif_one_listener, F_proc_filters },
	.covers = { F_notif_one_listener, F_flag_combo_tsync_listener },
	.fixes = { FIX_dup_listener_race }, .behaviours = { 71 }, .requires = NEED_TWO_CPUS,
	.seconds = 10)
{
	for (unsigned int round = 0; round < kit_rounds(100); round++) {
		struct race race = { 0 };
		int winner;

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(run_race, &race, sizeof(race))));
		winner = race.won[0] < 0;
		ASSERT_LE(0, race.won[winner]) TH_LOG("round %u", round);
		ASSERT_EQ(-EBUSY, race.won[!winner]) TH_LOG("round %u", round);
		EXPECT_EQ(1, race.filters[0]);
		EXPECT_EQ(1, race.filters[1]);
		for (int i = 0; i < 2; i++)
			EXPECT_EQ(race.won[winner] == race.fds[i], race.open[i]);
		EXPECT_TRUE(race.open[0] != race.open[1]);
	}
}

/* --- it is closed ---------------------------------------------------------------------------- */

SC_TEST(close_answers_all,
	.doc = "when the listener is closed, all calls that wait, received or not, are ENOSYS, and "
	       "so is each later one",
	.needs = { F_notif_listener_close }, .covers = { F_notif_listener_close },
	.behaviours = { 81 })
{
	struct target tasks[4];
	struct notif notif;

	START_TARGET(&tasks[0], NULL);
	FORK_TARGET(&tasks[1], &tasks[0]);
	FORK_TARGET(&tasks[2], &tasks[1]);
	THREAD_TARGET(&tasks[3], &tasks[0]);
	for (int i = 0; i < 4; i++) {
		target_call(&tasks[i], __NR_getppid, NULL);
		ASSERT_TRUE(target_asleep(&tasks[i]));
		if (i < 2)
			ASSERT_EQ(0, notif_recv(tasks[0].listener, &notif));
	}
	target_close(&tasks[0]);
	for (int i = 0; i < 4; i++) {
		EXPECT_EQ(-ENOSYS, target_finish(&tasks[i])) TH_LOG("task %d", i);
	}
	for (int i = 0; i < 4; i++)
		NOT_ANSWERED(&tasks[i]);
}

SC_TEST(close_of_one_of_two,
	.doc = "a listener is closed with its last descriptor, not with the first one",
	.needs = { F_notif_listener_close }, .covers = { F_notif_listener_close },
	.behaviours = { 81 })
{
	struct target target;
	struct notif notif;
	int second;

	START_TARGET(&target, NULL);
	second = dup(target.listener);
	BROKE_UNLESS(second >= 0, "no descriptor");
	target_call(&target, __NR_getppid, NULL);
	RECEIVE(&target, &notif);
	target_close(&target);
	EXPECT_TRUE(target_asleep(&target));
	EXPECT_EQ(0, notif_answer(second, notif.id, 4));
	EXPECT_EQ(4, target_finish(&target));
	target_call(&target, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&target));
	close(second);
	EXPECT_EQ(-ENOSYS, target_finish(&target));
}

SC_TEST(close_after_an_answer,
	.doc = "a call that was answered just before the listener is closed has its answer",
	.needs = { F_notif_listener_close, F_notif_continue },
	.covers = { F_notif_listener_close, F_notif_send }, .behaviours = { 81 }, .seconds = 10)
{
	for (int round = 0; round < 20; round++) {
		struct target target;
		struct notif notif;

		START_TARGET(&target, NULL);
		BROKE_UNLESS(target_hold_back(&target), "no way to hold it back");
		target_call(&target, __NR_getppid, NULL);
		RECEIVE(&target, &notif);
		EXPECT_EQ(0, round % 2 ? notif_answer(target.listener, notif.id, 6)
				       : notif_continue(target.listener, notif.id));
		target_close(&target);
		target_let_run(&target);
		EXPECT_EQ(round % 2 ? 6 : getpid(), target_finish(&target));
		EXPECT_EQ(TARGET_ENDED, target_stop(&target));
	}
}

static long listen_and_close(void *data)
{
	long listener = listen_to(0, SECCOMP_RET_ALLOW);

	(void)data;
	if (listener >= 0)
		close((int)listener);
	return listener < 0 ? listener : 0;
}

SC_TEST(close_makes_room,
	.doc = "once its listener is closed, a filter is no hindrance to another listener",
	.needs = { F_notif_one_listener, F_notif_listener_close },
	.covers = { F_notif_one_listener, F_notif_listener_close }, .behaviours = { 81, 82 })
{
	struct target target;

	START_TARGET(&target, NULL);
	EXPECT_EQ(-EBUSY, target_do(&target, listen_and_close, NULL));
	target_close(&target);
	EXPECT_EQ(0, target_do(&target, listen_and_close, NULL));
	EXPECT_EQ(0, target_do(&target, listen_and_close, NULL));
	NOT_ANSWERED(&target);
}

/* --- its flags ------------------------------------------------------------------------------- */

static long set_flags(const struct target *target, unsigned long flags)
{
	/* The argument itself, no pointer. */
	return listener_ioctl(target->listener, NOTIF_SET_FLAGS, (void *)flags);
}

SC_TEST(flags,
	.doc = "SET_FLAGS takes 0 and SYNC_WAKE_UP, any time, and each other bit is EINVAL, alone "
	       "and with it; calls come and go as before (6.6)",
	.needs = { F_notif_setflags, F_notif_sync_wakeup },
	.covers = { F_notif_setflags, F_notif_sync_wakeup }, .behaviours = { 88 })
{
	static const unsigned long sequence[] = { 0, NOTIF_SYNC_WAKE_UP, NOTIF_SYNC_WAKE_UP, 0 };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	for (size_t i = 0; i < COUNT(sequence); i++) {
		target_call(&target, __NR_getppid, NULL);
		ASSERT_TRUE(target_asleep(&target));
		EXPECT_EQ(0, set_flags(&target, sequence[i]));
		for (unsigned int bit = 1; bit < 8 * sizeof(long); bit++) {
			EXPECT_EQ(-EINVAL, set_flags(&target, 1ul << bit)) TH_LOG("bit %u", bit);
			EXPECT_EQ(-EINVAL, set_flags(&target, 1ul << bit | NOTIF_SYNC_WAKE_UP))
			TH_LOG("bit %u and SYNC_WAKE_UP", bit);
		}
		RECEIVE(&target, &notif);
		EXPECT_TRUE(target_asleep(&target));
		EXPECT_EQ(0, notif_answer(target.listener, notif.id, 6));
		EXPECT_EQ(6, target_finish(&target));
		ANSWERED(&target);
	}
}

TEST_HARNESS_MAIN
