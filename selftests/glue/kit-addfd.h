/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A call that waits for its answer while the supervisor puts descriptors into its caller, the
 * target of kit-notif.h; and what the target then has.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_ADDFD_H
#define SECCOMPAT_SELFTESTS_KIT_ADDFD_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>

#include "selftests/glue/kit-notif.h"

/* ioctl(NOTIF_ADDFD): the number in the target, or a negative errno. */
long addfd_ask(int listener, struct notif_addfd addfd);

/* Most often: a new number, or (SETFD) that one; or-ed into flags, which are of the request. */
static inline struct notif_addfd addfd_new(uint64_t id, int srcfd, uint32_t flags)
{
	return (struct notif_addfd){ .id = id, .srcfd = (uint32_t)srcfd, .flags = flags };
}

static inline struct notif_addfd addfd_at(uint64_t id, int srcfd, uint32_t newfd, uint32_t flags)
{
	return (struct notif_addfd){ .id = id,
				     .srcfd = (uint32_t)srcfd,
				     .newfd = newfd,
				     .flags = flags | ADDFD_FLAG_SETFD };
}

/* A file of the supervisor's alone, opened after the target began: -1 and errno. */
int addfd_file(void);

/*
 * Of the target, which must not be busy: negative errnos. Its lowest free number; a number's
 * FD_CLOEXEC; how many descriptors it has; its limit (of which there is a soft one only).
 */
long fd_lowest(struct target *target);
long fd_flags(struct target *target, long fd);
long fd_count(struct target *target);
long fd_close(struct target *target, long fd);
long fd_limit(struct target *target, long limit);
/* A copy of its descriptor 2 at the lowest number from there on, or just there. */
long fd_copy_from(struct target *target, long from);
long fd_copy_to(struct target *target, long fd);

/*
 * Whether the target's descriptor is the same open file as the supervisor's file, whose offset
 * is changed: each moves it, and the other one sees that.
 */
bool fd_is_same_file(struct target *target, long fd, int file);

/* Closes all but its first three, so that the lowest free numbers follow each other. */
long fd_tidy(struct target *target);

/* In a test's body: a target that is tidy. */
#define START_TIDY(target_)                     \
	do {                                    \
		START_TARGET((target_), NULL);  \
		ASSERT_EQ(0, fd_tidy(target_)); \
	} while (0)

/* The target's call waits, received; and afterwards, its answer. */
#define HOLD(target_, notif_)                               \
	do {                                                \
		target_call((target_), __NR_getppid, NULL); \
		RECEIVE((target_), (notif_));               \
	} while (0)

#define LET_GO(target_, notif_)                                                   \
	do {                                                                      \
		EXPECT_EQ(0, notif_id_valid((target_)->listener, (notif_)->id));  \
		EXPECT_EQ(0, notif_answer((target_)->listener, (notif_)->id, 7)); \
		EXPECT_EQ(7, target_finish(target_));                             \
	} while (0)

#endif
