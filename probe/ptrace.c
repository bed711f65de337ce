/* SPDX-License-Identifier: BSD-3-Clause */
/* A tracer's view of seccomp, asked of a child that stands still. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "arch/regs.h"
#include "probe/ask.h"
#include "probe/ptrace-numbers.h"
#include "probe/tracee.h"

#define SYSCALL_STOP (SIGTRAP | 0x80)
#define SECCOMP_STOP (SIGTRAP | EVENT_SECCOMP << 8)
#define OPTIONS	     ((unsigned long)(O_TRACESYSGOOD | O_TRACESECCOMP | O_EXITKILL))

/* A request, put to a stopped child with that action: present if it gives a result, or err, absent
 * for EIO. */
static void ask_request(struct answer *answer, uint32_t action, long request, unsigned long addr,
			void *data, int present)
{
	pid_t pid = tracee_stopped(answer, action);
	long result;

	if (pid < 0)
		return;
	result = tracee_ask(request, pid, addr, data);
	tracee_end(pid);
	ask_decide(answer, result > 0 ? 0 : result, result == -present ? present : 0, EIO);
}

static void ask_option(struct answer *answer, uint32_t action, unsigned long option)
{
	pid_t pid = tracee_stopped(answer, action);
	long result;

	if (pid < 0)
		return;
	result = tracee_ask(PTRACE_SETOPTIONS, pid, 0, (void *)option);
	tracee_end(pid);
	/* Known, and not for everybody. */
	ask_decide(answer, result, result == -EPERM ? EPERM : 0, EINVAL);
}

void probe_ptrace_o_traceseccomp(struct answer *answer)
{
	ask_option(answer, SECCOMP_RET_ALLOW, O_TRACESECCOMP);
}

void probe_ptrace_o_suspend(struct answer *answer)
{
	ask_option(answer, TRACEE_UNFILTERED, O_SUSPEND_SECCOMP);
}

/* The stub of a kernel without its option answers EINVAL, and one that is older EIO. */
static void ask_option_s_request(struct answer *answer, uint32_t action, long request,
				 unsigned long addr, void *data, int present)
{
	ask_request(answer, action, request, addr, data, present);
	if (answer->err == EINVAL)
		ask_is(answer, ASKED_ABSENT, EINVAL, NULL);
}

static void ask_dump(struct answer *answer, long request, unsigned long addr, void *data)
{
	ask_option_s_request(answer, SECCOMP_RET_ALLOW, request, addr, data, EACCES);
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

	ask_request(answer, TRACEE_UNFILTERED, GET_SYSCALL_INFO, sizeof(info), info, 0);
}

void probe_ptrace_sud_config(struct answer *answer)
{
	uint64_t config[4]; /* mode, selector, offset, len */

	ask_option_s_request(answer, TRACEE_UNFILTERED, GET_DISPATCH_CONFIG, sizeof(config), config,
			     0);
}

/* With no room for it, it is known and refused. */
void probe_ptrace_set_syscall_info(struct answer *answer)
{
	ask_request(answer, TRACEE_UNFILTERED, SET_SYSCALL_INFO, 0, NULL, EINVAL);
}

#if ARCH_HAS_REGS

/* To the stop that is wanted, with the tracer's options set. */
static bool go_to(pid_t pid, long request, int wanted, struct answer *answer)
{
	long result = tracee_ask(PTRACE_SETOPTIONS, pid, 0, (void *)OPTIONS);
	int status, stop = -1;

	if (!result)
		result = tracee_ask(request, pid, 0, NULL);
	if (!result)
		stop = tracee_wait(pid, &status);
	if (stop == wanted)
		return true;
	if (result)
		ask_is_wrong(answer, result, "a request is answered %s", ask_errno_name(-result));
	else
		ask_is(answer, ASKED_ABSENT, result, "it did not stop as expected");
	return false;
}

/* To where the result of a skipped call can be said, if that is not its seccomp stop. */
static int go_to_exit(pid_t pid, struct regs *regs)
{
	int status;

	tracee_ask(PTRACE_SYSCALL, pid, 0, NULL);
	return tracee_wait(pid, &status) == SYSCALL_STOP ? regs_read(pid, regs) : -ESRCH;
}

static int say_result(pid_t pid, struct regs *regs)
{
	int err = ARCH_RESULT_AT_EVENT ? 0 : go_to_exit(pid, regs);

	regs_set_ret(regs, TRACEE_SKIPPED);
	/* cppcheck-suppress knownConditionTrueFalse */
	return err ? err : regs_write(pid, regs);
}

/* Another number for the call; then what becomes of the child. */
static void ask_changed(struct answer *answer, uint32_t action, long request, int stop, int nr,
			int wanted)
{
	pid_t pid = tracee_stopped(answer, action);
	struct regs regs;
	int status = 0, err;

	if (pid < 0)
		return;
	if (!go_to(pid, request, stop, answer)) {
		tracee_end(pid);
		return;
	}
	err = regs_read(pid, &regs);
	if (!err)
		err = regs_set_nr(pid, &regs, nr);
	if (!err && nr == -1)
		err = say_result(pid, &regs);
	tracee_ask(PTRACE_CONT, pid, 0, NULL);
	if (tracee_wait(pid, &status) >= 0)
		tracee_end(pid);
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
