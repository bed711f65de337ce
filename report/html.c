/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/html.h"

#include <string.h>

#include "page.inc"
#include "report/escape.h"
#include "report/html-data.h"
#include "report/text.h"

static void write_head(FILE *out, const struct results *results)
{
	fprintf(out,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n"
		"<title>seccompat: %zu kernel%s</title>\n<style>\n%s</style>\n</head>\n<body>\n"
		"<h1>What seccomp does on %zu kernel%s</h1>\n",
		results->count, results->count == 1 ? "" : "s", page_css, results->count,
		results->count == 1 ? "" : "s");
}

/* A line may break behind each underscore or dash of a name. */
static void put_name(FILE *out, const char *name, size_t length)
{
	while (length) {
		size_t part = 0;

		while (part < length && name[part] != '_' && name[part] != '-')
			part++;
		part += part < length;
		put_markup_part(out, name, part);
		name += part;
		length -= part;
		if (length)
			fputs("<wbr>", out);
	}
}

/* --- filters ---------------------------------------------------------------------------------- */

static void write_option(FILE *out, const char *kind, const char *name, size_t length)
{
	fprintf(out, "<option value=\"%s:", kind);
	put_markup_part(out, name, length);
	fputs("\">", out);
	put_markup_part(out, name, length);
	fputs("</option>\n", out);
}

/* Rows of a group stand together, as the kernels of an architecture do. */
static void write_groups(FILE *out, const struct matrix *matrix)
{
	const char *last = "";

	fputs("<label>Group <select id=\"group\">\n<option value=\"\">all</option>\n"
	      "<optgroup label=\"Features\">\n",
	      out);
	for (size_t i = 0; i < matrix->feature_count; i++) {
		const char *group = matrix->features[i].sample->group;

		if (strcmp(last, group))
			write_option(out, "feature", group, strlen(group));
		last = group;
	}
	fputs("</optgroup>\n<optgroup label=\"Behaviours\">\n", out);
	for (size_t i = 0; i < matrix->family_count; i++)
		write_option(out, "family", matrix->families[i].name, matrix->families[i].length);
	fputs("</optgroup>\n</select></label>\n", out);
}

static void write_arches(FILE *out, const struct results *results)
{
	const char *last = "";

	fputs("<fieldset><legend>Architecture</legend>\n", out);
	for (size_t i = 0; i < results->count; i++) {
		const char *arch = kernel_arch(&results->kernels[i]);

		if (strcmp(last, arch)) {
			fputs("<label><input type=\"checkbox\" name=\"arch\" checked value=\"",
			      out);
			put_markup(out, arch);
			fputs("\"> ", out);
			put_markup(out, arch);
			fputs("</label>\n", out);
		}
		last = arch;
	}
	fputs("</fieldset>\n", out);
}

static void write_filters(FILE *out, const struct matrix *matrix)
{
	fputs("<form id=\"filters\">\n"
	      "<label>Search <input type=\"search\" id=\"search\" placeholder=\"name or "
	      "text\"></label>\n",
	      out);
	write_groups(out, matrix);
	write_arches(out, matrix->results);
	fputs("<label><input type=\"checkbox\" id=\"different\"> only differences</label>\n"
	      "<small id=\"count\" aria-live=\"polite\"></small>\n</form>\n",
	      out);
}

/* --- the kernels ------------------------------------------------------------------------------ */

static void write_count(FILE *out, size_t count, enum state state)
{
	if (count)
		fprintf(out, "<td class=\"number s%d\">%zu</td>", state, count);
	else
		fputs("<td class=\"number\">0</td>", out);
}

static void write_counts(FILE *out, const struct result_kernel *kernel)
{
	static const enum state columns[] = { STATE_PASS,     STATE_KNOWN, STATE_FAIL, STATE_SKIP,
					      STATE_NEW_SKIP, STATE_FIXED, STATE_BROKE };

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (kernel->error)
			fputs("<td></td>", out);
		else
			write_count(out, kernel_count(kernel, columns[i]), columns[i]);
	}
}

static bool is_bad(const struct result_kernel *kernel)
{
	for (enum state state = STATE_NEW_SKIP; state < STATE_COUNT; state++)
		if (kernel_count(kernel, state))
			return true;
	return state_unexplained(kernel->state);
}

static void write_kernel(FILE *out, const struct result_kernel *kernel, size_t index)
{
	fprintf(out, "<tr><th scope=\"row\"><button type=\"button\" data-kernel=\"%zu\">", index);
	put_markup(out, kernel->name);
	fputs("</button></th><td>", out);
	put_markup(out, text_release(kernel));
	fprintf(out, "</td><td class=\"s%d\">%s%s</td>", is_bad(kernel) ? STATE_FAIL : STATE_PASS,
		kernel_verdict(kernel), kernel->quick ? " (quick)" : "");
	write_counts(out, kernel);
	if (kernel->seconds < 0)
		fputs("<td></td><td>", out);
	else
		fprintf(out, "<td class=\"number\">%.1f</td><td>", kernel->seconds);
	if (kernel->error)
		put_markup(out, kernel->error);
	fputs("</td></tr>\n", out);
}

static void write_kernels(FILE *out, const struct results *results)
{
	fputs("<h2>Kernels</h2>\n<div class=\"scroll\"><table id=\"kernels\"><thead><tr>"
	      "<th scope=\"col\">kernel</th><th scope=\"col\">release</th>"
	      "<th scope=\"col\">verdict</th><th scope=\"col\">pass</th>"
	      "<th scope=\"col\">known</th><th scope=\"col\">fail</th><th scope=\"col\">skip</th>"
	      "<th scope=\"col\">skip, not known</th><th scope=\"col\">pass, not known</th>"
	      "<th scope=\"col\">broke</th><th scope=\"col\">seconds</th>"
	      "<th scope=\"col\">why there is no result</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < results->count; i++)
		write_kernel(out, &results->kernels[i], i);
	fputs("</tbody></table></div>\n", out);
}

/* --- features, behaviours and fixes --------------------------------------------------------------
 */

static void begin_table(FILE *out, const struct results *results, const char *title, const char *id)
{
	fprintf(out,
		"<h2>%s</h2>\n<div class=\"scroll\"><table class=\"matrix\" id=\"%s\">"
		"<thead><tr><th scope=\"col\">%s</th>",
		title, id, title);
	for (size_t i = 0; i < results->count; i++) {
		fprintf(out,
			"<th scope=\"col\" class=\"kernel\"><button type=\"button\" "
			"data-kernel=\"%zu\">",
			i);
		put_markup(out, results->kernels[i].name);
		fputs("</button></th>", out);
	}
	fputs("</tr></thead>\n", out);
}

static void end_table(FILE *out)
{
	fputs("</table></div>\n", out);
}

static void write_features(FILE *out, const struct matrix *matrix)
{
	begin_table(out, matrix->results, "Features", "features");
	fputs("<tbody>\n", out);
	for (size_t i = 0; i < matrix->feature_count; i++) {
		const struct feature_row *row = &matrix->features[i];

		fputs("<tr><th scope=\"row\">", out);
		put_name(out, row->sample->id, strlen(row->sample->id));
		fputs("</th>", out);
		for (size_t j = 0; j < matrix->results->count; j++) {
			if (row->cells[j])
				fprintf(out, "<td class=\"cell v%d\">%s</td>",
					row->cells[j]->verdict,
					verdict_name(row->cells[j]->verdict));
			else
				fputs("<td class=\"cell\"></td>", out);
		}
		fputs("</tr>\n", out);
	}
	fputs("</tbody>\n", out);
	end_table(out);
}

static const char *state_word(enum state state)
{
	return states[state].word;
}

/* Tests and fixes have words of their own. */
typedef const char *state_words(enum state state);

static void write_state(FILE *out, enum state state, state_words *word)
{
	if (state == STATE_NONE)
		fputs("<td class=\"cell\"></td>", out);
	else
		fprintf(out, "<td class=\"cell s%d\">%s</td>", state, word(state));
}

static void write_row(FILE *out, const struct matrix *matrix, size_t index, state_words *word)
{
	const struct test_row *row = &matrix->rows[index];
	size_t skipped = row->sample->family < row->sample->key ? row->sample->family + 1 : 0;

	fprintf(out, "<tr data-row=\"%zu\"><th scope=\"row\" class=\"member\">", index);
	put_name(out, row->sample->local + skipped, row->sample->key - skipped);
	fputs("</th>", out);
	for (size_t i = 0; i < matrix->results->count; i++)
		write_state(out, row->cells[i].state, word);
	fputs("</tr>\n", out);
}

static void write_family(FILE *out, const struct matrix *matrix, const struct family_row *family,
			 state_words *word)
{
	fputs("<tbody data-family=\"", out);
	put_markup_part(out, family->name, family->length);
	fputs("\"><tr class=\"family\"><th scope=\"rowgroup\"><button type=\"button\">", out);
	put_name(out, family->name, family->length);
	fprintf(out, "</button> <small>%zu</small></th>", family->count);
	for (size_t i = 0; i < matrix->results->count; i++)
		write_state(out, family->cells[i], word);
	fputs("</tr>\n", out);
	for (size_t i = family->first; i < family->first + family->count; i++)
		write_row(out, matrix, i, word);
	fputs("</tbody>\n", out);
}

static void write_behaviours(FILE *out, const struct matrix *matrix)
{
	begin_table(out, matrix->results, "Behaviours", "behaviours");
	for (size_t i = 0; i < matrix->family_count; i++)
		if (&matrix->families[i] != matrix_fixes(matrix))
			write_family(out, matrix, &matrix->families[i], state_word);
	end_table(out);
}

static void write_fixes(FILE *out, const struct matrix *matrix)
{
	const struct family_row *family = matrix_fixes(matrix);

	if (!family)
		return;
	begin_table(out, matrix->results, "Fixes", "fixes");
	write_family(out, matrix, family, fix_word);
	end_table(out);
}

/* --- what the words mean ---------------------------------------------------------------------- */

static const char *verdict_doc(enum verdict_kind kind)
{
	static const char *const docs[VERDICT_COUNT] = {
		[VERDICT_UNKNOWN] = "the kernel could not be asked, or not be believed",
		[VERDICT_MAINLINE] = "as in mainline of this version",
		[VERDICT_BACKPORTED] = "there, and newer than the version",
		[VERDICT_MISSING] = "absent, and mainline of this version has it",
		[VERDICT_CONFIG_OFF] = "absent, as its option is off",
		[VERDICT_BROKEN] = "accepted, and a test that covers it fails",
		[VERDICT_NOT_YET] = "absent, and newer than the version",
	};

	return docs[kind];
}

static void write_legend(FILE *out)
{
	fputs("<h2>What the words mean</h2>\n<dl class=\"legend\">\n", out);
	for (enum verdict_kind kind = 0; kind < VERDICT_COUNT; kind++)
		fprintf(out, "<dt class=\"v%d\">%s</dt><dd>%s</dd>\n", kind, verdict_name(kind),
			verdict_doc(kind));
	for (enum state state = STATE_PASS; state < STATE_COUNT; state++)
		fprintf(out, "<dt class=\"s%d\">%s</dt><dd>%s</dd>\n", state, states[state].word,
			states[state].doc);
	fputs("</dl>\n<p class=\"faint\">A cell of behaviours is the worst of a test's variants, "
	      "and "
	      "of the compat twin's. A cell opens its evidence, by a click or by Enter; arrows "
	      "move "
	      "from cell to cell.</p>\n",
	      out);
}

void html_write(FILE *out, const struct matrix *matrix)
{
	write_head(out, matrix->results);
	write_filters(out, matrix);
	write_kernels(out, matrix->results);
	write_features(out, matrix);
	write_fixes(out, matrix);
	write_behaviours(out, matrix);
	write_legend(out);
	fputs("<dialog id=\"evidence\" aria-labelledby=\"evidence-title\">"
	      "<button type=\"button\" class=\"close\" id=\"evidence-close\">Close</button>"
	      "<h2 id=\"evidence-title\"></h2><div id=\"evidence-body\"></div></dialog>\n"
	      "<script type=\"application/json\" id=\"data\">",
	      out);
	html_data_write(out, matrix);
	fprintf(out, "</script>\n<script>\n%s</script>\n</body>\n</html>\n", page_js);
}
