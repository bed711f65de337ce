/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/ask.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/arch.h"

/* The kernel's limit on what ERRNO returns: MAX_ERRNO. */
#define MOST 4095

bool fuzz_expected(uint32_t value, struct fuzz_answer *answer)
{
	uint32_t data = value & SECCOMP_RET_DATA;

	*answer = (struct fuzz_answer){ .how = FUZZ_RETURNED };
	if (value == SECCOMP_RET_KILL_THREAD)
		*answer = (struct fuzz_answer){ .how = FUZZ_DIED, .value = SIGSYS };
	else if ((value & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO)
		answer->value = -(long)(data < MOST ? data : MOST);
	else
		return false;
	return true;
}

const char *fuzz_answer_text(const struct fuzz_answer *answer, char *buf, size_t size)
{
	switch (answer->how) {
	case FUZZ_RETURNED:
		snprintf(buf, size, "returned %ld", answer->value);
		break;
	case FUZZ_DIED:
		snprintf(buf, size, "was killed by SIG%s", sigabbrev_np((int)answer->value) ?: "?");
		break;
	case FUZZ_SILENT:
		snprintf(buf, size, "did not return");
		break;
	}
	return buf;
}

uint32_t fuzz_simulate(const struct program *program, const struct seccomp_data *data, bool *wide)
{
	*wide = false;
	return sim_run_checked(program->code, data, arch_native()->big_endian,
			       random_note_wide_shift, wide)
		.value;
}

int fuzz_confine(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return errno;
	return 0;
}

int fuzz_install(const struct program *program)
{
	struct sock_fprog prog = { .len = (unsigned short)program->len,
				   .filter = (struct sock_filter *)program->code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) ? errno : 0;
}

void fuzz_append_head(struct program *program)
{
	program_append(program, BPF_LD | BPF_W | BPF_ABS, 0, 0, 0);
	program_append(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1);
	program_append(program, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

int fuzz_end(void)
{
	syscall(SYS_exit_group, 0);
	return 0;
}

/* Shared with the child. */
struct once {
	struct program program;
	struct fuzz_question question;
	int refused;
	bool asked, answered;
	long value;
};

static int ask_once(void *shared)
{
	struct once *once = shared;

	once->refused = fuzz_confine() ?: fuzz_install(&once->program);
	if (once->refused)
		return 0;
	once->asked = true;
	once->value = fuzz_call(once->question.route, &once->question.data);
	once->answered = true;
	return fuzz_end();
}

bool fuzz_ask_once(const struct program *program, const struct fuzz_question *question,
		   struct fuzz_answer *answer, int *refused)
{
	static struct once once;
	struct run_end end;

	once = (struct once){ .program = *program, .question = *question };
	end = run_ask(ask_once, &once, sizeof(once), FUZZ_CHILD_MS);
	*refused = once.refused;
	*answer = (struct fuzz_answer){ .how = FUZZ_SILENT };
	if (once.answered)
		*answer = (struct fuzz_answer){ .how = FUZZ_RETURNED, .value = once.value };
	else if (end.how == RUN_SIGNALED)
		*answer = (struct fuzz_answer){ .how = FUZZ_DIED, .value = end.value };
	return end.how != RUN_NOT_STARTED && (once.asked || once.refused);
}
