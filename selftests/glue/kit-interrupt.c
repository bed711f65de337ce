/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-interrupt.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

#include "run/run.h"

#define BOUND_MS 3000

/* Shared with the target. */
struct handling {
	int flags;
	volatile int handled;
};

static struct handling *handling;

static void on_signal(int signo)
{
	(void)signo;
	handling->handled++;
}

static int handle(void *data)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = *(int *)data };

	return sigaction(SIGUSR1, &action, NULL) ? errno : 0;
}

int interrupted_start(struct interrupted *interrupted, int handler_flags, unsigned int flags)
{
	struct target_plan plan = { .prepare = handle, .flags = flags };

	handling = mmap(NULL, sizeof(*handling), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (handling == MAP_FAILED)
		return -1;
	handling->flags = handler_flags;
	plan.data = &handling->flags;
	interrupted->handled = &handling->handled;
	return target_start(&interrupted->target, &plan);
}

int interrupt(const struct interrupted *interrupted)
{
	return kill(interrupted->target.pid, SIGUSR1);
}

bool interrupted_waits_as(const struct interrupted *interrupted, uint64_t id)
{
	double start = run_now(), deadline = start + run_scaled_ms(BOUND_MS) / 1e3;

	for (;;) {
		long state = addfd_ask(interrupted->target.listener, addfd_new(id, 2, 0));

		if (state == -EINPROGRESS)
			return true;
		if (target_is_back(&interrupted->target))
			return false;
		if (run_now() > deadline && !(deadline = run_deadline_now(start, BOUND_MS)))
			return false;
		sched_yield();
	}
}
