/* SPDX-License-Identifier: BSD-3-Clause */
/* A probing for builds: macros of C, variables of make and sh. */
#include <ctype.h>

#include "arch/arch.h"
#include "report/render.h"
#include "version.h"

/* What could end a comment, or carry it to the next line, is replaced: a release may hold anything.
 */
static void put_comment(FILE *out, const char *text)
{
	for (; *text; text++)
		putc(*text < ' ' || *text > '~' || *text == '*' || *text == '\\' ? '.' : *text,
		     out);
}

/* Where it came from, as the text of a comment: the kernel, and who asked it. */
static void put_origin(FILE *out, const struct probing *probing)
{
	fputs("seccomp of Linux ", out);
	put_comment(out, probing->name.release);
	putc(' ', out);
	put_comment(out, probing->name.machine);
	fputs(", ", out);
	put_comment(out, probing->name.version);
	fprintf(out, "; asked by seccompat %s (%s) for %s", SECCOMPAT_VERSION, SECCOMPAT_COMMIT,
		arch_native()->name);
}

/* PREFIX_HAVE_FLAG_TSYNC */
static void put_name(FILE *out, const char *prefix, const char *verb, const struct finding *finding)
{
	fprintf(out, "%s_%s_", prefix, verb);
	for (const char *id = features[finding->feature].id; *id; id++)
		putc(toupper((unsigned char)*id), out);
}

static void put_verdict(FILE *out, const struct finding *finding)
{
	fputs(verdict_name(finding->verdict.kind), out);
	if (!*finding->verdict.why)
		return;
	fputs(": ", out);
	put_comment(out, finding->verdict.why);
}

static void put_macro(FILE *out, const struct finding *finding, const char *prefix)
{
	enum asked presence = finding_presence(finding);

	fputs("\n/* ", out);
	put_comment(out, features[finding->feature].doc);
	fputs(" */\n", out);
	fputs(presence == ASKED_UNKNOWN ? "/* " : "#define ", out);
	put_name(out, prefix, presence == ASKED_ABSENT ? "NO" : "HAVE", finding);
	if (presence != ASKED_UNKNOWN)
		fputs(" 1", out);
	if (presence == ASKED_ABSENT)
		fputs(" /*", out);
	if (presence != ASKED_PRESENT) {
		putc(' ', out);
		put_verdict(out, finding);
		fputs(" */", out);
	}
	putc('\n', out);
}

void render_macros(FILE *out, const struct probing *probing, const char *prefix)
{
	fputs("/* ", out);
	put_origin(out, probing);
	fprintf(out,
		". */\n#ifndef %s_FEATURES_H\n#define %s_FEATURES_H\n\n"
		"/* HAVE: it is there. NO: it is not, or it is broken. Neither: it is unknown. "
		"*/\n",
		prefix, prefix);
	for (size_t i = 0; i < probing->count; i++)
		put_macro(out, &probing->findings[i], prefix);
	fputs("\n#endif\n", out);
}

/* No blanks about the =, which sh would not take; reasons on lines of their own, as make keeps the
 * blank before one. */
static void put_variable(FILE *out, const struct finding *finding)
{
	enum asked presence = finding_presence(finding);

	if (presence != ASKED_PRESENT) {
		fputs("# ", out);
		put_name(out, "SECCOMPAT", "HAVE", finding);
		putc(' ', out);
		put_verdict(out, finding);
		putc('\n', out);
	}
	if (presence == ASKED_UNKNOWN)
		return;
	put_name(out, "SECCOMPAT", "HAVE", finding);
	fputs(presence == ASKED_PRESENT ? "=y\n" : "=n\n", out);
}

void render_make(FILE *out, const struct probing *probing)
{
	fputs("# ", out);
	put_origin(out, probing);
	fputs(".\n# y: it is there. n: it is not, or it is broken. Not set: it is unknown.\n", out);
	for (size_t i = 0; i < probing->count; i++)
		put_variable(out, &probing->findings[i]);
}
