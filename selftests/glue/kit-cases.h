/* SPDX-License-Identifier: BSD-3-Clause */
/* One filter that has many cases: getppid's argument 0 says which one is asked. */
#ifndef SECCOMPAT_SELFTESTS_KIT_CASES_H
#define SECCOMPAT_SELFTESTS_KIT_CASES_H

#include <stdint.h>

#include "filters/builder.h"

#define CASES_ARG 0

/* Initializes b. Every other call goes to the label "allow". */
void cases_begin(struct builder *b);

/* The same where b has instructions already. */
void cases_open(struct builder *b);

/* What comes next is that case; returns the label to bind behind it. */
int cases_next(struct builder *b, uint32_t number);

/* Allows what came here and what is no getppid, and installs as kit_install_built. */
int cases_end(struct builder *b);

#endif
