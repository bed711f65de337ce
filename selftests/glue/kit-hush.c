/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-hush.h"

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/cpus.h"
#include "selftests/glue/kit.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

#define HYPERVISOR_LEAF 0x40000000

static bool cpus_are_qemus(void)
{
	unsigned int eax, name[3] = { 0 };

	__cpuid(HYPERVISOR_LEAF, eax, name[0], name[1], name[2]);
	return !memcmp(name, "TCGTCGTCGTCG", sizeof(name));
}

#define MOST_MS 200 /* what waits for another CPU gets it then */

/* Shared by all. */
struct hush {
	int arrived;
	volatile int over;
	pid_t keepers[CPU_SETSIZE];
};

/* In a child: has the CPU until it is over, without a call. */
static void keep(struct hush *hush, int cpu)
{
	const struct itimerval most = { .it_value = { .tv_usec = MOST_MS * 1000 } };
	const struct sched_param first = { .sched_priority = 1 };

	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &most, NULL);
	if (!kit_stay_on(0, cpu))
		sched_setscheduler(0, SCHED_FIFO, &first);
	__atomic_add_fetch(&hush->arrived, 1, __ATOMIC_SEQ_CST);
	while (!hush->over)
		;
	_exit(0);
}

/* How many were begun. */
static int keep_others(struct hush *hush, const cpu_set_t *cpus, int here)
{
	int begun = 0;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		pid_t pid;

		if (cpu == here || !CPU_ISSET(cpu, cpus))
			continue;
		pid = fork();
		if (!pid)
			keep(hush, cpu);
		if (pid > 0)
			hush->keepers[begun++] = pid;
	}
	return begun;
}

int kit_hushed(int (*fn)(void *data), void *data)
{
	int here = sched_getcpu(), begun, result;
	struct hush *hush;
	cpu_set_t cpus;

	if (!cpus_are_qemus() || here < 0)
		return fn(data);
	hush = mmap(NULL, sizeof(*hush), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (hush == MAP_FAILED)
		return fn(data);
	cpus_usable(&cpus);
	kit_stay_on(0, here);
	begun = keep_others(hush, &cpus, here);
	for (double end = run_now() + MOST_MS / 1e3;
	     __atomic_load_n(&hush->arrived, __ATOMIC_SEQ_CST) < begun && run_now() < end;)
		sched_yield();
	result = fn(data);
	hush->over = 1;
	while (begun--)
		waitpid(hush->keepers[begun], NULL, 0);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	munmap(hush, sizeof(*hush));
	return result;
}
#else
int kit_hushed(int (*fn)(void *data), void *data)
{
	return fn(data);
}
#endif
