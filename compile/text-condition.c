/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "compile/action.h"
#include "compile/grow.h"
#include "compile/text.h"

#define DEEPEST 32 /* parentheses */

const struct token *token_of(const struct source *s)
{
	return &s->lexer.token;
}

const char *shown_token(const struct source *s)
{
	switch (token_of(s)->kind) {
	case TOKEN_END:
		return "the end of the file";
	case TOKEN_LINE:
		return "the end of the line";
	default:
		return token_of(s)->text;
	}
}

int expect_sign(struct source *s, const char *sign)
{
	if (!token_is(token_of(s), sign))
		return FAIL(s, "\"%s\" is wanted here, not %s", sign, shown_token(s));
	lex_next(&s->lexer);
	return 0;
}

/* --- values ----------------------------------------------------------------------------------- */

static int parse_value(struct source *s, uint64_t *value, size_t depth);

static int parse_constant(struct source *s, uint64_t *value)
{
	const struct constant *constant = constant_find(token_of(s)->text);
	const char *nearest;

	if (constant) {
		*value = constant->value;
		lex_next(&s->lexer);
		return 0;
	}
	nearest = constant_nearest(token_of(s)->text);
	return FAIL(s,
		    "%s: no such constant%s%s%s (what differs between architectures has no name "
		    "here: write the number)",
		    token_of(s)->text, nearest ? "; did you mean " : "", nearest ? nearest : "",
		    nearest ? "?" : "");
}

static int parse_part(struct source *s, uint64_t *value, size_t depth)
{
	bool complement = token_is(token_of(s), "~"), negative = token_is(token_of(s), "-");

	if (depth > DEEPEST)
		return FAIL(s, "more than %d levels deep", DEEPEST);
	if (complement || negative) {
		lex_next(&s->lexer);
		if (parse_part(s, value, depth + 1))
			return -1;
		*value = complement ? ~*value : -*value;
		return 0;
	}
	if (token_is(token_of(s), "(")) {
		lex_next(&s->lexer);
		return parse_value(s, value, depth + 1) ? -1 : expect_sign(s, ")");
	}
	if (token_of(s)->kind == TOKEN_WORD)
		return parse_constant(s, value);
	if (token_of(s)->kind != TOKEN_NUMBER)
		return FAIL(s, "a number or a constant is wanted here, not %s", shown_token(s));
	*value = token_of(s)->number;
	lex_next(&s->lexer);
	return 0;
}

static int parse_value(struct source *s, uint64_t *value, size_t depth)
{
	uint64_t part;

	if (parse_part(s, value, depth))
		return -1;
	while (token_is(token_of(s), "|")) {
		lex_next(&s->lexer);
		if (parse_part(s, &part, depth))
			return -1;
		*value |= part;
	}
	return 0;
}

/* --- conditions ------------------------------------------------------------------------------- */

static bool operator_of(const struct token *token, enum policy_op *op)
{
	static const char *const signs[POLICY_OPS] = {
		[POLICY_EQ] = "==", [POLICY_NE] = "!=", [POLICY_LT] = "<",  [POLICY_LE] = "<=",
		[POLICY_GT] = ">",  [POLICY_GE] = ">=", [POLICY_ANY] = "&",
	};

	for (*op = 0; *op < POLICY_OPS; (*op)++)
		if (signs[*op] && token_is(token, signs[*op]))
			return true;
	*op = POLICY_IN;
	return token->kind == TOKEN_WORD && !strcmp(token->text, "in");
}

bool is_argument(const struct token *token)
{
	return token->kind == TOKEN_WORD && !strncmp(token->text, "arg", 3);
}

static int parse_test(struct source *s, struct condition *condition)
{
	struct policy_test test = { 0 };
	const char *digit = token_of(s)->text + 3;

	if (!is_argument(token_of(s)))
		return FAIL(s, "a condition on arg0 to arg5 is wanted here, not %s",
			    shown_token(s));
	if (*digit < '0' || *digit > '5' || digit[1])
		return FAIL(s, "%s: a syscall has arguments arg0 to arg5", token_of(s)->text);
	test.arg = *digit - '0';
	lex_next(&s->lexer);
	if (!operator_of(token_of(s), &test.op))
		return FAIL(s, "==, !=, <, <=, >, >=, & or in is wanted here, not %s",
			    shown_token(s));
	lex_next(&s->lexer);
	if (parse_value(s, &test.value, 0))
		return -1;
	condition->tests = grow(condition->tests, condition->count, &condition->room,
				sizeof(*condition->tests));
	condition->tests[condition->count++] = test;
	return 0;
}

static int parse_all(struct source *s, struct condition *condition)
{
	do {
		if (token_is(token_of(s), "&&"))
			lex_next(&s->lexer);
		if (parse_test(s, condition))
			return -1;
	} while (token_is(token_of(s), "&&"));
	condition->ends = grow(condition->ends, condition->end_count, &condition->end_room,
			       sizeof(*condition->ends));
	condition->ends[condition->end_count++] = condition->count;
	return 0;
}

int parse_condition(struct source *s, struct condition *condition)
{
	if (parse_all(s, condition))
		return -1;
	while (token_is(token_of(s), "||")) {
		lex_next(&s->lexer);
		if (parse_all(s, condition))
			return -1;
	}
	return 0;
}

/* --- actions ---------------------------------------------------------------------------------- */

static int parse_return(struct source *s, struct policy_action *action)
{
	lex_next(&s->lexer);
	if (token_of(s)->kind != TOKEN_WORD && token_of(s)->kind != TOKEN_NUMBER)
		return FAIL(s, "the name or number of an errno is wanted here, not %s",
			    shown_token(s));
	if (!action_errno(token_of(s)->text, action))
		return FAIL(s, "%s is no errno: a name such as ENOENT, or a number up to 4095",
			    token_of(s)->text);
	lex_next(&s->lexer);
	return 0;
}

int parse_action(struct source *s, struct policy_action *action)
{
	if (token_of(s)->kind == TOKEN_NUMBER && token_of(s)->number == 1) {
		action_find("allow", action);
		lex_next(&s->lexer);
		return 0;
	}
	if (token_of(s)->kind == TOKEN_WORD && !strcmp(token_of(s)->text, "return"))
		return parse_return(s, action);
	if (token_of(s)->kind != TOKEN_WORD || !strncmp(token_of(s)->text, "SCMP", 4) ||
	    !action_find(token_of(s)->text, action))
		return FAIL(s, "%s is no action; there are: 1, %s", shown_token(s), action_names());
	lex_next(&s->lexer);
	return 0;
}
