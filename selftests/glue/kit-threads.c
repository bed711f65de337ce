/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-threads.h"

#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "selftests/glue/kit.h"

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem) && errno == EINTR)
		;
}

static void *worker_main(void *data)
{
	struct worker *worker = data;

	worker->tid = (pid_t)syscall(SYS_gettid);
	sem_post(&worker->done);
	for (;;) {
		wait_for(&worker->go);
		if (!worker->fn)
			return NULL;
		worker->result = worker->fn(worker->data);
		sem_post(&worker->done);
	}
}

int worker_start(struct worker *worker)
{
	int err;

	*worker = (struct worker){ 0 };
	sem_init(&worker->go, 0, 0);
	sem_init(&worker->done, 0, 0);
	err = pthread_create(&worker->thread, NULL, worker_main, worker);
	if (!err)
		wait_for(&worker->done);
	return err;
}

void worker_begin(struct worker *worker, long (*fn)(void *data), void *data)
{
	worker->fn = fn;
	worker->data = data;
	sem_post(&worker->go);
}

long worker_finish(struct worker *worker)
{
	wait_for(&worker->done);
	return worker->result;
}

long worker_do(struct worker *worker, long (*fn)(void *data), void *data)
{
	worker_begin(worker, fn, data);
	return worker_finish(worker);
}

bool worker_is_busy(struct worker *worker)
{
	int value;

	return sem_getvalue(&worker->done, &value) || value == 0;
}

void worker_stop(struct worker *worker)
{
	worker_begin(worker, NULL, NULL);
	pthread_join(worker->thread, NULL);
	thread_gone(worker->tid);
}

void thread_gone(pid_t tid)
{
	while (!syscall(SYS_tgkill, getpid(), tid, 0))
		sched_yield();
}

static void wait_for_state(pid_t tid, char state)
{
	while (kit_task_state(tid) != state)
		sched_yield();
}

void thread_asleep(pid_t tid)
{
	wait_for_state(tid, 'S');
}

void thread_zombie(pid_t tid)
{
	wait_for_state(tid, 'Z');
}
