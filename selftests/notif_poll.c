/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who is told when: the events of a listener, who sleeps until there are any, and what comes when
 * the last task with the filter is gone (behaviours 79 and 80).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <sys/epoll.h>

#include "selftests/glue/kit-notif.h"
#include "selftests/glue/kit-threads.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define TO_RECEIVE (POLLIN | POLLRDNORM)
#define TO_ANSWER  (POLLOUT | POLLWRNORM)

/* As epoll(7) names them: the same numbers. */
_Static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLHUP == POLLHUP, "one table");

#define CALL(target_)                                       \
	do {                                                \
		target_call((target_), __NR_getppid, NULL); \
		ASSERT_TRUE(target_asleep(target_));        \
	} while (0)

#define ANSWER(target_, id_)                                               \
	do {                                                               \
		EXPECT_EQ(0, notif_answer((target_)->listener, (id_), 7)); \
		EXPECT_EQ(7, target_finish(target_));                      \
	} while (0)

SC_TEST(events,
	.doc = "poll tells nothing of an idle listener, POLLIN while a call is to be received, "
	       "POLLOUT while one is to be answered, both of both, and nothing once all have "
	       "returned",
	.needs = { F_notif_poll }, .covers = { F_notif_poll }, .behaviours = { 79 })
{
	struct target one, other;
	struct notif ones, others;
	int listener;

	START_TARGET(&one, NULL);
	FORK_TARGET(&other, &one);
	listener = one.listener;
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(0, notif_events(listener));
		CALL(&one);
		EXPECT_EQ(TO_RECEIVE, notif_events(listener));
		ASSERT_EQ(0, notif_recv(listener, &ones));
		EXPECT_EQ(TO_ANSWER, notif_events(listener));
		CALL(&other);
		EXPECT_EQ(TO_RECEIVE | TO_ANSWER, notif_events(listener));
		ASSERT_EQ(0, notif_recv(listener, &others));
		EXPECT_EQ(TO_ANSWER, notif_events(listener));
		ANSWER(&one, ones.id);
		EXPECT_EQ(TO_ANSWER, notif_events(listener));
		CALL(&one);
		EXPECT_EQ(TO_RECEIVE | TO_ANSWER, notif_events(listener));
		ANSWER(&other, others.id);
		EXPECT_EQ(TO_RECEIVE, notif_events(listener));
		ASSERT_EQ(0, notif_recv(listener, &ones));
		ANSWER(&one, ones.id);
	}
	EXPECT_EQ(0, notif_events(listener));
}

/* --- epoll ----------------------------------------------------------------------------------- */

/* An epoll that watches listener for these events, an edge a time. */
static int watch(int listener, uint32_t events)
{
	struct epoll_event event = { .events = events | EPOLLET };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	return fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, listener, &event) ? -1 : fd;
}

/* What it has to tell now. */
static uint32_t told(int epoll)
{
	struct epoll_event event = { 0 };

	return epoll_wait(epoll, &event, 1, 0) == 1 ? event.events : 0;
}

enum step { STEP_CALL, STEP_CALL_MORE, STEP_RECV, STEP_RECV_MORE, STEP_ANSWER, STEPS };

/* Of each step, what is told once: both calls are asked for before one is received. */
static const struct {
	uint32_t events;
	uint32_t told[STEPS];
} edges[] = {
	{ EPOLLIN, { EPOLLIN, EPOLLIN, 0, 0, 0 } },
	{ EPOLLRDNORM, { EPOLLRDNORM, EPOLLRDNORM, 0, 0, 0 } },
	{ EPOLLOUT, { 0, 0, EPOLLOUT, EPOLLOUT, 0 } },
	{ EPOLLWRNORM, { 0, 0, EPOLLWRNORM, EPOLLWRNORM, 0 } },
	{ EPOLLIN | EPOLLOUT, { EPOLLIN, EPOLLIN, EPOLLIN | EPOLLOUT, EPOLLOUT, 0 } },
};

static long take_step(enum step step, struct target targets[2], struct notif notifs[2])
{
	switch (step) {
	case STEP_CALL:
	case STEP_CALL_MORE:
		target_call(&targets[step - STEP_CALL], __NR_getppid, NULL);
		return target_asleep(&targets[step - STEP_CALL]) ? 0 : -1;
	case STEP_RECV:
	case STEP_RECV_MORE:
		return notif_recv(targets[0].listener, &notifs[step - STEP_RECV]);
	case STEP_ANSWER:
		return notif_answer(targets[0].listener, notifs[0].id, 1);
	case STEPS:
		break;
	}
	return -1;
}

SC_TEST(edges_of_epoll,
	.doc = "an edge-triggered epoll is told once of each new call and once of each that is "
	       "received, each only if it asked for it",
	.needs = { F_notif_poll }, .covers = { F_notif_poll }, .behaviours = { 79 })
{
	for (size_t i = 0; i < COUNT(edges); i++) {
		struct target targets[2];
		struct notif notifs[2];
		int epoll;

		START_TARGET(&targets[0], NULL);
		FORK_TARGET(&targets[1], &targets[0]);
		epoll = watch(targets[0].listener, edges[i].events);
		BROKE_UNLESS(epoll >= 0, "no epoll");
		EXPECT_EQ(0, told(epoll));
		for (enum step step = 0; step < STEPS; step++) {
			ASSERT_EQ(0, take_step(step, targets, notifs));
			EXPECT_EQ(edges[i].told[step], told(epoll))
			TH_LOG("row %zu, step %d", i, step);
			EXPECT_EQ(0, told(epoll)) TH_LOG("row %zu, step %d, again", i, step);
		}
		target_close(&targets[0]);
		close(epoll);
	}
}

/* --- who sleeps ------------------------------------------------------------------------------ */

/* A supervisor that waits for something at a listener. */
struct sleeper {
	struct worker worker;
	int listener;
	int events; /* what it asks poll for, and its answer */
	int epoll;
	struct notif notif;
};

static long poll_for(void *data)
{
	struct sleeper *sleeper = data;
	struct pollfd ask = { .fd = sleeper->listener, .events = (short)sleeper->events };

	return poll(&ask, 1, -1) == 1 ? ask.revents : -errno;
}

static long epoll_for(void *data)
{
	struct sleeper *sleeper = data;
	struct epoll_event event = { 0 };

	return epoll_wait(sleeper->epoll, &event, 1, -1) == 1 ? (long)event.events : -errno;
}

static long receive(void *data)
{
	struct sleeper *sleeper = data;

	return notif_recv(sleeper->listener, &sleeper->notif);
}

/* It sleeps in fn. */
#define SLEEP(sleeper_, fn_)                                          \
	do {                                                          \
		worker_begin(&(sleeper_)->worker, (fn_), (sleeper_)); \
		thread_asleep((sleeper_)->worker.tid);                \
	} while (0)

/* It has not come back: if it was woken, it is let finish first. */
#define EXPECT_ASLEEP(sleeper_)                                   \
	do {                                                      \
		thread_asleep((sleeper_)->worker.tid);            \
		EXPECT_TRUE(worker_is_busy(&(sleeper_)->worker)); \
	} while (0)

#define HIRE(sleeper_, listener_)                                              \
	do {                                                                   \
		(sleeper_)->listener = (listener_);                            \
		BROKE_UNLESS(!worker_start(&(sleeper_)->worker), "no thread"); \
	} while (0)

SC_TEST(poll_wakes,
	.doc = "who sleeps in poll, for POLLIN or POLLOUT alone, wakes when there is such an "
	       "event, and not for the other",
	.needs = { F_notif_poll }, .covers = { F_notif_poll }, .behaviours = { 79 })
{
	struct sleeper reader = { .events = POLLIN }, writer = { .events = POLLOUT };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	HIRE(&reader, target.listener);
	HIRE(&writer, target.listener);
	for (int i = 0; i < 5; i++) {
		SLEEP(&reader, poll_for);
		SLEEP(&writer, poll_for);
		CALL(&target);
		EXPECT_EQ(POLLIN, worker_finish(&reader.worker));
		EXPECT_ASLEEP(&writer);
		ASSERT_EQ(0, notif_recv(target.listener, &notif));
		EXPECT_EQ(POLLOUT, worker_finish(&writer.worker));
		ANSWER(&target, notif.id);
	}
}

SC_TEST(epoll_wakes,
	.doc = "who sleeps in epoll_wait wakes for a call, and for one that is received",
	.needs = { F_notif_poll }, .covers = { F_notif_poll }, .behaviours = { 79 })
{
	struct sleeper reader = { 0 }, writer = { 0 };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	reader.epoll = watch(target.listener, EPOLLIN);
	writer.epoll = watch(target.listener, EPOLLOUT);
	BROKE_UNLESS(reader.epoll >= 0 && writer.epoll >= 0, "no epoll");
	HIRE(&reader, target.listener);
	HIRE(&writer, target.listener);
	for (int i = 0; i < 5; i++) {
		SLEEP(&reader, epoll_for);
		SLEEP(&writer, epoll_for);
		CALL(&target);
		EXPECT_EQ(EPOLLIN, worker_finish(&reader.worker));
		EXPECT_ASLEEP(&writer);
		ASSERT_EQ(0, notif_recv(target.listener, &notif));
		EXPECT_EQ(EPOLLOUT, worker_finish(&writer.worker));
		ANSWER(&target, notif.id);
	}
}

/* Waits for one of them. */
static int first_awake(struct sleeper sleepers[2])
{
	while (worker_is_busy(&sleepers[0].worker) && worker_is_busy(&sleepers[1].worker))
		sched_yield();
	return worker_is_busy(&sleepers[0].worker);
}

SC_TEST(recv_wakes, .doc = "of those who sleep in RECV one wakes for each call, and has it",
	.needs = { F_notif_recv }, .covers = { F_notif_recv }, .behaviours = { 79, 90 })
{
	struct sleeper sleepers[2] = { 0 };
	struct target targets[2];
	int first;

	START_TARGET(&targets[0], NULL);
	FORK_TARGET(&targets[1], &targets[0]);
	for (int i = 0; i < 2; i++) {
		HIRE(&sleepers[i], targets[0].listener);
		SLEEP(&sleepers[i], receive);
	}
	CALL(&targets[0]);
	first = first_awake(sleepers);
	EXPECT_EQ(0, worker_finish(&sleepers[first].worker));
	EXPECT_NOTIF(target_notif(&targets[0]), sleepers[first].notif);
	EXPECT_ASLEEP(&sleepers[!first]);
	CALL(&targets[1]);
	EXPECT_EQ(0, worker_finish(&sleepers[!first].worker));
	EXPECT_NOTIF(target_notif(&targets[1]), sleepers[!first].notif);
	for (int i = 0; i < 2; i++)
		ANSWER(&targets[i], sleepers[i ? !first : first].notif.id);
}

/* --- the last task is gone ------------------------------------------------------------------- */

static long add_filter(void *data)
{
	struct kit_filter filter;

	(void)data;
	return kit_install(kit_always(&filter, SECCOMP_RET_ALLOW));
}

/* One thread's end, which is not its process's. */
static long end_thread(void *data)
{
	(void)data;
	return syscall(__NR_exit, 0);
}

SC_TEST(hangup,
	.doc = "POLLHUP, and nothing else, is told once no task has the filter any more: not while "
	       "another process or thread has it, nor one with filters above it",
	.needs = { F_notif_pollhup }, .covers = { F_notif_pollhup }, .behaviours = { 79, 117 })
{
	struct target first, other, thread;
	int listener, epoll;

	START_TARGET(&first, NULL);
	listener = first.listener;
	epoll = watch(listener, EPOLLIN | EPOLLOUT);
	BROKE_UNLESS(epoll >= 0, "no epoll");
	FORK_TARGET(&other, &first);
	THREAD_TARGET(&thread, &other);
	EXPECT_EQ(0, target_do(&other, add_filter, NULL));
	EXPECT_EQ(TARGET_ENDED, target_stop(&first));
	EXPECT_EQ(0, notif_events(listener));
	EXPECT_EQ(TARGET_ENDED, target_stop(&thread));
	EXPECT_EQ(0, notif_events(listener));
	EXPECT_EQ(0, told(epoll));
	EXPECT_EQ(TARGET_ENDED, target_stop(&other));
	EXPECT_EQ(POLLHUP, notif_events(listener));
	EXPECT_EQ(EPOLLHUP, told(epoll));
	EXPECT_EQ(0, told(epoll));
}

SC_TEST(hangup_of_a_threaded_group,
	.doc = "POLLHUP comes with the end of a process's last thread, not of its first one",
	.needs = { F_notif_pollhup }, .covers = { F_notif_pollhup }, .behaviours = { 80 })
{
	struct target first, threads[2];
	struct notif notif;
	int listener;

	START_TARGET(&first, NULL);
	listener = first.listener;
	THREAD_TARGET(&threads[0], &first);
	THREAD_TARGET(&threads[1], &first);
	target_begin(&first, end_thread, NULL);
	while (target_state(&first) != 'Z')
		sched_yield();
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(0, notif_events(listener));
		CALL(&threads[i]);
		RECEIVE(&threads[i], &notif);
		ANSWER(&threads[i], notif.id);
		EXPECT_EQ(TARGET_ENDED, target_stop(&threads[i]));
	}
	EXPECT_EQ(TARGET_ENDED, target_wait(&first));
	EXPECT_EQ(POLLHUP, notif_events(listener));
}

SC_TEST(hangup_wakes,
	.doc = "who sleeps in poll or epoll_wait wakes when the last task with the filter is gone, "
	       "and not before",
	.needs = { F_notif_pollhup }, .covers = { F_notif_pollhup }, .behaviours = { 79, 80 })
{
	struct sleeper poller = { .events = POLLIN }, epoller = { 0 };
	struct target first, other;

	START_TARGET(&first, NULL);
	FORK_TARGET(&other, &first);
	epoller.epoll = watch(first.listener, 0);
	BROKE_UNLESS(epoller.epoll >= 0, "no epoll");
	HIRE(&poller, first.listener);
	HIRE(&epoller, first.listener);
	SLEEP(&poller, poll_for);
	SLEEP(&epoller, epoll_for);
	EXPECT_EQ(TARGET_ENDED, target_stop(&first));
	EXPECT_ASLEEP(&poller);
	EXPECT_ASLEEP(&epoller);
	EXPECT_EQ(kit_killed(SIGKILL), target_kill(&other));
	EXPECT_EQ(POLLHUP, worker_finish(&poller.worker));
	EXPECT_EQ(EPOLLHUP, worker_finish(&epoller.worker));
}

SC_TEST(requests_after_the_hangup,
	.doc = "when no task has the filter any more, the listener still answers: ids are ENOENT, "
	       "and bad buffers and flags refused",
	.needs = { F_notif_pollhup, F_notif_zero_check }, .covers = { F_notif_pollhup },
	.behaviours = { 75, 80 })
{
	struct notif dirty = { .pid = 1 };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	CALL(&target);
	RECEIVE(&target, &notif);
	EXPECT_EQ(kit_killed(SIGKILL), target_kill(&target));
	EXPECT_EQ(POLLHUP, notif_events(target.listener));
	EXPECT_EQ(-ENOENT, notif_answer(target.listener, notif.id, 1));
	EXPECT_EQ(-ENOENT, notif_id_valid(target.listener, notif.id));
	EXPECT_EQ(-EINVAL, listener_ioctl(target.listener, NOTIF_RECV, &dirty));
	EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_RECV, NULL));
	EXPECT_EQ(-EINVAL, notif_respond(target.listener,
					 (struct notif_resp){ .id = notif.id, .flags = 2 }));
}

SC_TEST(recv_of_nobody,
	.doc = "RECV is ENOENT once no task has the filter any more, for those who sleep in it, "
	       "too; not while there is one (6.11)",
	.needs = { F_notif_recv_hup }, .covers = { F_notif_recv_hup },
	.fixes = { FIX_notif_recv_hang }, .behaviours = { 80 })
{
	struct sleeper sleepers[2] = { 0 };
	struct target first, other;
	struct notif notif;

	START_TARGET(&first, NULL);
	FORK_TARGET(&other, &first);
	for (int i = 0; i < 2; i++) {
		HIRE(&sleepers[i], first.listener);
		SLEEP(&sleepers[i], receive);
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&first));
	EXPECT_ASLEEP(&sleepers[0]);
	EXPECT_ASLEEP(&sleepers[1]);
	EXPECT_EQ(TARGET_ENDED, target_stop(&other));
	EXPECT_EQ(-ENOENT, worker_finish(&sleepers[0].worker));
	EXPECT_EQ(-ENOENT, worker_finish(&sleepers[1].worker));
	EXPECT_EQ(-ENOENT, notif_recv(first.listener, &notif));
	EXPECT_EQ(-ENOENT, notif_recv(first.listener, &notif));
}

TEST_HARNESS_MAIN
