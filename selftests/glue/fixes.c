/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/fixes.h"

#include <stdio.h>
#include <string.h>

#include "arch/words.h"

/* clang-format off */
const struct fix_info fixes[FIX_COUNT] = {
#define FIX(name, id_, severity_, mainline_, stable_, arches_, files_, subject_, doc_, untestable_) \
	[FIX_##name] = { .id = (id_), .severity = SEVERITY_##severity_, .mainline = (mainline_),    \
			 .stable = (stable_), .arches = (arches_), .files = (files_),               \
			 .subject = (subject_), .doc = (doc_), .untestable = (untestable_) },
#include "selftests/fixes.def"
#undef FIX
};
/* clang-format on */

const char *severity_name(enum severity severity)
{
	static const char *const names[SEVERITY_COUNT] = {
		[SEVERITY_LOW] = "low",
		[SEVERITY_MEDIUM] = "medium",
		[SEVERITY_HIGH] = "high",
	};

	return names[severity];
}

enum fix fix_by_id(const char *id)
{
	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++)
		if (!strcmp(fixes[fix].id, id))
			return fix;
	return FIX_NONE;
}

bool fix_concerns(enum fix fix, const char *arch)
{
	return !*fixes[fix].arches || words_have(fixes[fix].arches, arch);
}

void fix_case_name(char *name, unsigned int size, const char *abi, enum fix fix)
{
	snprintf(name, size, "%s.fixes.%s", abi, fixes[fix].id);
}
