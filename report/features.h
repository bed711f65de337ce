/* SPDX-License-Identifier: BSD-3-Clause */
/* A feature's answer and verdict, as `probe` and `check` both write them. */
#ifndef SECCOMPAT_REPORT_FEATURES_H
#define SECCOMPAT_REPORT_FEATURES_H

#include "probe/probe.h"
#include "report/json.h"
#include "selftests/glue/plan.h"
#include "verdict/verdict.h"

/* What the JSON of `check` and of `probe` call their forms; a file without is of the first one. */
#define RESULTS_SCHEMA "seccompat.check.2"
#define PROBE_SCHEMA   "seccompat.probe.1"

/* "present", "absent", "unknown" */
const char *asked_name(enum asked asked);

/* One object of the array "features"; its fields are documented in seccompat-probe(1). */
void feature_write(struct json *json, enum feature feature, const struct answer *answer,
		   enum works works, const struct verdict *verdict);

/*
 * The verdict as a result, named prefix and the id: only what should work and does not is a
 * failure.
 */
struct test_case feature_case(const char *prefix, enum feature feature,
			      const struct verdict *verdict);

#endif
