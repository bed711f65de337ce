/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/listing.h"

#include "filters/disasm.h"

struct listing {
	FILE *out;
	const char *indent;
};

static void put_line(void *data, const struct disasm_line *line)
{
	unsigned int shown = sizeof(line->from) / sizeof(line->from[0]);
	const struct listing *listing = data;
	FILE *out = listing->out;

	fprintf(out, "%s%4zu  %-28s", listing->indent, line->pc, line->text);
	fprintf(out, "  %s", line->meaning[0] ? line->meaning : "no instruction");
	if (!line->reached)
		fprintf(out, "  (never reached)");
	for (unsigned int i = 0; i < line->jumps && i < shown; i++)
		fprintf(out, "%s%zu", i ? ", " : "  <- ", line->from[i]);
	if (line->jumps > shown)
		fprintf(out, " and %u more", line->jumps - shown);
	fprintf(out, "\n");
}

int put_listing(FILE *out, const char *indent, const struct sock_filter *prog, size_t len,
		const struct arch *arch)
{
	struct listing listing = { out, indent };

	return disasm(prog, len, arch, put_line, &listing);
}
