// SPDX-License-Identifier: BSD-3-Clause
/* What of seccomp this kernel has, asked without changing anything. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "config.h"
#ifdef HAVE_LINUX_SECCOMP_H
#include <linux/seccomp.h>
#endif

/* A build machine with headers older than the kernel it builds for. */
#ifndef PR_GET_SECCOMP
#define PR_GET_SECCOMP 21
#define PR_SET_SECCOMP 22
#endif
#ifndef PR_GET_NO_NEW_PRIVS
#define PR_GET_NO_NEW_PRIVS 39
#endif
#ifndef SECCOMP_MODE_FILTER
#define SECCOMP_MODE_FILTER 2
#endif

static int unexpected(const char *what)
{
	fprintf(stderr, "unknown %s error: %s\n", what, strerror(errno));
	return 1;
}

int main(void)
{
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0) {
		if (errno == ENOSYS)
			puts("seccomp not available: pre-2.6.23");
		else if (errno == EINVAL)
			puts("seccomp not available: not built in");
		else
			return unexpected("PR_GET_SECCOMP");
		return 0;
	}
	puts("seccomp available");

	/* Without a program: a kernel that knows filters tries to read it, and says EFAULT. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) >= 0) {
		fputs("PR_SET_SECCOMP unexpectedly succeeded?!\n", stderr);
		return 1;
	}
	if (errno == EINVAL) {
		puts("seccomp filter not available");
		return 0;
	}
	if (errno != EFAULT)
		return unexpected("PR_SET_SECCOMP");
	puts("seccomp filter available");

	/* The other half of a filter: what lets a program without privileges install one. */
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0)
		puts("no_new_privs available");
	else if (errno == EINVAL)
		puts("no_new_privs not available");
	else
		return unexpected("PR_GET_NO_NEW_PRIVS");
	return 0;
}
