/* SPDX-License-Identifier: BSD-3-Clause */
/* A filter as a file: raw, as a C array, in words. */
#ifndef SECCOMPAT_COMPILE_WRITE_H
#define SECCOMPAT_COMPILE_WRITE_H

#include <stdio.h>

#include "arch/arch.h"
#include "compile/emit.h"

/* In the byte order of arch, as filters/file reads it. */
void write_raw(FILE *out, const struct filter *filter, const struct arch *arch);
/* Each instruction with its meaning beside it. Returns 0, or -ENOMEM. */
int write_c(FILE *out, const struct filter *filter, const struct arch *arch);
/* As seccompat disasm prints it. Returns 0, or -ENOMEM. */
int write_words(FILE *out, const struct filter *filter, const struct arch *arch);

#endif
