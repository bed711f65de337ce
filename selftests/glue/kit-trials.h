/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Many programs that the kernel is to take or to refuse, installed in one child: what it says is
 * compared with what the test expects and with what filters/check.h says.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_TRIALS_H
#define SECCOMPAT_SELFTESTS_KIT_TRIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/filter.h>

#include "selftests/glue/kit-task.h"

/* The opcodes that a filter may have. */
#define TRIAL_CODES 41
extern const uint16_t trial_codes[TRIAL_CODES];
bool is_trial_code(uint32_t code);

/* Operands where something may begin or end. */
#define TRIAL_EDGES 24
extern const uint32_t trial_edges[TRIAL_EDGES];

/* A list of trials in one child: what is accepted there stays installed, so nothing may ever run.
 */
struct trials {
	unsigned int asked, accepted;
	unsigned int wrong;		/* the kernel said something else than was expected */
	unsigned int unsure;		/* filters/check.h did */
	struct sock_filter program[32]; /* the first of both kinds */
	unsigned int len;
	int got, expected; /* errno; 0: accepted */
	bool complete;	   /* the child came to the end */
	struct kit_view before, after;
};

/* fn makes its trials in a child, which has NNP; data is the caller's. */
struct trials trials_ask(void (*fn)(struct trials *trials, const void *data), const void *data);

/* expected: 0 or EINVAL */
void try_program(struct trials *trials, struct sock_filter *program, size_t len, int expected);

/*
 * As try_program, of the program "jump over these instructions; they; allow": whatever they are,
 * they never run, and what jumps to their end is in range.
 */
void try_skipped(struct trials *trials, const struct sock_filter *insns, size_t len, int expected);
void try_insn(struct trials *trials, struct sock_filter insn, int expected);

/* As try_skipped, and as the checker has it; for lists too long to be written down. */
void try_as_checked(struct trials *trials, const struct sock_filter *insns, size_t len);

/* On stderr, the first program that was judged otherwise. */
void print_trial(const struct trials *trials);

/* In a test's body, test.h being included: what was accepted, and only that, is installed. */
#define EXPECT_TRIALS(trials)                                                                      \
	do {                                                                                       \
		EXPECT_TRUE((trials).complete);                                                    \
		EXPECT_NE(0u, (trials).asked);                                                     \
		EXPECT_EQ(0u, (trials).wrong + (trials).unsure)                                    \
		{                                                                                  \
			TH_LOG("of %u programs %u were judged otherwise by the kernel, %u by the " \
			       "checker; the first: errno %d, expected %d",                        \
			       (trials).asked, (trials).wrong, (trials).unsure, (trials).got,      \
			       (trials).expected);                                                 \
			print_trial(&(trials));                                                    \
		}                                                                                  \
		EXPECT_EQ((trials).accepted ? 2 : (trials).before.mode, (trials).after.mode);      \
		if ((trials).before.filters_line >= 0) {                                           \
			EXPECT_EQ((trials).before.filters_line + (int)(trials).accepted,           \
				  (trials).after.filters_line);                                    \
		}                                                                                  \
	} while (0)

#endif
