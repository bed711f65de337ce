/* SPDX-License-Identifier: BSD-3-Clause */
/* A probing for people: a table on a terminal, a table in a page. */
#include <string.h>

#include "report/environment.h"
#include "report/features.h"
#include "report/render.h"

static const char *since_of(const struct finding *finding)
{
	const char *since = features[finding->feature].since;

	return *since ? since : "ever";
}

static const char *why_or_method(const struct finding *finding)
{
	return *finding->verdict.why ? finding->verdict.why : features[finding->feature].method;
}

/* "41 mainline, 1 config off" */
static void print_summary(FILE *out, const struct probing *probing)
{
	unsigned int counts[VERDICT_COUNT] = { 0 };
	const char *comma = "";

	for (size_t i = 0; i < probing->count; i++)
		counts[probing->findings[i].verdict.kind]++;
	putc('\n', out);
	for (enum verdict_kind kind = 0; kind < VERDICT_COUNT; kind++) {
		if (!counts[kind])
			continue;
		fprintf(out, "%s%u %s", comma, counts[kind], verdict_name(kind));
		comma = ", ";
	}
	if (probing->assume_unfiltered)
		fputs("; refusals are taken for the kernel's own", out);
	putc('\n', out);
}

/* --- on a terminal ------------------------------------------------------------------------ */

static const char *const colours[VERDICT_COUNT] = {
	[VERDICT_UNKNOWN] = "\033[33m",	   [VERDICT_MAINLINE] = "\033[32m",
	[VERDICT_BACKPORTED] = "\033[36m", [VERDICT_MISSING] = "\033[31m",
	[VERDICT_CONFIG_OFF] = "\033[2m",  [VERDICT_BROKEN] = "\033[1;31m",
	[VERDICT_NOT_YET] = "\033[2m",
};

static void print_row(FILE *out, const struct finding *finding, bool colour)
{
	enum verdict_kind kind = finding->verdict.kind;

	fprintf(out, "  %-25s  %-7s  %s%-10s%s  %-14s  %s\n", features[finding->feature].id,
		asked_name(finding->answer.asked), colour ? colours[kind] : "", verdict_name(kind),
		colour ? "\033[0m" : "", since_of(finding), why_or_method(finding));
}

void render_table(FILE *out, const struct probing *probing, bool colour)
{
	const char *last = "";

	fprintf(out, "Linux %s %s, %s\n", probing->name.release, probing->name.machine,
		probing->name.version);
	environment_print(out, &probing->env, "");
	fprintf(out, "\n  %-25s  %-7s  %-10s  %-14s  %s\n", "feature", "asked", "verdict", "since",
		"why, or how it was asked");
	for (size_t i = 0; i < probing->count; i++) {
		const char *group = features[probing->findings[i].feature].group;

		if (strcmp(last, group))
			fprintf(out, "%s\n", group);
		last = group;
		print_row(out, &probing->findings[i], colour);
	}
	print_summary(out, probing);
}

/* --- in a page ---------------------------------------------------------------------------- */

/* What has a meaning in Markdown loses it; a line stays one. */
static void put_cell(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_{}[]<>|#~&", *text))
			putc('\\', out);
		putc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
}

static void put_environment(FILE *out, const struct environment *env)
{
	for (enum environment_kind kind = E_NONE + 1; kind < E_COUNT; kind++) {
		if (!env->found[kind].seen)
			continue;
		fprintf(out, "- %s", environments[kind].name);
		if (*env->found[kind].detail) {
			fputs(" (", out);
			put_cell(out, env->found[kind].detail);
			putc(')', out);
		}
		fprintf(out, ": %s\n", environments[kind].means);
	}
}

static void put_row(FILE *out, const struct finding *finding)
{
	fprintf(out, "| `%s` | %s | %s | %s | ", features[finding->feature].id,
		asked_name(finding->answer.asked), verdict_name(finding->verdict.kind),
		since_of(finding));
	put_cell(out, why_or_method(finding));
	fputs(" |\n", out);
}

void render_markdown(FILE *out, const struct probing *probing)
{
	fputs("seccomp on Linux ", out);
	put_cell(out, probing->name.release);
	putc(' ', out);
	put_cell(out, probing->name.machine);
	fputs("\n\n", out);
	put_environment(out, &probing->env);
	fputs("\n| feature | asked | verdict | since | why, or how it was asked |\n"
	      "|---|---|---|---|---|\n",
	      out);
	for (size_t i = 0; i < probing->count; i++)
		put_row(out, &probing->findings[i]);
	print_summary(out, probing);
}
