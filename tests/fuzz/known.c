/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists such as ci/known.tsv. */
#include "report/known.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct known known = { 0 };

	if (!known_read(&known, target_file(data, size)))
		for (size_t i = 0; i < known.count; i++)
			known_matches(known.rows[i].patterns, known.rows[i].reason);
	known_free(&known);
	return 0;
}
