/* SPDX-License-Identifier: BSD-3-Clause */
/* Syscall user dispatch, which comes before seccomp. */
#include "probe/ask.h"

/* To switch off what is off does nothing. */
void probe_sud(struct answer *answer)
{
	ask_decide(answer, ask_prctl(SET_SYSCALL_USER_DISPATCH, DISPATCH_OFF, 0, 0, 0), 0, EINVAL);
}

/* For a range without any code, so that no call is dispatched. */
void probe_sud_inclusive(struct answer *answer)
{
	static char selector, range[8];

	ask_decide(answer,
		   ask_prctl(SET_SYSCALL_USER_DISPATCH, DISPATCH_INCLUSIVE_ON, (unsigned long)range,
			     sizeof(range), (unsigned long)&selector),
		   0, EINVAL);
}
