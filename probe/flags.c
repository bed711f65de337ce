/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/ask.h"

/*
 * Flags are looked at first, then the program is copied: with NULL for it, EFAULT says that the
 * flags are known, EINVAL that one is not. So says the kernel to anybody, privileged or not.
 */
static long ask_flags(unsigned int flags)
{
	return ask_seccomp(OP_SET_MODE_FILTER, flags, NULL);
}

#define ASK_FLAGS(id, flags)                                          \
	void probe_##id(struct answer *answer)                        \
	{                                                             \
		ask_decide(answer, ask_flags(flags), EFAULT, EINVAL); \
	}

ASK_FLAGS(flag_tsync, FLAG_TSYNC)
ASK_FLAGS(flag_log, FLAG_LOG)
ASK_FLAGS(flag_spec_allow, FLAG_SPEC_ALLOW)
ASK_FLAGS(flag_new_listener, FLAG_NEW_LISTENER)
ASK_FLAGS(flag_tsync_esrch, FLAG_TSYNC_ESRCH)
ASK_FLAGS(flag_wait_killable_recv, FLAG_NEW_LISTENER | FLAG_WAIT_KILLABLE_RECV)

void probe_flag_combo_tsync_listener(struct answer *answer)
{
	long pair = ask_flags(FLAG_TSYNC | FLAG_NEW_LISTENER);

	ask_decide(answer, ask_flags(FLAG_TSYNC | FLAG_NEW_LISTENER | FLAG_TSYNC_ESRCH), EFAULT,
		   EINVAL);
	if (answer->asked == ASKED_PRESENT && pair != -EINVAL)
		ask_is(answer, ASKED_ABSENT, pair, "the pair is not refused without TSYNC_ESRCH");
}

void probe_flag_upper_bound(struct answer *answer)
{
	if (!ask_has_filters(answer))
		return;
	for (unsigned int bit = FLAG_BIT_UNASSIGNED; bit < 32; bit++) {
		long result = ask_flags(1u << bit);

		if (result == -EINVAL)
			continue;
		ask_is_wrong(answer, result, "flag 1 << %u is answered %s", bit,
			     ask_result_name(result));
		return;
	}
	ask_is(answer, ASKED_PRESENT, EINVAL, NULL);
}
