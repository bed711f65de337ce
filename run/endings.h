/* SPDX-License-Identifier: BSD-3-Clause */
/* The signals that ask this program to end: SIGINT, SIGTERM, SIGHUP, unless they are ignored. */
#ifndef SECCOMPAT_RUN_ENDINGS_H
#define SECCOMPAT_RUN_ENDINGS_H

#include <signal.h>

/* Adds them to a set. */
void endings_add(sigset_t *set);

/* Adds those that would end this program now: they are neither handled nor blocked. */
void endings_add_fatal(sigset_t *set, const sigset_t *blocked);

struct endings {
	sigset_t set, before;
};

/* From now on they wait until they are asked for, as there is something to be tidied up. */
void endings_hold(struct endings *held);

/* A pause: 0 after so many seconds, none if that is 0 or less; at once the signal that came. */
int endings_wait(const struct endings *held, double seconds);

/* As it was before. One that has come and was not asked for comes now. */
void endings_release(const struct endings *held);

/* In a child that is to be ended by them whatever is held here. */
void endings_allow(void);

#endif
