/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The syscalls of x86_64 by which the code of a uprobe enters the kernel, called from where no
 * uprobe is: they raise SIGILL or fail, unless a filter answers first.
 */
#include <setjmp.h>
#include <signal.h>

#include "probe/ask.h"

#define NR_URETPROBE 335
#define NR_UPROBE    336

#if defined(__x86_64__) && !defined(__ILP32__)
static sigjmp_buf on_sigill;

static void handle_sigill(int signo)
{
	(void)signo;
	siglongjmp(on_sigill, 1);
}

/* The call's errno, 0 or -SIGILL. */
static int call_for_uprobes(int nr)
{
	struct sigaction action = { .sa_handler = handle_sigill };

	sigaction(SIGILL, &action, NULL);
	if (sigsetjmp(on_sigill, 1))
		return -SIGILL;
	return syscall(nr) < 0 ? errno : 0;
}

/* A filter refuses it: present if that is not heard. */
static void ask_passthrough(struct answer *answer, int nr)
{
	struct sock_filter filter[] = {
		EXAMINE_SYSCALL,
		SECCOMP_BPF_CALL(nr, SECCOMP_RET_ERRNO | EDOM),
		ALLOW,
	};
	long result = ask_install(filter, sizeof(filter) / sizeof(filter[0]));
	int err;

	if (result < 0) {
		ask_no_filter(answer, result);
		return;
	}
	err = call_for_uprobes(nr);
	if (err == EDOM)
		ask_is(answer, ASKED_ABSENT, 0, "the filter decides");
	else if (err == -SIGILL)
		ask_is(answer, ASKED_PRESENT, 0, "SIGILL, as it was not called by a uprobe");
	else if (err == EPROTO) /* 7.3's ENXIO */
		ask_is(answer, ASKED_PRESENT, err, NULL);
	else
		ask_decide(answer, -err, ENXIO, ENOSYS);
}

void probe_uretprobe_passthrough(struct answer *answer)
{
	ask_passthrough(answer, NR_URETPROBE);
}

void probe_uprobe_passthrough(struct answer *answer)
{
	ask_passthrough(answer, NR_UPROBE);
}

/* What the check lacked is only seen at an address that root alone may map, and it warns then. */
void probe_uretprobe_harden(struct answer *answer)
{
	int err = call_for_uprobes(NR_URETPROBE);

	if (err != -SIGILL) {
		ask_decide(answer, -err, -1, ENOSYS);
		return;
	}
	ask_is(answer, ASKED_UNKNOWN, 0, "to ask leaves a line in the log if the answer is no");
	answer->untold = true;
}
#else
#define ASK_OF_X86_64(id)                                                              \
	void probe_##id(struct answer *answer)                                         \
	{                                                                              \
		ask_excused(answer, 0, "uprobes have no syscalls here, as on x86_64"); \
	}

ASK_OF_X86_64(uretprobe_passthrough)
ASK_OF_X86_64(uprobe_passthrough)
ASK_OF_X86_64(uretprobe_harden)
#endif
