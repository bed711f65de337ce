/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-turns.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "selftests/glue/kit.h"

/*
 * An ordinary task would not do for a target: since 6.8 the kernel's fair server gives those a turn
 * before real-time ones.
 */
enum { TARGETS = 1, SUPERVISORS };

static int be_real_time(pid_t pid, int priority)
{
	const struct sched_param param = { .sched_priority = priority };

	return sched_setscheduler(pid, SCHED_FIFO, &param);
}

int turns_begin(void)
{
	int cpu = sched_getcpu();

	if (cpu < 0 || kit_stay_on(0, cpu))
		return -1;
	return be_real_time(0, SUPERVISORS);
}

int turns_end(void)
{
	const struct sched_param param = { .sched_priority = 0 };

	return sched_setscheduler(0, SCHED_OTHER, &param);
}

static int try_it(void *data)
{
	(void)data;
	return turns_begin() ? 1 : 0;
}

bool turns_possible(void)
{
	return kit_end(kit_child(try_it, NULL)) == kit_exited(0);
}

int turns_hold(const struct target *target)
{
	if (kit_stay_on(target->pid, sched_getcpu()))
		return -1;
	return be_real_time(target->pid, TARGETS);
}

static volatile int signals;

static void on_signal(int signo)
{
	(void)signo;
	signals++;
}

static long ask(void *data)
{
	struct adder *adder = data;

	return addfd_ask(adder->listener, adder->addfd);
}

int adder_start(struct adder *adder, int listener, int handler_flags)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = handler_flags };

	adder->listener = listener;
	if (sigaction(SIGUSR2, &action, NULL))
		return -1;
	return worker_start(&adder->worker) ? -1 : 0;
}

/* It is of the caller's priority and on its CPU: when the caller yields, it runs until it sleeps.
 */
static bool asleep_in_ioctl(struct adder *adder)
{
	while (worker_is_busy(&adder->worker)) {
		if (kit_task_state(adder->worker.tid) == 'S')
			return worker_is_busy(&adder->worker);
		sched_yield();
	}
	return false;
}

bool adder_begin(struct adder *adder, struct notif_addfd addfd)
{
	adder->addfd = addfd;
	worker_begin(&adder->worker, ask, adder);
	/* It slept before, too: until it was woken up for this. */
	sched_yield();
	return asleep_in_ioctl(adder);
}

bool adder_interrupt(struct adder *adder)
{
	int before = signals;

	if (syscall(SYS_tgkill, getpid(), adder->worker.tid, SIGUSR2))
		return false;
	while (signals == before)
		sched_yield();
	return asleep_in_ioctl(adder);
}

long adder_finish(struct adder *adder)
{
	return worker_finish(&adder->worker);
}

void adder_stop(struct adder *adder)
{
	worker_stop(&adder->worker);
}
