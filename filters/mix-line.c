/* SPDX-License-Identifier: BSD-3-Clause */
#include "filters/mix-line.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 6 /* % time, seconds, usecs/call, calls, errors (may be empty), syscall */
#define CALLS	3

/* The words of a line; COLUMNS + 1 if they are more. */
static size_t split(char *line, char *words[COLUMNS + 1])
{
	size_t count = 0;
	char *rest = line, *word;

	while (count <= COLUMNS && (word = strsep(&rest, " \t\r")))
		if (*word)
			words[count++] = word;
	return count;
}

/* The head of a table, its rules, its sum. */
static bool is_frame(char *const words[], size_t count)
{
	return words[0][0] == '%' || !strncmp(words[0], "----", 4) ||
	       !strcmp(words[count - 1], "total");
}

/* Not negative, and of a size that sums of it stay numbers. */
static bool is_number(const char *word, double *value)
{
	char *end;

	if (!isdigit((unsigned char)*word))
		return false;
	*value = strtod(word, &end);
	return !*end && isfinite(*value) && *value < 1e18;
}

static bool is_row_of_table(char *const words[], size_t count, double *calls)
{
	double other;

	if (count < COLUMNS - 1 || count > COLUMNS)
		return false;
	for (size_t i = 0; i + 1 < count; i++)
		if (!is_number(words[i], i == CALLS ? calls : &other))
			return false;
	return true;
}

/* "name:" */
static bool cut_colon(char *word)
{
	size_t length = strlen(word);

	if (length < 2 || word[length - 1] != ':')
		return false;
	word[length - 1] = '\0';
	return true;
}

enum mix_line mix_line(char *line, const char **name, double *calls)
{
	char *words[COLUMNS + 1];
	size_t count;

	line[strcspn(line, "#")] = '\0';
	count = split(line, words);
	if (!count || is_frame(words, count))
		return MIX_NOTHING;
	if (is_row_of_table(words, count, calls)) {
		*name = words[count - 1];
		return MIX_ROW;
	}
	if (count != 2 || !is_number(words[1], calls) || !cut_colon(words[0]))
		return MIX_WRONG;
	*name = words[0];
	return MIX_ROW;
}
