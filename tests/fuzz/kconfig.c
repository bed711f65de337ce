/* SPDX-License-Identifier: BSD-3-Clause */
/* A kernel's configuration, packed by gzip or not. */
#include "probe/kconfig.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = kconfig_text(target_file(data, size));

	kconfig_of(text, "input", "SECCOMP SECCOMP_FILTER");
	free(text);
	return 0;
}
