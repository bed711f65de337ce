/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "verdict/verdict.h"

/* Of the stable versions the one of the same branch decides: 6.1.188 says all of 6.1.y. */
static enum promise promise_of_branch(const struct version *version, const char *stable)
{
	struct version first;

	for (; *stable; stable += strspn(stable, " ")) {
		if (version_parse(stable, &first) && first.major == version->major &&
		    first.minor == version->minor)
			return version->patch >= first.patch ? PROMISE_HAS : PROMISE_LACKS;
		stable += strcspn(stable, " ");
	}
	return PROMISE_UNKNOWN;
}

enum promise version_promises(const struct version *version, const char *mainline,
			      const char *stable)
{
	struct version first;

	if (version_parse(mainline, &first) && version_compare(version, &first) >= 0)
		return PROMISE_HAS;
	return promise_of_branch(version, stable);
}
