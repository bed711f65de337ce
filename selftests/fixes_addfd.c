/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A supervisor that a signal interrupts while it hands a descriptor over (behaviour 99).
 *
 * ADDFD waits until the target has taken the descriptor, and a signal is to come just then. It
 * comes for certain when it is pending at the start already: a tracer that has stopped the
 * supervisor at the entry of its ioctl(2) sends it, and lets the call be made. Meanwhile the target
 * must not take the descriptor: it is on the supervisor's CPU, under SCHED_BATCH, which never
 * preempts who wakes it.
 */
#include "selftests/glue/test.h"

#include <sys/wait.h>
#include <linux/seccomp.h>

#include "arch/regs.h"
#include "probe/notif.h"
#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-trace.h"

/* How often it is tried until a signal has come in time. */
#define ATTEMPTS 50

/* Shared by tracer, supervisor and target. */
struct scene {
	uint32_t flags; /* of ADDFD, which is interrupted the first time */
	long first, second;
	long answered; /* of SEND, where ADDFD does not answer */
	long result;   /* of the target's call */
	bool open;     /* the target has a descriptor of that number */
};

static struct scene *scene;

static void on_signal(int signal)
{
	(void)signal;
}

static bool stay_on_this_cpu(void)
{
	cpu_set_t set;
	int cpu = sched_getcpu();

	CPU_ZERO(&set);
	CPU_SET(cpu < 0 ? 0 : cpu, &set);
	return cpu >= 0 && !sched_setaffinity(0, sizeof(set), &set);
}

/* Whether there was a descriptor before, its number would be another one. */
static void __attribute__((noreturn)) be_target(int listener)
{
	struct sched_param none = { 0 };

	close(listener);
	if (sched_setscheduler(0, SCHED_BATCH, &none))
		_exit(NO_TASK);
	scene->result = arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0);
	scene->open = scene->result >= 0 && fcntl((int)scene->result, F_GETFD) >= 0;
	_exit(0);
}

static long add_fd(int listener, uint64_t id, uint32_t flags)
{
	struct notif_addfd addfd = { .id = id, .flags = flags, .srcfd = STDIN_FILENO };

	return listener_ioctl(listener, NOTIF_ADDFD, &addfd);
}

static long answer(int listener, uint64_t id, int64_t val)
{
	struct notif_resp resp = { .id = id, .val = val };

	return listener_ioctl(listener, NOTIF_SEND, &resp);
}

static int supervises(void *data)
{
	struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART */
	struct notif notif = { 0 };
	struct kit_filter filter;
	int listener, status;
	pid_t pid;

	(void)data;
	if (!stay_on_this_cpu() || sigaction(SIGUSR1, &action, NULL))
		return NO_TASK;
	listener = (int)kit_install_flags(
		SECCOMP_FILTER_FLAG_NEW_LISTENER,
		kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_USER_NOTIF));
	if (listener < 0)
		return CANNOT_INSTALL;
	pid = fork();
	if (pid == 0)
		be_target(listener);
	if (pid < 0 || listener_ioctl(listener, NOTIF_RECV, &notif))
		return NO_TASK;
	trace_stop_self();
	scene->first = add_fd(listener, notif.id, scene->flags);
	trace_stop_self();
	scene->second = add_fd(listener, notif.id, scene->flags);
	if (!(scene->flags & ADDFD_FLAG_SEND))
		scene->answered = answer(listener, notif.id, scene->second);
	/* A target that has no answer yet has ENOSYS then. */
	close(listener);
	return waitpid(pid, &status, 0) == pid && !status ? 0 : NO_WORD;
}

/* Lets the tracee go on to the entry of its ioctl; then there is a signal for it. */
static bool signal_at_ioctl(pid_t pid)
{
	struct regs regs;

	return trace_go(PTRACE_SYSCALL, pid, 0) == TRACE_SYSCALL && !regs_read(pid, &regs) &&
	       regs_nr(&regs) == __NR_ioctl && !syscall(SYS_tgkill, pid, pid, SIGUSR1);
}

/* How the supervisor ends; -1: it could not be tried. */
static int interrupt_it(uint32_t flags)
{
	pid_t pid;
	int status;

	*scene = (struct scene){ .flags = flags };
	pid = trace_fork_ready(supervises, NULL, TRACE_OPTIONS);
	if (pid < 0)
		return -1;
	if (!signal_at_ioctl(pid)) {
		trace_end(pid);
		return -1;
	}
	status = trace_go(PTRACE_CONT, pid, 0);
	while (TRACE_IS_STOP(status))
		status = trace_go(PTRACE_CONT, pid, status == TRACE_STOP(SIGUSR1) ? SIGUSR1 : 0);
	return status;
}

/* As often as it takes. False if the target was quicker every time. */
static bool interrupted(uint32_t flags, int *status)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		*status = interrupt_it(flags);
		if (*status != TRACE_EXITED(0) || scene->first < 0)
			return true;
	}
	return false;
}

#define EXPECT_TRIED_AGAIN(first_flags)                                                     \
	do {                                                                                \
		int status_;                                                                \
                                                                                            \
		scene = trace_shared(sizeof(*scene));                                       \
		BROKE_UNLESS(scene != NULL, "no memory");                                   \
		BROKE_UNLESS(interrupted((first_flags), &status_), "never interrupted");    \
		BROKE_UNLESS(status_ != -1, "no tracee, or it did something else");         \
		ASSERT_EQ(TRACE_EXITED(0), status_);                                        \
		EXPECT_EQ(-EINTR, scene->first);                                            \
		EXPECT_LE(0, scene->second) TH_LOG("the second attempt is refused");        \
		EXPECT_EQ(scene->second, scene->result) TH_LOG("the call ended otherwise"); \
		EXPECT_TRUE(scene->open);                                                   \
	} while (0)

SC_TEST(send_is_tried_again,
	.doc = "ADDFD with SEND that a signal interrupts has not answered the call: it can be done "
	       "again",
	.needs = { F_addfd_send }, .fixes = { FIX_addfd_send_interrupted }, .behaviours = { 99 },
	.requires = NEED_PTRACE, .seconds = 20)
{
	EXPECT_TRIED_AGAIN(ADDFD_FLAG_SEND);
}

SC_TEST(addfd_is_tried_again,
	.doc = "ADDFD that a signal interrupts has neither given a descriptor nor answered the "
	       "call: it can be done again (5.13)",
	.needs = { F_notif_addfd }, .fixes = { FIX_addfd_refactor }, .behaviours = { 99 },
	.requires = NEED_PTRACE, .seconds = 20)
{
	EXPECT_TRIED_AGAIN(0);
	EXPECT_EQ(0, scene->answered);
}

TEST_HARNESS_MAIN
