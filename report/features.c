/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/features.h"

#include <stdio.h>
#include <string.h>

const char *asked_name(enum asked asked)
{
	static const char *const names[] = {
		[ASKED_UNKNOWN] = "unknown",
		[ASKED_PRESENT] = "present",
		[ASKED_ABSENT] = "absent",
	};

	return names[asked];
}

void feature_write(struct json *json, enum feature feature, const struct answer *answer,
		   const struct verdict *verdict)
{
	const struct feature_info *info = &features[feature];

	jsonw_object(json, NULL);
	jsonw_string(json, "id", info->id);
	jsonw_string(json, "group", info->group);
	jsonw_string(json, "asked", asked_name(answer->asked));
	jsonw_string(json, "errno", answer->err ? strerrorname_np(answer->err) : NULL);
	jsonw_string(json, "method", info->method);
	jsonw_string(json, "since", info->since);
	jsonw_string(json, "verdict", verdict_name(verdict->kind));
	jsonw_string(json, "why", verdict->why);
	jsonw_end(json);
}

static enum outcome outcome_of(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_MAINLINE:
	case VERDICT_BACKPORTED:
		return PASSED;
	case VERDICT_MISSING:
	case VERDICT_BROKEN:
		return FAILED;
	default:
		return SKIPPED;
	}
}

struct test_case feature_case(const char *prefix, enum feature feature,
			      const struct verdict *verdict)
{
	struct test_case test = { .outcome = outcome_of(verdict->kind) };
	const char *since = features[feature].since;

	snprintf(test.name, sizeof(test.name), "%s%s", prefix, features[feature].id);
	snprintf(test.message, sizeof(test.message), "%s, since %s%s%s",
		 verdict_name(verdict->kind), *since ? since : "ever", *verdict->why ? ": " : "",
		 verdict->why);
	return test;
}
