/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/ask.h"

/* Strict mode takes no flags: it is refused, and not entered. */
void probe_op_set_mode_strict(struct answer *answer)
{
	ask_decide(answer, ask_seccomp(OP_SET_MODE_STRICT, 1, NULL), EINVAL, ENOSYS);
}

void probe_op_set_mode_filter(struct answer *answer)
{
	ask_decide(answer, ask_seccomp(OP_SET_MODE_FILTER, 0, NULL), EFAULT, EINVAL);
}

void probe_op_get_action_avail(struct answer *answer)
{
	ask_decide(answer, ask_seccomp(OP_GET_ACTION_AVAIL, 0, NULL), EFAULT, EINVAL);
}

void probe_op_get_notif_sizes(struct answer *answer)
{
	ask_decide(answer, ask_seccomp(OP_GET_NOTIF_SIZES, 0, NULL), EFAULT, EINVAL);
}

/* Whatever else it says, the operation may be a newer kernel's: that the bound is gone is not said.
 */
void probe_op_upper_bound(struct answer *answer)
{
	long result = ask_seccomp(OP_UNASSIGNED, 0, NULL);

	if (result == -EINVAL || result == -ENOSYS)
		ask_decide(answer, result, EINVAL, ENOSYS);
	else
		ask_is_wrong(answer, result, "operation %d is answered %s", OP_UNASSIGNED,
			     ask_result_name(result));
}
