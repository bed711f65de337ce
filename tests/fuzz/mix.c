/* SPDX-License-Identifier: BSD-3-Clause */
/* How often calls are made, as strace -c prints it. */
#include "compile/mix.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mix mix = { 0 };

	if (!mix_read(&mix, target_file(data, size)))
		mix_count(&mix, "read");
	mix_free(&mix);
	return 0;
}
