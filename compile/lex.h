/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of a policy file, with the place where each stands. */
#ifndef SECCOMPAT_COMPILE_LEX_H
#define SECCOMPAT_COMPILE_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
	TOKEN_END,  /* of the file */
	TOKEN_LINE, /* of a statement */
	TOKEN_WORD,
	TOKEN_DIRECTIVE, /* @word */
	TOKEN_NUMBER,
	TOKEN_SIGN, /* anything else: ":", "&&", "!=" */
	TOKEN_BAD,  /* has been complained of */
};

#define TOKEN_MAX 64

struct token {
	enum token_kind kind;
	char text[TOKEN_MAX];
	uint64_t number;
	size_t line, column;
};

struct lexer {
	const char *path;
	const char *at, *end;
	const char *line_start;
	size_t line;
	struct token token; /* the one that is looked at */
};

void lex_begin(struct lexer *lexer, const char *path, const char *text, size_t length);

/* Goes to the next token, which it also returns. */
const struct token *lex_next(struct lexer *lexer);

/*
 * The rest of the line as it stands, for a path, without spaces around it; then the line's end.
 * Whether there is room for it.
 */
bool lex_rest(struct lexer *lexer, char *buf, size_t size);

bool token_is(const struct token *token, const char *sign);

/* One line on stderr, with the token's place; always -1. */
__attribute__((format(printf, 3, 4))) int
lex_complain(const struct lexer *lexer, const struct token *token, const char *format, ...);

#endif
