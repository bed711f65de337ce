/* SPDX-License-Identifier: BSD-3-Clause */
/* The renderings of a probing that no kernel of today gives: missing, broken, and odd names. */
#include "report/render.h"

#include <stdlib.h>
#include <string.h>

#include "report/status.h"
#include "tests/unit/unit.h"

/* A release that would end a comment, begin one, go on with the next line, or end this one. */
#define ODD "6.1*/ /* \\\n#define ODD"

static struct probing probing = {
	.name = { .release = ODD, .version = ODD, .machine = "x86_64" },
	.env = { .proc = true },
	.findings = {
		{ F_flag_tsync, { .asked = ASKED_PRESENT }, { .kind = VERDICT_MAINLINE } },
		{ F_flag_log,
		  { .asked = ASKED_ABSENT },
		  { .kind = VERDICT_MISSING, .why = "mainline has it since 4.14" } },
		{ F_act_log, { .asked = ASKED_UNKNOWN }, { .kind = VERDICT_UNKNOWN, .why = "a|b_c */ \\" } },
		{ F_nnp, { .asked = ASKED_UNKNOWN, .died = true }, { .kind = VERDICT_BROKEN, .why = "killed" } },
		{ F_sud, { .asked = ASKED_PRESENT }, { .kind = VERDICT_BACKPORTED, .why = "newer" } },
		{ F_proc_cache, { .asked = ASKED_ABSENT }, { .kind = VERDICT_CONFIG_OFF, .why = "off" } },
	},
	.count = 6,
};

static char *text;
static size_t length;

/* What a rendering of it is, in text until the next one. */
static void as(void (*render)(FILE *out, const struct probing *probing))
{
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &length);
	render(out, &probing);
	fclose(out);
}

static bool has(const char *part)
{
	return strstr(text, part) != NULL;
}

static unsigned int lines(const char *beginning)
{
	unsigned int count = 0;

	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		count += !strncmp(line, beginning, strlen(beginning));
	return count;
}

static void macros(FILE *out, const struct probing *data)
{
	render_macros(out, data, "MY");
}

static void test_macros(void)
{
	as(macros);
	check(has("#define MY_HAVE_FLAG_TSYNC 1\n") && has("#define MY_HAVE_SUD 1\n"),
	      "macros: what is present is HAVE");
	check(has("#define MY_NO_FLAG_LOG 1 /* missing: mainline has it since 4.14 */\n") &&
		      has("#define MY_NO_PROC_CACHE 1 /* config off: off */\n"),
	      "macros: what is absent is NO, with the reason");
	check(has("#define MY_NO_NNP 1 /* broken: killed */\n"), "macros: what is broken, too");
	check(has("/* MY_HAVE_ACT_LOG unknown: a|b_c ./ . */\n") && !has("define MY_HAVE_ACT") &&
		      !has("define MY_NO_ACT"),
	      "macros: what is unknown is neither");
	check(lines("#define ") == 6 && lines("#ifndef MY_FEATURES_H") == 1,
	      "macros: five, the guard, and none that a release brings");
}

static void test_make(void)
{
	as(render_make);
	check(has("\nSECCOMPAT_HAVE_FLAG_TSYNC=y\n") && has("\nSECCOMPAT_HAVE_SUD=y\n"),
	      "make: y for what is present");
	check(has("\nSECCOMPAT_HAVE_FLAG_LOG=n\n") && has("\nSECCOMPAT_HAVE_NNP=n\n"),
	      "make: n for what is absent or broken");
	check(has("\n# SECCOMPAT_HAVE_ACT_LOG unknown: ") && !has("SECCOMPAT_HAVE_ACT_LOG="),
	      "make: what is unknown is not set");
	check(!strchr(text, '\\') && lines("#") + lines("SECCOMPAT_HAVE_") == lines(""),
	      "make: comments and variables are all there is");
}

static void test_ktap(void)
{
	as(render_ktap);
	check(strstr(text, "KTAP version 1\n1..6\n") == text, "ktap: the plan");
	check(has("\nok 1 flag_tsync\n") && has("\nok 5 sud\n"), "ktap: present is ok");
	check(has("\nnot ok 2 flag_log\n# missing, since 4.14: ") && has("\nnot ok 4 nnp\n"),
	      "ktap: missing and broken are not");
	check(has("\nok 3 act_log # SKIP unknown, since ") &&
		      has("\nok 6 proc_cache # SKIP config off, since "),
	      "ktap: unknown and off are skips");
}

static void test_markdown(void)
{
	as(render_markdown);
	check(lines("| `") == 6, "markdown: a row each");
	check(has("| a\\|b\\_c \\*/ \\\\ |\n"), "markdown: a reason stays in its cell");
	check(!lines("#"), "markdown: a release makes no heading");
}

static void test_lists(void)
{
	as(render_present);
	check(lines("flag_tsync\n") == 1 && lines("sud\n") == 1 && lines("") == lines("#") + 2,
	      "saved: what is present, and comments");
	as(render_lacking);
	check(lines("flag_log ") == 1 && lines("act_log ") == 1 && lines("nnp ") == 1 &&
		      lines("proc_cache ") == 1 && lines("") == 5,
	      "lacking: what is not present, and a summary");
	check(has("# of 6 expected: 2 present, 3 absent or broken, 1 unknown\n"),
	      "lacking: the summary counts");
}

static void test_status(void)
{
	struct probing part = probing;

	check(probing_status(&part) == SC_FAILED, "status: absent before unknown");
	part.count = 1;
	check(probing_status(&part) == SC_OK, "status: present");
	part.findings[1] = probing.findings[2];
	part.count = 2;
	check(probing_status(&part) == SC_UNTESTED, "status: unknown before present");
	part.findings[0] = probing.findings[2];
	part.findings[1] = probing.findings[1];
	check(probing_status(&part) == SC_FAILED, "status: absent after unknown");
	part.findings[1] = probing.findings[3];
	check(probing_status(&part) == SC_FAILED, "status: broken is as absent");
}

int main(void)
{
	test_macros();
	test_make();
	test_ktap();
	test_markdown();
	test_lists();
	test_status();
	free(text);
	return unit_end();
}
