/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Filters in files: raw struct sock_filter, 8 bytes each, in the byte order of the architecture
 * they are for. libseccomp's seccomp_export_bpf writes them so, and so does fwrite of an array.
 */
#ifndef SECCOMPAT_FILTERS_FILE_H
#define SECCOMPAT_FILTERS_FILE_H

#include <linux/filter.h>
#include <stddef.h>

#include "arch/arch.h"

struct filter_file {
	struct sock_filter *insns; /* in this machine's byte order; for filter_free */
	size_t len;
};

/*
 * Reads path, or standard input for "-". Returns 0; or -1 and the reason in why ("no such file";
 * 160 bytes are enough) for what cannot be read, is empty, is not a multiple of 8 bytes, or has
 * more than 4096 instructions. The instructions themselves are not looked at.
 */
int filter_read(const char *path, const struct arch *arch, struct filter_file *file, char *why,
		size_t size);
void filter_free(struct filter_file *file);

/*
 * Returns 0 if the kernel would accept the filter; else -1 and its objection in why (240 bytes are
 * enough), with advice if it would accept the same bytes in the other byte order.
 */
int filter_accepted(const struct filter_file *file, char *why, size_t size);

#endif
