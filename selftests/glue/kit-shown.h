/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What /proc/PID/seccomp_cache shows of a task's filters: a line for each call, "x86_64 39 ALLOW",
 * or FILTER where the filters must be asked; and what it must show.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_SHOWN_H
#define SECCOMPAT_SELFTESTS_KIT_SHOWN_H

#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

#include "arch/arch.h"

#define SHOWN_NUMBERS 1024

struct shown {
	int err; /* of reading it */
	unsigned int count;
	bool odd; /* a line that is not as it has to be, or not the next number's */
	struct shown_arch {
		char name[16];
		unsigned int count;
		bool allow[SHOWN_NUMBERS];
	} arch[2]; /* the kernel's own, and the other one */
};

/* Reads it from fd, which is closed. */
struct shown read_shown(int fd);

/* A thread's file: a descriptor, or -1 and errno. */
int open_cache(pid_t pid, pid_t tid);

/* The kernel calls some of them otherwise; NULL: not in the table. */
const struct arch *arch_of_shown(const char *name);

#define STACK_MAX 3

/* Filters of a task, the oldest one first. */
struct pile {
	const char *name;
	struct program {
		struct sock_filter code[16];
		unsigned int len;
	} programs[STACK_MAX];
	unsigned int count;
};

void add_program(struct pile *pile, const struct sock_filter *code, unsigned int len);

/* Adds a program of these instructions to the pile. */
#define ADD(pile, ...)                                                    \
	add_program((pile), (const struct sock_filter[]){ __VA_ARGS__ },  \
		    sizeof((const struct sock_filter[]){ __VA_ARGS__ }) / \
			    sizeof(struct sock_filter))

/*
 * A task that has them and does nothing; -1 if it could not be had. A filter may refuse everything,
 * so it makes no call any more: it is seen to have them, and killed by end_task().
 */
pid_t start_task(const struct pile *pile);
void end_task(pid_t pid);

/* What is shown of such a task, and where that is not what its filters say. */
struct judged {
	bool started;
	struct shown shown;
	unsigned int asked, wrong;
	char text[128]; /* of the first that was wrong */
};

void judge(struct judged *judged, const struct pile *pile);

/* In a test's body, test.h being included: the file says of each call what the filters in the pile
 * do. */
#define EXPECT_SHOWN(pile)                                                                  \
	do {                                                                                \
		static struct judged judged_;                                               \
                                                                                            \
		judge(&judged_, &(pile));                                                   \
		BROKE_UNLESS(judged_.started, "no task with these filters");                \
		EXPECT_EQ(0, judged_.shown.err);                                            \
		EXPECT_FALSE(judged_.shown.odd);                                            \
		EXPECT_NE(0u, judged_.asked);                                               \
		EXPECT_EQ(0u, judged_.wrong)                                                \
		{                                                                           \
			TH_LOG("%u of %u; %s", judged_.wrong, judged_.asked, judged_.text); \
		}                                                                           \
	} while (0)

#endif
