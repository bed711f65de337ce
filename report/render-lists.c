/* SPDX-License-Identifier: BSD-3-Clause */
/* A probing as a list of ids, with comments: what expect_file() reads. */
#include "report/escape.h"
#include "report/render.h"
#include "version.h"

/* "# unknown: outer filter: ..." behind an id. */
static void put_verdict(FILE *out, const struct finding *finding)
{
	fprintf(out, "# %s", verdict_name(finding->verdict.kind));
	if (*finding->verdict.why) {
		fputs(": ", out);
		put_plain(out, finding->verdict.why);
	}
	putc('\n', out);
}

static void put_present(FILE *out, const struct finding *finding)
{
	const char *id = features[finding->feature].id;

	if (finding_presence(finding) == ASKED_PRESENT) {
		fprintf(out, "%s\n", id);
		return;
	}
	fprintf(out, "# not %-25s ", id);
	put_verdict(out, finding);
}

void render_present(FILE *out, const struct probing *probing)
{
	fputs("# What seccomp of Linux ", out);
	put_plain(out, probing->name.release);
	putc(' ', out);
	put_plain(out, probing->name.machine);
	fprintf(out, " has, says seccompat %s (%s)\n", SECCOMPAT_VERSION, SECCOMPAT_COMMIT);
	for (size_t i = 0; i < probing->count; i++)
		put_present(out, &probing->findings[i]);
}

void render_lacking(FILE *out, const struct probing *probing)
{
	unsigned int counts[ASKED_ABSENT + 1] = { 0 };

	for (size_t i = 0; i < probing->count; i++) {
		const struct finding *finding = &probing->findings[i];
		enum asked presence = finding_presence(finding);

		counts[presence]++;
		if (presence == ASKED_PRESENT)
			continue;
		fprintf(out, "%-25s ", features[finding->feature].id);
		put_verdict(out, finding);
	}
	fprintf(out, "# of %zu expected: %u present, %u absent or broken, %u unknown\n",
		probing->count, counts[ASKED_PRESENT], counts[ASKED_ABSENT], counts[ASKED_UNKNOWN]);
}
