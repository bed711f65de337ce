/* SPDX-License-Identifier: BSD-3-Clause */
/* All ways in which a task comes into the world, behind one call. */
#ifndef SECCOMPAT_SELFTESTS_KIT_BIRTH_H
#define SECCOMPAT_SELFTESTS_KIT_BIRTH_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct birth {
	const char *name;
	enum { BY_FORK, BY_VFORK, BY_SYSCALL, BY_CLONE3, BY_CLONE, BY_THREAD } by;
	unsigned long flags; /* CLONE_*, where they are free to choose */
};

/* Every way that needs no privileges. */
#define BIRTHS 10
extern const struct birth births[BIRTHS];

/* Whether the kernel has the call: clone3 is of 5.3, and nothing of seccomp's. */
bool birth_exists(const struct birth *birth);

#define for_each_birth(way)                                                  \
	for (const struct birth *way = births; way < births + BIRTHS; way++) \
		if (birth_exists(way))

/* Whether the caller goes on while the task lives. */
bool birth_is_concurrent(const struct birth *birth);

/* A task that was born. */
struct born {
	int (*fn)(void *data);
	void *data;
	pid_t pid; /* 0: a thread */
	pthread_t thread;
	void *stack;
	int result;
};

/*
 * A task that calls fn(data) and ends: 0, or -1 and errno. It may share memory with its parent, and
 * then often errno too, so only one of them should do something at a time. What fn writes is seen
 * for certain where it is in memory that is shared anyway (kit_ask).
 */
int birth_start(struct born *born, const struct birth *birth, int (*fn)(void *data), void *data);

/* Waits for its end: the result of fn (0 to 255), 1000 + the signal that killed it, or -1. */
int birth_end(struct born *born);

/* Both. */
int birth_run(const struct birth *birth, int (*fn)(void *data), void *data);

/* A byte through a pipe: by calls that leave alone what tasks of one memory may both use. */
bool word_given(const int fds[2]);
bool word_taken(const int fds[2]);

/* Statuses of a process that did not come to its end. */
enum { CANNOT_INSTALL = 101, NO_TASK, NO_WORD };

/* In a test's body, test.h being included: the tasks lived and did what they were told. */
#define ASSERT_LIVED(end, way)                                           \
	do {                                                             \
		int lived_ = (end);                                      \
		BROKE_UNLESS(lived_ != NO_TASK, "no task by %s", (way)); \
		ASSERT_EQ(kit_exited(0), lived_) TH_LOG("by %s", (way)); \
	} while (0)

#endif
