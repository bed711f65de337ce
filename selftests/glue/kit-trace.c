/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-trace.h"

#include "arch/regs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/arch.h"
#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif

long trace_ask(int request, pid_t pid, unsigned long addr, const void *data)
{
	return syscall(__NR_ptrace, (long)request, (long)pid, addr, data);
}

void trace_stop_self(void)
{
	syscall(__NR_tgkill, getpid(), (pid_t)syscall(__NR_gettid), SIGSTOP);
}

int trace_wait(pid_t pid)
{
	int status;
	pid_t got;

	do
		got = waitpid(pid, &status, __WALL);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : status;
}

int trace_go(int request, pid_t pid, int signal)
{
	if (trace_ask(request, pid, 0, (void *)(long)signal))
		return -1;
	return trace_wait(pid);
}

unsigned long trace_message(pid_t pid)
{
	unsigned long message = 0;

	return trace_ask(PTRACE_GETEVENTMSG, pid, 0, &message) ? ULONG_MAX : message;
}

/* On its way out it may stop once more, for PTRACE_O_TRACEEXIT. */
void trace_end(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	for (;;) {
		status = trace_wait(pid);
		if (status == -1 || !TRACE_IS_STOP(status))
			return;
		trace_ask(PTRACE_CONT, pid, 0, NULL);
	}
}

static void __attribute__((noreturn)) be_traced(int (*fn)(void *data), void *data)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (trace_ask(PTRACE_TRACEME, 0, 0, NULL))
		_exit(255);
	trace_stop_self();
	_exit(fn(data));
}

pid_t trace_fork(int (*fn)(void *data), void *data, unsigned long options)
{
	pid_t pid = fork();

	if (pid == 0)
		be_traced(fn, data);
	if (pid < 0)
		return -1;
	if (trace_wait(pid) == TRACE_STOP(SIGSTOP) &&
	    !trace_ask(PTRACE_SETOPTIONS, pid, 0, (void *)options))
		return pid;
	trace_end(pid);
	errno = EPERM;
	return -1;
}

pid_t trace_fork_ready(int (*fn)(void *data), void *data, unsigned long options)
{
	pid_t pid = trace_fork(fn, data, options);

	if (pid < 0 || trace_go(PTRACE_CONT, pid, 0) == TRACE_STOP(SIGSTOP))
		return pid;
	trace_end(pid);
	errno = ECHILD;
	return -1;
}

bool trace_bytes_are(uint8_t value, const void *data, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (((const uint8_t *)data)[i] != value)
			return false;
	return true;
}

void *trace_shared(size_t size)
{
	void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	/* cppcheck-suppress memleak ; MAP_FAILED is no memory */
	return data == MAP_FAILED ? NULL : data;
}

static int install_rule(const struct trace_rule *rule)
{
	struct builder b;
	int allow;

	builder_init(&b, arch_native());
	allow = builder_label(&b, "allow");
	build_nr(&b);
	build_if(&b, BPF_JEQ, (uint32_t)rule->nr, NEXT, allow);
	if (rule->if_arg)
		build_if_arg_eq(&b, rule->arg, rule->value, NEXT, allow);
	build_ret(&b, rule->action);
	builder_bind(&b, allow);
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

int trace_install(const struct trace_rule *rules)
{
	for (; rules->nr || rules->action; rules++)
		if (install_rule(rules))
			return -1;
	return 0;
}

/* Without registers there are no kernel tests either. */
#if ARCH_HAS_REGS

/* What no call returns, so that it shows whether it came back at all. */
#define NOT_RETURNED LONG_MIN

/* Shared with the tracee. */
struct attempt {
	const struct trace_plan *plan;
	int pipe[2];
	int broke;   /* errno of a step that is not the kernel's matter here */
	long result; /* of the call; NOT_RETURNED */
	int handled; /* how often the handler of SIGSYS ran, and what it was told */
	siginfo_t info;
	/* The tracer's. */
	bool inside;	       /* between entry and exit of a syscall */
	bool past[WHEN_COUNT]; /* the stop of the call has been */
	char text[256];
};

static struct attempt *current;

static void __attribute__((format(printf, 1, 2))) add(const char *format, ...)
{
	size_t used = strlen(current->text);
	va_list args;

	if (used) {
		snprintf(current->text + used, sizeof(current->text) - used, ", ");
		used = strlen(current->text);
	}
	va_start(args, format);
	vsnprintf(current->text + used, sizeof(current->text) - used, format, args);
	va_end(args);
}

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	current->handled++;
	current->info = *info;
}

static int tracee(void *data)
{
	const struct trace_plan *plan = data;
	const struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };
	const unsigned long write_args[] = { current->pipe[1], (unsigned long)"!?", 1,
					     TRACE_ARG3,       TRACE_ARG4,	    TRACE_ARG5 };
	const unsigned long *a = plan->args ? plan->args : write_args;

	if (sigaction(SIGSYS, &action, NULL) || trace_install(plan->rules)) {
		current->broke = errno;
		return 1;
	}
	trace_stop_self();
	current->result = arch_syscall6(plan->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	return 0;
}

static int change(pid_t pid, const struct trace_change *change, unsigned int what)
{
	struct regs regs;
	int err;

	if (!what)
		return 0;
	err = regs_read(pid, &regs);
	if (!err && (what & CHANGE_NR))
		err = regs_set_nr(pid, &regs, change->nr);
	if (what & CHANGE_RET)
		regs_set_ret(&regs, change->ret);
	if (what & CHANGE_ARG)
		regs_set_arg(&regs, change->arg, change->value);
	if (!err && (what & (CHANGE_RET | CHANGE_ARG)))
		err = regs_write(pid, &regs);
	return err;
}

static void at(pid_t pid, enum trace_when when)
{
	const struct trace_change *at = &current->plan->at[when];
	/* Before the exit it would be another number. */
	const unsigned int cannot = REGS_RET_IS_NR && when != WHEN_EXIT ? CHANGE_RET : 0;
	int err = current->past[when] ? 0 : change(pid, at, at->what & ~cannot);

	if (err)
		current->broke = -err;
	current->past[when] = true;
}

/* The tracee's own end is no part of what is told. */
static bool is_the_end(pid_t pid)
{
	struct regs regs;

	return !current->inside && !regs_read(pid, &regs) && regs_nr(&regs) == __NR_exit_group;
}

static void see_syscall_stop(pid_t pid)
{
	add(current->inside ? "exit" : "entry");
	at(pid, current->inside ? WHEN_EXIT : WHEN_ENTRY);
	current->inside = !current->inside;
}

/* Without PTRACE_O_TRACESYSGOOD a syscall's stop looks like the signal. */
static bool is_syscall_stop(int status)
{
	bool plain = current->plan->options && !(current->plan->options & PTRACE_O_TRACESYSGOOD);

	return status == (plain ? TRACE_STOP(SIGTRAP) : TRACE_SYSCALL);
}

/* The signal to pass on. */
static int see(pid_t pid, int status)
{
	if (is_syscall_stop(status)) {
		see_syscall_stop(pid);
	} else if (status == TRACE_EVENT(PTRACE_EVENT_SECCOMP)) {
		add("event %lu", trace_message(pid));
		at(pid, WHEN_EVENT);
		current->inside = true;
	} else if (status >> 16 == 0 && WSTOPSIG(status) < 0x80) {
		add("signal %s", kit_signal_text(WSTOPSIG(status)));
		return WSTOPSIG(status);
	} else {
		add("stop %#x", status);
	}
	return 0;
}

static int request(void)
{
	switch (current->plan->follow) {
	case FOLLOW_EVENTS:
		return PTRACE_CONT;
	case FOLLOW_UNTIL_ENTRY:
		return current->past[WHEN_ENTRY] ? PTRACE_CONT : PTRACE_SYSCALL;
	case FOLLOW_FROM_EVENT:
		return current->past[WHEN_EVENT] ? PTRACE_SYSCALL : PTRACE_CONT;
	case FOLLOW_SYSCALLS:
		break;
	}
	return PTRACE_SYSCALL;
}

static int follow(pid_t pid)
{
	int status = trace_go(PTRACE_CONT, pid, 0), signal = 0;

	if (status != TRACE_STOP(SIGSTOP))
		return status;
	if (current->plan->ready)
		current->plan->ready(pid);
	for (;;) {
		status = trace_go(request(), pid, signal);
		if (status == -1 || !TRACE_IS_STOP(status))
			return status;
		if (is_syscall_stop(status) && is_the_end(pid))
			return trace_go(PTRACE_CONT, pid, 0);
		signal = see(pid, status);
	}
}

static void tell_result(pid_t pid, int bytes)
{
	long result = current->result;
	int expected_bytes = result == 1;

	if (result == 1 && bytes)
		add("wrote");
	else if (result == pid)
		add("getpid");
	else if (result == getpid())
		add("getppid");
	else if (result < 0 && result >= -4095)
		add("errno %s", kit_errno_text(-result));
	else if (result == NOT_RETURNED)
		add("did not return");
	else
		add(result >= 0 && result < 4096 ? "returns %ld" : "returns %#lx", result);
	if (bytes != expected_bytes)
		add("%d bytes were written", bytes);
}

/* The number that counts in the end. */
static int asked_nr(const struct trace_plan *plan)
{
	if (plan->at[WHEN_EVENT].what & CHANGE_NR)
		return plan->at[WHEN_EVENT].nr;
	return (plan->at[WHEN_ENTRY].what & CHANGE_NR) ? plan->at[WHEN_ENTRY].nr : plan->nr;
}

static void tell_trap(int bytes)
{
	const siginfo_t *info = &current->info;

	add("trap %d", info->si_errno);
	if (info->si_signo != SIGSYS || info->si_code != SYS_SECCOMP ||
	    info->si_syscall != (asked_nr(current->plan) & (int)ARCH_NR_MASK) ||
	    info->si_arch != arch_native()->audit)
		add("si_signo %d si_code %d si_syscall %d si_arch %#x", info->si_signo,
		    info->si_code, info->si_syscall, info->si_arch);
	if (current->handled != 1)
		add("the handler ran %d times", current->handled);
	if (bytes)
		add("%d bytes were written", bytes);
}

static void tell(pid_t pid, int status, int bytes)
{
	if (status == TRACE_EXITED(0) && current->handled)
		tell_trap(bytes);
	else if (status == TRACE_EXITED(0))
		tell_result(pid, bytes);
	else if (WIFSIGNALED(status))
		add("killed by %s", kit_signal_text(WTERMSIG(status)));
	else
		add("ends with status %#x", status);
	if (status != TRACE_EXITED(0) && (bytes || current->handled))
		add("%d bytes were written, the handler ran %d times", bytes, current->handled);
}

static int written(void)
{
	char buf[8];
	ssize_t bytes = read(current->pipe[0], buf, sizeof(buf));

	return bytes < 0 ? 0 : (int)bytes;
}

static int try_call(const struct trace_plan *plan)
{
	pid_t pid = trace_fork(tracee, (void *)plan, plan->options ? plan->options : TRACE_OPTIONS);
	int status;

	if (pid < 0)
		return errno;
	status = follow(pid);
	if (status == -1) {
		status = errno;
		trace_end(pid);
		return status;
	}
	tell(pid, status, written());
	return current->broke;
}

void trace_skip_with(struct trace_plan *plan, enum trace_when when, long ret)
{
	bool here = when == WHEN_ENTRY ? ARCH_RESULT_AT_ENTRY : ARCH_RESULT_AT_EVENT;
	struct trace_change *result = &plan->at[here ? when : WHEN_EXIT];

	plan->at[when] = (struct trace_change){ .what = CHANGE_NR, .nr = -1 };
	result->what |= CHANGE_RET;
	result->ret = ret;
}

const char *trace_call(const struct trace_plan *plan)
{
	static char text[sizeof(current->text)];
	int err;

	current = trace_shared(sizeof(*current));
	if (!current)
		return NULL;
	current->plan = plan;
	current->result = NOT_RETURNED;
	if (pipe2(current->pipe, O_CLOEXEC | O_NONBLOCK)) {
		err = errno;
	} else {
		err = try_call(plan);
		close(current->pipe[0]);
		close(current->pipe[1]);
	}
	memcpy(text, current->text, sizeof(text));
	munmap(current, sizeof(*current));
	errno = err;
	return err ? NULL : text;
}

#endif
