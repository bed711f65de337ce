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

/* Of what a configuration has switched off; null for all else, as what another architecture lacks.
 */
static void write_config(struct json *json, const struct verdict *verdict)
{
	if (!*verdict->option) {
		jsonw_null(json, "config");
		return;
	}
	jsonw_object(json, "config");
	jsonw_string(json, "option", verdict->option);
	jsonw_string(json, "source", *verdict->source ? verdict->source : "inferred");
	jsonw_end(json);
}

void feature_write(struct json *json, enum feature feature, const struct answer *answer,
		   enum works works, const struct verdict *verdict)
{
	const struct feature_info *info = &features[feature];
	const char *doubt = environments[answer->doubt].id;

	jsonw_object(json, NULL);
	jsonw_string(json, "id", info->id);
	jsonw_string(json, "group", info->group);
	jsonw_string(json, "asked", asked_name(answer->asked));
	jsonw_string(json, "heard", asked_name(answer->heard));
	jsonw_string(json, "doubt", doubt);
	jsonw_string(json, "errno", answer->err ? strerrorname_np(answer->err) : NULL);
	jsonw_string(json, "method", info->method);
	jsonw_string(json, "since", info->since);
	jsonw_string(json, "works", works_name(works));
	jsonw_string(json, "verdict", verdict_name(verdict->kind));
	jsonw_string(json, "why", verdict->why);
	write_config(json, verdict);
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
