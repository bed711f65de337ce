/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/tap.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

static bool skip_word(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length))
		return false;
	*text += length;
	return true;
}

static void copy(char *to, size_t size, const char *from, size_t length)
{
	if (length >= size)
		length = size - 1;
	memcpy(to, from, length);
	to[length] = '\0';
}

/* " # SKIP why": a word in capitals behind the mark; anything else is a comment of the writer's. */
static void parse_directive(struct tap_line *line, const char *mark)
{
	const char *word = skip_blanks(mark + 1);
	size_t length = 0;

	while (isupper((unsigned char)word[length]))
		length++;
	if (!length || (word[length] && word[length] != ' '))
		return;
	copy(line->directive, sizeof(line->directive), word, length);
	line->text = skip_blanks(word + length);
}

static void parse_result(struct tap_line *line, const char *rest)
{
	const char *mark;
	size_t length;
	char *end;

	line->kind = TAP_RESULT;
	line->number = strtoul(rest, &end, 10);
	rest = skip_blanks(end);
	if (skip_word(&rest, "- "))
		rest = skip_blanks(rest);
	mark = *rest == '#' ? rest : strstr(rest, " #");
	length = mark ? (size_t)(mark - rest) : strlen(rest);
	while (length && rest[length - 1] == ' ')
		length--;
	copy(line->name, sizeof(line->name), rest, length);
	if (mark)
		parse_directive(line, *mark == '#' ? mark : mark + 1);
}

struct tap_line tap_parse(const char *text)
{
	struct tap_line line = { .kind = TAP_OTHER, .text = "" };
	size_t blanks = strspn(text, " ");

	line.depth = blanks / 2;
	text += blanks;
	if (skip_word(&text, "ok ")) {
		line.ok = true;
		parse_result(&line, text);
	} else if (skip_word(&text, "not ok ")) {
		parse_result(&line, text);
	} else if (*text == '#') {
		line.kind = TAP_DIAGNOSTIC;
		line.text = skip_blanks(text + 1);
	} else if (skip_word(&text, "1..")) {
		line.kind = TAP_PLAN;
		line.number = strtoul(text, NULL, 10);
	}
	return line;
}
