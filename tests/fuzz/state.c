/* SPDX-License-Identifier: BSD-3-Clause */
/* What seccompat fuzz goes on from. */
#include "report/fuzz-state.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_state state;

	fuzz_state_read(target_file(data, size), &state);
	return 0;
}
