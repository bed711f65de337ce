/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of features, as probe --save writes them, and versions in place of one. */
#include <string.h>

#include "report/expect.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool wanted[F_COUNT] = { false };
	char word[64] = "";

	memcpy(word, data, size < sizeof(word) ? size : sizeof(word) - 1);
	if (expect_is_version(word))
		expect_version("input", word, true, wanted);
	expect_file(target_file(data, size), wanted);
	return 0;
}
