/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/text.h"

#include <string.h>

#include "report/escape.h"
#include "report/status.h"

#define RED    "\033[31m"
#define GREEN  "\033[32m"
#define YELLOW "\033[33m"
#define FAINT  "\033[2m"

/* A table that has a column a kernel. */
struct grid {
	FILE *out;
	size_t count;	   /* of kernels */
	size_t label;	   /* width of the first column */
	unsigned int cell; /* width of a cell, with the space before it */
	bool letters;	   /* one a cell; else a word */
	bool colour;
	unsigned int owed; /* spaces before what comes next in this line, if anything does */
};

struct mark {
	const char *word, *paint; /* paint: "" for none */
	char letter;
};

static struct mark mark_of_state(enum state state)
{
	static const char *const paints[STATE_COUNT] = {
		[STATE_NONE] = "",	[STATE_PASS] = GREEN,	[STATE_SKIP] = FAINT,
		[STATE_KNOWN] = YELLOW, [STATE_NEW_SKIP] = RED, [STATE_FIXED] = RED,
		[STATE_FAIL] = RED,	[STATE_BROKE] = RED,
	};

	return (struct mark){ states[state].word, paints[state], states[state].letter };
}

static struct mark mark_of_verdict(enum verdict_kind kind)
{
	static const struct mark marks[VERDICT_COUNT] = {
		[VERDICT_UNKNOWN] = { NULL, YELLOW, '?' },
		[VERDICT_MAINLINE] = { NULL, GREEN, '.' },
		[VERDICT_BACKPORTED] = { NULL, GREEN, 'b' },
		[VERDICT_MISSING] = { NULL, RED, 'M' },
		[VERDICT_CONFIG_OFF] = { NULL, FAINT, 'c' },
		[VERDICT_BROKEN] = { NULL, RED, 'X' },
		[VERDICT_NOT_YET] = { NULL, FAINT, '-' },
	};
	struct mark mark = marks[kind];

	mark.word = verdict_name(kind);
	return mark;
}

/* Into the next cell. Nothing is written behind the last one that holds something. */
static void put_cell(struct grid *grid, const char *paint, const char *text)
{
	size_t width = strlen(text);
	bool painted = grid->colour && *paint;

	grid->owed++;
	if (width)
		fprintf(grid->out, "%*s%s%s%s", (int)grid->owed, "", painted ? paint : "", text,
			painted ? "\033[0m" : "");
	grid->owed = (width ? 0 : grid->owed) + grid->cell - 1 - width;
}

static void end_line(struct grid *grid)
{
	putc('\n', grid->out);
	grid->owed = 0;
}

static void put_mark(struct grid *grid, struct mark mark)
{
	char letter[2] = { mark.letter == ' ' ? '\0' : mark.letter, '\0' };

	put_cell(grid, mark.paint, grid->letters ? letter : mark.word);
}

/* What a row begins with. */
static void put_label(struct grid *grid, const char *text)
{
	put_plain(grid->out, text);
	grid->owed = grid->label - text_width(text);
}

static void put_numbers_line(struct grid *grid, const char *title, bool tens)
{
	put_label(grid, title);
	for (size_t i = 1; i <= grid->count; i++) {
		char text[24];

		snprintf(text, sizeof(text), "%zu", tens ? i / 10 : grid->letters ? i % 10 : i);
		put_cell(grid, "", tens && i < 10 ? "" : text);
	}
	end_line(grid);
}

/* The numbers of the kernels above their columns; tens over ones where a cell is a letter. */
static void put_numbers(struct grid *grid, const char *title)
{
	bool tens = grid->letters && grid->count > 9;

	if (tens)
		put_numbers_line(grid, title, true);
	put_numbers_line(grid, tens ? "" : title, false);
}

/* Words where they fit. */
static struct grid grid_make(FILE *out, const struct matrix *matrix, const struct text_style *style,
			     size_t label, unsigned int cell)
{
	size_t count = matrix->results->count;
	bool letters = label + count * cell > style->width;

	return (struct grid){
		.out = out,
		.count = count,
		.label = label,
		.cell = letters ? 2 : cell,
		.letters = letters,
		.colour = style->colour,
	};
}

/* --- the kernels ------------------------------------------------------------------------------ */

const char *text_release(const struct result_kernel *kernel)
{
	if (kernel->release)
		return kernel->release;
	return kernel->version_text ? kernel->version_text : "";
}

static size_t at_least(size_t width, const char *text)
{
	size_t needed = text_width(text);

	return needed > width ? needed : width;
}

static void put_verdict(FILE *out, const struct result_kernel *kernel, bool colour)
{
	struct mark mark = mark_of_state(kernel->state);

	for (size_t i = 0; i < kernel->test_count; i++)
		if (kernel->tests[i].state > STATE_SKIP)
			mark = mark_of_state(kernel->tests[i].state);
	fprintf(out, "%s%s%s", colour ? mark.paint : "", kernel_verdict(kernel),
		colour ? "\033[0m" : "");
	if (kernel->quick)
		fputs(" (quick)", out);
	if (kernel->error) {
		fputs(": ", out);
		put_plain(out, kernel->error);
	}
	if (kernel->reason) {
		fputs(" (known: ", out);
		put_plain(out, kernel->reason);
		putc(')', out);
	}
	putc('\n', out);
}

static void put_counts(FILE *out, const struct result_kernel *kernel)
{
	if (kernel->error)
		fprintf(out, "%5s%6s%5s%5s%6s", "-", "-", "-", "-", "-");
	else
		fprintf(out, "%5zu%6zu%5zu%5zu%6zu",
			kernel_count(kernel, STATE_PASS) + kernel_count(kernel, STATE_FIXED),
			kernel_count(kernel, STATE_KNOWN), kernel_count(kernel, STATE_FAIL),
			kernel_count(kernel, STATE_SKIP) + kernel_count(kernel, STATE_NEW_SKIP),
			kernel_count(kernel, STATE_BROKE));
	if (kernel->seconds < 0)
		fprintf(out, "%6s  ", "-");
	else
		fprintf(out, "%6.0f  ", kernel->seconds);
}

static void write_kernels(FILE *out, const struct results *results, const struct text_style *style)
{
	size_t name = strlen("kernel"), release = strlen("release");

	for (size_t i = 0; i < results->count; i++) {
		name = at_least(name, results->kernels[i].name);
		release = at_least(release, text_release(&results->kernels[i]));
	}
	fprintf(out, " # %-*s %-*s %4s%6s%5s%5s%6s%6s  %s\n", (int)name, "kernel", (int)release,
		"release", "pass", "known", "fail", "skip", "broke", "sec", "verdict");
	for (size_t i = 0; i < results->count; i++) {
		const struct result_kernel *kernel = &results->kernels[i];

		fprintf(out, "%2zu ", i + 1);
		put_padded(out, kernel->name, name + 1);
		put_padded(out, text_release(kernel), release);
		put_counts(out, kernel);
		put_verdict(out, kernel, style->colour);
	}
}

/* --- features --------------------------------------------------------------------------------- */

/* What the letters that are in the table mean. */
static void write_verdict_legend(const struct grid *grid, const struct matrix *matrix)
{
	bool used[VERDICT_COUNT] = { false };
	const char *between = "  ";

	for (size_t i = 0; i < matrix->feature_count; i++)
		for (size_t j = 0; j < grid->count; j++)
			if (matrix->features[i].cells[j])
				used[matrix->features[i].cells[j]->verdict] = true;
	for (enum verdict_kind kind = 0; kind < VERDICT_COUNT; kind++) {
		if (!used[kind])
			continue;
		fprintf(grid->out, "%s%c %s", between, mark_of_verdict(kind).letter,
			verdict_name(kind));
		between = "   ";
	}
	putc('\n', grid->out);
}

static void write_reasons_of_feature(const struct grid *grid, const struct feature_row *row)
{
	for (size_t i = 0; i < grid->count; i++) {
		const struct result_feature *cell = row->cells[i];

		if (!cell || (cell->verdict == VERDICT_MAINLINE && !*cell->why))
			continue;
		fprintf(grid->out, "    %zu: %s%s%s: ", i + 1, cell->asked, cell->err ? ", " : "",
			cell->err ? cell->err : "");
		put_plain(grid->out, cell->why);
		putc('\n', grid->out);
	}
}

static void write_features(FILE *out, const struct matrix *matrix, const struct text_style *style)
{
	size_t label = strlen("features");
	struct grid grid;

	for (size_t i = 0; i < matrix->feature_count; i++)
		label = at_least(label, matrix->features[i].sample->id);
	grid = grid_make(out, matrix, style, label, sizeof("backported"));
	putc('\n', out);
	put_numbers(&grid, "features");
	for (size_t i = 0; i < matrix->feature_count; i++) {
		const struct feature_row *row = &matrix->features[i];

		put_label(&grid, row->sample->id);
		for (size_t j = 0; j < grid.count; j++)
			put_mark(&grid, row->cells[j] ? mark_of_verdict(row->cells[j]->verdict)
						      : mark_of_state(STATE_NONE));
		putc('\n', out);
		if (style->verbose)
			write_reasons_of_feature(&grid, row);
	}
	if (grid.letters)
		write_verdict_legend(&grid, matrix);
}

/* --- fixes ------------------------------------------------------------------------------------ */

static struct mark mark_of_fix(enum state state)
{
	struct mark mark = mark_of_state(state);

	mark.word = fix_word(state);
	if (state == STATE_KNOWN || state == STATE_FAIL)
		mark.letter = 'V';
	return mark;
}

/* "high   CVE-2026-89603"; a fix of a newer program has no severity here. */
static void fix_label(const struct test_row *row, char *label, size_t size)
{
	const char *id = row->sample->local + row->sample->family + 1;
	enum fix fix = fix_by_id(id);

	snprintf(label, size, "%-6s %s", fix ? severity_name(fixes[fix].severity) : "", id);
}

/* What nobody could test is no news. */
static bool fix_is_shown(const struct matrix *matrix, const struct test_row *row,
			 const struct text_style *style)
{
	for (size_t i = 0; i < matrix->results->count; i++)
		if (row->cells[i].state > STATE_NONE && row->cells[i].state != STATE_SKIP)
			return true;
	return style->verbose;
}

static void write_reasons_of_test(const struct grid *grid, const struct test_row *row)
{
	for (size_t i = 0; i < grid->count; i++)
		for (size_t j = 0; j < row->cells[i].count; j++) {
			const struct result_test *test = row->cells[i].tests[j];

			if (test->state == STATE_PASS)
				continue;
			fprintf(grid->out, "    %zu: ", i + 1);
			put_plain(grid->out, test->name);
			fprintf(grid->out, ": %s: ", states[test->state].word);
			put_plain(grid->out, test->message);
			if (test->reason) {
				fputs(" (known: ", grid->out);
				put_plain(grid->out, test->reason);
				putc(')', grid->out);
			}
			putc('\n', grid->out);
		}
}

static void write_fix(struct grid *grid, const struct test_row *row, const struct text_style *style)
{
	char label[128];

	fix_label(row, label, sizeof(label));
	put_label(grid, label);
	for (size_t i = 0; i < grid->count; i++)
		put_mark(grid, mark_of_fix(row->cells[i].state));
	end_line(grid);
	if (style->verbose)
		write_reasons_of_test(grid, row);
}

static void write_fixes(FILE *out, const struct matrix *matrix, const struct text_style *style)
{
	const struct family_row *family = matrix_fixes(matrix);
	const struct test_row *rows = matrix->rows + (family ? family->first : 0);
	static const char title[] = "fixes";
	size_t label = strlen(title);
	struct grid grid;

	for (size_t i = 0; family && i < family->count; i++) {
		char text[128];

		fix_label(&rows[i], text, sizeof(text));
		if (fix_is_shown(matrix, &rows[i], style))
			label = at_least(label, text);
	}
	if (label == strlen(title))
		return;
	grid = grid_make(out, matrix, style, label, sizeof("not testable"));
	putc('\n', out);
	put_numbers(&grid, title);
	for (size_t i = 0; i < family->count; i++)
		if (fix_is_shown(matrix, &rows[i], style))
			write_fix(&grid, &rows[i], style);
	if (grid.letters)
		fputs("  . fixed   V VULNERABLE   s not testable\n", out);
}

/* --- behaviours ------------------------------------------------------------------------------- */

static bool is_shown(const struct matrix *matrix, const struct test_row *row,
		     const struct text_style *style)
{
	if (style->verbose)
		return true;
	return (row->differs || !row->all_pass) && matrix_row_is_news(matrix, row);
}

/* The test's own name, without its family. */
static void local_name(const struct test_row *row, char *name, size_t size)
{
	size_t skipped = row->sample->family < row->sample->key ? row->sample->family + 1 : 0;

	snprintf(name, size, "  %.*s", (int)(row->sample->key - skipped),
		 row->sample->local + skipped);
}

static void write_row(struct grid *grid, const struct test_row *row, const struct text_style *style)
{
	char name[256];

	local_name(row, name, sizeof(name));
	put_label(grid, name);
	for (size_t i = 0; i < grid->count; i++)
		put_mark(grid, mark_of_state(row->cells[i].state));
	end_line(grid);
	if (style->verbose)
		write_reasons_of_test(grid, row);
}

static void write_family(struct grid *grid, const struct matrix *matrix,
			 const struct family_row *family, const struct text_style *style)
{
	char name[256];

	snprintf(name, sizeof(name), "%.*s", (int)family->length, family->name);
	put_label(grid, name);
	for (size_t i = 0; i < grid->count; i++)
		put_mark(grid, mark_of_state(family->cells[i]));
	end_line(grid);
	for (size_t i = family->first; i < family->first + family->count; i++)
		if (is_shown(matrix, &matrix->rows[i], style))
			write_row(grid, &matrix->rows[i], style);
}

static void write_state_legend(const struct grid *grid, const struct matrix *matrix)
{
	bool used[STATE_COUNT] = { false };
	const char *between = "  ";

	for (size_t i = 0; i < matrix->family_count; i++)
		for (size_t j = 0; j < grid->count; j++)
			used[matrix->families[i].cells[j]] = true;
	for (enum state state = STATE_PASS; state < STATE_COUNT; state++) {
		if (!used[state])
			continue;
		if (grid->letters)
			fprintf(grid->out, "%s%c %s", between, states[state].letter,
				states[state].word);
		else
			fprintf(grid->out, "  %-6s %s\n", states[state].word, states[state].doc);
		between = "   ";
	}
	if (grid->letters)
		putc('\n', grid->out);
}

static void write_behaviours(FILE *out, const struct matrix *matrix, const struct text_style *style)
{
	static const char title[] = "behaviours";
	size_t label = strlen(title);
	struct grid grid;

	for (size_t i = 0; i < matrix->row_count; i++) {
		char name[256];

		local_name(&matrix->rows[i], name, sizeof(name));
		if (is_shown(matrix, &matrix->rows[i], style))
			label = at_least(label, name);
	}
	for (size_t i = 0; i < matrix->family_count; i++)
		if (matrix->families[i].length > label)
			label = matrix->families[i].length;
	grid = grid_make(out, matrix, style, label, sizeof("BROKE"));
	putc('\n', out);
	put_numbers(&grid, title);
	for (size_t i = 0; i < matrix->family_count; i++)
		if (&matrix->families[i] != matrix_fixes(matrix))
			write_family(&grid, matrix, &matrix->families[i], style);
	write_state_legend(&grid, matrix);
}

/* --- what wants explaining -------------------------------------------------------------------- */

static void put_detail(FILE *out, const char *text)
{
	if (*text) {
		fputs(": ", out);
		put_plain(out, text);
	}
	putc('\n', out);
}

static void put_unexplained(FILE *out, const struct results *results,
			    const struct result_kernel *kernel, const struct result_test *test)
{
	put_plain(out, kernel->name);
	fputs(": ", out);
	put_plain(out, test->name);
	if (test->state == STATE_FIXED) {
		fputs(": passed, and was known to fail (", out);
		put_plain(out, test->reason);
		fputs(")\n", out);
		return;
	}
	fprintf(out, ": %s%s", outcome_name(test->outcome),
		results->judged ? ", which is not known" : "");
	put_detail(out, test->message);
}

void text_write_unexplained(FILE *out, const struct results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		const struct result_kernel *kernel = &results->kernels[i];

		if (state_unexplained(kernel->state)) {
			put_plain(out, kernel->name);
			fprintf(out, ": no result%s",
				results->judged ? ", which is not known" : "");
			put_detail(out, kernel->error);
		}
		for (size_t j = 0; j < kernel->test_count; j++)
			if (state_unexplained(kernel->tests[j].state))
				put_unexplained(out, results, kernel, &kernel->tests[j]);
	}
}

void text_write(FILE *out, const struct matrix *matrix, const struct text_style *style)
{
	write_kernels(out, matrix->results, style);
	if (matrix->feature_count)
		write_features(out, matrix, style);
	write_fixes(out, matrix, style);
	if (matrix->row_count)
		write_behaviours(out, matrix, style);
	if (results_status(matrix->results) == SC_FAILED)
		fputs("\nwants explaining\n", out);
	text_write_unexplained(out, matrix->results);
}
