/* SPDX-License-Identifier: BSD-3-Clause */
/* Collects what an environment is known by: what calls answer, what CPUID and the kernel's log say.
 */
#include "probe/clues.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/magic.h>

#include "arch/arch.h"
#include "probe/ask.h"
#include "probe/find.h"
#include "probe/listener.h"
#include "run/run.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#define BOUND_MS 2000

/* --- calls ------------------------------------------------------------------------------------ */

static long negated_errno(long result)
{
	return result < 0 ? -errno : result;
}

/* The namespace may be had, and give no capabilities: only their use tells. */
static long use_user_ns(void)
{
	if (unshare(CLONE_NEWUSER))
		return -errno;
	return negated_errno(unshare(CLONE_NEWUTS));
}

/* A thread shares its signal handlers: without, it is refused. */
static long bare_clone(void)
{
	return syscall(SYS_clone, CLONE_THREAD, NULL, NULL, NULL, NULL);
}

static long io_uring(void)
{
	return negated_errno(syscall(__NR_io_uring_setup, 0, NULL));
}

#define CALL(id, when, text, call, ...) \
	static long ask_##id(void)      \
	{                               \
		return call;            \
	}
#include "probe/calls.def"
#undef CALL

static const struct {
	enum { ALWAYS, UNPRIVILEGED, FILTERED } when;
	long (*ask)(void);
} calls[C_COUNT] = {
#define CALL(id, when, ...) [C_##id] = { when, ask_##id },
#include "probe/calls.def"
#undef CALL
};

struct question {
	enum call call;
	struct reply reply;
};

static int put(void *data)
{
	struct question *question = data;

	question->reply.result = calls[question->call].ask();
	question->reply.heard = true;
	return 0;
}

static struct reply ask(enum call call)
{
	struct question question = { .call = call };
	struct run_end end = run_ask(put, &question, sizeof(question), BOUND_MS);

	if (end.how == RUN_SIGNALED)
		question.reply = (struct reply){ .death = end.value };
	return question.reply;
}

static bool below_a_filter(const struct reply *mode)
{
	return !mode->heard || mode->result > 0;
}

static bool is_due(enum call call, bool filtered)
{
	if (calls[call].when == UNPRIVILEGED)
		return filtered || geteuid();
	return filtered || calls[call].when == ALWAYS;
}

/* The mode comes first, as it tells how much there is to ask. */
static void ask_calls(struct clues *clues)
{
	bool filtered;

	clues->calls[C_get_seccomp] = ask(C_get_seccomp);
	filtered = below_a_filter(&clues->calls[C_get_seccomp]);
	for (enum call call = C_get_seccomp + 1; call < C_COUNT; call++)
		if (is_due(call, filtered))
			clues->calls[call] = ask(call);
}

/* --- the rest --------------------------------------------------------------------------------- */

#define SYSLOG_READ_ALL 3

static int read_log(void *data)
{
	struct clues *clues = data;
	char text[sizeof(clues->log)];
	int length = klogctl(SYSLOG_READ_ALL, text, sizeof(text) - 1);

	/* Linux gives the end of its log, gVisor the beginning. */
	if (length > 0)
		snprintf(clues->log, sizeof(clues->log), "%.*s", length, text);
	return 0;
}

static int read_procfs(void *data)
{
	struct clues *clues = data;
	char number[32] = "";
	struct statfs fs;

	clues->procfs = !statfs("/proc", &fs) && fs.f_type == PROC_SUPER_MAGIC;
	clues->asker = getpid();
	if (find_link(clues, "/proc/self", number, sizeof(number)))
		clues->self = atol(number);
	return 0;
}

static int read_capabilities(void *data)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (!syscall(SYS_capget, &header, caps))
		((struct clues *)data)->sys_admin = caps[0].effective >> CAP_SYS_ADMIN & 1;
	return 0;
}

#if defined(__x86_64__) || defined(__i386__)
#define HYPERVISOR_LEAF 0x40000000
#define BRAND_LEAVES	0x80000002

/* May be made to fault, by arch_prctl(2): for a child. */
static int read_cpuid(void *data)
{
	struct clues *clues = data;
	unsigned int eax, words[12] = { 0 };

	__cpuid(HYPERVISOR_LEAF, eax, words[0], words[1], words[2]);
	memcpy(clues->hypervisor, words, 12);
	for (unsigned int i = 0; i < 3; i++)
		if (!__get_cpuid(BRAND_LEAVES + i, &words[4 * i], &words[4 * i + 1],
				 &words[4 * i + 2], &words[4 * i + 3]))
			return 0;
	memcpy(clues->brand, words, 48);
	return 0;
}
#else
static int read_cpuid(void *data)
{
	(void)data;
	return 0;
}
#endif

void clues_gather(struct clues *clues)
{
	*clues = (struct clues){ .root = "", .asker = -1, .self = -1, .sys_admin = -1 };
	snprintf(clues->manager, sizeof(clues->manager), "%s", getenv("container") ?: "");
	run_ask(read_procfs, clues, sizeof(*clues), BOUND_MS);
	run_ask(read_capabilities, clues, sizeof(*clues), BOUND_MS);
	run_ask(read_log, clues, sizeof(*clues), BOUND_MS);
	run_ask(read_cpuid, clues, sizeof(*clues), BOUND_MS);
	clues->pid = getpid();
	clues->root_uid = geteuid() == 0;
	ask_calls(clues);
}
