/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who comes first, without chance: supervisors are real-time threads of one CPU, and so is a target
 * of kit-interrupt.h, with less priority. What wakes it, an ADDFD, an answer or a signal, is done
 * and left there for it; it runs when all supervisors sleep.
 *
 *	turns_begin();
 *	START_INTERRUPTED(&who, 0, 0); HOLD(target, &notif); turns_hold(target);
 *	adder_begin(&adder, target, addfd);	... asleep in the ioctl(2), and the target has not
 *run interrupt(&who); EXPECT_EQ(number, adder_finish(&adder)); ... now it has
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_TURNS_H
#define SECCOMPAT_SELFTESTS_KIT_TURNS_H

#include "selftests/glue/kit-interrupt.h"
#include "selftests/glue/kit-threads.h"

/* Whether the caller may have it so (NEED_REALTIME); asked in a child. */
bool turns_possible(void);

/* From now on the caller, and threads that it starts: 0, or -1 and errno. */
int turns_begin(void);

/* The target runs on the caller's CPU, and only when no supervisor does: 0, or -1 and errno. */
int turns_hold(const struct target *target);

/*
 * The caller is an ordinary task again: before it waits in a loop for what another task does, as
 * target_stop and target_wait do. 0, or -1 and errno.
 */
int turns_end(void);

/* A supervisor's thread that asks for an ADDFD, and handles SIGUSR2. */
struct adder {
	struct worker worker;
	int listener;
	struct notif_addfd addfd;
};

/* 0, or -1. Its handler has these flags. */
int adder_start(struct adder *adder, int listener, int handler_flags);

/* Asks, and returns when that waits for the target: true, or false if it is refused at once. */
bool adder_begin(struct adder *adder, struct notif_addfd addfd);

/* Sends SIGUSR2, and returns when the thread has seen it: it is back, or waits again. */
bool adder_interrupt(struct adder *adder);

/* What the ioctl returned; waits for it, so that the target may run. */
long adder_finish(struct adder *adder);

void adder_stop(struct adder *adder);

#endif
