/* SPDX-License-Identifier: BSD-3-Clause */
/* Policies in files: text with a line for each syscall, or an OCI profile. */
#ifndef SECCOMPAT_COMPILE_READ_H
#define SECCOMPAT_COMPILE_READ_H

#include "compile/mix.h"
#include "compile/policy.h"

struct read_options {
	bool allow_unknown;	 /* names that no architecture has are left out */
	const char *const *caps; /* "CAP_SYS_ADMIN": what an OCI profile may take for given */
	size_t cap_count;
	bool take_archs;    /* those that an OCI profile names beside the policy's first */
	const char *kernel; /* the version that an OCI profile is for; NULL: the newest */
};

/*
 * Adds to a policy that has its architectures what the file says; and to mix what it says of
 * frequencies. 0, or -1 after a line on stderr with file, line and column.
 */
int policy_read(struct policy *policy, struct mix *mix, const char *path,
		const struct read_options *options);

/* The same from memory, for each form; path is what errors name. */
int policy_read_text(struct policy *policy, struct mix *mix, const char *path, const char *text,
		     size_t length, const struct read_options *options);
int policy_read_json(struct policy *policy, const char *path, const char *text, size_t length,
		     const struct read_options *options);

#endif
