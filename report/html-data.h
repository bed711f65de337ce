/* SPDX-License-Identifier: BSD-3-Clause */
/* The evidence behind a page's cells, as one JSON object that its script reads. */
#ifndef SECCOMPAT_REPORT_HTML_DATA_H
#define SECCOMPAT_REPORT_HTML_DATA_H

#include <stdio.h>

#include "report/matrix.h"

/* On one line, and nothing in it ends a <script>. */
void html_data_write(FILE *out, const struct matrix *matrix);

#endif
