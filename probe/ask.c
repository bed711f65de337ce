/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/ask.h"

#include <stdarg.h>
#include <stdio.h>

#include "arch/arch.h"

static long negated_errno(long result)
{
	return result < 0 ? -errno : result;
}

static long seccomp_nr(void)
{
#ifdef __NR_seccomp
	return __NR_seccomp;
#else
	return arch_syscall_nr(arch_native(), "seccomp");
#endif
}

long ask_seccomp(unsigned int op, unsigned int flags, const void *args)
{
	return negated_errno(syscall(seccomp_nr(), op, flags, args));
}

long ask_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
	       unsigned long arg5)
{
	return negated_errno(prctl(option, arg2, arg3, arg4, arg5));
}

static long by_prctl(const struct sock_fprog *prog)
{
	return ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (unsigned long)prog, 0, 0);
}

static long as_listener(const struct sock_fprog *prog)
{
	return ask_seccomp(OP_SET_MODE_FILTER, FLAG_NEW_LISTENER, prog);
}

long ask_install(struct sock_filter *filter, size_t len)
{
	struct sock_fprog prog = { .len = len, .filter = filter };
	long result = ask_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	return result < 0 ? result : by_prctl(&prog);
}

static long install_for_getppid(uint32_t action, long (*install)(const struct sock_fprog *prog))
{
	struct sock_filter filter[] = {
		EXAMINE_SYSCALL,
		SECCOMP_BPF_CALL(__NR_getppid, action),
		ALLOW,
	};
	struct sock_fprog prog = { .len = sizeof(filter) / sizeof(filter[0]), .filter = filter };
	long result = ask_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	return result < 0 ? result : install(&prog);
}

long ask_with_filter(uint32_t action)
{
	return install_for_getppid(action, by_prctl);
}

long ask_with_listener(void)
{
	return install_for_getppid(SECCOMP_RET_USER_NOTIF, as_listener);
}

bool ask_has_filters(struct answer *answer)
{
	long result = ask_seccomp(OP_SET_MODE_FILTER, 0, NULL);

	if (result == -ENOSYS)
		result = ask_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0);
	if (result != -EINVAL)
		return true;
	ask_is(answer, ASKED_ABSENT, result, "there are no filters");
	return false;
}

const char *ask_errno_name(int err)
{
	return strerrorname_np(err) ?: "an unknown errno";
}

const char *ask_result_name(long result)
{
	return result < 0 ? ask_errno_name(-result) : "success";
}

static void say(struct answer *answer, const char *why, va_list args)
{
	vsnprintf(answer->why, sizeof(answer->why), why, args);
}

void ask_is(struct answer *answer, enum asked asked, long err, const char *why, ...)
{
	va_list args;

	answer->asked = asked;
	answer->err = err < 0 ? -err : err;
	answer->why[0] = '\0';
	if (!why)
		return;
	va_start(args, why);
	say(answer, why, args);
	va_end(args);
}

void ask_excused(struct answer *answer, long err, const char *why, ...)
{
	va_list args;

	ask_is(answer, ASKED_ABSENT, err, NULL);
	answer->excused = true;
	va_start(args, why);
	say(answer, why, args);
	va_end(args);
}

static bool is_refusal(int err)
{
	static const int refusals[] = { EPERM, EACCES, ENOMEM, EAGAIN, EINTR,
					EBUSY, EMFILE, ENFILE, ENOSPC };

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i] == err)
			return true;
	return false;
}

void ask_is_wrong(struct answer *answer, long err, const char *why, ...)
{
	va_list args;

	ask_is(answer, ASKED_UNKNOWN, err, NULL);
	answer->wrong = !is_refusal(answer->err);
	va_start(args, why);
	say(answer, why, args);
	va_end(args);
}

void ask_no_filter(struct answer *answer, long result)
{
	ask_is(answer, result == -EINVAL ? ASKED_ABSENT : ASKED_UNKNOWN, result,
	       "no filter could be installed: %s", ask_errno_name(-result));
}

void ask_decide(struct answer *answer, long result, int present, int absent)
{
	int err = result < 0 ? -result : 0;

	if (err == present)
		ask_is(answer, ASKED_PRESENT, err, NULL);
	else if (err == ENOSYS)
		ask_is(answer, ASKED_ABSENT, err, "there is no such syscall");
	else if (err == absent)
		ask_is(answer, ASKED_ABSENT, err, NULL);
	else
		ask_is_wrong(answer, err, "answered %s, which tells neither way",
			     ask_result_name(result));
}
