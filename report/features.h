/* SPDX-License-Identifier: BSD-3-Clause */
/* A feature's answer and verdict as JSON: the same object in `probe --json` and `check --json`. */
#ifndef SECCOMPAT_REPORT_FEATURES_H
#define SECCOMPAT_REPORT_FEATURES_H

#include "probe/probe.h"
#include "report/json.h"
#include "verdict/verdict.h"

/* "present", "absent", "unknown" */
const char *asked_name(enum asked asked);

/* One object of the array "features"; its fields are documented in seccompat-probe(1). */
void feature_write(struct json *json, enum feature feature, const struct answer *answer,
		   const struct verdict *verdict);

#endif
