/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fixes of what becomes of a filter when its tasks exit: its listener is to hang up with the last
 * one (behaviours 80, 117).
 */
#include "selftests/glue/test.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <linux/seccomp.h>

#include "probe/notif.h"
#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-threads.h"

/* A task that shares its descriptors with its parent, and what both share besides. */
struct listened {
	int go[2], ready[2];
	int listener;
	atomic_bool receiving, returned;
	atomic_uint forks;	    /* that were begun */
	long received;		    /* what RECV returned */
	int before, zombie, reaped; /* what poll(2) shows */
};

static const struct birth with_files = { "clone(CLONE_FILES)", BY_SYSCALL, CLONE_FILES | SIGCHLD };

/* Every call is allowed: nobody waits for an answer. */
static bool listens(struct listened *l)
{
	struct kit_filter filter;

	l->listener = (int)kit_install_flags(SECCOMP_FILTER_FLAG_NEW_LISTENER,
					     kit_always(&filter, SECCOMP_RET_ALLOW));
	return l->listener >= 0;
}

/* More than any release takes. */
#define RELEASED_MS 3000

static int polled(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	return poll(&one, 1, 0) < 0 ? -1 : one.revents;
}

static bool exited_unreaped(pid_t pid)
{
	siginfo_t info;

	return !waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
}

/* Installs, and exits when it is told. */
static int has_listener(void *data)
{
	struct listened *l = data;

	if (!listens(l))
		return CANNOT_INSTALL;
	return word_given(l->ready) && word_taken(l->go) ? 0 : NO_WORD;
}

/* Starts one of these: 0, or a status. */
static int start(struct listened *l, struct born *born, int (*fn)(void *data))
{
	l->listener = -1;
	if (pipe(l->go) || pipe(l->ready) || birth_start(born, &with_files, fn, l))
		return NO_TASK;
	return word_taken(l->ready) ? 0 : NO_WORD;
}

/* --- a process that is not waited for yet ------------------------------------------------------
 */

static int becomes_a_zombie(void *data)
{
	struct listened *l = data;
	struct born born;
	int status = start(l, &born, has_listener);

	if (status)
		return status;
	l->before = polled(l->listener);
	if (!word_given(l->go) || !exited_unreaped(born.pid))
		return NO_WORD;
	l->zombie = polled(l->listener);
	status = birth_end(&born);
	l->reaped = polled(l->listener);
	return status;
}

SC_TEST(zombie_has_no_filter,
	.doc = "the listener hangs up when the last task under its filter has exited, be that "
	       "waited for or not (6.11)",
	.needs = { F_flag_new_listener, F_notif_pollhup }, .fixes = { FIX_release_on_exit },
	.behaviours = { 80, 117 })
{
	struct listened l = { .zombie = -1 };

	ASSERT_LIVED(kit_end(kit_ask(becomes_a_zombie, &l, sizeof(l))), with_files.name);
	EXPECT_EQ(0, l.before);
	EXPECT_EQ(POLLHUP, l.zombie);
	EXPECT_EQ(POLLHUP, l.reaped);
}

/* --- a leader that exits before its threads ----------------------------------------------------
 */

static void *stays(void *data)
{
	struct listened *l = data;

	if (!word_taken(l->go))
		_exit(NO_WORD);
	thread_zombie(getpid());
	if (!word_given(l->ready) || !word_taken(l->go))
		_exit(NO_WORD);
	_exit(0);
}

static int leader_leaves(void *data)
{
	struct listened *l = data;
	pthread_t thread;

	if (pthread_create(&thread, NULL, stays, l))
		return NO_TASK;
	if (!listens(l))
		return CANNOT_INSTALL;
	if (!word_given(l->ready))
		return NO_WORD;
	syscall(__NR_exit, 0);
	return NO_TASK;
}

static int leader_is_left(void *data)
{
	struct listened *l = data;
	struct born born;
	int status = start(l, &born, leader_leaves);

	if (status)
		return status;
	if (!word_given(l->go) || !word_taken(l->ready))
		return NO_WORD;
	l->zombie = polled(l->listener);
	if (!word_given(l->go))
		return NO_WORD;
	status = birth_end(&born);
	l->reaped = polled(l->listener);
	return status;
}

SC_TEST(dead_leader_has_no_filter,
	.doc = "the listener hangs up when the leader, the only task under its filter, has exited, "
	       "though other threads of the process go on (6.11)",
	.needs = { F_flag_new_listener, F_notif_pollhup }, .fixes = { FIX_release_on_exit },
	.behaviours = { 80, 117 })
{
	struct listened l = { .zombie = -1 };

	ASSERT_LIVED(kit_end(kit_ask(leader_is_left, &l, sizeof(l))), with_files.name);
	EXPECT_EQ(POLLHUP, l.zombie);
	EXPECT_EQ(POLLHUP, l.reaped);
}

/* --- a supervisor that waits in RECV -----------------------------------------------------------
 */

static int receives(void *data)
{
	struct listened *l = data;
	struct notif notif = { 0 };

	l->receiving = true;
	l->received = listener_ioctl(l->listener, NOTIF_RECV, &notif);
	l->returned = true;
	return 0;
}

/* Nothing but RECV lets it sleep between its two marks. */
static bool sleeps_in_recv(const struct listened *l, pid_t pid)
{
	return l->receiving && kit_task_state(pid) == 'S' && !l->returned;
}

/*
 * The exit that should end RECV makes the receiver runnable before it is seen to be an exit: one
 * that still sleeps then will sleep for ever.
 */
static int last_task_exits(void *data)
{
	struct listened *l = data;
	struct born born, receiver;
	int status = start(l, &born, has_listener);

	if (status)
		return status;
	if (birth_start(&receiver, &with_files, receives, l))
		return NO_TASK;
	while (!sleeps_in_recv(l, receiver.pid) && !l->returned)
		sched_yield();
	if (!word_given(l->go) || birth_end(&born))
		return NO_WORD;
	while (!l->returned && !sleeps_in_recv(l, receiver.pid))
		sched_yield();
	if (!l->returned)
		kill(receiver.pid, SIGKILL);
	birth_end(&receiver);
	return 0;
}

SC_TEST(recv_ends_with_the_last_task,
	.doc = "RECV that waits when the last task under the filter exits ends, with ENOENT (6.11)",
	.needs = { F_flag_new_listener, F_notif_recv }, .fixes = { FIX_notif_recv_hang },
	.behaviours = { 80 })
{
	struct listened l = { 0 };

	ASSERT_LIVED(kit_end(kit_ask(last_task_exits, &l, sizeof(l))), with_files.name);
	EXPECT_TRUE((bool)l.returned) TH_LOG("RECV sleeps on");
	EXPECT_EQ(-ENOENT, l.received);
}

/* --- forks that fail late ----------------------------------------------------------------------
 */

#define STACK_SIZE (16 * 1024)

/* Each ends at once: one stack is enough, as all write the same there. */
static int ends(void *data)
{
	(void)data;
	return (int)syscall(__NR_exit, 0);
}

/* Makes tasks until it is killed, most likely in the middle of that. */
static int makes_tasks(void *data)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	struct listened *l = data;

	signal(SIGCHLD, SIG_IGN);
	if (!listens(l))
		return CANNOT_INSTALL;
	if (!word_given(l->ready))
		return NO_WORD;
	for (;; l->forks++)
		clone(ends, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
}

/* Whoever is left of a killed one is ours then. */
static void reap_all(void)
{
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static int kill_in_the_middle(void *data)
{
	struct listened *l = data;
	struct born born;
	int status;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
		return NO_TASK;
	status = start(l, &born, makes_tasks);
	if (status)
		return status;
	/* A fork takes some 20 times as long as to see that it has begun. */
	while (!l->forks)
		;
	kill(born.pid, SIGKILL);
	reap_all();
	/*
	 * Tasks that nobody waited for, as their parent ignored SIGCHLD, have theirs released
	 * behind our back (before 6.11 in release_task()): a listener that does not hang up is one
	 * that never does.
	 */
	l->reaped = listener_poll(l->listener, RELEASED_MS);
	return 0;
}

SC_TEST(failed_forks_leave_no_filter,
	.doc = "a task that is killed in the middle of a fork leaves no use of its filter behind: "
	       "the listener hangs up",
	.needs = { F_flag_new_listener, F_notif_pollhup }, .fixes = { FIX_copy_seccomp_leak },
	.behaviours = { 117 }, .requires = NEED_TWO_CPUS, .seconds = 20)
{
	unsigned int rounds = kit_rounds(100);

	for (unsigned int i = 0; i < rounds; i++) {
		struct listened l = { .reaped = -1 };

		ASSERT_LIVED(kit_end(kit_ask(kill_in_the_middle, &l, sizeof(l))), with_files.name);
		ASSERT_EQ(POLLHUP, l.reaped) TH_LOG("in round %u", i);
	}
}

TEST_HARNESS_MAIN
