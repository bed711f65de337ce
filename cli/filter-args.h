/* SPDX-License-Identifier: BSD-3-Clause */
/* What the subcommands about filters have in common. */
#ifndef SECCOMPAT_CLI_FILTER_ARGS_H
#define SECCOMPAT_CLI_FILTER_ARGS_H

#include <stdbool.h>

#include "arch/arch.h"
#include "filters/file.h"

/* The architecture of --arch; NULL after a line on stderr that lists those there are. */
const struct arch *arg_arch(const char *name);

/*
 * Reads the filter. Returns 0; or SC_BROKEN after a line on stderr if it cannot be read, or if the
 * kernel would refuse it (with force, that is only a warning).
 */
int arg_filter(const char *path, const struct arch *arch, bool force, struct filter_file *file);

#endif
