/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that a signal interrupts and the kernel makes again: filters are asked again, about what is
 * made then, and programs never see the numbers that the kernel tells itself by what to do
 * (behaviours 131, 132 and 134). notif_interrupted.c has those that wait for an answer.
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/audit.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <time.h>

#include "arch/arch.h"
#include "filters/builder.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The kernel's own, of include/linux/errno.h. */
enum { RESTARTSYS = 512, RESTARTNOINTR, RESTARTNOHAND, NOIOCTLCMD, RESTART_RESTARTBLOCK };
#define IOCBRETRY 530

/* A time_t of the kernel's first layout, for the calls of that time. */
static const long long_time[2] = { 1 << 20, 0 };
static long far_ahead[2];
static uint32_t futex_word;
static int gate[2]; /* a pipe that nobody writes to */
static char byte;

#define ADDRESS(object) ((unsigned long)&(object))

/* Calls that wait until a signal comes. */
static const struct waiting_call {
	const char *name;
	int nr;
	enum { AGAIN, AS_RESTART_SYSCALL } again; /* what is made when it was stopped meanwhile */
	bool handlers_restart;			  /* SA_RESTART makes it again */
	int internal;				  /* what it returns inside the kernel */
} waiting_calls[] = {
	{ "read", __NR_read, AGAIN, true, RESTARTSYS },
	{ "futex", __NR_futex, AGAIN, true, RESTARTSYS },
	{ "ppoll", __NR_ppoll, AGAIN, false, RESTARTNOHAND },
	{ "clock_nanosleep until then", __NR_clock_nanosleep, AGAIN, false, RESTARTNOHAND },
	{ "nanosleep", __NR_nanosleep, AS_RESTART_SYSCALL, false, RESTART_RESTARTBLOCK },
	{ "clock_nanosleep", __NR_clock_nanosleep, AS_RESTART_SYSCALL, false,
	  RESTART_RESTARTBLOCK },
	{ "futex until then", __NR_futex, AS_RESTART_SYSCALL, false, RESTART_RESTARTBLOCK },
#ifdef __NR_poll
	{ "poll", __NR_poll, AS_RESTART_SYSCALL, false, RESTART_RESTARTBLOCK },
#endif
};

#define for_each_call(call)                                   \
	for (const struct waiting_call *call = waiting_calls; \
	     call < waiting_calls + COUNT(waiting_calls); call++)

static bool is_until_then(const struct waiting_call *call)
{
	return strstr(call->name, "until") != NULL;
}

/* Makes it: what the kernel returned. Only the mark in argument 5, which none has, is the test's.
 */
#define MARK 0x5ec7ul

static long make_call(const struct waiting_call *call)
{
	switch (call->nr) {
	case __NR_read:
		return arch_syscall6(call->nr, gate[0], ADDRESS(byte), 1, 0, 0, MARK);
	case __NR_futex:
		return arch_syscall6(call->nr, ADDRESS(futex_word), FUTEX_WAIT | FUTEX_PRIVATE_FLAG,
				     futex_word, is_until_then(call) ? ADDRESS(long_time) : 0, 0,
				     MARK);
	case __NR_ppoll:
		return arch_syscall6(call->nr, 0, 0, 0, 0, 0, MARK);
	case __NR_clock_nanosleep:
		return arch_syscall6(
			call->nr, CLOCK_MONOTONIC, is_until_then(call) ? TIMER_ABSTIME : 0,
			is_until_then(call) ? ADDRESS(far_ahead) : ADDRESS(long_time), 0, 0, MARK);
	case __NR_nanosleep:
		return arch_syscall6(call->nr, ADDRESS(long_time), 0, 0, 0, 0, MARK);
	default:
		return arch_syscall6(call->nr, 0, 0, 1 << 30, 0, 0, MARK);
	}
}

static bool open_gate(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	far_ahead[0] = (long)now.tv_sec + long_time[0];
	return pipe2(gate, O_CLOEXEC) == 0;
}

/* Shared with the tasks that make the calls. */
struct scene {
	const struct waiting_call *call;
	uint32_t action; /* for restart_syscall, or for what is made again */
	int flags;	 /* of SIGUSR1's handler */
	long result;	 /* of the call; NOT_BACK */
	int handled;	 /* how often SIGUSR1 or SIGSYS was, */
	siginfo_t info;	 /* and what the last one said */
};

static struct scene *scene;

#define NOT_BACK 99

static bool scene_open(void)
{
	scene = trace_shared(sizeof(*scene));
	return scene && open_gate();
}

static void on_signal(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	scene->handled++;
	scene->info = *info;
}

static int handle(int signo, int flags)
{
	const struct sigaction action = { .sa_sigaction = on_signal,
					  .sa_flags = SA_SIGINFO | flags };

	return sigaction(signo, &action, NULL);
}

/* In a process of its own: makes the call under a filter of restart_syscall, and ends. */
static int wait_under_filter(int ready)
{
	const struct trace_rule rules[] = { TRACE_RULE(__NR_restart_syscall, scene->action),
					    { 0 } };

	if (handle(SIGSYS, 0) || handle(SIGUSR1, 0) || trace_install(rules) ||
	    write(ready, "!", 1) != 1)
		return 2;
	scene->result = make_call(scene->call);
	return 3;
}

static bool is_stopped(pid_t pid)
{
	int status;

	return waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status);
}

static bool goes_on(void)
{
	uint32_t action = scene->action & SECCOMP_RET_ACTION_FULL;

	return scene->call->again == AGAIN || action == SECCOMP_RET_ALLOW ||
	       action == SECCOMP_RET_LOG;
}

/*
 * Stops the call, continues it, and if it is to go on then, ends it by SIGUSR1. Returns the exit
 * status, or 100 and the signal that ended the task.
 */
static int stop_and_continue(void *data)
{
	int ready[2], status;
	pid_t pid;

	(void)data;
	if (pipe(ready) || (pid = fork()) < 0)
		return 10;
	if (pid == 0)
		_exit(wait_under_filter(ready[1]));
	if (read(ready[0], &byte, 1) != 1)
		return 11;
	thread_asleep(pid);
	if (kill(pid, SIGSTOP) || !is_stopped(pid) || kill(pid, SIGCONT))
		return 12;
	if (goes_on()) {
		thread_asleep(pid);
		kill(pid, SIGUSR1);
	}
	if (waitpid(pid, &status, 0) != pid)
		return 13;
	return WIFSIGNALED(status) ? 100 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int play_stop(const struct waiting_call *call, uint32_t action)
{
	*scene = (struct scene){ .call = call, .action = action, .result = NOT_BACK };
	return kit_end(kit_child(stop_and_continue, NULL));
}

/* What a refusal of restart_syscall does to the call that was stopped. */
static const struct refusal {
	uint32_t action;
	long result;
} refusals[] = {
	{ SECCOMP_RET_ERRNO | 77, -77 },     { SECCOMP_RET_ERRNO, 0 },
	{ SECCOMP_RET_USER_NOTIF, -ENOSYS }, { SECCOMP_RET_TRACE | 1, -ENOSYS },
	{ SECCOMP_RET_ALLOW | 77, -EINTR },  { SECCOMP_RET_LOG, -EINTR },
};

SC_TEST(stopped_call_is_restart_syscall,
	.doc = "a call that waits for some time and is stopped goes on as restart_syscall, which "
	       "filters can refuse; others go on as what they are",
	.needs = { F_act_log, F_act_user_notif }, .covers = { F_act_errno, F_act_trace },
	.behaviours = { 131 }, .varies = VARY(DIM_ROUTE), .seconds = 10, .slow = true)
{
	BROKE_UNLESS(scene_open(), "no memory, or no pipe");
	for_each_call(call)
	{
		for (size_t i = 0; i < COUNT(refusals); i++) {
			long again = call->again == AGAIN ? -EINTR : refusals[i].result;

			EXPECT_EQ(kit_exited(3), play_stop(call, refusals[i].action));
			EXPECT_EQ(again, scene->result)
			TH_LOG("%s, action %#x", call->name, refusals[i].action);
			EXPECT_EQ(again == -EINTR, scene->handled) TH_LOG("%s", call->name);
		}
	}
}

SC_TEST(restart_syscall_may_kill,
	.doc = "restart_syscall of a call that was stopped can be killed, or trapped with its own "
	       "number",
	.needs = { F_act_kill_process }, .covers = { F_act_kill_process, F_act_trap },
	.behaviours = { 131 }, .varies = VARY(DIM_ROUTE), .seconds = 10)
{
	/* Number 0 and action 0 would be no rule. */
	static const uint32_t kills[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD | 1 };

	BROKE_UNLESS(scene_open(), "no memory, or no pipe");
	for_each_call(call)
	{
		if (call->again == AGAIN)
			continue;
		for (size_t i = 0; i < COUNT(kills); i++) {
			EXPECT_EQ(kit_exited(100 + SIGSYS), play_stop(call, kills[i]));
			EXPECT_EQ(NOT_BACK, scene->result) TH_LOG("%s", call->name);
		}
		EXPECT_EQ(kit_exited(3), play_stop(call, SECCOMP_RET_TRAP | 7));
		EXPECT_EQ(1, scene->handled) TH_LOG("%s", call->name);
		EXPECT_EQ(SIGSYS, scene->info.si_signo);
		EXPECT_EQ(7, scene->info.si_errno);
		EXPECT_EQ(__NR_restart_syscall, scene->info.si_syscall);
		EXPECT_EQ(arch_native()->audit, scene->info.si_arch);
	}
}

/* A tracee: exits with 3 when the call was interrupted as programs know it. */
static int wait_traced(void *data)
{
	const struct trace_rule rules[] = {
		TRACE_RULE(scene->call->nr, SECCOMP_RET_TRACE | 1),
		TRACE_RULE(__NR_restart_syscall, SECCOMP_RET_TRACE | 2),
		{ 0 },
	};

	(void)data;
	if (handle(SIGUSR1, scene->flags) || trace_install(rules))
		return 2;
	scene->result = make_call(scene->call);
	return 3;
}

#define EVENT TRACE_EVENT(PTRACE_EVENT_SECCOMP)

static pid_t start_traced(const struct waiting_call *call, int flags)
{
	*scene = (struct scene){ .call = call, .flags = flags, .result = NOT_BACK };
	return trace_fork(wait_traced, NULL, TRACE_OPTIONS);
}

/* Lets it go on until it sleeps in the call, and then stop at this signal. */
static int stop_asleep(int request, pid_t pid, int signal)
{
	if (trace_ask(request, pid, 0, NULL))
		return -1;
	thread_asleep(pid);
	return kill(pid, signal) ? -1 : trace_wait(pid);
}

/*
 * restart_syscall takes none, but all that the first call had are there still; only not the first
 * one on powerpc, where the result stands, and check_syscall_restart() puts it back for other
 * calls alone.
 */
static bool same_args(const struct regs *a, const struct regs *b, const struct waiting_call *call)
{
	bool result_stays = arch_native()->audit == AUDIT_ARCH_PPC64LE && call->again != AGAIN;

	for (unsigned int i = result_stays; i < 6; i++)
		if (regs_arg(a, i) != regs_arg(b, i))
			return false;
	return true;
}

SC_TEST(event_of_what_is_made_again,
	.doc = "a signal that a tracer holds back is an event more: of restart_syscall, or of the "
	       "same call with the same arguments",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 131, 132 },
	.requires = NEED_PTRACE, .seconds = 10)
{
	BROKE_UNLESS(scene_open(), "no memory, or no pipe");
	for_each_call(call)
	{
		pid_t pid = start_traced(call, 0);
		struct regs first, again;

		BROKE_UNLESS(pid > 0, "no tracee");
		ASSERT_EQ(EVENT, trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(1, trace_message(pid));
		ASSERT_EQ(0, regs_read(pid, &first));
		for (int i = 0; i < 3; i++) {
			ASSERT_EQ(TRACE_STOP(SIGWINCH), stop_asleep(PTRACE_CONT, pid, SIGWINCH));
			ASSERT_EQ(EVENT, trace_go(PTRACE_CONT, pid, 0)) TH_LOG("%s", call->name);
			EXPECT_EQ(call->again == AGAIN ? 1 : 2, trace_message(pid))
			TH_LOG("%s", call->name);
			ASSERT_EQ(0, regs_read(pid, &again));
			EXPECT_TRUE(same_args(&first, &again, call)) TH_LOG("%s", call->name);
		}
		ASSERT_EQ(TRACE_STOP(SIGUSR1), stop_asleep(PTRACE_CONT, pid, SIGUSR1));
		EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, SIGUSR1));
		EXPECT_EQ(1, scene->handled);
		EXPECT_EQ(-EINTR, scene->result) TH_LOG("%s", call->name);
	}
}

SC_TEST(internal_results_stay_inside,
	.doc = "what an interrupted call under TRACE returns inside the kernel (512, 514, 516) is "
	       "seen by a tracer, and never by the program",
	.needs = { F_act_trace }, .covers = { F_act_trace }, .behaviours = { 134 },
	.requires = NEED_PTRACE, .seconds = 10)
{
	BROKE_UNLESS(scene_open(), "no memory, or no pipe");
	for_each_call(call)
	{
		pid_t pid = start_traced(call, 0);
		struct regs regs;

		BROKE_UNLESS(pid > 0, "no tracee");
		ASSERT_EQ(EVENT, trace_go(PTRACE_CONT, pid, 0));
		/* The exit comes first, then the signal. */
		ASSERT_EQ(TRACE_SYSCALL, stop_asleep(PTRACE_SYSCALL, pid, SIGUSR1));
		ASSERT_EQ(0, regs_read(pid, &regs));
		EXPECT_EQ(-call->internal, regs_ret(&regs)) TH_LOG("%s", call->name);
		ASSERT_EQ(TRACE_STOP(SIGUSR1), trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, SIGUSR1));
		EXPECT_EQ(-EINTR, scene->result) TH_LOG("%s", call->name);
	}
}

static long waits_in_thread(void *data)
{
	(void)data;
	scene->result = make_call(scene->call);
	return 0;
}

/*
 * For the calls of the test alone: the mark may be left in its register when the C library calls
 * futex, but with another word.
 */
static int refuse_for_all(int nr)
{
	struct builder b;
	struct sock_fprog prog;
	int allow, result;

	builder_init(&b, arch_native());
	allow = builder_label(&b, "allow");
	build_nr(&b);
	build_if(&b, BPF_JEQ, (uint32_t)nr, NEXT, allow);
	build_if_arg_eq(&b, 5, MARK, NEXT, allow);
	if (nr == __NR_futex)
		build_if_arg_eq(&b, 0, ADDRESS(futex_word), NEXT, allow);
	build_ret(&b, SECCOMP_RET_ERRNO | 66);
	builder_bind(&b, allow);
	build_ret(&b, SECCOMP_RET_ALLOW);
	result = builder_finish(&b, &prog) || kit_install_flags(SECCOMP_FILTER_FLAG_TSYNC, &prog);
	builder_free(&b);
	return result;
}

/* The filter comes while the thread is in the call already. */
static int refuse_while_waiting(void *data)
{
	struct worker worker;

	(void)data;
	if (handle(SIGUSR1, scene->flags) || worker_start(&worker))
		return 1;
	worker_begin(&worker, waits_in_thread, NULL);
	thread_asleep(worker.tid);
	if (refuse_for_all(scene->call->nr))
		return 2;
	if (scene->result != NOT_BACK || syscall(__NR_tgkill, getpid(), worker.tid, SIGUSR1))
		return 3;
	worker_finish(&worker);
	return 0;
}

SC_TEST(made_again_is_asked_again,
	.doc = "a call that a handler with SA_RESTART interrupted is asked about again: filters "
	       "that "
	       "came meanwhile refuse it; without SA_RESTART it is EINTR",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync, F_act_errno }, .behaviours = { 132 },
	.seconds = 10)
{
	static const int flags[] = { 0, SA_RESTART };

	BROKE_UNLESS(scene_open(), "no memory, or no pipe");
	for_each_call(call)
	{
		for (size_t i = 0; i < COUNT(flags); i++) {
			bool again = flags[i] && call->handlers_restart;

			*scene = (struct scene){ .call = call,
						 .flags = flags[i],
						 .result = NOT_BACK };
			ASSERT_EQ(kit_exited(0), kit_end(kit_child(refuse_while_waiting, NULL)));
			EXPECT_EQ(again ? -66 : -EINTR, scene->result)
			TH_LOG("%s, handler's flags %#x", call->name, flags[i]);
			EXPECT_EQ(1, scene->handled);
		}
	}
}

SC_TEST(errno_may_be_internal,
	.doc = "the numbers by which the kernel tells itself to make a call again (512 to 516, "
	       "530) "
	       "come from ERRNO as they are, and make none",
	.needs = { F_act_errno }, .covers = { F_act_errno, F_ret_data }, .behaviours = { 134 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_REPORTER))
{
	static const int internal[] = { RESTARTSYS, RESTARTNOINTR,	  RESTARTNOHAND,
					NOIOCTLCMD, RESTART_RESTARTBLOCK, IOCBRETRY };

	for (size_t i = 0; i < COUNT(internal); i++) {
		const struct trace_rule rules[] = {
			{ .nr = __NR_getppid,
			  .action = SECCOMP_RET_ERRNO | internal[i],
			  .if_arg = true,
			  .value = internal[i] },
			{ 0 },
		};

		ASSERT_EQ(0, trace_install(rules));
		EXPECT_EQ(-internal[i], arch_syscall6(__NR_getppid, internal[i], 0, 0, 0, 0, 0));
	}
}

TEST_HARNESS_MAIN
