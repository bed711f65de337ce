/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-effect.h"

#include "arch/regs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/arch.h"
#include "selftests/glue/kit.h"

/* Without registers there are no kernel tests either. */
#if ARCH_HAS_REGS

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif

/* What no kernel gives back, so that it shows whether the call came back at all. */
#define NOT_RETURNED LONG_MIN

/* Shared with the processes that try it. */
struct attempt {
	struct effect_plan plan;
	int pipe[2];
	int broke;   /* errno of a step that is not the kernel's matter here */
	int refused; /* errno of an installation */
	long result; /* of the call; NOT_RETURNED */
	int handled; /* how often the handler of SIGSYS ran, and what it was told */
	siginfo_t info;
	int events; /* how often the tracer was told, and with what */
	unsigned long message;
	int end;	  /* how the process ended, as kit_end says it */
	int leader_lives; /* a futex that the end of the leader sets to 0 */
};

static struct attempt *current;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	current->handled++;
	current->info = *info;
}

static int prepare_sigsys(enum effect_sigsys how)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };
	sigset_t sigsys;

	sigemptyset(&sigsys);
	sigaddset(&sigsys, SIGSYS);
	action.sa_sigaction = on_sigsys;
	if (how == EFFECT_IGNORED)
		action.sa_handler = SIG_IGN;
	if (sigaction(SIGSYS, &action, NULL))
		return -1;
	return how == EFFECT_BLOCKED ? pthread_sigmask(SIG_BLOCK, &sigsys, NULL) : 0;
}

static int install_all(const struct effect_plan *plan)
{
	struct kit_filter filter;

	for (size_t i = 0; i < plan->count; i++)
		if (kit_install(kit_on_syscall(&filter, __NR_write, plan->actions[i])))
			return errno;
	return 0;
}

/* The tracer is the parent, and sets its options at this stop. */
static int ask_for_tracer(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return -1;
	return syscall(__NR_tgkill, getpid(), (pid_t)syscall(__NR_gettid), SIGSTOP) ? -1 : 0;
}

/* The caller's part. */
static void *call(void *data)
{
	struct attempt *attempt = data;

	if (prepare_sigsys(attempt->plan.sigsys) ||
	    (attempt->plan.tracer != EFFECT_UNTRACED && ask_for_tracer())) {
		attempt->broke = errno;
		return NULL;
	}
	attempt->refused = install_all(&attempt->plan);
	if (!attempt->refused)
		attempt->result =
			arch_syscall6(__NR_write, attempt->pipe[1], (unsigned long)"!", 1, 0, 0, 0);
	return NULL;
}

static void futex(int *word, int operation, int value)
{
	syscall(__NR_futex, word, operation, value, NULL, NULL, 0);
}

static void *end_after_leader(void *data)
{
	struct attempt *attempt = data;

	while (__atomic_load_n(&attempt->leader_lives, __ATOMIC_SEQ_CST))
		futex(&attempt->leader_lives, FUTEX_WAIT, 1);
	_exit(0);
}

static int call_as_worker(struct attempt *attempt)
{
	pthread_t worker;

	errno = pthread_create(&worker, NULL, call, attempt);
	if (errno || pthread_join(worker, NULL))
		attempt->broke = errno;
	return 0;
}

static int call_as_leader(struct attempt *attempt)
{
	pthread_t waiter;

	errno = pthread_create(&waiter, NULL, end_after_leader, attempt);
	if (errno) {
		attempt->broke = errno;
		return 0;
	}
	syscall(__NR_set_tid_address, &attempt->leader_lives);
	call(attempt);
	__atomic_store_n(&attempt->leader_lives, 0, __ATOMIC_SEQ_CST);
	futex(&attempt->leader_lives, FUTEX_WAKE, 1);
	pthread_join(waiter, NULL);
	return 0;
}

static int run_caller(struct attempt *attempt)
{
	switch (attempt->plan.caller) {
	case EFFECT_WORKER:
		return call_as_worker(attempt);
	case EFFECT_LEADER:
		return call_as_leader(attempt);
	case EFFECT_ALONE:
		call(attempt);
	}
	return 0;
}

/* A stopped tracee goes on. The first SIGSTOP is its question for options. */
static void go_on(struct attempt *attempt, pid_t tid, int status)
{
	const unsigned long options =
		attempt->plan.tracer == EFFECT_TRACED ? PTRACE_O_TRACESECCOMP : 0;
	long signal = WSTOPSIG(status);

	if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
		attempt->events++;
		ptrace(PTRACE_GETEVENTMSG, tid, NULL, &attempt->message);
		signal = 0;
	} else if (signal == SIGSTOP) {
		if (ptrace(PTRACE_SETOPTIONS, tid, NULL, (void *)options))
			attempt->broke = errno;
		signal = 0;
	}
	ptrace(PTRACE_CONT, tid, NULL, (void *)signal);
}

static int end_of(int status)
{
	return WIFSIGNALED(status) ? kit_killed(WTERMSIG(status)) : kit_exited(WEXITSTATUS(status));
}

static int trace_caller(struct attempt *attempt)
{
	int status;
	pid_t pid = fork(), tid;

	if (pid < 0)
		attempt->broke = errno;
	if (pid == 0)
		_exit(run_caller(attempt));
	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status))
			go_on(attempt, tid, status);
		else if (tid == pid)
			attempt->end = end_of(status);
	}
	return 0;
}

static int attempt_main(void *data)
{
	current = data;
	return current->plan.tracer == EFFECT_UNTRACED ? run_caller(current)
						       : trace_caller(current);
}

static void __attribute__((format(printf, 2, 3))) add(char *text, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, 256 - used, format, args);
	va_end(args);
}

static bool right_siginfo(const siginfo_t *info)
{
	return info->si_signo == SIGSYS && info->si_code == SYS_SECCOMP &&
	       info->si_syscall == __NR_write && info->si_arch == arch_native()->audit;
}

static void tell_end(const struct attempt *attempt, char *text)
{
	if (attempt->end >= kit_killed(0) && attempt->end != KIT_HUNG)
		add(text, "kills the process, signal %s",
		    kit_signal_text(attempt->end - kit_killed(0)));
	else if (attempt->end != kit_exited(0))
		add(text, attempt->end == KIT_HUNG ? "hangs" : "exits with %d", attempt->end);
	else if (attempt->refused)
		add(text, "a filter is refused, errno %d", attempt->refused);
	else if (attempt->result == NOT_RETURNED)
		add(text, "kills the thread");
	else if (attempt->result == 1)
		add(text, "ran");
	else if (attempt->result <= 0)
		add(text, "errno %s", kit_errno_text(-attempt->result));
	else
		add(text, "returns %ld", attempt->result);
}

static const char *tell(const struct attempt *attempt, int bytes)
{
	static char text[256];
	bool trapped = attempt->handled == 1 && attempt->end == kit_exited(0);

	text[0] = '\0';
	if (attempt->events)
		add(text, "trace %lu, ", attempt->message);
	if (attempt->events > 1)
		add(text, "which is the last of %d events, ", attempt->events);
	/* What a trapped call returns is the handler's matter. */
	if (trapped)
		add(text, "trap %d", attempt->info.si_errno);
	else
		tell_end(attempt, text);
	if (attempt->handled && !right_siginfo(&attempt->info))
		add(text, ", si_signo %d si_code %d si_syscall %d si_arch 0x%x",
		    attempt->info.si_signo, attempt->info.si_code, attempt->info.si_syscall,
		    attempt->info.si_arch);
	if (attempt->handled && !trapped)
		add(text, ", the handler ran %d times", attempt->handled);
	if (bytes != (!trapped && attempt->result == 1))
		add(text, ", %d bytes were written", bytes);
	return text;
}

const char *kit_effect(const struct effect_plan *plan)
{
	struct attempt attempt = { .plan = *plan, .result = NOT_RETURNED, .leader_lives = 1 };
	char buf[8];
	ssize_t bytes;
	int end;

	if (pipe2(attempt.pipe, O_CLOEXEC | O_NONBLOCK))
		return NULL;
	end = kit_end(kit_ask(attempt_main, &attempt, sizeof(attempt)));
	if (plan->tracer == EFFECT_UNTRACED || end != kit_exited(0))
		attempt.end = end;
	bytes = read(attempt.pipe[0], buf, sizeof(buf));
	close(attempt.pipe[0]);
	close(attempt.pipe[1]);
	if (attempt.broke || end == -1) {
		errno = attempt.broke;
		return NULL;
	}
	return tell(&attempt, bytes < 0 ? 0 : (int)bytes);
}

#endif
