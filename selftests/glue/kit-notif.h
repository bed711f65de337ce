/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * User notification: targets, tasks under a filter whose listener the test has, and what the test,
 * the supervisor, does with it.
 *
 *	struct target target;
 *	struct notif notif;
 *
 *	START_TARGET(&target, NULL);
 *	target_call(&target, __NR_getppid, NULL);
 *	ASSERT_EQ(0, notif_recv(target.listener, &notif));
 *	EXPECT_NOTIF(target_notif(&target), notif);
 *	EXPECT_EQ(0, notif_answer(target.listener, notif.id, 7));
 *	EXPECT_EQ(7, target_finish(&target));
 *	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
 *
 * Targets die with the test. What sleeps in the kernel and is not woken is bounded by the test's
 * alarm, all else here by itself.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_NOTIF_H
#define SECCOMPAT_SELFTESTS_KIT_NOTIF_H

#include <limits.h>
#include <linux/filter.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "probe/notif.h"

/* How a target comes to be; all zero (or no plan): getppid(2) waits, all else is allowed. */
struct target_plan {
	const struct sock_fprog *prog; /* NULL: getppid is USER_NOTIF */
	unsigned int flags;	       /* beside SECCOMP_FILTER_FLAG_NEW_LISTENER */
	/*
	 * In the target, before it installs; not 0: it cannot, with that errno. A file that it
	 * opens is open in the supervisor, too.
	 */
	int (*prepare)(void *data);
	void *data;
};

/* What a target and its supervisor share. */
struct target_slot;

struct target {
	pid_t pid;    /* as the supervisor sees it; of a thread its tid */
	int listener; /* the only descriptor, the target has none; or a negative errno */
	bool thread;
	struct target_slot *slot;
};

/* 0; or -1 and errno if there is no such task, which is none of the kernel's failures in seccomp.
 */
int target_start(struct target *target, const struct target_plan *plan);

/*
 * One more task under the same filters, born of a target which must not be busy: a process (of the
 * supervisor's, as the first one is) or a thread. Its listener is the same descriptor. 0, or -1.
 */
int target_fork(struct target *child, struct target *target);
int target_thread(struct target *thread, struct target *target);

/* Lets it run fn(data) in a copy of the supervisor's memory of before target_start. */
void target_begin(struct target *target, long (*fn)(void *data), void *data);

/* What fn returned; TARGET_STUCK if it did not, in 3 s (scaled). */
long target_finish(struct target *target);
#define TARGET_STUCK LONG_MIN

/* Both. */
long target_do(struct target *target, long (*fn)(void *data), void *data);

/*
 * Lets it make the call (NULL: with target_args); target_finish is what the kernel returned, a
 * negative errno included.
 */
void target_call(struct target *target, long nr, const unsigned long args[6]);

/* Six values that differ from each other in both halves. */
extern const unsigned long target_args[6];

/* Waits until it sleeps in what it was told to do; false if it came back, is gone, or never does.
 */
bool target_asleep(const struct target *target);

/* The same for another state than 'S': after WAIT_KILLABLE_RECV a call sleeps in 'D'. */
bool target_reaches(const struct target *target, char state);

/* Whether fn has returned. */
bool target_is_back(const struct target *target);

/*
 * From now on it runs where the supervisor runs, and only when nobody else wants to: an answered
 * call is not back before the supervisor's next step, unless that is interrupted.
 */
bool target_hold_back(const struct target *target);

/* No longer, as far as that is permitted: under load its end would take long. */
void target_let_run(const struct target *target);

/* The task's state as /proc says it ('S'); 0 if it is gone. */
char target_state(const struct target *target);

/*
 * Ends it and waits for that: TARGET_ENDED, or kit_killed(signal) if it had been killed. It must
 * not be busy. A thread is gone afterwards. The first one's listener stays open.
 */
int target_stop(struct target *target);
#define TARGET_ENDED 0

/* Its end, that something else brings about; as target_stop. KIT_HUNG if that does not come. */
int target_wait(struct target *target);

/* Closes the listener. */
void target_close(struct target *target);

/* SIGKILL, and its end. */
int target_kill(struct target *target);

/* In a test's body: a kernel that refuses the listener fails. */
#define START_TARGET(target_, plan_)                                        \
	do {                                                                \
		BROKE_UNLESS(!target_start((target_), (plan_)), "no task"); \
		ASSERT_LE(0, (target_)->listener);                          \
	} while (0)

#define FORK_TARGET(child_, target_) \
	BROKE_UNLESS(!target_fork((child_), (target_)), "no task of a task")

#define THREAD_TARGET(thread_, target_) \
	BROKE_UNLESS(!target_thread((thread_), (target_)), "no thread of a task")

/* --- what a supervisor does: 0, or a negative errno ----------------------------------------- */

/* Clears *notif first. */
long notif_recv(int listener, struct notif *notif);

long notif_answer(int listener, uint64_t id, int64_t val);
long notif_refuse(int listener, uint64_t id, int32_t error);
long notif_continue(int listener, uint64_t id);
long notif_respond(int listener, struct notif_resp resp);

long notif_id_valid(int listener, uint64_t id);

/* All events of poll(2) that there are now, asked for or not. */
int notif_events(int listener);

/* An id that is no call's, from one that was received. */
#define NOTIF_BOGUS(id) ((id) + 0x100000000ull)

/* What must be received of the target's last call: all but the id, which is 0. */
struct notif target_notif(const struct target *target);

/* The fields that seccomp fills in, one by one. */
#define EXPECT_NOTIF(expected, seen)                                                       \
	do {                                                                               \
		const struct notif right_ = (expected), got_ = (seen);                     \
                                                                                           \
		EXPECT_EQ(right_.pid, got_.pid);                                           \
		EXPECT_EQ(right_.flags, got_.flags);                                       \
		EXPECT_EQ(right_.data.nr, got_.data.nr);                                   \
		EXPECT_EQ(right_.data.arch, got_.data.arch);                               \
		EXPECT_EQ(right_.data.instruction_pointer, got_.data.instruction_pointer); \
		for (int i_ = 0; i_ < 6; i_++) {                                           \
			EXPECT_EQ(right_.data.args[i_], got_.data.args[i_])                \
			TH_LOG("argument %d", i_);                                         \
		}                                                                          \
	} while (0)

/* The target's call arrives, and is the right one. */
#define RECEIVE(target_, notif_)                                         \
	do {                                                             \
		ASSERT_EQ(0, notif_recv((target_)->listener, (notif_))); \
		EXPECT_NOTIF(target_notif(target_), *(notif_));          \
	} while (0)

#endif
