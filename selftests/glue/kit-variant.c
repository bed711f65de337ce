/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-variant.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <linux/seccomp.h>

/* It is meant to be here: nobody is to be warned. */
#define SYSCALL_REPORTER_NO_WARNING
#include "filters/seccomp-bpf.h"
#include "reporter/syscall-reporter.h"
#include "selftests/glue/kit.h"
#include "selftests/glue/plan.h"

/* Of a process whose thread was killed alone. */
#define THREAD_GONE 253

static int allow_all(unsigned int filters)
{
	struct kit_filter filter;
	int result = 0;

	kit_always(&filter, SECCOMP_RET_ALLOW);
	while (filters-- && !result)
		result = kit_install_one(&filter.prog);
	return result;
}

int variant_right(void)
{
	return plan_variant() == VARIANT_CAP ? 0 : prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int variant_above(void)
{
	return plan_variant() == VARIANT_DEEP ? allow_all(DEEP_ABOVE) : 0;
}

int variant_begin(void)
{
	switch (plan_variant()) {
	case VARIANT_DEEP:
		return variant_right() ? -1 : allow_all(DEEP_BELOW);
	case VARIANT_REPORTER:
		return install_syscall_reporter();
	default:
		return 0;
	}
}

struct step {
	int (*fn)(void *data);
	void *data;
	sigset_t mask;
};

static void *thread_main(void *data)
{
	struct step *step = data;

	pthread_sigmask(SIG_SETMASK, &step->mask, NULL);
	_exit(step->fn(step->data) & 0xff);
}

/* The leader has all signals blocked, or it would take those which the thread waits for. */
static int run_in_thread(struct step *step)
{
	pthread_t thread;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &step->mask);
	errno = pthread_create(&thread, NULL, thread_main, step);
	if (errno)
		test_broke(__FILE__, __LINE__, "no thread can be had");
	else
		pthread_join(thread, NULL);
	_exit(THREAD_GONE);
}

int variant_run(int (*fn)(void *data), void *data)
{
	struct step step = { .fn = fn, .data = data };

	return plan_variant() == VARIANT_THREAD ? run_in_thread(&step) : fn(data);
}
