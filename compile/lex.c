/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/complain.h"

void lex_begin(struct lexer *lexer, const char *path, const char *text, size_t length)
{
	*lexer = (struct lexer){
		.path = path,
		.at = text,
		.end = text + length,
		.line_start = text,
		.line = 1,
	};
	lex_next(lexer);
}

int lex_complain(const struct lexer *lexer, const struct token *token, const char *format, ...)
{
	char where[600], text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(where, sizeof(where), "%s:%zu:%zu", lexer->path, token->line, token->column);
	return complain_of(where, "%s", text);
}

bool token_is(const struct token *token, const char *sign)
{
	return token->kind == TOKEN_SIGN && !strcmp(token->text, sign);
}

static void new_line(struct lexer *lexer)
{
	lexer->line++;
	lexer->line_start = lexer->at;
}

/* Spaces, comments, and lines that are continued by a backslash. */
static void skip(struct lexer *lexer)
{
	while (lexer->at < lexer->end) {
		if (*lexer->at == '#') {
			while (lexer->at < lexer->end && *lexer->at != '\n')
				lexer->at++;
		} else if (*lexer->at == '\\' && lexer->end - lexer->at > 1 &&
			   lexer->at[1] == '\n') {
			lexer->at += 2;
			new_line(lexer);
		} else if (*lexer->at == '\\' && lexer->end - lexer->at > 2 &&
			   lexer->at[1] == '\r' && lexer->at[2] == '\n') {
			lexer->at += 3;
			new_line(lexer);
		} else if (*lexer->at == ' ' || *lexer->at == '\t' || *lexer->at == '\r') {
			lexer->at++;
		} else {
			return;
		}
	}
}

static const struct token *bad(struct lexer *lexer)
{
	lexer->token.kind = TOKEN_BAD;
	return &lexer->token;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* kill-process is a word; so is a number with its letters, to be looked at later. */
static bool take_word(struct lexer *lexer)
{
	size_t length = 0;

	while (lexer->end - lexer->at > (ptrdiff_t)length && is_word(lexer->at[length]))
		length++;
	if (length >= TOKEN_MAX) {
		lex_complain(lexer, &lexer->token, "a word of %zu letters; none has more than %d",
			     length, TOKEN_MAX - 1);
		return false;
	}
	memcpy(lexer->token.text, lexer->at, length);
	lexer->token.text[length] = '\0';
	lexer->at += length;
	return true;
}

static const struct token *take_number(struct lexer *lexer)
{
	struct token *token = &lexer->token;
	char *end;
	const char *digits = token->text;
	int base = 0;

	if (!take_word(lexer))
		return bad(lexer);
	/* 0o17 is 017. */
	if (digits[0] == '0' && (digits[1] == 'o' || digits[1] == 'O')) {
		digits += 2;
		base = 8;
	}
	errno = 0;
	token->number = strtoull(digits, &end, base);
	if (*end || end == digits || *digits == '-') {
		lex_complain(lexer, &lexer->token, "%s is no number", token->text);
		return bad(lexer);
	}
	if (errno) {
		lex_complain(lexer, &lexer->token, "%s does not fit into 64 bits", token->text);
		return bad(lexer);
	}
	token->kind = TOKEN_NUMBER;
	return token;
}

static const struct token *take_sign(struct lexer *lexer)
{
	static const char *const signs[] = { "&&", "||", "==", "!=", "<=", ">=", "<", ">",
					     "&",  "|",	 "~",  ":",  ";",  ",",	 "{", "}",
					     "(",  ")",	 "[",  "]",  "=",  "-" };
	struct token *token = &lexer->token;

	token->kind = TOKEN_SIGN;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t length = strlen(signs[i]);

		if ((size_t)(lexer->end - lexer->at) < length ||
		    memcmp(lexer->at, signs[i], length))
			continue;
		strcpy(token->text, signs[i]);
		lexer->at += length;
		return token;
	}
	if (isprint((unsigned char)*lexer->at))
		lex_complain(lexer, &lexer->token, "'%c' has no meaning here", *lexer->at);
	else
		lex_complain(lexer, &lexer->token, "the byte 0x%02x is no text",
			     (unsigned char)*lexer->at);
	return bad(lexer);
}

const struct token *lex_next(struct lexer *lexer)
{
	struct token *token = &lexer->token;

	if (token->kind == TOKEN_BAD)
		return token;
	skip(lexer);
	*token = (struct token){
		.line = lexer->line,
		.column = lexer->at - lexer->line_start + 1,
	};
	if (lexer->at == lexer->end)
		return token;
	if (*lexer->at == '\n') {
		token->kind = TOKEN_LINE;
		lexer->at++;
		new_line(lexer);
		return token;
	}
	if (isdigit((unsigned char)*lexer->at))
		return take_number(lexer);
	token->kind = TOKEN_WORD;
	if (*lexer->at == '@') {
		token->kind = TOKEN_DIRECTIVE;
		lexer->at++;
	} else if (*lexer->at == '-' || !is_word(*lexer->at)) {
		return take_sign(lexer);
	}
	return take_word(lexer) ? token : bad(lexer);
}

bool lex_rest(struct lexer *lexer, char *buf, size_t size)
{
	const char *start, *end;
	bool fits;

	while (lexer->at < lexer->end && (*lexer->at == ' ' || *lexer->at == '\t'))
		lexer->at++;
	start = lexer->at;
	while (lexer->at < lexer->end && *lexer->at != '\n' && *lexer->at != '#')
		lexer->at++;
	end = lexer->at;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	fits = (size_t)(end - start) < size;
	snprintf(buf, size, "%.*s", fits ? (int)(end - start) : 0, start);
	lex_next(lexer);
	return fits;
}
