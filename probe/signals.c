/* SPDX-License-Identifier: BSD-3-Clause */
/* The SIGSYS of a filter, and the deaths. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>

#include "arch/arch.h"
#include "arch/regs.h"
#include "probe/ask.h"
#include "probe/tracee.h"

#define DATA 0x123

static siginfo_t trapped;

#if ARCH_HAS_REGS
static const unsigned long args[6] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 };
static bool rolled_back;

static bool has_the_call(const ucontext_t *uc)
{
	for (unsigned int i = ARCH_TRAP_LOSES_ARG0; i < 6; i++)
		if (ucontext_arg(uc, i) != args[i])
			return false;
	return ucontext_nr(uc) == __NR_getppid;
}
#endif

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	trapped = *info;
#if ARCH_HAS_REGS
	rolled_back = has_the_call(context);
#endif
}

/* Makes a call that is trapped; false if that could not be, and *answer says why. */
static bool trap(struct answer *answer)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };
	long result = ask_with_filter(SECCOMP_RET_TRAP | DATA);

	if (result < 0) {
		ask_no_filter(answer, result);
		return false;
	}
	action.sa_sigaction = on_sigsys;
	sigaction(SIGSYS, &action, NULL);
#if ARCH_HAS_REGS
	arch_syscall6(__NR_getppid, args[0], args[1], args[2], args[3], args[4], args[5]);
#else
	syscall(__NR_getppid);
#endif
	if (trapped.si_signo == SIGSYS)
		return true;
	ask_is(answer, ASKED_ABSENT, 0, "SIGSYS did not come");
	return false;
}

void probe_sigsys_info(struct answer *answer)
{
	if (!trap(answer))
		return;
	if (trapped.si_code == SYS_SECCOMP && trapped.si_errno == DATA &&
	    trapped.si_syscall == __NR_getppid && trapped.si_arch == arch_native()->audit &&
	    trapped.si_call_addr)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "code %d, errno %d, syscall %d, arch %#x",
		       trapped.si_code, trapped.si_errno, trapped.si_syscall, trapped.si_arch);
}

void probe_trap_rollback(struct answer *answer)
{
#if ARCH_HAS_REGS
	if (trap(answer))
		ask_is(answer, rolled_back ? ASKED_PRESENT : ASKED_ABSENT, 0, NULL);
#else
	ask_is(answer, ASKED_UNKNOWN, 0, "this program knows no registers of this architecture");
#endif
}

/* Seen by a tracer, which then ends the child: nobody dies of the signal. */
void probe_trap_forced(struct answer *answer)
{
	sigset_t sigsys;
	int stop, status;
	pid_t pid;

	sigemptyset(&sigsys);
	sigaddset(&sigsys, SIGSYS);
	sigprocmask(SIG_BLOCK, &sigsys, NULL);
	pid = tracee_stopped(answer, SECCOMP_RET_TRAP);
	if (pid < 0)
		return;
	tracee_ask(PTRACE_CONT, pid, 0, NULL);
	stop = tracee_wait(pid, &status);
	if (stop >= 0)
		tracee_end(pid);
	if (stop == SIGSYS)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "the signal does not come while it is blocked");
}

/* A death by a filter's action is a line in the kernel's log. */
static void leave_to_tests(struct answer *answer)
{
	ask_is(answer, ASKED_UNKNOWN, 0, "only a death could tell, which would be logged");
	answer->untold = true;
}

void probe_coredump_on_kill(struct answer *answer)
{
	leave_to_tests(answer);
}

void probe_mode_dead(struct answer *answer)
{
	leave_to_tests(answer);
}
