/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of the reader of text policies share; text.c has the grammar. */
#ifndef SECCOMPAT_COMPILE_TEXT_H
#define SECCOMPAT_COMPILE_TEXT_H

#include <sys/stat.h>

#include "compile/lex.h"
#include "compile/policy.h"
#include "compile/read.h"

/* A file that is being read. */
struct source {
	struct lexer lexer;
	struct policy *policy;
	struct mix *mix;
	const struct read_options *options;
	const struct source *outer; /* that includes it */
	struct stat identity;
	size_t depth;
	size_t *includes;
};

/* Clauses in the making: tests, and where each clause ends. */
struct condition {
	struct policy_test *tests;
	size_t count, room;
	size_t *ends;
	size_t end_count, end_room;
};

/* The token that is looked at; how an error names it. */
const struct token *token_of(const struct source *s);
const char *shown_token(const struct source *s);

/* An error at the token, unless the lexer had one. */
#define FAIL(s, ...)                        \
	((s)->lexer.token.kind == TOKEN_BAD \
		 ? -1                       \
		 : lex_complain(&(s)->lexer, &(s)->lexer.token, __VA_ARGS__))

/* Each of these goes past what it reads; 0, or -1 after a line on stderr. */
int expect_sign(struct source *s, const char *sign);
int parse_condition(struct source *s, struct condition *condition);
int parse_action(struct source *s, struct policy_action *action);

bool is_argument(const struct token *token);

#endif
