/* SPDX-License-Identifier: BSD-3-Clause */
/* A probing, rendered: each for readers of its own, all from the same data. */
#ifndef SECCOMPAT_REPORT_RENDER_H
#define SECCOMPAT_REPORT_RENDER_H

#include <stdio.h>

#include "report/probing.h"

/* For people. */
void render_table(FILE *out, const struct probing *probing, bool colour);
void render_markdown(FILE *out, const struct probing *probing);

/* For other programs. */
void render_json(FILE *out, const struct probing *probing);
void render_ktap(FILE *out, const struct probing *probing);

/* For builds: a C header; assignments that make and sh both read. */
void render_macros(FILE *out, const struct probing *probing, const char *prefix);
void render_make(FILE *out, const struct probing *probing);

/* Lists that expect_file() reads: the features that are present; those that are not, and why. */
void render_present(FILE *out, const struct probing *probing);
void render_lacking(FILE *out, const struct probing *probing);

#endif
