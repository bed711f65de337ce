/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * export [OPTIMIZE]: the filter that libseccomp makes of an allow-list, names on standard input, as
 * raw struct sock_filter on standard output. What is not on the list kills; what libseccomp
 * does not know, or this architecture does not have, is left out. OPTIMIZE: 2 for its binary tree.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what, int err)
{
	fprintf(stderr, "export: %s: %s\n", what, strerror(-err));
	return 1;
}

int main(int argc, char **argv)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	char name[64];
	int err = ctx ? 0 : -ENOMEM;

	if (!err && argc > 1)
		err = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, (uint32_t)atoi(argv[1]));
	if (err)
		return fail("no filter of that kind", err);
	while (scanf("%63s", name) == 1) {
		int nr = seccomp_syscall_resolve_name(name);

		if (nr >= 0)
			err = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
		if (err)
			return fail(name, err);
	}
	err = seccomp_export_bpf(ctx, STDOUT_FILENO);
	seccomp_release(ctx);
	return err ? fail("standard output", err) : 0;
}
