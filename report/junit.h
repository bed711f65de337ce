/* SPDX-License-Identifier: BSD-3-Clause */
/* Results as JUnit XML, for what shows CI runs: a testsuite a kernel, a testcase a test. */
#ifndef SECCOMPAT_REPORT_JUNIT_H
#define SECCOMPAT_REPORT_JUNIT_H

#include <stdio.h>

#include "report/results.h"

/* Of judged results. It fails where the report's exit status says so: what is known is skipped. */
void junit_write(FILE *out, const struct results *results);

#endif
