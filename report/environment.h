/* SPDX-License-Identifier: BSD-3-Clause */
/* Where questions were asked, as `probe` and `check` both tell it. */
#ifndef SECCOMPAT_REPORT_ENVIRONMENT_H
#define SECCOMPAT_REPORT_ENVIRONMENT_H

#include <stdio.h>

#include "probe/environment.h"
#include "report/json.h"

/* A line for each kind of environment that was found, each with the prefix; none for none. */
void environment_print(FILE *out, const struct environment *env, const char *prefix);

/* The object "environment"; its fields are documented in seccompat-probe(1). */
void environment_write(struct json *json, const struct environment *env);

#endif
