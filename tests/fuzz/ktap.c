/* SPDX-License-Identifier: BSD-3-Clause */
/* KTAP, as children of a check print it. */
#include <string.h>

#include "report/ktap.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ktap_reader reader = { 0 };
	char *text = malloc(size + 1), *rest = text, *line;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	while ((line = strsep(&rest, "\n")))
		ktap_read_line(&reader, line);
	ktap_outcome(reader.cases, reader.count);
	ktap_reader_free(&reader);
	free(text);
	return 0;
}
