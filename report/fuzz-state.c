/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/fuzz-state.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/atomic.h"
#include "report/complain.h"

#define HEAD "seccompat fuzz 1\n"

/* The words of the file, and where their numbers go; the seed is one more. */
static const struct word {
	const char *name;
	size_t offset;
} words[] = {
#define TOTAL(name, text) { #name, offsetof(struct fuzz_totals, name) },
#include "fuzz/totals.def"
#undef TOTAL
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static int put_number(struct fuzz_state *state, const char *word, unsigned long long number,
		      unsigned int *seen)
{
	if (!strcmp(word, "seed")) {
		state->seed = number;
		*seen |= 1u << WORDS;
		return 0;
	}
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(word, words[i].name))
			continue;
		memcpy((char *)&state->totals + words[i].offset, &number, sizeof(number));
		*seen |= 1u << i;
		return 0;
	}
	return -1;
}

/* "programs 12\n"; strtoull alone would take a sign or spaces. */
static int read_line(struct fuzz_state *state, char *line, unsigned int *seen)
{
	char *space = strchr(line, ' '), *end;
	unsigned long long number;

	if (!space || space[1] < '0' || space[1] > '9')
		return -1;
	*space = '\0';
	errno = 0;
	if (!strcmp(line, "seconds")) {
		state->totals.seconds = strtod(space + 1, &end);
		return *end != '\n' || !(state->totals.seconds < 1e15);
	}
	number = strtoull(space + 1, &end, 10);
	if (errno || *end != '\n')
		return -1;
	return put_number(state, line, number, seen);
}

int fuzz_state_parse(FILE *in, const char *path, struct fuzz_state *state)
{
	unsigned int seen = 0, number = 1;
	char line[128];

	*state = (struct fuzz_state){ 0 };
	if (!fgets(line, sizeof(line), in) || strcmp(line, HEAD))
		return complain_of(path, "no state of seccompat fuzz; --resume takes what it has "
					 "written itself, or a file that is not there yet");
	while (fgets(line, sizeof(line), in)) {
		number++;
		if (read_line(state, line, &seen))
			return complain_of(path, "line %u: not a word and its number", number);
	}
	if (ferror(in))
		return complain_of(path, "%s", strerror(errno));
	if (seen != (1u << (WORDS + 1)) - 1)
		return complain_of(path, "incomplete: it is no whole state of seccompat fuzz");
	return 1;
}

int fuzz_state_read(const char *path, struct fuzz_state *state)
{
	FILE *in = fopen(path, "re");
	int result;

	if (!in && errno == ENOENT)
		return 0;
	if (!in)
		return complain_of(path, "%s", strerror(errno));
	result = fuzz_state_parse(in, path, state);
	fclose(in);
	return result;
}

int fuzz_state_write(const char *path, const struct fuzz_state *state)
{
	struct atomic_file file;

	if (atomic_open(&file, path))
		return -1;
	fprintf(file.out, HEAD "seed %llu\n", (unsigned long long)state->seed);
#define TOTAL(name, text) fprintf(file.out, #name " %llu\n", state->totals.name);
#include "fuzz/totals.def"
#undef TOTAL
	fprintf(file.out, "seconds %.1f\n", state->totals.seconds);
	return atomic_commit(&file);
}
