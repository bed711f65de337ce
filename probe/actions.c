/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/ask.h"

#define NO_ACTION 0x10000000u /* no kernel has assigned it */

static long ask_available(uint32_t action)
{
	return ask_seccomp(OP_GET_ACTION_AVAIL, 0, &action);
}

/*
 * GET_ACTION_AVAIL is not part of CONFIG_SECCOMP_FILTER (kernel/seccomp.c of 6.12): without filters
 * it calls the same actions available. So it counts only where there are filters.
 *
 * The operation refuses values with data bits, so action has none. A kernel without the operation
 * tells nothing about its actions; neither does what calls an action available that does not exist.
 */
static void ask_action(struct answer *answer, uint32_t action)
{
	long control = ask_available(NO_ACTION);

	if (!ask_has_filters(answer))
		return;
	if (control == -EOPNOTSUPP)
		ask_decide(answer, ask_available(action), 0, EOPNOTSUPP);
	else if (control < 0)
		ask_is_wrong(answer, control, "GET_ACTION_AVAIL answers %s to anything",
			     ask_errno_name(-control));
	else
		ask_is_wrong(answer, control, "any action is said to be available");
}

#define ASK_ACTION(id, action)                 \
	void probe_##id(struct answer *answer) \
	{                                      \
		ask_action(answer, action);    \
	}

ASK_ACTION(act_kill_process, SECCOMP_RET_KILL_PROCESS)
ASK_ACTION(act_kill_thread, SECCOMP_RET_KILL_THREAD)
ASK_ACTION(act_trap, SECCOMP_RET_TRAP)
ASK_ACTION(act_errno, SECCOMP_RET_ERRNO)
ASK_ACTION(act_user_notif, SECCOMP_RET_USER_NOTIF)
ASK_ACTION(act_trace, SECCOMP_RET_TRACE)
ASK_ACTION(act_log, SECCOMP_RET_LOG)
ASK_ACTION(act_allow, SECCOMP_RET_ALLOW)
ASK_ACTION(ret_action_full, SECCOMP_RET_KILL_PROCESS)

void probe_act_unknown(struct answer *answer)
{
	if (ask_has_filters(answer))
		ask_decide(answer, ask_available(NO_ACTION), EOPNOTSUPP, EINVAL);
}

/* A filter makes getppid(), which never fails by itself, fail with data. */
static void ask_errno(struct answer *answer, uint32_t data, int wanted)
{
	long result = ask_with_filter(SECCOMP_RET_ERRNO | data);

	if (result < 0) {
		ask_no_filter(answer, result);
		return;
	}
	result = syscall(SYS_getppid);
	if (result == -1)
		result = -errno;
	if (result == -wanted)
		ask_is(answer, ASKED_PRESENT, wanted, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "getppid() returned %ld", result);
}

void probe_act_data_errno_clamp(struct answer *answer)
{
	ask_errno(answer, 0xffff, 4095);
}

void probe_ret_data(struct answer *answer)
{
	ask_errno(answer, 0x123, 0x123);
}
