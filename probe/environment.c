/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/magic.h>

#include "probe/ask.h"
#include "probe/status.h"
#include "run/run.h"

#define BOUND_MS 2000

/* What prctl(PR_GET_SECCOMP) and seccomp(SET_MODE_FILTER, 0, NULL) answer; 1 where nothing came
 * back. */
struct control {
	long get_seccomp;
	long set_filter;
};

static int ask_get_seccomp(void *data)
{
	((struct control *)data)->get_seccomp = ask_prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
	return 0;
}

static int ask_set_filter(void *data)
{
	((struct control *)data)->set_filter = ask_seccomp(OP_SET_MODE_FILTER, 0, NULL);
	return 0;
}

/* qemu-user shows the program as /proc/self/exe, but itself as any other name of that link. */
static bool exe_is_qemu(void)
{
	char path[512];
	ssize_t length = readlink("/proc/thread-self/exe", path, sizeof(path) - 1);
	const char *base;

	if (length < 0)
		return false;
	path[length] = '\0';
	base = strrchr(path, '/');
	return !strncmp(base ? base + 1 : path, "qemu-", 5);
}

/* A host that has seccomp shows in /proc, while who answers has not: no kernel contradicts itself
 * so. */
static bool contradicts(const struct environment *env, const struct control *control)
{
	return env->mode == 0 && control->get_seccomp == -EINVAL;
}

static void find_emulator(struct environment *env, const struct control *control)
{
	const char *name = exe_is_qemu() ? "qemu-user" : "unknown emulator";

	env->emulated = exe_is_qemu() || contradicts(env, control);
	if (env->emulated)
		snprintf(env->emulator, sizeof(env->emulator), "%s", name);
}

void environment_read(struct environment *env)
{
	struct control control = { .get_seccomp = 1, .set_filter = 1 };
	long long caps = status_number("CapEff", 16);
	struct statfs fs;

	run_ask(ask_get_seccomp, &control, sizeof(control), BOUND_MS);
	run_ask(ask_set_filter, &control, sizeof(control), BOUND_MS);
	*env = (struct environment){
		.mode = status_number("Seccomp", 10),
		.filters = status_number("Seccomp_filters", 10),
		.nnp = status_number("NoNewPrivs", 10),
		.traced = status_number("TracerPid", 10) > 0,
		.root = geteuid() == 0,
		.proc = !statfs("/proc", &fs) && fs.f_type == PROC_SUPER_MAGIC,
		.sys_admin = caps > 0 && caps >> CAP_SYS_ADMIN & 1,
		.reached = control.set_filter == -EFAULT,
	};
	/* Without /proc the mode itself is asked; where that kills, it is strict or a filter's
	 * doing. */
	env->outer_filter = env->mode == 2 || (env->mode < 0 && control.get_seccomp > 0);
	find_emulator(env, &control);
}

/* qemu-user passes these on to the host's kernel. */
static bool passed_through(enum feature feature)
{
	return feature == F_nnp || feature == F_nnp_argcheck;
}

static bool is_proc(enum feature feature)
{
	return !strcmp(features[feature].group, "proc") || feature == F_mode_strict_procfile;
}

/* It does not depend on anybody that this architecture has it not. */
static bool was_not_asked(const struct answer *answer)
{
	return answer->excused && !answer->err;
}

/* The kernel's symbols are files, too, wherever they are. */
static bool is_read(enum feature feature)
{
	return is_proc(feature) || feature == F_rename_73;
}

/*
 * An outer filter can refuse a call with any errno. It does not see what is behind a pointer, so
 * EFAULT is the kernel's, and it cannot tell files of /proc apart. Where EINVAL from seccomp(2)
 * means presence, it is believed if seccomp(2) is not refused as a whole.
 */
static bool filter_may_have_answered(const struct environment *env, enum feature feature,
				     const struct answer *answer)
{
	if (is_read(feature))
		return false;
	if (answer->asked == ASKED_ABSENT)
		return !was_not_asked(answer);
	return answer->err == EINVAL && !env->reached &&
	       !strncmp(features[feature].method, "seccomp(", strlen("seccomp("));
}

__attribute__((format(printf, 2, 3))) static struct answer unknown(const struct answer *answer,
								   const char *format, ...)
{
	struct answer doubted = { .asked = ASKED_UNKNOWN, .err = answer->err };
	va_list args;

	va_start(args, format);
	vsnprintf(doubted.why, sizeof(doubted.why), format, args);
	va_end(args);
	return doubted;
}

struct answer environment_trust(const struct environment *env, enum feature feature,
				const struct answer *answer)
{
	const char *said = answer->err ? ask_errno_name(answer->err) : "the answer";

	if (env->emulated && !passed_through(feature))
		return unknown(answer, "emulated (%s): no kernel gave %s", env->emulator, said);
	if (!env->proc && is_proc(feature))
		return unknown(answer, "/proc is not mounted");
	if (answer->untold || was_not_asked(answer))
		return *answer;
	if (answer->asked == ASKED_UNKNOWN && env->outer_filter && !is_read(feature))
		return unknown(answer, "outer filter: %s", answer->why);
	if (answer->died && (env->traced || !env->proc))
		return unknown(answer, "%s, which may be a tracer's or a filter's doing",
			       answer->why);
	if (answer->asked == ASKED_UNKNOWN)
		return *answer;
	if (env->outer_filter && filter_may_have_answered(env, feature, answer))
		return unknown(answer, "outer filter: %s may be its answer, not the kernel's",
			       said);
	if (env->traced && answer->asked == ASKED_ABSENT && !is_read(feature))
		return unknown(answer, "traced: %s may be the tracer's answer", said);
	return *answer;
}
