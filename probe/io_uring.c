/* SPDX-License-Identifier: BSD-3-Clause */
/* Another way to the kernel's services, past all filters. */
#include "probe/ask.h"

#ifndef __NR_io_uring_setup
#define __NR_io_uring_setup arch_syscall_nr(arch_native(), "io_uring_setup")
#endif

/* Whether one may is asked first, then the struct is copied. */
void probe_io_uring(struct answer *answer)
{
	long result = syscall(__NR_io_uring_setup, 1, NULL) < 0 ? -errno : 0;

	if (result == -EPERM)
		ask_is(answer, ASKED_UNKNOWN, result,
		       "refused by kernel.io_uring_disabled, or by a filter");
	else
		ask_decide(answer, result, EFAULT, ENOSYS);
}
