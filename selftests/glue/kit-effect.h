/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of one syscall under filters: every action's effect, told from all the others. */
#ifndef SECCOMPAT_SELFTESTS_KIT_EFFECT_H
#define SECCOMPAT_SELFTESTS_KIT_EFFECT_H

#include <stddef.h>
#include <stdint.h>

/* Who makes the call, in a process of its own. */
enum effect_caller {
	EFFECT_ALONE,  /* the only thread */
	EFFECT_WORKER, /* the second of two threads; the first one waits for its end */
	EFFECT_LEADER, /* the first of two threads; the second one waits for its end */
};

/* What the process may be traced by; the tracer lets everything go on as it is. */
enum effect_tracer {
	EFFECT_UNTRACED,
	EFFECT_TRACED,	     /* by one that asked for PTRACE_EVENT_SECCOMP */
	EFFECT_TRACED_BLIND, /* by one that did not */
};

/* What the caller has done with SIGSYS before. */
enum effect_sigsys { EFFECT_HANDLED, EFFECT_IGNORED, EFFECT_BLOCKED };

struct effect_plan {
	/* One filter each, in the order of their installation: write(2) -> action, else allow. */
	const uint32_t *actions;
	size_t count;
	enum effect_caller caller;
	enum effect_tracer tracer;
	enum effect_sigsys sigsys;
};

/*
 * Writes one byte into a pipe under plan's filters, which only the caller has, installed by the
 * pass's route; its fork, its threads and its tracer are gone afterwards. Tells what was seen:
 *
 *	"ran"				write returned 1, and there was the byte
 *	"errno 5"			it returned -5 (0 to 4095 are possible), and there was no
 *byte "trap 7"			the handler of SIGSYS ran, with that si_errno "trace 9, errno
 *ENOSYS" the tracer was told, with that message, and then ...
 *	"kills the thread"		the process went on
 *	"kills the process, signal SIGSYS"
 *	anything else			in words, as a kernel should not do it
 *
 * In storage of its own, overwritten by the next call. NULL with errno set if it could not be
 *tried.
 */
const char *kit_effect(const struct effect_plan *plan);

#endif
