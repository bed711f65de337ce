/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/child.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/regs.h"
#include "bench/count.h"
#include "filters/random.h"
#include "probe/ask.h"

#define BATCH_NS    20e3  /* at least, and less than twice that: longer ones catch more noise */
#define COUNT_NS    100e3 /* for instructions: much less than there are between a timer's ticks */
#define COUNT_TRIES 5
/*
 * Calls: some kernels move the stack by a random number at each one (arm64's, since 5.13), and draw
 * so many of these at once, which costs as much as ten calls.
 */
#define COUNT_TURN   48
#define BATCH_MOST   4096
#define COLD_BYTES   (2 << 20)
#define CACHE_LINE   64
#define WARM_UP_PART 4 /* of a batch, before it */
#define SHAKES	     64

const struct bench_load bench_loads[L_COUNT] = {
#define LOAD(id, setup, once, flags) { setup_##setup, once_##once, flags },
#include "bench/loads.def"
#undef LOAD
};

int child_cannot(struct bench_child *child, const char *what, long err)
{
	char *why = child->slot->why;

	if (err)
		snprintf(why, BENCH_WHY, "%s: %s", what, strerror(err < 0 ? -err : err));
	else
		snprintf(why, BENCH_WHY, "%s", what);
	return -1;
}

int child_pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

long child_install(struct bench_child *child, const struct sock_fprog *prog, unsigned int flags)
{
	long result = 0;

	if (!child->installed)
		result = ask_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (result < 0)
		return result;
	if (flags)
		result = ask_seccomp(OP_SET_MODE_FILTER, flags, prog);
	else
		result = ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (unsigned long)prog, 0, 0);
	if (result >= 0) {
		child->installed++;
		child->slot->filters++;
	}
	return result;
}

int child_install_built(struct bench_child *child, struct builder *b, const struct sock_fprog *prog)
{
	long err;

	if (b->err)
		return child_cannot(child, b->why, 0);
	err = child_install(child, prog, 0);
	return err ? child_cannot(child, "no filter can be installed", err) : 0;
}

int child_needs_action(struct bench_child *child, uint32_t action, const char *name)
{
	long err = ask_seccomp(OP_GET_ACTION_AVAIL, 0, &action);
	char what[48];

	if (!err)
		return 0;
	snprintf(what, sizeof(what), "this kernel has no %s", name);
	return child_cannot(child, what, err);
}

int child_peer_cpu(struct bench_child *child)
{
	int cpu = child->config->n ? child->other : child->cpu;

	return cpu < 0 ? child_cannot(child, "there is one CPU only", 0) : cpu;
}

long child_raw(long nr, const unsigned long args[6])
{
#if ARCH_HAS_REGS
	return arch_syscall6(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
#else
	return syscall(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
#endif
}

long child_call(void)
{
	static const unsigned long none[6];

	return child_raw(__NR_getppid, none);
}

/* --- timing ---------------------------------------------------------------------------------- */

static double time_goes(struct bench_child *child, unsigned int goes)
{
	const struct bench_load *load = &bench_loads[child->config->load];
	double start = count_now_ns();

	load->once(child, goes);
	return count_now_ns() - start;
}

/* Over what the caches hold, one line after the other. */
static void walk(void)
{
	static volatile unsigned char memory[COLD_BYTES];

	for (size_t i = 0; i < sizeof(memory); i += CACHE_LINE)
		memory[i]++;
}

/* Each child's own; nobody is asked, as a filter may allow nobody to be asked. */
static uint64_t state;

/*
 * A random number of random calls. Left alone the processor's predictors settle in one of a few
 * states for tens of milliseconds, which differ by 6 % of a call; shaken, they settle anew for each
 * batch, and most often in the best one.
 */
static void shake(const struct bench_child *child)
{
	static const unsigned long nothing[6] = { -1ul };
	static const long calls[] = { __NR_getpid, __NR_gettid, __NR_read,  __NR_write,
				      __NR_close,  __NR_lseek,	__NR_fcntl, __NR_ioctl };
	const struct bench_schedule *own = child->schedule;
	unsigned int times = random_below(&state, SHAKES);

	while (times--) {
		const struct bench_call *call;

		if (child->config->load != L_own) {
			child_raw(RANDOM_OF(&state, calls), nothing);
			continue;
		}
		call = &own->calls[random_below(&state, own->count)];
		child_raw(call->nr, call->args);
	}
}

/* A walk before each, which is not timed. */
static double time_cold(struct bench_child *child)
{
	double ns = 0;

	for (unsigned int i = 0; i < child->slot->batch; i++) {
		walk();
		ns += time_goes(child, 1);
	}
	return ns / child->slot->batch;
}

/*
 * Instructions of a go. What does not belong to it is in one batch as in two, and a timer's
 * interrupt is not in the least of several.
 */
static double count_batch(struct bench_child *child)
{
	double one[COUNT_TRIES], two[COUNT_TRIES];

	for (int i = 0; i < COUNT_TRIES; i++) {
		one[i] = time_goes(child, child->slot->batch);
		two[i] = time_goes(child, 2 * child->slot->batch);
	}
	return (stats_least(two, COUNT_TRIES) - stats_least(one, COUNT_TRIES)) /
	       child->slot->batch / child->insn_ns;
}

static double time_batch(struct bench_child *child)
{
	const struct bench_load *load = &bench_loads[child->config->load];
	unsigned int batch = child->slot->batch, warm = batch / WARM_UP_PART;

	if (child->insn_ns > 0)
		return count_batch(child);
	if (load->flags & LOAD_COLD)
		return time_cold(child);
	if (warm) {
		shake(child);
		load->once(child, warm);
	}
	return time_goes(child, batch) / batch;
}

static bool is_in_turn(const struct bench_child *child)
{
	return bench_loads[child->config->load].once == once_schedule;
}

/* The fewest that take the same each time: whole turns of calls. */
static unsigned int whole_turns(const struct bench_child *child)
{
	unsigned int turn = is_in_turn(child) ? child->schedule->count : 1, goes = turn;

	while (child->insn_ns > 0 && goes % COUNT_TURN)
		goes += turn;
	return goes;
}

/* A power of two of them, so that a control has the same as what it controls. */
static unsigned int calibrate(struct bench_child *child)
{
	unsigned int batch = whole_turns(child);
	double least = child->insn_ns > 0 ? COUNT_NS : BATCH_NS;

	if (child->config->most || bench_loads[child->config->load].flags & LOAD_COLD)
		return batch;
	time_goes(child, 1);
	while (batch < BATCH_MOST) {
		double first = time_goes(child, batch), second = time_goes(child, batch);

		if ((first < second ? first : second) >= least)
			break;
		batch *= 2;
	}
	return batch;
}

static void make_ready(struct bench_child *child)
{
	if (child_pin(child->cpu)) {
		child_cannot(child, "cannot be pinned to a CPU", errno);
		return;
	}
	if (bench_loads[child->config->load].setup(child))
		return;
	child->slot->batch = calibrate(child);
	child->slot->ready = true;
}

void child_main(struct bench_child *child,
		void (*follow)(void *data, const struct bench_child *child), void *data)
{
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	child->slot->pid = getpid();
	state = random_seed(child->slot->pid);
	make_ready(child);
	if (write(child->reply, &byte, 1) != 1)
		_exit(1);
	if (!child->slot->ready)
		_exit(1);
	if (follow)
		follow(data, child);
	while (read(child->request, &byte, 1) == 1) {
		child->slot->ns = time_batch(child);
		if (write(child->reply, &byte, 1) != 1)
			break;
	}
	_exit(0);
}
