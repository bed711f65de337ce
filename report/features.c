/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/features.h"

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
