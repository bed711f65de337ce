/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Many calls that the kernel is to refuse, made in one child: each must give its errno, and all of
 * them together must leave mode, NNP and filters as they were.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_REFUSALS_H
#define SECCOMPAT_SELFTESTS_KIT_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/filter.h>

#include "selftests/glue/kit-task.h"

struct refusals {
	const void *data;	       /* the caller's, for ask */
	const struct sock_fprog *prog; /* likewise */
	unsigned int asked;	       /* calls */
	unsigned int wrong;	       /* of them, that gave something else */
	/* The first of these. */
	uint32_t question;
	int32_t got, expected; /* errno, 0 for success */
	bool complete;	       /* the child came to the end */
	struct kit_view before, after;
};

/*
 * Runs ask in a child, which calls refusals_begin(), refusals_expect() and refusals_end() and
 * returns 0. The result is what the child found; if it died, `complete` is false.
 */
struct refusals refusals_ask(int (*ask)(struct refusals *refusals), const struct sock_fprog *prog,
			     const void *data);

void refusals_begin(struct refusals *refusals);

/* result: -1 with errno set, or success. question: any number to tell the calls apart by. */
void refusals_expect(struct refusals *refusals, uint32_t question, long result, int expected);

/* Returns 0, for ask to return. */
int refusals_end(struct refusals *refusals);

/* In a test's body, test.h being included. */
#define EXPECT_REFUSALS(refusals)                                                                 \
	do {                                                                                      \
		EXPECT_TRUE((refusals).complete);                                                 \
		EXPECT_NE(0u, (refusals).asked);                                                  \
		EXPECT_EQ(0u, (refusals).wrong)                                                   \
		{                                                                                 \
			TH_LOG("of %u calls; the first was %#x: errno %d (%s), expected %d",      \
			       (refusals).asked, (refusals).question, (refusals).got,             \
			       strerror((refusals).got), (refusals).expected);                    \
		}                                                                                 \
		EXPECT_EQ(0,                                                                      \
			  memcmp(&(refusals).before, &(refusals).after, sizeof(struct kit_view))) \
		{                                                                                 \
			TH_LOG("mode, NNP or filters changed: %d %d %d before, %d %d %d after",   \
			       (refusals).before.mode, (refusals).before.nnp,                     \
			       (refusals).before.filters_line, (refusals).after.mode,             \
			       (refusals).after.nnp, (refusals).after.filters_line);              \
		}                                                                                 \
	} while (0)

#endif
