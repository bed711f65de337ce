/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel was told when it was booted. */
#ifndef SECCOMPAT_PROBE_COMMAND_LINE_H
#define SECCOMPAT_PROBE_COMMAND_LINE_H

#include <stddef.h>

/* So begins the reason of an answer that is as the kernel was told. */
#define COMMAND_LINE_SAYS "the kernel's command line says "

/*
 * The value of the last "name=value" in /proc/cmdline, which is the one that holds; "" if there is
 * none, or the file cannot be read. Returns value.
 */
const char *command_line_value(const char *name, char *value, size_t size);

#endif
