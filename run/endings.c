/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/endings.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

#include "run/run.h"

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

#define COUNT (sizeof(numbers) / sizeof(numbers[0]))

/* One that is blocked is told of even where it is ignored, as behind a shell's "&". */
void endings_add(sigset_t *set)
{
	struct sigaction action;

	for (size_t i = 0; i < COUNT; i++)
		if (!sigaction(numbers[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(set, numbers[i]);
}

void endings_add_fatal(sigset_t *set, const sigset_t *blocked)
{
	struct sigaction action;

	for (size_t i = 0; i < COUNT; i++)
		if (!sigismember(blocked, numbers[i]) && !sigaction(numbers[i], NULL, &action) &&
		    action.sa_handler == SIG_DFL)
			sigaddset(set, numbers[i]);
}

void endings_hold(struct endings *held)
{
	sigemptyset(&held->set);
	endings_add(&held->set);
	sigprocmask(SIG_BLOCK, &held->set, &held->before);
}

int endings_wait(const struct endings *held, double seconds)
{
	double until = run_now() + seconds, left = seconds;
	int number;

	do {
		struct timespec bound = { 0 };

		if (left > 0)
			bound = (struct timespec){ .tv_sec = (time_t)left,
						   .tv_nsec = (long)((left - (time_t)left) * 1e9) };
		number = sigtimedwait(&held->set, NULL, &bound);
		left = until - run_now();
	} while (number < 0 && errno == EINTR);
	return number > 0 ? number : 0;
}

void endings_release(const struct endings *held)
{
	sigprocmask(SIG_SETMASK, &held->before, NULL);
}

void endings_allow(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT; i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
