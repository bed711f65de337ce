/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/mix.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/grow.h"
#include "report/complain.h"
#include "report/whole.h"

#define WORDS 8

double mix_count(const struct mix *mix, const char *name)
{
	for (size_t i = 0; mix && i < mix->count; i++)
		if (!strcmp(mix->rows[i].name, name))
			return mix->rows[i].count;
	return 0;
}

static void add(struct mix *mix, const char *name, double count)
{
	for (size_t i = 0; i < mix->count; i++) {
		if (strcmp(mix->rows[i].name, name))
			continue;
		mix->rows[i].count += count;
		return;
	}
	mix->rows = grow(mix->rows, mix->count, &mix->room, sizeof(*mix->rows));
	mix->rows[mix->count].name = strdup(name);
	if (!mix->rows[mix->count].name)
		abort();
	mix->rows[mix->count++].count = count;
}

void mix_free(struct mix *mix)
{
	for (size_t i = 0; i < mix->count; i++)
		free(mix->rows[i].name);
	free(mix->rows);
	*mix = (struct mix){ 0 };
}

/* A count of calls: not negative, and of a size that sums of it stay numbers. */
static bool is_count(const char *word, double *count)
{
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	*count = strtod(word, &end);
	return !*end && isfinite(*count) && *count < 1e18;
}

/* The words of a line, which is cut to pieces; how many, WORDS + 1 if they are more. */
static size_t words_of(char *line, char *words[WORDS])
{
	size_t count = 0;
	char *rest = NULL;

	for (char *word = strtok_r(line, " \t\r", &rest); word;
	     word = strtok_r(NULL, " \t\r", &rest)) {
		if (count == WORDS)
			return WORDS + 1;
		words[count++] = word;
	}
	return count;
}

/* strace's rules, its heading and its sum. */
static bool is_frame(char *const *words, size_t count)
{
	return !strcmp(words[0], "%") || !strncmp(words[0], "----", 4) || words[0][0] == '#' ||
	       !strcmp(words[count - 1], "total");
}

/* False for a line that is neither. */
static bool read_line(struct mix *mix, char *line)
{
	char *words[WORDS];
	size_t count, length;
	double calls, number;

	line[strcspn(line, "#")] = '\0';
	count = words_of(line, words);
	if (!count)
		return true;
	if (count > WORDS)
		return false;
	if (is_frame(words, count))
		return true;
	length = strlen(words[0]);
	if (count == 2 && length > 1 && words[0][length - 1] == ':' && is_count(words[1], &calls)) {
		words[0][length - 1] = '\0';
		add(mix, words[0], calls);
		return true;
	}
	/* % time, seconds, usecs/call, calls, perhaps errors, name */
	if ((count != 5 && count != 6) || !is_count(words[0], &number) ||
	    !is_count(words[3], &calls))
		return false;
	add(mix, words[count - 1], calls);
	return true;
}

/* The number of the first line that is neither; 0 if all are good. */
static size_t read_lines(struct mix *mix, char *text)
{
	size_t line = 0;

	while (text) {
		char *start = strsep(&text, "\n");

		line++;
		if (!read_line(mix, start))
			return line;
	}
	return 0;
}

int mix_read(struct mix *mix, const char *path)
{
	size_t length, before = mix->count, bad;
	char *text = whole_file(path, &length);
	char where[600];

	if (!text)
		return -1;
	bad = strlen(text) < length ? 1 : read_lines(mix, text);
	free(text);
	snprintf(where, sizeof(where), "%s:%zu", path, bad);
	if (bad)
		return complain_of(where, "neither a line of `strace -c` nor \"name: count\"");
	if (mix->count == before)
		return complain_of(path, "no counts of syscalls in it, as `strace -c` prints them");
	return 0;
}
