/* SPDX-License-Identifier: BSD-3-Clause */
/* Loads that are a call under filters, and need nobody else. */
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <time.h>

#include "bench/child.h"
#include "filters/sim.h"
#include "bench/programs.h"

LOAD_ONCE(call)
{
	(void)child;
	while (goes--)
		child_call();
}

/* Of calls in turn, each go is the next one. */
LOAD_ONCE(schedule)
{
	const struct bench_schedule *schedule = child->schedule;
	static size_t next;

	while (goes--) {
		child_raw(schedule->calls[next].nr, schedule->calls[next].args);
		next = next + 1 < schedule->count ? next + 1 : 0;
	}
}

LOAD_SETUP(nothing)
{
	(void)child;
	return 0;
}

/* As many as the row says, those that were there already counted. */
static int install_stack(struct bench_child *child, unsigned int n)
{
	struct sock_fprog prog;
	struct builder b;
	int err = 0;

	bench_program(child->config, &b, &prog);
	while (!err && child->installed < n)
		err = child_install_built(child, &b, &prog);
	builder_free(&b);
	return err;
}

LOAD_SETUP(stack)
{
	return install_stack(child, child->config->n);
}

LOAD_SETUP(body)
{
	return install_stack(child, 1);
}

/* Whether the filter lets a call be made; else says which one it does not. */
static bool lets(struct bench_child *child, const struct bench_call *call, const char *whose)
{
	const struct arch *arch = arch_native();
	struct seccomp_data data = { .nr = (int)call->nr, .arch = arch->audit };
	const char *name = arch_syscall_name(arch, (uint32_t)call->nr);
	char what[BENCH_WHY];

	for (size_t i = 0; i < 6; i++)
		data.args[i] = call->args[i];
	if (sim_run_checked(child->config->prog->filter, &data, arch->big_endian, NULL, NULL)
		    .value == SECCOMP_RET_ALLOW)
		return true;
	snprintf(what, sizeof(what), "it does not allow %s(2), which %s", name ? name : "a call",
		 whose);
	child_cannot(child, what, 0);
	return false;
}

/* What it takes to be told what to do, and to tell that it was done. */
static bool lets_us_work(struct bench_child *child)
{
	const struct bench_call needed[] = {
		{ __NR_read, { (unsigned long)child->request, 0, 1 } },
		{ __NR_write, { (unsigned long)child->reply, 0, 1 } },
		{ __NR_clock_gettime, { CLOCK_MONOTONIC } },
	};
	/* The clock is read without a call where there is a vDSO. */
	size_t count = sizeof(needed) / sizeof(needed[0]) - (getauxval(AT_SYSINFO_EHDR) != 0);

	for (size_t i = 0; i < count; i++)
		if (!lets(child, &needed[i], "the bench needs"))
			return false;
	return true;
}

/* The first ones of a turn, as each takes a walk through memory; they are spread as in all of it.
 */
#define COLD_CALLS 16

LOAD_SETUP(own_cold)
{
	static struct bench_schedule part;

	part = *child->schedule;
	if (part.count > COLD_CALLS)
		part.count = COLD_CALLS;
	child->schedule = &part;
	return setup_own(child);
}

LOAD_SETUP(own)
{
	long err;

	if (!child->config->prog)
		return 0;
	if (!lets_us_work(child))
		return -1;
	for (size_t i = 0; i < child->schedule->count; i++)
		if (!lets(child, &child->schedule->calls[i], "is to be timed"))
			return -1;
	err = child_install(child, child->config->prog, 0);
	return err ? child_cannot(child, "it cannot be installed", err) : 0;
}

/* --- actions --------------------------------------------------------------------------------- */

static int install_action(struct bench_child *child, uint32_t action)
{
	struct sock_fprog prog;
	struct builder b;
	int err;

	program_action(&b, action, &prog);
	err = child_install_built(child, &b, &prog);
	builder_free(&b);
	return err;
}

LOAD_SETUP(error)
{
	return install_action(child, SECCOMP_RET_ERRNO | 1);
}

static void on_sigsys(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	(void)context;
}

LOAD_SETUP(trap)
{
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
	return install_action(child, SECCOMP_RET_TRAP);
}

LOAD_SETUP(log)
{
	int err = child_needs_action(child, SECCOMP_RET_LOG, "LOG");

	return err ? err : install_action(child, SECCOMP_RET_LOG);
}
