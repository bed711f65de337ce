/* SPDX-License-Identifier: BSD-3-Clause */
/* A tracer's view of seccomp, asked of a child that stands still. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "arch/regs.h"
#include "probe/ask.h"
#include "probe/ptrace-numbers.h"

#define SYSCALL_STOP   (SIGTRAP | 0x80)
#define SECCOMP_STOP   (SIGTRAP | EVENT_SECCOMP << 8)
#define RESULT_OF_SKIP 77
#define OPTIONS	       ((unsigned long)(O_TRACESYSGOOD | O_TRACESECCOMP | O_EXITKILL))

static long ask_ptrace(long request, pid_t pid, unsigned long addr, void *data)
{
	long result = ptrace((__typeof__(PTRACE_CONT))request, pid, (void *)addr, data);

	return result < 0 ? -errno : result;
}

/* The next stop of the child: its status >> 8; -1 if it ended, and then *status is how. */
static int next_stop(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFSTOPPED(*status) ? *status >> 8 : -1;
}

#define NO_FILTER SECCOMP_RET_DATA /* none of the actions */

/*
 * A child that traced itself and stopped, under a filter with this action for getppid(). When it
 * goes on it calls that, and ends with 0 if the result was RESULT_OF_SKIP, with 1 if the call was
 * run, with an errno's number, or else with 255. -1: there is none, and *answer says why.
 */
static pid_t stopped_child(struct answer *answer, uint32_t action)
{
	pid_t parent = getpid(), pid = fork();
	int status = 0;
	long result;

	if (pid == 0) {
		result = ask_ptrace(PTRACE_TRACEME, 0, 0, NULL);
		if (!result && action != NO_FILTER)
			result = ask_with_filter(action);
		if (result)
			_exit(-result);
		raise(SIGSTOP);
		result = syscall(__NR_getppid);
		_exit(result == RESULT_OF_SKIP ? 0
		      : result == parent       ? 1
		      : result == -1	       ? errno
					       : 255);
	}
	if (pid < 0) {
		ask_is(answer, ASKED_UNKNOWN, errno, "no child could be had: %s",
		       ask_errno_name(errno));
		return -1;
	}
	if (next_stop(pid, &status) == SIGSTOP)
		return pid;
	if (WIFSIGNALED(status))
		ask_is(answer, ASKED_UNKNOWN, 0, "the child to trace was killed by SIG%s",
		       sigabbrev_np(WTERMSIG(status)));
	else
		ask_is(answer, WEXITSTATUS(status) == EINVAL ? ASKED_ABSENT : ASKED_UNKNOWN,
		       WEXITSTATUS(status), "no child to trace: %s",
		       ask_errno_name(WEXITSTATUS(status)));
	return -1;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A request, put to a stopped child with that action: present if it gives a result, or err, absent
 * for EIO. */
static void ask_request(struct answer *answer, uint32_t action, long request, unsigned long addr,
			void *data, int present)
{
	pid_t pid = stopped_child(answer, action);
	long result;

	if (pid < 0)
		return;
	result = ask_ptrace(request, pid, addr, data);
	end_child(pid);
	ask_decide(answer, result > 0 ? 0 : result, result == -present ? present : 0, EIO);
}

static void ask_option(struct answer *answer, uint32_t action, unsigned long option)
{
	pid_t pid = stopped_child(answer, action);
	long result;

	if (pid < 0)
		return;
	result = ask_ptrace(PTRACE_SETOPTIONS, pid, 0, (void *)option);
	end_child(pid);
	/* Known, and not for everybody. */
	ask_decide(answer, result, result == -EPERM ? EPERM : 0, EINVAL);
}

void probe_ptrace_o_traceseccomp(struct answer *answer)
{
	ask_option(answer, SECCOMP_RET_ALLOW, O_TRACESECCOMP);
}

void probe_ptrace_o_suspend(struct answer *answer)
{
	ask_option(answer, NO_FILTER, O_SUSPEND_SECCOMP);
}

/* The stub of a kernel without CHECKPOINT_RESTORE answers EINVAL, and one that is older EIO. */
static void ask_dump(struct answer *answer, long request, unsigned long addr, void *data)
{
	ask_request(answer, SECCOMP_RET_ALLOW, request, addr, data, EACCES);
	if (answer->err == EINVAL)
		ask_is(answer, ASKED_ABSENT, EINVAL, NULL);
}

void probe_ptrace_get_filter(struct answer *answer)
{
	ask_dump(answer, GET_FILTER, 0, NULL);
}

void probe_ptrace_get_metadata(struct answer *answer)
{
	uint64_t metadata[2] = { 0 }; /* filter_off, flags */

	ask_dump(answer, GET_METADATA, sizeof(metadata), metadata);
}

void probe_ptrace_get_syscall_info(struct answer *answer)
{
	uint64_t info[11];

	ask_request(answer, NO_FILTER, GET_SYSCALL_INFO, sizeof(info), info, 0);
}

/* With no room for it, it is known and refused. */
void probe_ptrace_set_syscall_info(struct answer *answer)
{
	ask_request(answer, NO_FILTER, SET_SYSCALL_INFO, 0, NULL, EINVAL);
}

#if ARCH_HAS_REGS

/* To the stop that is wanted, with the tracer's options set. */
static bool go_to(pid_t pid, long request, int wanted, struct answer *answer)
{
	long result = ask_ptrace(PTRACE_SETOPTIONS, pid, 0, (void *)OPTIONS);
	int status, stop = -1;

	if (!result)
		result = ask_ptrace(request, pid, 0, NULL);
	if (!result)
		stop = next_stop(pid, &status);
	if (stop == wanted)
		return true;
	ask_is(answer, result ? ASKED_UNKNOWN : ASKED_ABSENT, result,
	       result ? "a request is answered %s" : "it did not stop as expected",
	       result ? ask_errno_name(-result) : "");
	return false;
}

/* To where the result of a skipped call can be said, if that is not its seccomp stop. */
static int go_to_exit(pid_t pid, struct regs *regs)
{
	int status;

	ask_ptrace(PTRACE_SYSCALL, pid, 0, NULL);
	return next_stop(pid, &status) == SYSCALL_STOP ? regs_read(pid, regs) : -ESRCH;
}

static int say_result(pid_t pid, struct regs *regs)
{
	int err = ARCH_RESULT_AT_EVENT ? 0 : go_to_exit(pid, regs);

	regs_set_ret(regs, RESULT_OF_SKIP);
	/* cppcheck-suppress knownConditionTrueFalse */
	return err ? err : regs_write(pid, regs);
}

/* Another number for the call; then what becomes of the child. */
static void ask_changed(struct answer *answer, uint32_t action, long request, int stop, int nr,
			int wanted)
{
	pid_t pid = stopped_child(answer, action);
	struct regs regs;
	int status = 0, err;

	if (pid < 0)
		return;
	if (!go_to(pid, request, stop, answer)) {
		end_child(pid);
		return;
	}
	err = regs_read(pid, &regs);
	if (!err)
		err = regs_set_nr(pid, &regs, nr);
	if (!err && nr == -1)
		err = say_result(pid, &regs);
	ask_ptrace(PTRACE_CONT, pid, 0, NULL);
	if (next_stop(pid, &status) >= 0)
		end_child(pid);
	if (err)
		ask_is(answer, ASKED_UNKNOWN, err, "the call could not be changed: %s",
		       ask_errno_name(-err));
	else if (WIFEXITED(status) && WEXITSTATUS(status) == wanted)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "the child ended with status %#x", status);
}

/* getppid() is refused by the filter; the tracer, asked first, makes another call of it. */
void probe_ptrace_order48(struct answer *answer)
{
	ask_changed(answer, SECCOMP_RET_ERRNO | ENOTNAM, PTRACE_SYSCALL, SYSCALL_STOP, __NR_getpid,
		    255);
}

void probe_ptrace_skip_nr(struct answer *answer)
{
	ask_changed(answer, SECCOMP_RET_TRACE, PTRACE_CONT, SECCOMP_STOP, -1, 0);
}

#else

static void no_registers(struct answer *answer)
{
	ask_is(answer, ASKED_UNKNOWN, 0, "this program knows no registers of this architecture");
}

void probe_ptrace_order48(struct answer *answer)
{
	no_registers(answer);
}

void probe_ptrace_skip_nr(struct answer *answer)
{
	no_registers(answer);
}

#endif
