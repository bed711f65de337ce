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

	json_object(json, NULL);
	json_string(json, "id", info->id);
	json_string(json, "group", info->group);
	json_string(json, "asked", asked_name(answer->asked));
	json_string(json, "errno", answer->err ? strerrorname_np(answer->err) : NULL);
	json_string(json, "method", info->method);
	json_string(json, "since", info->since);
	json_string(json, "verdict", verdict_name(verdict->kind));
	json_string(json, "why", verdict->why);
	json_end(json);
}
