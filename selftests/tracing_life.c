/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ends and beginnings: a tracee or its tracer dies at a stop, a tracer lets go, a thread or a child
 * is traced too (behaviours 50 and 56).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <pthread.h>

#include "arch/regs.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Shared with tracees and their tracers. */
struct scene {
	int side[2];	 /* a pipe: each call that is run writes a byte */
	int gate[2];	 /* a pipe: what shall wait reads from it */
	uint32_t action; /* for that call */
	long result[2];	 /* of the first and of the second call; 99: it did not come back */
	pid_t pid;
};

static struct scene *scene;

static bool scene_open(void)
{
	scene = trace_shared(sizeof(*scene));
	if (!scene || pipe2(scene->side, O_CLOEXEC | O_NONBLOCK) || pipe2(scene->gate, O_CLOEXEC))
		return false;
	scene->action = SECCOMP_RET_TRACE | 5;
	scene->result[0] = scene->result[1] = 99;
	return true;
}

static int bytes_written(void)
{
	char buf[8];
	ssize_t bytes = read(scene->side[0], buf, sizeof(buf));

	return bytes < 0 ? 0 : (int)bytes;
}

static long write_byte(void)
{
	return arch_syscall6(__NR_write, scene->side[1], (unsigned long)"!", 1, 0, 0, 0);
}

static int install(void)
{
	const struct trace_rule rules[] = { TRACE_RULE(__NR_write, scene->action), { 0 } };

	return trace_install(rules);
}

/* A tracee that makes two calls, and exits with 3. It outlives its tracer if that is its parent. */
static int writes_twice(void *data)
{
	(void)data;
	prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	if (install())
		return 2;
	trace_stop_self();
	for (int i = 0; i < 2; i++)
		scene->result[i] = write_byte();
	return 3;
}

/* A tracee that made its first call and is at its stop: the pid, or -1. */
static pid_t stopped_tracee(int stop, unsigned long options)
{
	pid_t pid = trace_fork_ready(writes_twice, NULL, options);
	int request = stop == TRACE_SYSCALL ? PTRACE_SYSCALL : PTRACE_CONT;

	if (pid < 0 || trace_go(request, pid, 0) == stop)
		return pid;
	trace_end(pid);
	return -1;
}

/* Where the tracee is at its end. What the filter allows, only the stop itself keeps from running.
 */
static const struct last_stop {
	int stop;
	uint32_t action;
} last_stops[] = {
	{ TRACE_EVENT(PTRACE_EVENT_SECCOMP), SECCOMP_RET_TRACE | 5 },
	{ TRACE_SYSCALL, SECCOMP_RET_TRACE | 5 },
	{ TRACE_SYSCALL, SECCOMP_RET_ALLOW },
};

/*
 * Kills a tracee at its stop; where it is seen next. Older kernels (5.10; no more in 6.1, where
 * ptrace_stop() looks for a fatal signal) let the dying task enter the stop at the call's exit
 * until the scheduler looks, and a tracer that looks before is told of it.
 */
static int killed_at_stop(pid_t pid)
{
	int seen;

	if (kill(pid, SIGKILL))
		return -1;
	do
		seen = trace_wait(pid);
	while (seen == TRACE_SYSCALL);
	return seen;
}

SC_TEST(kill_at_the_stop,
	.doc = "SIGKILL during the event or the stop at the entry ends the tracee with that "
	       "signal, and the call is not run",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .fixes = { FIX_fatal_signal_trace },
	.behaviours = { 56 }, .requires = NEED_PTRACE)
{
	BROKE_UNLESS(scene_open(), "no pipes");
	for (size_t i = 0; i < COUNT(last_stops); i++) {
		pid_t pid;

		scene->action = last_stops[i].action;
		pid = stopped_tracee(last_stops[i].stop, TRACE_OPTIONS);
		ASSERT_LT(0, pid);
		EXPECT_EQ(TRACE_KILLED(SIGKILL), killed_at_stop(pid));
		EXPECT_EQ(0, bytes_written());
		EXPECT_EQ(99, scene->result[0]);
	}
}

SC_TEST(kill_at_the_stop_is_told,
	.doc = "a tracee that is killed during the event or at the entry has its "
	       "PTRACE_EVENT_EXIT, with the status that it ends with",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .fixes = { FIX_fatal_signal_trace },
	.behaviours = { 49, 56 }, .requires = NEED_PTRACE)
{
	BROKE_UNLESS(scene_open(), "no pipes");
	for (size_t i = 0; i < COUNT(last_stops); i++) {
		pid_t pid;

		scene->action = last_stops[i].action;
		pid = stopped_tracee(last_stops[i].stop, TRACE_OPTIONS | PTRACE_O_TRACEEXIT);
		ASSERT_LT(0, pid);
		ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_EXIT), killed_at_stop(pid));
		EXPECT_EQ(SIGKILL, trace_message(pid));
		EXPECT_EQ(TRACE_KILLED(SIGKILL), trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(0, bytes_written());
		EXPECT_EQ(99, scene->result[0]);
	}
}

SC_TEST(term_at_the_event,
	.doc = "a signal that a tracer may hold back does not skip the call, which is run before "
	       "the signal is told",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 56 },
	.requires = NEED_PTRACE)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(), "no pipes");
	pid = stopped_tracee(TRACE_EVENT(PTRACE_EVENT_SECCOMP), TRACE_OPTIONS);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, kill(pid, SIGTERM));
	EXPECT_EQ(TRACE_STOP(SIGTERM), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(1, bytes_written());
	EXPECT_EQ(TRACE_KILLED(SIGTERM), trace_go(PTRACE_CONT, pid, SIGTERM));
	EXPECT_EQ(0, bytes_written());
}

static void *exits_after_gate(void *data)
{
	char byte;

	(void)data;
	if (read(scene->gate[0], &byte, 1) == 1)
		syscall(__NR_exit_group, 5);
	return NULL;
}

/* The second thread is not traced, and is under no filter. */
static int writes_beside_thread(void *data)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, exits_after_gate, NULL))
		return 2;
	return writes_twice(data);
}

SC_TEST(exit_of_another_thread,
	.doc = "a process that another thread ends during the event ends with that thread's "
	       "status, and the call is not run",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 56 },
	.requires = NEED_PTRACE)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(), "no pipes");
	pid = trace_fork_ready(writes_beside_thread, NULL, TRACE_OPTIONS);
	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0));
	ASSERT_EQ(1, write(scene->gate[1], "!", 1));
	EXPECT_EQ(TRACE_EXITED(5), trace_wait(pid));
	EXPECT_EQ(0, bytes_written());
	EXPECT_EQ(99, scene->result[0]);
}

/* What becomes of the two calls when there is no tracer any more. */
static const struct departure {
	int stop;
	long result; /* of the call it happens in; the next one is ENOSYS */
	int bytes;
} departures[] = {
	/* The event has been: the filters' answer to the same call is taken as told. */
	{ TRACE_EVENT(PTRACE_EVENT_SECCOMP), 1, 1 },
	/* Still to be checked, with nobody to tell. */
	{ TRACE_SYSCALL, -ENOSYS, 0 },
};

SC_TEST(detach_at_the_stop,
	.doc = "a tracer that detaches during the event lets the call run, at the entry it leaves "
	       "it to ENOSYS, as all later ones",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 37, 56 },
	.requires = NEED_PTRACE)
{
	BROKE_UNLESS(scene_open(), "no pipes");
	for (size_t i = 0; i < COUNT(departures); i++) {
		const struct departure *departure = &departures[i];
		pid_t pid = stopped_tracee(departure->stop, TRACE_OPTIONS);

		ASSERT_LT(0, pid);
		EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_DETACH, pid, 0));
		EXPECT_EQ(departure->result, scene->result[0]);
		EXPECT_EQ(-ENOSYS, scene->result[1]);
		EXPECT_EQ(departure->bytes, bytes_written());
	}
}

struct mortal {
	int stop;
	unsigned long options;
};

/* A tracer that dies at the stop of its tracee. */
static void __attribute__((noreturn)) die_tracing(const struct mortal *mortal)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	scene->pid = stopped_tracee(mortal->stop, mortal->options);
	if (scene->pid > 0)
		raise(SIGKILL);
	_exit(2);
}

/*
 * How that tracee ended, which becomes the caller's child. No kit_child here: it would end what the
 * tracer left.
 */
static int orphan_status(const struct mortal *mortal)
{
	pid_t tracer;

	scene->result[0] = scene->result[1] = 99;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	tracer = fork();
	if (tracer == 0)
		die_tracing(mortal);
	if (tracer < 0 || trace_wait(tracer) != TRACE_KILLED(SIGKILL))
		return -1;
	return trace_wait(scene->pid);
}

SC_TEST(death_of_the_tracer,
	.doc = "when the tracer dies during the event the call is run, when at the entry it is "
	       "ENOSYS, as all later ones",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 37, 56 },
	.requires = NEED_PTRACE)
{
	BROKE_UNLESS(scene_open(), "no pipes");
	for (size_t i = 0; i < COUNT(departures); i++) {
		const struct departure *departure = &departures[i];
		struct mortal mortal = { departure->stop,
					 TRACE_OPTIONS & ~(unsigned long)PTRACE_O_EXITKILL };

		EXPECT_EQ(TRACE_EXITED(3), orphan_status(&mortal));
		EXPECT_EQ(departure->result, scene->result[0]);
		EXPECT_EQ(-ENOSYS, scene->result[1]);
		EXPECT_EQ(departure->bytes, bytes_written());
	}
}

SC_TEST(death_with_exitkill,
	.doc = "under PTRACE_O_EXITKILL the tracee dies with its tracer, and the call it stopped "
	       "in is not run",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 56 },
	.requires = NEED_PTRACE)
{
	BROKE_UNLESS(scene_open(), "no pipes");
	for (size_t i = 0; i < COUNT(last_stops); i++) {
		struct mortal mortal = { last_stops[i].stop, TRACE_OPTIONS };

		scene->action = last_stops[i].action;
		EXPECT_EQ(TRACE_KILLED(SIGKILL), orphan_status(&mortal));
		EXPECT_EQ(99, scene->result[0]);
		EXPECT_EQ(0, bytes_written());
	}
}

/* The second caller: a thread or a child of the tracee, which has its filter. */
static void *second_writes(void *data)
{
	scene->result[1] = write_byte();
	return data;
}

static int thread_writes_too(void *data)
{
	pthread_t thread;

	(void)data;
	if (install())
		return 2;
	if (pthread_create(&thread, NULL, second_writes, NULL) || pthread_join(thread, NULL))
		return 2;
	scene->result[0] = write_byte();
	return 3;
}

static int child_writes_too(void *data)
{
	pid_t child;

	(void)data;
	if (install())
		return 2;
	child = fork();
	if (child == 0) {
		second_writes(NULL);
		_exit(0);
	}
	if (child < 0 || trace_wait(child) != TRACE_EXITED(0))
		return 2;
	scene->result[0] = write_byte();
	return 3;
}

/* What a tracer saw of a tracee and of all that it made. */
struct family_seen {
	pid_t second;		  /* as the event of its making says */
	int events[2];		  /* of the tracee, of the second one */
	unsigned long message[2]; /* of these */
	int stranger;		  /* any other event, as a status */
	int end;		  /* status of the tracee */
};

static void see_event(struct family_seen *seen, pid_t pid, pid_t tid)
{
	seen->events[tid != pid]++;
	seen->message[tid != pid] = trace_message(tid);
}

static int see_stop(struct family_seen *seen, pid_t pid, pid_t tid, int status)
{
	if (status == TRACE_EVENT(PTRACE_EVENT_SECCOMP))
		see_event(seen, pid, tid);
	else if (status == TRACE_EVENT(PTRACE_EVENT_CLONE) ||
		 status == TRACE_EVENT(PTRACE_EVENT_FORK))
		seen->second = (pid_t)trace_message(tid);
	else if (tid != pid && status == TRACE_STOP(SIGSTOP))
		return 0; /* its first */
	else if (status >> 16 == 0 && WSTOPSIG(status) == SIGCHLD)
		return SIGCHLD;
	else
		seen->stranger = status;
	return 0;
}

static struct family_seen trace_family(int (*fn)(void *data), unsigned long options)
{
	struct family_seen seen = { .end = -1 };
	pid_t pid = trace_fork(fn, NULL, TRACE_OPTIONS | options), tid;
	int status;

	if (pid < 0)
		return seen;
	trace_ask(PTRACE_CONT, pid, 0, NULL);
	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		if (tid == pid && !TRACE_IS_STOP(status))
			seen.end = status;
		if (TRACE_IS_STOP(status)) {
			int signal = see_stop(&seen, pid, tid, status);

			trace_ask(PTRACE_CONT, tid, 0, (void *)(long)signal);
		}
	}
	return seen;
}

static const struct {
	int (*fn)(void *data);
	unsigned long option;
} seconds[] = {
	{ thread_writes_too, PTRACE_O_TRACECLONE },
	{ child_writes_too, PTRACE_O_TRACEFORK },
};

SC_TEST(traced_second,
	.doc = "a thread or a child that is traced from its start has events of its own, its "
	       "maker's options being its own",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 50 },
	.requires = NEED_PTRACE)
{
	BROKE_UNLESS(scene_open(), "no pipes");
	for (size_t i = 0; i < COUNT(seconds); i++) {
		struct family_seen seen = trace_family(seconds[i].fn, seconds[i].option);

		EXPECT_EQ(TRACE_EXITED(3), seen.end);
		EXPECT_LT(0, seen.second);
		for (int who = 0; who < 2; who++) {
			EXPECT_EQ(1, seen.events[who]);
			EXPECT_EQ(5, seen.message[who]);
			EXPECT_EQ(1, scene->result[who]);
		}
		EXPECT_EQ(0, seen.stranger);
		EXPECT_EQ(2, bytes_written());
	}
}

SC_TEST(untraced_second,
	.doc = "a thread or a child of a tracee that is not traced itself has ENOSYS for TRACE, "
	       "and no event",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 37, 50 },
	.requires = NEED_PTRACE)
{
	BROKE_UNLESS(scene_open(), "no pipes");
	for (size_t i = 0; i < COUNT(seconds); i++) {
		struct family_seen seen = trace_family(seconds[i].fn, 0);

		EXPECT_EQ(TRACE_EXITED(3), seen.end);
		EXPECT_EQ(1, seen.events[0]);
		EXPECT_EQ(0, seen.events[1]);
		EXPECT_EQ(5, seen.message[0]);
		EXPECT_EQ(1, scene->result[0]);
		EXPECT_EQ(-ENOSYS, scene->result[1]);
		EXPECT_EQ(0, seen.stranger);
		EXPECT_EQ(1, bytes_written());
	}
}

/* No tracee yet. */
static int writes_after_gate(void *data)
{
	char byte;

	(void)data;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (install())
		return 2;
	if (read(scene->gate[0], &byte, 1) != 1)
		return 2;
	for (int i = 0; i < 2; i++)
		scene->result[i] = write_byte();
	return 3;
}

SC_TEST(seized,
	.doc = "a tracer that came by PTRACE_SEIZE, after the filter, has the same event, and "
	       "ENOSYS once it took the option back",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 37, 50 },
	.requires = NEED_PTRACE, .dumpable = true)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(), "no pipes");
	pid = fork();
	BROKE_UNLESS(pid >= 0, "no child");
	if (pid == 0)
		_exit(writes_after_gate(NULL));
	BROKE_UNLESS(!trace_ask(PTRACE_SEIZE, pid, 0, (void *)(unsigned long)TRACE_OPTIONS),
		     "a child could not be seized");
	ASSERT_EQ(1, write(scene->gate[1], "!", 1));
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_wait(pid));
	EXPECT_EQ(5, trace_message(pid));
	ASSERT_EQ(0, trace_ask(PTRACE_SETOPTIONS, pid, 0, NULL));
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(1, scene->result[0]);
	EXPECT_EQ(-ENOSYS, scene->result[1]);
	EXPECT_EQ(1, bytes_written());
}

TEST_HARNESS_MAIN
