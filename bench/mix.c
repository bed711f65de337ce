/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/mix.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 6 /* % time, seconds, usecs/call, calls, errors (may be empty), syscall */
#define CALLS	3

static size_t split(char *line, char *words[COLUMNS + 1])
{
	size_t count = 0;
	char *rest = line, *word;

	while ((word = strsep(&rest, " \t\r")) && count <= COLUMNS)
		if (*word)
			words[count++] = word;
	return count;
}

/* The frame of a table: its head, its rules, its sum; and what stands between two. */
static bool is_frame(char *const words[], size_t count)
{
	return !count || words[0][0] == '%' || words[0][0] == '-' ||
	       !strcmp(words[count - 1], "total");
}

static bool is_number(const char *word, double *value)
{
	char *end;

	*value = strtod(word, &end);
	return end != word && !*end && *value >= 0 && *value < 1e18;
}

/* Whether a row is one of a table, with its calls in *calls. */
static bool is_row(char *const words[], size_t count, double *calls)
{
	double other;

	if (count < COLUMNS - 1 || count > COLUMNS)
		return false;
	for (size_t i = 0; i + 1 < count; i++)
		if (!is_number(words[i], i == CALLS ? calls : &other))
			return false;
	return true;
}

static int add(struct mix *mix, const struct arch *arch, const char *word, double calls)
{
	int64_t nr = arch_syscall_nr(arch, word);
	size_t i = 0;

	if (nr < 0)
		return -1;
	while (i < mix->count && mix->calls[i].nr != nr)
		i++;
	if (i == MIX_CALLS)
		return -1;
	if (i == mix->count)
		mix->calls[mix->count++] = (struct mix_call){ .name = arch_syscall_name(arch, nr),
							      .nr = (uint32_t)nr };
	mix->calls[i].count += calls;
	mix->total += calls;
	return 0;
}

int mix_parse(char *text, const struct arch *arch, struct mix *mix, char *why, size_t size)
{
	char *rest = text, *line, *words[COLUMNS + 1];
	unsigned int number = 0;

	*mix = (struct mix){ .count = 0 };
	while ((line = strsep(&rest, "\n"))) {
		size_t count = split(line, words);
		double calls;

		number++;
		if (is_frame(words, count))
			continue;
		if (!is_row(words, count, &calls)) {
			snprintf(why, size, "line %u is no row of what strace -c prints", number);
			return -1;
		}
		if (add(mix, arch, words[count - 1], calls)) {
			snprintf(why, size, "line %u: %s has no syscall %.40s", number, arch->name,
				 words[count - 1]);
			return -1;
		}
	}
	if (mix->total > 0)
		return 0;
	snprintf(why, size, "no calls in it; what strace -c prints is wanted");
	return -1;
}
