/* SPDX-License-Identifier: BSD-3-Clause */
/* Targets of kit-notif.h that signals come to while their call waits. */
#ifndef SECCOMPAT_SELFTESTS_KIT_INTERRUPT_H
#define SECCOMPAT_SELFTESTS_KIT_INTERRUPT_H

#include "selftests/glue/kit-addfd.h"

/* Not in headers before 5.19. */
#define WAIT_KILLABLE_RECV (1u << 5)

/* A target, and how often it has handled SIGUSR1. */
struct interrupted {
	struct target target;
	volatile int *handled;
};

/* Its handler has these flags (SA_RESTART), its filter those. As target_start. */
int interrupted_start(struct interrupted *interrupted, int handler_flags, unsigned int flags);

/* SIGUSR1: 0, or -1 and errno. */
int interrupt(const struct interrupted *interrupted);

/* In a test's body. */
#define START_INTERRUPTED(interrupted_, handler_flags_, flags_)                              \
	do {                                                                                 \
		BROKE_UNLESS(!interrupted_start((interrupted_), (handler_flags_), (flags_)), \
			     "no task");                                                     \
		ASSERT_LE(0, (interrupted_)->target.listener);                               \
	} while (0)

/* The id that the next call will have. */
#define NEXT_ID(target_, id_)               \
	do {                                \
		struct notif first_;        \
                                            \
		HOLD((target_), &first_);   \
		LET_GO((target_), &first_); \
		(id_) = first_.id + 1;      \
	} while (0)

/* Nothing can be done with that id any more. */
#define EXPECT_INVALID(listener_, id_)                                              \
	do {                                                                        \
		EXPECT_EQ(-ENOENT, notif_id_valid((listener_), (id_)));             \
		EXPECT_EQ(-ENOENT, notif_answer((listener_), (id_), 5));            \
		EXPECT_EQ(-ENOENT, notif_refuse((listener_), (id_), -EPERM));       \
		EXPECT_EQ(-ENOENT, addfd_ask((listener_), addfd_new((id_), 2, 0))); \
	} while (0)

/* Waits until there is a call of that id to be received; false if it does not come, or the target
 * is back from it. */
bool interrupted_waits_as(const struct interrupted *interrupted, uint64_t id);

#endif
