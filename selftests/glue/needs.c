/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/needs.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/tiny.h"
#include "probe/jit.h"
#include "probe/kconfig.h"
#include "probe/tiny.h"
#include "run/run.h"
#include "selftests/glue/kit-core.h"
#include "selftests/glue/kit-faults.h"
#include "selftests/glue/kit-late.h"
#include "selftests/glue/kit-memory.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-tracepoint.h"
#include "selftests/glue/kit-turns.h"
#include "selftests/glue/kit-uprobe.h"
#include "selftests/glue/kit.h"

/* Several things that are tried in a child, and work if it exits with 0. */
static bool works(int (*fn)(void *data), void *data, unsigned int timeout_ms)
{
	struct run_end end = run_child(fn, data, timeout_ms);

	return end.how == RUN_EXITED && end.value == 0;
}

static int traceme(void *data)
{
	(void)data;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? 1 : 0;
}

static bool can_ptrace(void)
{
	return works(traceme, NULL, 2000);
}

static int have_processes(void *data)
{
	pid_t pids[PLAN_PROCESSES];
	int count = 0;

	(void)data;
	while (count < PLAN_PROCESSES && (pids[count] = fork()) >= 0) {
		if (!pids[count]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			pause();
		}
		count++;
	}
	for (int i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	for (int i = 0; i < count; i++)
		waitpid(pids[i], NULL, 0);
	return count < PLAN_PROCESSES;
}

bool needs_have_processes(void)
{
	static bool known, have;

	if (!known)
		have = works(have_processes, NULL, 5000);
	known = true;
	return have;
}

static void *waits(void *data)
{
	pause();
	return data;
}

static int have_tasks(void *data)
{
	unsigned int count = *(unsigned int *)data;
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN);
	while (count-- > 0)
		if (pthread_create(&thread, &small, waits, NULL))
			return 1;
	return 0;
}

bool needs_have_tasks(unsigned int count)
{
	return works(have_tasks, &count, 5000);
}

static int drop(void *data)
{
	(void)data;
	return kit_drop_privileges() ? 1 : 0;
}

/* The namespace may have no other user. */
static bool can_drop(void)
{
	return works(drop, NULL, 2000);
}

/* AppArmor may let the namespace be made and refuse its privileges: only their use tells. */
static int use_user_ns(void *data)
{
	(void)data;
	return unshare(CLONE_NEWUSER | CLONE_NEWUTS) || sethostname("seccompat", 9);
}

static bool can_user_ns(void)
{
	return works(use_user_ns, NULL, 2000);
}

static bool can_execute_memory(void)
{
	unsigned char file[TINY_MAX];
	size_t size = tiny_native(file);

	return size && !tiny_run(file, size, NULL);
}

/* Without switching it, as it is the whole machine's. NULL: nothing speaks against it. */
static const char *find_engines_refusal(void)
{
	static char why[160];
	const struct kconfig_said always = kconfig_running("BPF_JIT_ALWAYS_ON"),
				  jit = kconfig_running("BPF_JIT");

	if (always.state != KCONFIG_ON && !access(JIT_SWITCH, W_OK))
		return NULL;
	if (always.state != KCONFIG_ON && jit.state != KCONFIG_OFF)
		return JIT_SWITCH " may not be written";
	snprintf(why, sizeof(why), "%s: this kernel has %s, says %s",
		 verdict_name(VERDICT_CONFIG_OFF),
		 always.state == KCONFIG_ON ? "BPF_JIT_ALWAYS_ON" : "no BPF_JIT", jit.source);
	return why;
}

static const char *engines_refusal(void)
{
	static const char *refusal;
	static bool known;

	if (!known)
		refusal = find_engines_refusal();
	known = true;
	return refusal;
}

static bool is_met(const struct plan_facts *facts, enum need_row need)
{
	switch (need) {
#define NEED(id, trial, reason, more) \
	case NEED_ROW_##id:           \
		return trial;
#include "selftests/glue/needs.def"
#undef NEED
	case NEED_COUNT:
		break;
	}
	return true;
}

const char *need_reason(enum need_row need)
{
	static const char *const reasons[] = {
#define NEED(id, trial, reason, more) [NEED_ROW_##id] = (reason),
#include "selftests/glue/needs.def"
#undef NEED
	};

	return reasons[need];
}

const char *need_detail(const struct plan_facts *facts, enum need_row need)
{
	switch (need) {
#define NEED(id, trial, reason, more) \
	case NEED_ROW_##id:           \
		return more;
#include "selftests/glue/needs.def"
#undef NEED
	case NEED_COUNT:
		break;
	}
	return "";
}

enum need_row needs_missing(struct plan_facts *facts, unsigned int requires)
{
	for (enum need_row need = 0; need < NEED_COUNT; need++) {
		unsigned int bit = 1u << need;

		if (!(requires & bit))
			continue;
		if (!(facts->tried & bit)) {
			facts->tried |= bit;
			facts->met |= is_met(facts, need) ? bit : 0;
		}
		if (!(facts->met & bit))
			return need;
	}
	return NEED_COUNT;
}
