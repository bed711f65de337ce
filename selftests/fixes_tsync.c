/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fixes of what a filter for all threads reaches (behaviours 57, 68): a thread that is stopped
 * inside of a call, and one that has exited.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "arch/regs.h"
#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trace.h"

#define TSYNC SECCOMP_FILTER_FLAG_TSYNC

/* --- a tracee that is stopped at the entry while its second thread installs --------------------
 */

/* What the new filter answers. */
#define REFUSED 77

/* Shared with the tracee. */
struct stopped {
	bool filtered;	/* the first thread has a filter before */
	int go[2];	/* a byte: the second thread installs */
	int done[2];	/* a byte: it has */
	long installed; /* what the second thread was told */
	long result;	/* of the call that was stopped */
	long next;	/* of the same call, made once more */
};

static void *installs(void *data)
{
	struct stopped *s = data;
	struct kit_filter filter;

	if (!word_taken(s->go))
		_exit(NO_WORD);
	s->installed = kit_install_flags(
		TSYNC, kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | REFUSED));
	if (!word_given(s->done))
		_exit(NO_WORD);
	return NULL;
}

static long getppid_now(void)
{
	return arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0);
}

static int stopped_tracee(void *data)
{
	struct stopped *s = data;
	struct kit_filter filter;
	pthread_t thread;

	if (s->filtered && kit_install_flags(0, kit_always(&filter, SECCOMP_RET_ALLOW)))
		return CANNOT_INSTALL;
	if (pthread_create(&thread, NULL, installs, s))
		return NO_TASK;
	trace_stop_self();
	s->result = getppid_now();
	s->next = getppid_now();
	return 0;
}

/* Lets the second thread install while the first one stands where status says. */
static int install_at(struct stopped *s, int stops)
{
	pid_t pid = trace_fork_ready(stopped_tracee, s, TRACE_OPTIONS);
	int status = -1;

	if (pid < 0)
		return -1;
	for (int i = 0; i < stops; i++)
		status = trace_go(PTRACE_SYSCALL, pid, 0);
	if (status == TRACE_SYSCALL && word_given(s->go) && word_taken(s->done))
		status = trace_go(PTRACE_CONT, pid, 0);
	trace_end(pid);
	return status;
}

static struct stopped *make_stopped(bool filtered)
{
	struct stopped *s = trace_shared(sizeof(*s));

	if (!s || pipe(s->go) || pipe(s->done))
		return NULL;
	s->filtered = filtered;
	s->installed = s->result = s->next = -1;
	return s;
}

/* A filter that is inherited would hide the bug: what the entry has looked up would be right. */
SC_TEST(tsync_at_a_syscall_entry_stop,
	.doc = "a filter that another thread installs with TSYNC, while the first one is stopped "
	       "by its tracer at the entry of a call, is asked about that call",
	.needs = { F_flag_tsync }, .fixes = { FIX_CVE_2026_89603 }, .behaviours = { 57 },
	.requires = NEED_PTRACE | NEED_UNFILTERED)
{
	struct stopped *s = make_stopped(false);

	BROKE_UNLESS(s != NULL, "no memory or pipe");
	ASSERT_EQ(TRACE_EXITED(0), install_at(s, 1));
	ASSERT_EQ(0, s->installed);
	EXPECT_EQ(-REFUSED, s->result) TH_LOG("the stopped call passed by the new filter");
	EXPECT_EQ(-REFUSED, s->next);
}

SC_TEST(tsync_at_the_stop_of_a_filtered_thread,
	.doc = "the same, where the stopped thread had a filter before", .needs = { F_flag_tsync },
	.covers = { F_flag_tsync }, .behaviours = { 57 }, .requires = NEED_PTRACE)
{
	struct stopped *s = make_stopped(true);

	BROKE_UNLESS(s != NULL, "no memory or pipe");
	ASSERT_EQ(TRACE_EXITED(0), install_at(s, 1));
	ASSERT_EQ(0, s->installed);
	EXPECT_EQ(-REFUSED, s->result);
	EXPECT_EQ(-REFUSED, s->next);
}

SC_TEST(tsync_at_a_syscall_exit_stop,
	.doc = "a filter that comes while a thread is stopped at the exit of a call leaves the "
	       "result as it is, and is asked about the next call",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 57 },
	.requires = NEED_PTRACE)
{
	struct stopped *s = make_stopped(false);

	BROKE_UNLESS(s != NULL, "no memory or pipe");
	ASSERT_EQ(TRACE_EXITED(0), install_at(s, 2));
	ASSERT_EQ(0, s->installed);
	EXPECT_EQ(getpid(), s->result);
	EXPECT_EQ(-REFUSED, s->next);
}

/* --- a leader that has exited ------------------------------------------------------------------
 */

struct left {
	bool diverged; /* the leader had a filter that no other thread has */
	long installed;
	long result; /* of the refused call, afterwards */
};

static void *outlives_the_leader(void *data)
{
	struct left *left = data;
	struct kit_filter filter;

	thread_zombie(getpid());
	left->installed = kit_install_flags(
		TSYNC, kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | REFUSED));
	left->result = getppid_now();
	_exit(0);
}

static int leader_leaves(void *data)
{
	struct left *left = data;
	struct kit_filter filter;
	pthread_t thread;

	if (pthread_create(&thread, NULL, outlives_the_leader, left))
		return NO_TASK;
	if (left->diverged && kit_install_flags(0, kit_always(&filter, SECCOMP_RET_ALLOW)))
		return CANNOT_INSTALL;
	syscall(__NR_exit, 0);
	return NO_TASK;
}

SC_TEST(tsync_beside_a_dead_leader,
	.doc = "a leader that has exited does not keep its threads from TSYNC, whatever filters it "
	       "had (6.11)",
	.needs = { F_flag_tsync }, .fixes = { FIX_release_on_exit }, .behaviours = { 68 })
{
	for (int diverged = 0; diverged <= 1; diverged++) {
		struct left left = { .diverged = diverged, .installed = -1 };

		ASSERT_LIVED(kit_end(kit_ask(leader_leaves, &left, sizeof(left))), "thread");
		EXPECT_EQ(0, left.installed) TH_LOG("with a filter of its own: %d", diverged);
		EXPECT_EQ(-REFUSED, left.result);
	}
}

TEST_HARNESS_MAIN
