/* SPDX-License-Identifier: BSD-3-Clause */
/* The results of several kernels as one page that needs nothing else: no network, no other file. */
#ifndef SECCOMPAT_REPORT_HTML_H
#define SECCOMPAT_REPORT_HTML_H

#include <stdio.h>

#include "report/matrix.h"

void html_write(FILE *out, const struct matrix *matrix);

#endif
