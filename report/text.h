/* SPDX-License-Identifier: BSD-3-Clause */
/* The results of several kernels for a terminal or a log. */
#ifndef SECCOMPAT_REPORT_TEXT_H
#define SECCOMPAT_REPORT_TEXT_H

#include <stdio.h>

#include "report/matrix.h"

struct text_style {
	bool colour;
	bool verbose;	    /* all rows, and why a cell is no pass */
	unsigned int width; /* where cells no longer fit as words, they are letters */
};

/* Kernels, features, behaviours, and what wants explaining. */
void text_write(FILE *out, const struct matrix *matrix, const struct text_style *style);

/* What wants explaining alone, a line each: nothing where all is well. */
void text_write_unexplained(FILE *out, const struct results *results);

/* What a kernel is called by people: its release, or what there is instead. */
const char *text_release(const struct result_kernel *kernel);

#endif
