/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-letters.h"

#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/seccomp.h>

/* Calls without arguments that cannot fail by themselves. */
static const long forbidden[] = { __NR_getppid, __NR_getuid, __NR_getgid };
#define FORBIDDEN   (sizeof(forbidden) / sizeof(forbidden[0]))
#define FIRST_ERRNO 100

const struct sock_fprog *letter_filter(struct kit_filter *filter, enum letter letter)
{
	int i = letter == A ? 0 : letter == B ? 1 : 2;

	return kit_on_syscall(filter, forbidden[i], SECCOMP_RET_ERRNO | (FIRST_ERRNO + i));
}

long look(void *data)
{
	char letters[FORBIDDEN + 1] = "";
	struct look *seen = data;

	for (int i = 0; i < (int)FORBIDDEN; i++) {
		long ret = syscall(forbidden[i]);

		letters[i] = ret >= 0 ? '-' : errno == FIRST_ERRNO + i ? "ABC"[i] : '?';
	}
	snprintf(seen->text, sizeof(seen->text), "%d %d %s", prctl(PR_GET_SECCOMP, 0, 0, 0, 0),
		 prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), letters);
	return 0;
}
