/* SPDX-License-Identifier: BSD-3-Clause */
/* Policies, as text and as OCI profiles, and what is compiled of those that are good. */
#include "compile/compile.h"
#include "compile/read.h"
#include "tests/fuzz/target.h"

/* More would be slow, and is the same. */
#define COMPILED_MAX 2000

static void compile_it(const struct policy *policy, const struct mix *mix)
{
	struct compiled compiled;
	char why[400];
	bool broke = false;

	if (!compile(policy, mix, &compiled, why, sizeof(why), &broke))
		compiled_free(&compiled);
	else if (broke)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct arch *arch = arch_by_name("x86_64");
	const struct read_options options = { .allow_unknown = true };
	struct policy policy;
	struct mix mix = { 0 };

	for (int json = 0; json < 2; json++) {
		int err;

		policy_init(&policy, &arch, 1);
		err = json ? policy_read_json(&policy, "input", (const char *)data, size, &options)
			   : policy_read_text(&policy, &mix, "input", (const char *)data, size,
					      &options);
		if (!err && size < COMPILED_MAX)
			compile_it(&policy, &mix);
		policy_free(&policy);
		mix_free(&mix);
	}
	return 0;
}
