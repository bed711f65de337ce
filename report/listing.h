/* SPDX-License-Identifier: BSD-3-Clause */
/* A filter in words, a line an instruction. */
#ifndef SECCOMPAT_REPORT_LISTING_H
#define SECCOMPAT_REPORT_LISTING_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdio.h>

#include "arch/arch.h"

/* arch as for disasm; before each line stands indent. 0, or -ENOMEM. */
int put_listing(FILE *out, const char *indent, const struct sock_filter *prog, size_t len,
		const struct arch *arch);

#endif
