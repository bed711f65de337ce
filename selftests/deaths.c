/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A filter's KILL is final: a tracer is told of the end and cannot hold it back, a handler comes
 * too late, and the init of a pid namespace dies like any other (behaviours 31, 47 to 49).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/wait.h>

#include "arch/regs.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static const uint32_t deadly[] = {
	SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, 0x00020000, /* no action (5.10) */
};

static long call(void)
{
	return arch_syscall6(__NR_getpgid, 0, 0, 0, 0, 0, 0);
}

static int install(uint32_t action)
{
	const struct trace_rule rules[] = { TRACE_RULE(__NR_getpgid, action), { 0 } };

	return trace_install(rules);
}

static void survive(int signal)
{
	_exit(100 + signal);
}

/* Does whatever a program can against its end. */
static int call_handled(void *data)
{
	const uint32_t *action = data;
	struct sigaction handled = { .sa_handler = survive };

	if (sigaction(SIGSYS, &handled, NULL) || install(*action))
		return 2;
	trace_stop_self();
	call();
	return 3;
}

SC_TEST(no_tracer_holds_it_back,
	.doc = "a tracer is not asked about the signal of a KILL: the next it hears is the end, "
	       "by SIGSYS",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process, F_act_kill_thread },
	.behaviours = { 31, 47 }, .requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(deadly); i++) {
		pid_t pid = trace_fork_ready(call_handled, (void *)&deadly[i], TRACE_OPTIONS);

		BROKE_UNLESS(pid > 0, "no tracee");
		EXPECT_EQ(TRACE_KILLED(SIGSYS), trace_go(PTRACE_CONT, pid, 0));
	}
}

static void *die_alone(void *data)
{
	(void)data;
	if (!install(SECCOMP_RET_KILL_THREAD))
		call();
	return NULL;
}

/* Waits to be killed: where the process has an end, its threads are told to have had the same. */
static int outlive_a_thread(void *data)
{
	pthread_t thread;

	(void)data;
	if (pthread_create(&thread, NULL, die_alone, NULL))
		return 2;
	for (;;)
		pause();
}

/* Lets all threads go on until one ends: its wait status, if it is not the first. */
static int end_of_the_other(pid_t pid)
{
	int status;
	pid_t tid;

	trace_ask(PTRACE_CONT, pid, 0, NULL);
	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		if (!TRACE_IS_STOP(status))
			return tid == pid ? -1 : status;
		trace_ask(PTRACE_CONT, tid, 0, NULL);
	}
	return -1;
}

SC_TEST(a_thread_dies_of_sigsys,
	.doc = "the end of a thread whom KILL_THREAD ends, while others live, is told to its "
	       "tracer as SIGSYS",
	.needs = { F_act_trace }, .covers = { F_act_kill_thread }, .behaviours = { 32 },
	.requires = NEED_PTRACE)
{
	pid_t pid = trace_fork(outlive_a_thread, NULL, TRACE_OPTIONS | PTRACE_O_TRACECLONE);

	BROKE_UNLESS(pid > 0, "no tracee");
	EXPECT_EQ(TRACE_KILLED(SIGSYS), end_of_the_other(pid));
	trace_end(pid);
}

SC_TEST(the_last_stop_is_told,
	.doc = "a tracer that asked for PTRACE_EVENT_EXIT has it for a KILL, with the status that "
	       "the tracee ends with",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process, F_act_kill_thread },
	.behaviours = { 47, 49 }, .requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(deadly); i++) {
		pid_t pid = trace_fork_ready(call_handled, (void *)&deadly[i],
					     TRACE_OPTIONS | PTRACE_O_TRACEEXIT);

		BROKE_UNLESS(pid > 0, "no tracee");
		ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_EXIT), trace_go(PTRACE_CONT, pid, 0));
		/* 0x80: with a core. */
		EXPECT_EQ(SIGSYS, trace_message(pid) & ~0x80ul);
		EXPECT_EQ(TRACE_KILLED(SIGSYS), trace_go(PTRACE_CONT, pid, 0));
	}
}

/* Neither strict nor filter mode: whatever would let it go on, no call of it would be run. */
#define MODE_DEAD 3

SC_TEST(its_mode_is_that_of_the_dead,
	.doc = "a task that a filter kills is in no mode that a task can live in, as its last stop "
	       "shows (5.17, and stable kernels)",
	.needs = { F_act_kill_process, F_proc_seccomp },
	.covers = { F_act_kill_process, F_act_kill_thread }, .behaviours = { 47 },
	.requires = NEED_PTRACE)
{
	for (size_t i = 0; i < COUNT(deadly); i++) {
		pid_t pid = trace_fork_ready(call_handled, (void *)&deadly[i],
					     TRACE_OPTIONS | PTRACE_O_TRACEEXIT);

		BROKE_UNLESS(pid > 0, "no tracee");
		ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_EXIT), trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(MODE_DEAD, kit_status(pid, "Seccomp"));
		EXPECT_EQ(TRACE_KILLED(SIGSYS), trace_go(PTRACE_CONT, pid, 0));
	}
}

static int die_of_strict_mode(void *data)
{
	(void)data;
	trace_stop_self();
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		return 2;
	call();
	return 3;
}

SC_TEST(so_it_is_after_strict_mode,
	.doc = "a task that strict mode kills is in the mode of the dead, too",
	.needs = { F_mode_strict, F_proc_seccomp }, .covers = { F_mode_strict },
	.behaviours = { 2 }, .requires = NEED_PTRACE)
{
	pid_t pid = trace_fork_ready(die_of_strict_mode, NULL, TRACE_OPTIONS | PTRACE_O_TRACEEXIT);

	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_EXIT), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ((unsigned long)SIGKILL, trace_message(pid));
	EXPECT_EQ(MODE_DEAD, kit_status(pid, "Seccomp"));
	EXPECT_EQ(TRACE_KILLED(SIGKILL), trace_go(PTRACE_CONT, pid, 0));
}

/* --- a handler that comes too late ----------------------------------------------------------- */

/* A process of two threads: one dies by a filter of its own, the other one would save it. */
struct race {
	int victim[2], saver[2], back[2]; /* pipes that they wait at, and answer by */
	pid_t tid;
};

static struct race *race;

static void *victim_main(void *data)
{
	char byte;

	(void)data;
	race->tid = (pid_t)syscall(__NR_gettid);
	if (install(SECCOMP_RET_KILL_PROCESS) || write(race->back[1], "!", 1) != 1 ||
	    read(race->victim[0], &byte, 1) != 1)
		_exit(2);
	trace_stop_self();
	call();
	_exit(3);
}

static int saver_main(void)
{
	struct sigaction handled = { .sa_handler = survive };
	pthread_t thread;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (pthread_create(&thread, NULL, victim_main, NULL))
		return 2;
	if (read(race->saver[0], &byte, 1) != 1)
		return 2;
	sigaction(SIGSYS, &handled, NULL);
	if (write(race->back[1], "!", 1) != 1)
		return 2;
	pthread_join(thread, NULL);
	return 4;
}

static bool answered(void)
{
	char byte;

	return read(race->back[0], &byte, 1) == 1;
}

/* The victim, seized by us, at the entry of its deadly call. */
static bool at_the_call(void)
{
	return !trace_ask(PTRACE_SEIZE, race->tid, 0,
			  (void *)(unsigned long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) &&
	       write(race->victim[1], "!", 1) == 1 &&
	       trace_wait(race->tid) == TRACE_STOP(SIGSTOP) &&
	       trace_go(PTRACE_SYSCALL, race->tid, 0) == TRACE_SYSCALL;
}

SC_TEST(a_handler_comes_too_late,
	.doc = "between the KILL and the end, where a tracer can interrupt it, no other thread's "
	       "handler takes SIGSYS over: the process dies of it",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process }, .behaviours = { 31, 47 },
	.requires = NEED_PTRACE, .dumpable = true, .varies = VARY(DIM_REPORTER))
{
	pid_t pid;
	int status;

	race = trace_shared(sizeof(*race));
	BROKE_UNLESS(race && !pipe2(race->victim, O_CLOEXEC) && !pipe2(race->saver, O_CLOEXEC) &&
			     !pipe2(race->back, O_CLOEXEC),
		     "no memory, no pipes");
	pid = fork();
	if (pid == 0)
		_exit(saver_main());
	BROKE_UNLESS(pid > 0 && answered() && at_the_call(), "no tracee");
	ASSERT_EQ(0, trace_ask(PTRACE_INTERRUPT, race->tid, 0, NULL));
	status = trace_go(PTRACE_CONT, race->tid, 0);
	/* Before 5.16 it is not interrupted there: then it has ended already. */
	if (TRACE_IS_STOP(status)) {
		EXPECT_EQ(TRACE_EVENT(PTRACE_EVENT_STOP), status);
		ASSERT_EQ(1, write(race->saver[1], "!", 1));
		ASSERT_TRUE(answered());
		status = trace_go(PTRACE_CONT, race->tid, 0);
	}
	EXPECT_EQ(TRACE_KILLED(SIGSYS), status);
	EXPECT_EQ(TRACE_KILLED(SIGSYS), trace_wait(pid));
}

/* --- the init of a pid namespace ------------------------------------------------------------- */

struct init {
	int (*main)(void *data);
	uint32_t action;
	bool traced;
	int status; /* what it came to */
};

static int init_main(void *data)
{
	struct init *init = data;

	if (getpid() != 1 || install(init->action))
		return 2;
	if (init->traced)
		trace_stop_self();
	call();
	return 3;
}

/* A process for the namespace, whose end is the namespace's. */
static int parent_of_init(void *data)
{
	struct init *init = data;
	pid_t pid;

	if (unshare(CLONE_NEWUSER | CLONE_NEWPID))
		return 1;
	pid = init->traced ? trace_fork_ready(init->main, init, TRACE_OPTIONS) : fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		_exit(init->main(init));
	}
	if (pid < 0)
		return 1;
	init->status = init->traced ? trace_go(PTRACE_CONT, pid, 0) : trace_wait(pid);
	return 0;
}

SC_TEST(an_init_dies_too,
	.doc = "the init of a pid namespace, which signals do not kill, dies of KILL by SIGSYS, "
	       "traced or not",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process, F_act_kill_thread },
	.behaviours = { 47, 48 }, .requires = NEED_PTRACE | NEED_USER_NS)
{
	for (size_t i = 0; i < 2 * COUNT(deadly); i++) {
		struct init init = { .main = init_main, .action = deadly[i / 2], .traced = i % 2 };

		BROKE_UNLESS(!kit_end(kit_ask(parent_of_init, &init, sizeof(init))),
			     "no namespace");
		EXPECT_EQ(TRACE_KILLED(SIGSYS), init.status);
	}
}

static void handle(int signal)
{
	(void)signal;
}

/* SIGTERM has no handler. */
static int handling_init_main(void *data)
{
	const struct sigaction handled = { .sa_handler = handle };
	const struct init *init = data;

	if (getpid() != 1 || sigaction(SIGSYS, &handled, NULL) || install(init->action))
		return 2;
	call();
	kill(getpid(), SIGTERM);
	return 3;
}

SC_TEST(an_init_that_handles_it_is_no_less_an_init,
	.doc = "the init of a pid namespace that has handled the SIGSYS of TRAP is still one that "
	       "signals do not kill",
	.needs = { F_act_trap }, .covers = { F_act_trap }, .behaviours = { 47 },
	.requires = NEED_USER_NS)
{
	struct init init = { .main = handling_init_main, .action = SECCOMP_RET_TRAP };

	BROKE_UNLESS(!kit_end(kit_ask(parent_of_init, &init, sizeof(init))), "no namespace");
	EXPECT_EQ(TRACE_EXITED(3), init.status);
}

TEST_HARNESS_MAIN
