/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads that do what they are told, one thing at a time, and that are known to be gone when they
 * are gone. Use them in a kit_child: nothing here is bounded by itself.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_THREADS_H
#define SECCOMPAT_SELFTESTS_KIT_THREADS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <sys/types.h>

struct worker {
	pid_t tid;		/* as its own pid namespace shows it */
	long (*fn)(void *data); /* what it does, or did last; NULL: it shall end */
	void *data;
	long result;
	pthread_t thread;
	sem_t go, done;
};

/* Starts it: 0 or an errno. It ends with worker_stop, or with the process. */
int worker_start(struct worker *worker);

/*
 * Lets it run fn(data), and waits for its result. Or both by themselves: between them it is busy.
 * A filter must leave it futex(2).
 */
long worker_do(struct worker *worker, long (*fn)(void *data), void *data);
void worker_begin(struct worker *worker, long (*fn)(void *data), void *data);
long worker_finish(struct worker *worker);

/* Whether worker_finish would wait. */
bool worker_is_busy(struct worker *worker);

/* Ends it, and waits until it is gone as thread_gone says. */
void worker_stop(struct worker *worker);

/*
 * Waits until the kernel has no thread of that number in this process: a joined one may still be
 * leaving.
 */
void thread_gone(pid_t tid);

/* Waits until the thread sleeps, in whatever it was told to wait for. */
void thread_asleep(pid_t tid);

/* Waits until the first thread of a process has exited, be the process itself alive or not. */
void thread_zombie(pid_t tid);

#endif
