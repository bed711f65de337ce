/* SPDX-License-Identifier: BSD-3-Clause */
/* PTRACE_O_SUSPEND_SECCOMP: who may ask for it, and what it does until when (behaviour 60). */
#include "selftests/glue/test.h"

#include <linux/capability.h>
#include <linux/seccomp.h>

#include "arch/regs.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SUSPEND (1ul << 21)

#define NOT_RETURNED 99

/* Shared with the tracee. */
struct scene {
	uint32_t action; /* for getpgid(2) */
	int gate[2];	 /* a pipe that one waits at who has no tracer yet */
	long result[2];	 /* of getpgid(-1), which is -ESRCH if it is run */
	int mode;	 /* PR_GET_SECCOMP between the two */
	int error;	 /* of a request of the tracee's own */
};

static struct scene *scene;

static bool scene_open(uint32_t action)
{
	scene = trace_shared(sizeof(*scene));
	if (!scene || pipe2(scene->gate, O_CLOEXEC))
		return false;
	scene->action = action;
	scene->result[0] = scene->result[1] = NOT_RETURNED;
	return true;
}

static long call(void)
{
	return arch_syscall6(__NR_getpgid, -1ul, 0, 0, 0, 0, 0);
}

static int install(void)
{
	const struct trace_rule rules[] = { TRACE_RULE(__NR_getpgid, scene->action), { 0 } };

	return trace_install(rules);
}

/* A stop, a call, a stop, a call. */
static int calls_twice(void *data)
{
	(void)data;
	if (install())
		return 2;
	trace_stop_self();
	scene->result[0] = call();
	scene->mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
	trace_stop_self();
	scene->result[1] = call();
	return 3;
}

static int set_options(pid_t pid, unsigned long options)
{
	return (int)trace_ask(PTRACE_SETOPTIONS, pid, 0, (void *)options);
}

/* At its first stop of its own, with the filter. */
static pid_t stopped_tracee(int (*fn)(void *data))
{
	return trace_fork_ready(fn, NULL, TRACE_OPTIONS);
}

/* What the second call comes to, when the filter counts again. */
static const struct {
	uint32_t action;
	int stop; /* the next status; an end is the last one */
	long result;
} resumed[] = {
	{ SECCOMP_RET_KILL_PROCESS, TRACE_KILLED(SIGSYS), NOT_RETURNED },
	{ SECCOMP_RET_KILL_THREAD, TRACE_KILLED(SIGSYS), NOT_RETURNED },
	{ SECCOMP_RET_TRAP, TRACE_STOP(SIGSYS), NOT_RETURNED },
	{ SECCOMP_RET_ERRNO | 7, TRACE_EXITED(3), -7 },
	{ SECCOMP_RET_USER_NOTIF, TRACE_EXITED(3), -ENOSYS },
	{ SECCOMP_RET_TRACE | 7, TRACE_EVENT(PTRACE_EVENT_SECCOMP), NOT_RETURNED },
	{ SECCOMP_RET_ALLOW, TRACE_EXITED(3), -ESRCH },
};

SC_TEST(suspends_and_resumes,
	.doc = "while its tracer suspends seccomp no filter's action is taken, not even the "
	       "event's; afterwards each is taken again (4.3)",
	.needs = { F_ptrace_o_suspend, F_act_trace, F_act_kill_process, F_act_user_notif },
	.covers = { F_ptrace_o_suspend }, .behaviours = { 60 },
	.requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	for (size_t i = 0; i < COUNT(resumed); i++) {
		pid_t pid;

		BROKE_UNLESS(scene_open(resumed[i].action), "no memory, no pipe");
		pid = stopped_tracee(calls_twice);
		BROKE_UNLESS(pid > 0, "no tracee");
		ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS | SUSPEND));
		ASSERT_EQ(TRACE_STOP(SIGSTOP), trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(-ESRCH, scene->result[0]);
		EXPECT_EQ(SECCOMP_MODE_FILTER, scene->mode);
		ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS));
		EXPECT_EQ(resumed[i].stop, trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(resumed[i].result, scene->result[1]);
		if (TRACE_IS_STOP(resumed[i].stop))
			trace_end(pid);
	}
}

SC_TEST(suspended_for_a_syscall_stop,
	.doc = "while seccomp is suspended, the stops of a call are those of a task without a "
	       "filter",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_TRACE | 7), "no memory, no pipe");
	pid = stopped_tracee(calls_twice);
	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS | SUSPEND));
	EXPECT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	EXPECT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	EXPECT_EQ(TRACE_STOP(SIGSTOP), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(-ESRCH, scene->result[0]);
	trace_end(pid);
}

SC_TEST(suspended_until_detached,
	.doc = "a tracer that detaches leaves the tracee to its filters again",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_ERRNO | 7), "no memory, no pipe");
	pid = stopped_tracee(calls_twice);
	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS | SUSPEND));
	ASSERT_EQ(TRACE_STOP(SIGSTOP), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_DETACH, pid, 0));
	EXPECT_EQ(-ESRCH, scene->result[0]);
	EXPECT_EQ(-7, scene->result[1]);
}

static int calls_in_strict_mode(void *data)
{
	(void)data;
	trace_stop_self();
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		return 2;
	scene->result[0] = call();
	trace_stop_self();
	scene->result[1] = call();
	return 3;
}

SC_TEST(strict_mode_is_suspended,
	.doc = "strict mode is suspended as filters are, and kills again afterwards",
	.needs = { F_ptrace_o_suspend, F_mode_strict }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(0), "no memory, no pipe");
	pid = stopped_tracee(calls_in_strict_mode);
	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS | SUSPEND));
	ASSERT_EQ(TRACE_STOP(SIGSTOP), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(-ESRCH, scene->result[0]);
	EXPECT_EQ(SECCOMP_MODE_STRICT, kit_status(pid, "Seccomp"));
	ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS));
	EXPECT_EQ(TRACE_KILLED(SIGKILL), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(NOT_RETURNED, scene->result[1]);
}

/* With what each attempt to change the mode says: a filter, and strict mode once more. */
static int leaves_strict_mode(void *data)
{
	const struct sock_fprog *prog = data;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 2;
	trace_stop_self();
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		return 2;
	scene->result[0] = kit_install_only(prog) ? -errno : 0;
	scene->result[1] = prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0) ? -errno : 0;
	trace_stop_self();
	return 3;
}

SC_TEST(strict_mode_takes_no_filter,
	.doc = "a suspended task of strict mode may enter that again, and takes no filter: EINVAL",
	.needs = { F_ptrace_o_suspend, F_mode_strict },
	.covers = { F_ptrace_o_suspend, F_mode_strict }, .behaviours = { 4, 60 },
	.requires = NEED_PTRACE | NEED_MACHINE_ROOT, .varies = VARY(DIM_ROUTE))
{
	struct kit_filter filter;
	pid_t pid;

	BROKE_UNLESS(scene_open(0), "no memory, no pipe");
	pid = trace_fork_ready(leaves_strict_mode, (void *)kit_always(&filter, SECCOMP_RET_ALLOW),
			       TRACE_OPTIONS);
	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS | SUSPEND));
	ASSERT_EQ(TRACE_STOP(SIGSTOP), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(-EINVAL, scene->result[0]);
	EXPECT_EQ(0, scene->result[1]);
	EXPECT_EQ(SECCOMP_MODE_STRICT, kit_status(pid, "Seccomp"));
	trace_end(pid);
}

SC_TEST(unknown_options_are_refused,
	.doc = "PTRACE_SETOPTIONS with a bit that no option has is EINVAL, whatever else it asks "
	       "for, and the options stay",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	/* 8 to 19 and from 22 on; the others are options of some kernel. */
	static const int bits[] = { 8, 13, 19, 22, 31, sizeof(long) * 8 - 1 };
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_TRACE | 7), "no memory, no pipe");
	pid = stopped_tracee(calls_twice);
	BROKE_UNLESS(pid > 0, "no tracee");
	for (size_t i = 0; i < COUNT(bits); i++) {
		errno = 0;
		EXPECT_EQ(-1, set_options(pid, SUSPEND | 1ul << bits[i]));
		EXPECT_EQ(EINVAL, errno);
	}
	EXPECT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0));
	trace_end(pid);
}

/* The child's call is the second one. It is made without a signal at its end. */
static int calls_with_child(void *data)
{
	pid_t child;

	(void)data;
	if (install())
		return 2;
	trace_stop_self();
	child = (pid_t)syscall(__NR_clone, 0, NULL, NULL, NULL, NULL);
	if (child == 0) {
		scene->result[1] = call();
		syscall(__NR_exit_group, 0);
	}
	if (child < 0 || trace_wait(child) != TRACE_EXITED(0))
		return 2;
	scene->result[0] = call();
	return 3;
}

SC_TEST(suspended_for_the_tracee_alone,
	.doc = "a child of a suspended tracee that is not traced itself is under the filters",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_ERRNO | 7), "no memory, no pipe");
	pid = stopped_tracee(calls_with_child);
	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(0, set_options(pid, TRACE_OPTIONS | SUSPEND));
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(-ESRCH, scene->result[0]);
	EXPECT_EQ(-7, scene->result[1]);
}

/* Not traced yet. */
static int calls_after_gate(void *data)
{
	char byte;

	(void)data;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (install() || read(scene->gate[0], &byte, 1) != 1)
		return 2;
	scene->result[0] = call();
	return 3;
}

static pid_t untraced_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(calls_after_gate(NULL));
	return pid;
}

/* PTRACE_SEIZE with these options: 0 or errno. */
static int seize(pid_t pid, unsigned long options)
{
	return trace_ask(PTRACE_SEIZE, pid, 0, (void *)options) ? errno : 0;
}

SC_TEST(seize_suspends, .doc = "PTRACE_SEIZE may ask for the suspension at once",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT, .dumpable = true)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_ERRNO | 7), "no memory, no pipe");
	pid = untraced_child();
	BROKE_UNLESS(pid > 0, "no child");
	EXPECT_EQ(0, seize(pid, TRACE_OPTIONS | SUSPEND));
	ASSERT_EQ(1, write(scene->gate[1], "!", 1));
	EXPECT_EQ(TRACE_EXITED(3), trace_wait(pid));
	EXPECT_EQ(-ESRCH, scene->result[0]);
}

/* For a caller who may not: the options are as before, all of them, and the filter counts. */
#define EXPECT_SETOPTIONS_REFUSED(pid)                                                       \
	do {                                                                                 \
		errno = 0;                                                                   \
		EXPECT_EQ(-1, set_options(pid, PTRACE_O_EXITKILL | SUSPEND));                \
		EXPECT_EQ(EPERM, errno);                                                     \
		EXPECT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0)); \
		trace_end(pid);                                                              \
	} while (0)

/* Likewise; that it is not another reason shows in what is allowed then. */
#define EXPECT_SEIZE_REFUSED(pid)                                              \
	do {                                                                   \
		EXPECT_EQ(EPERM, seize(pid, TRACE_OPTIONS | SUSPEND));         \
		EXPECT_EQ(EPERM, seize(pid, SUSPEND));                         \
		EXPECT_EQ(0, seize(pid, TRACE_OPTIONS));                       \
		ASSERT_EQ(1, write(scene->gate[1], "!", 1));                   \
		EXPECT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_wait(pid)); \
		trace_end(pid);                                                \
	} while (0)

SC_TEST(setoptions_without_privilege,
	.doc = "PTRACE_SETOPTIONS without CAP_SYS_ADMIN: EPERM, the options and the filter stay",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_UNPRIVILEGED)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_TRACE | 7), "no memory, no pipe");
	BROKE_UNLESS(!kit_capability_effective(CAP_SYS_ADMIN, false), "not dropped");
	pid = stopped_tracee(calls_twice);
	BROKE_UNLESS(pid > 0, "no tracee");
	EXPECT_SETOPTIONS_REFUSED(pid);
}

SC_TEST(setoptions_of_a_namespace,
	.doc = "PTRACE_SETOPTIONS by the root of a user namespace: EPERM, as its capabilities do "
	       "not count for this",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_USER_NS | NEED_UNFILTERED)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_TRACE | 7), "no memory, no pipe");
	BROKE_UNLESS(!unshare(CLONE_NEWUSER), "no user namespace");
	pid = stopped_tracee(calls_twice);
	BROKE_UNLESS(pid > 0, "no tracee");
	EXPECT_SETOPTIONS_REFUSED(pid);
}

SC_TEST(seize_without_privilege,
	.doc = "PTRACE_SEIZE with the suspension, without CAP_SYS_ADMIN: EPERM, nothing is seized "
	       "(5.10.110, 5.17.2; CVE-2022-30594)",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.fixes = { FIX_CVE_2022_30594 }, .behaviours = { 60 },
	.requires = NEED_PTRACE | NEED_UNPRIVILEGED, .dumpable = true)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_TRACE | 7), "no memory, no pipe");
	BROKE_UNLESS(!kit_capability_effective(CAP_SYS_ADMIN, false), "not dropped");
	pid = untraced_child();
	BROKE_UNLESS(pid > 0, "no child");
	EXPECT_SEIZE_REFUSED(pid);
}

/* Root under a filter. */
static bool be_filtered(void)
{
	struct kit_filter filter;

	return !kit_install_only(kit_always(&filter, SECCOMP_RET_ALLOW));
}

SC_TEST(filtered_tracer_setoptions,
	.doc = "a tracer that is under a filter itself may not suspend seccomp by "
	       "PTRACE_SETOPTIONS: EPERM, be it root",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_TRACE | 7), "no memory, no pipe");
	pid = stopped_tracee(calls_twice);
	BROKE_UNLESS(pid > 0, "no tracee");
	BROKE_UNLESS(be_filtered(), "no filter");
	EXPECT_SETOPTIONS_REFUSED(pid);
}

SC_TEST(filtered_tracer_seize,
	.doc = "a tracer that is under a filter itself may not suspend seccomp by PTRACE_SEIZE: "
	       "EPERM, be it root (5.10.110, 5.17.2; CVE-2022-30594)",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.fixes = { FIX_CVE_2022_30594 }, .behaviours = { 60 },
	.requires = NEED_PTRACE | NEED_MACHINE_ROOT, .dumpable = true)
{
	pid_t pid;

	BROKE_UNLESS(scene_open(SECCOMP_RET_TRACE | 7), "no memory, no pipe");
	pid = untraced_child();
	BROKE_UNLESS(pid > 0, "no child");
	BROKE_UNLESS(be_filtered(), "no filter");
	EXPECT_SEIZE_REFUSED(pid);
}

/* A tracee that is a tracer. 0 if its own request is allowed. */
static int suspends_another(void *data)
{
	sigset_t sigchld;
	pid_t pid;

	(void)data;
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &sigchld, NULL);
	pid = trace_fork(calls_twice, NULL, TRACE_OPTIONS);
	if (pid < 0)
		return 2;
	scene->error = set_options(pid, TRACE_OPTIONS | SUSPEND) ? errno : 0;
	trace_end(pid);
	return 3;
}

SC_TEST(suspended_tracer,
	.doc = "a tracer whose own seccomp is suspended may not suspend another one's: EPERM; nor "
	       "does it take the option to be traced",
	.needs = { F_ptrace_o_suspend, F_act_trace }, .covers = { F_ptrace_o_suspend },
	.behaviours = { 60 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	static const struct {
		unsigned long options;
		int error;
	} rows[] = {
		{ TRACE_OPTIONS | SUSPEND, EPERM },
		{ TRACE_OPTIONS, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		pid_t pid;

		BROKE_UNLESS(scene_open(SECCOMP_RET_ERRNO | 7), "no memory, no pipe");
		scene->error = -1;
		pid = trace_fork(suspends_another, NULL, rows[i].options);
		BROKE_UNLESS(pid > 0, "no tracee");
		EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0));
		EXPECT_EQ(rows[i].error, scene->error);
	}
}

TEST_HARNESS_MAIN
