/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tracing with ptrace(2): the steps, and on top of them what becomes of one syscall whose tracer
 * changes it. The tracer is the caller, bounded by its test's alarm; a tracee dies with it.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_TRACE_H
#define SECCOMPAT_SELFTESTS_KIT_TRACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Before <linux/ptrace.h>, which glibc's header of that name does not suffer. */
#include <sys/ptrace.h>

#include "selftests/glue/info.h"

/* Wait statuses: of stops, of the end. */
#define TRACE_STOP(signal)    ((signal) << 8 | 0x7f)
#define TRACE_EVENT(event)    TRACE_STOP(SIGTRAP | (event) << 8)
#define TRACE_SYSCALL	      TRACE_STOP(SIGTRAP | 0x80)
#define TRACE_EXITED(status)  ((status) << 8)
#define TRACE_KILLED(signal)  (signal)
#define TRACE_IS_STOP(status) (((status)&0xff) == 0x7f)

/* What most tracers ask for. */
#define TRACE_OPTIONS (PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP)

/* What a caller needs who asks about another task's seccomp. */
#define NEED_MACHINE_ROOT (NEED_ROOT | NEED_FIRST_USER_NS | NEED_UNFILTERED)

/* ptrace(2) itself, for requests that no C library knows: -1 and errno. */
long trace_ask(int request, pid_t pid, unsigned long addr, const void *data);

/*
 * Forks a tracee and leaves it at its first stop, with these options; let go, it exits with
 * fn(data). -1 and errno if it could not be had.
 */
pid_t trace_fork(int (*fn)(void *data), void *data, unsigned long options);

/* The tracee stops itself with SIGSTOP. */
void trace_stop_self(void);

/* As trace_fork, but leaves the tracee where it stopped itself: what it prepares is done. */
pid_t trace_fork_ready(int (*fn)(void *data), void *data, unsigned long options);

/* The next status of pid, "dumped core" taken out of it; -1 and errno. */
int trace_wait(pid_t pid);

/* Lets pid go on (request is PTRACE_CONT, PTRACE_SYSCALL) with signal or 0; then trace_wait. */
int trace_go(int request, pid_t pid, int signal);

/* PTRACE_GETEVENTMSG; ULONG_MAX if it is refused. */
unsigned long trace_message(pid_t pid);

/* Kills and reaps what may be left of it. */
void trace_end(pid_t pid);

/* size bytes that children share, all zero; NULL and errno. */
void *trace_shared(size_t size);

/* Whether the bytes from `from` up to `to` of data all have that value. */
bool trace_bytes_are(uint8_t value, const void *data, size_t from, size_t to);

/* What a test fills memory with that the kernel is to leave alone. */
#define TRACE_UNTOUCHED 0xaa

/* No address of any program. */
#define TRACE_NOWHERE ((void *)8)

/* One filter of a tracee: nr -> action; if `if_arg`, only with that value (all its bits) in arg. */
struct trace_rule {
	int nr;
	uint32_t action;
	bool if_arg;
	unsigned int arg;
	unsigned long value;
};

/* One about any arguments. */
#define TRACE_RULE(number, what)                 \
	{                                        \
		.nr = (number), .action = (what) \
	}

#define TRACE_RULES 4

/* Installs the rules as a filter each, the first one first; nr 0 and action 0 end them. 0 or -1. */
int trace_install(const struct trace_rule *rules);

enum trace_when { WHEN_ENTRY, WHEN_EVENT, WHEN_EXIT, WHEN_COUNT };

/* What the tracer does at a stop. */
struct trace_change {
	enum { CHANGE_NOTHING, CHANGE_NR = 1, CHANGE_RET = 2, CHANGE_ARG = 4 } what; /* or-ed */
	int nr;
	long ret;
	unsigned int arg;
	unsigned long value;
};

/* Where it lets the tracee stop. */
enum trace_follow {
	FOLLOW_EVENTS,	    /* PTRACE_CONT from everywhere */
	FOLLOW_SYSCALLS,    /* PTRACE_SYSCALL from everywhere */
	FOLLOW_UNTIL_ENTRY, /* PTRACE_SYSCALL until the call's entry, PTRACE_CONT from there */
	FOLLOW_FROM_EVENT,  /* PTRACE_CONT until the event, PTRACE_SYSCALL from there */
};

struct trace_plan {
	struct trace_rule rules[TRACE_RULES + 1];
	int nr;			   /* the call */
	const unsigned long *args; /* its six; NULL: writes one byte into a pipe, if nr is write */
	unsigned long options;	   /* 0: TRACE_OPTIONS */
	enum trace_follow follow;
	struct trace_change at[WHEN_COUNT];
	void (*ready)(pid_t pid); /* if any: the tracer calls it when only the call is left to do */
};

/*
 * Has the call skipped at that stop, so that it returns ret; which is set at its exit, if the
 * architecture takes no result there.
 */
void trace_skip_with(struct trace_plan *plan, enum trace_when when, long ret);

/* What that call passes as arguments 3 to 5, if args is NULL. */
#define TRACE_ARG3 0x333
#define TRACE_ARG4 0x444
#define TRACE_ARG5 0x555

/*
 * Lets a tracee make the call, and tells what the tracer saw and what came of it, in order:
 *
 *	"entry"		a stop at a syscall's entry
 *	"exit"		a stop at its exit
 *	"event 5"	PTRACE_EVENT_SECCOMP with that message
 *	"signal SIGSYS"	a signal, which is passed on
 *	"stop 0x57f"	any other stop
 * and last
 *	"wrote"		it returned 1, and there was the byte
 *	"getppid", "getpid"	it returned what these return
 *	"trap 7"	the handler of SIGSYS ran, with that si_errno
 *	"errno ENOSYS"	it returned -38, or "returns 77" another number (all in hex but for small
 *ones) "killed by SIGSYS"	the tracee was and what was wrong besides. In storage of its own,
 *overwritten by the next call. NULL with errno set if it could not be tried.
 */
const char *trace_call(const struct trace_plan *plan);

/* In a test's body, test.h being included: compares that with the one right text. */
#define EXPECT_CALL(text, plan)                                                 \
	do {                                                                    \
		const char *call_seen = trace_call(&(plan));                    \
                                                                                \
		BROKE_UNLESS(call_seen != NULL, "the call could not be tried"); \
		EXPECT_STREQ(text, call_seen);                                  \
	} while (0)

#endif
