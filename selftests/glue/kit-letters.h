/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which filters is a thread under? Three of them, A, B and C, each forbid a syscall of their own
 * with an errno of its own, so that the thread can tell.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_LETTERS_H
#define SECCOMPAT_SELFTESTS_KIT_LETTERS_H

#include "selftests/glue/kit.h"

/* Or-ed, where several may be named. */
enum letter { A = 1, B = 2, C = 4 };

/* The filter of one letter; as kit_on_syscall. */
const struct sock_fprog *letter_filter(struct kit_filter *filter, enum letter letter);

/* What a thread sees of itself: "mode no_new_privs filters", as "2 1 A-C". */
struct look {
	char text[16];
};

/* Looks, into the struct look; to be called in any thread. Returns 0. */
long look(void *seen);

#endif
