/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Policies as text:
 *
 *	statement  = names ":" decision | "@default" action | "@bad-arch" action |
 *		     "@include" path | "@frequency" path
 *	names      = name | "{" name { "," name } "}"
 *	name       = word [ "[" "arch" "=" word { "," word } "]" ]
 *	decision   = action | condition [ ";" action ]
 *	condition  = all { "||" all }          all = test { "&&" test }
 *	test       = "arg" digit operator value
 *	value      = part { "|" part }
 *	part       = [ "~" | "-" ] ( number | constant | "(" value ")" )
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/action.h"
#include "compile/grow.h"
#include "compile/text.h"
#include "report/whole.h"

#define DEEPEST	 32   /* files that include each other */
#define INCLUDES 1000 /* in all: what includes twice what includes twice grows fast */

static bool at_end(const struct source *s)
{
	return token_of(s)->kind == TOKEN_LINE || token_of(s)->kind == TOKEN_END;
}

static int end_line(struct source *s)
{
	if (!at_end(s))
		return FAIL(s, "nothing more is wanted in this line, but there is %s",
			    shown_token(s));
	if (token_of(s)->kind == TOKEN_LINE)
		lex_next(&s->lexer);
	return 0;
}

/* --- statements ------------------------------------------------------------------------------- */

/* A syscall where it is named, and for which of the policy's architectures (a bit each). */
struct named {
	struct token token;
	unsigned int archs;
};

struct statement {
	struct named *names;
	size_t count, room;
	struct condition condition;
	struct policy_action action; /* where the condition holds */
	bool has_otherwise;
	struct policy_action otherwise;
};

static int parse_archs(struct source *s, struct named *named)
{
	named->archs = 0;
	lex_next(&s->lexer);
	if (strcmp(token_of(s)->text, "arch"))
		return FAIL(s, "\"arch\" is wanted here, not %s", shown_token(s));
	lex_next(&s->lexer);
	if (expect_sign(s, "="))
		return -1;
	for (;;) {
		const struct arch *arch = arch_by_name(token_of(s)->text);

		if (!arch)
			return FAIL(s, "%s is no architecture that is known", shown_token(s));
		for (size_t i = 0; i < s->policy->arch_count; i++)
			if (s->policy->archs[i].arch == arch)
				named->archs |= 1u << i;
		lex_next(&s->lexer);
		if (!token_is(token_of(s), ","))
			return expect_sign(s, "]");
		lex_next(&s->lexer);
	}
}

/* Of a name that is nowhere an error, or a note of what was left out. */
static int check_name(struct source *s, const char *name)
{
	bool here = false;
	const char *nearest;

	for (size_t i = 0; i < s->policy->arch_count; i++)
		here |= arch_syscall_nr(s->policy->archs[i].arch, name) >= 0;
	if (here)
		return 0;
	if (syscall_is_known(name) || s->options->allow_unknown) {
		policy_leave_out(s->policy, name, syscall_is_known(name));
		return 0;
	}
	nearest = syscall_nearest(name);
	if (nearest)
		return FAIL(s,
			    "%s: no such syscall; did you mean %s? (--allow-unknown leaves it out)",
			    name, nearest);
	return FAIL(s, "%s: no such syscall (--allow-unknown leaves it out)", name);
}

/* A second time is an error, as the first would not count. */
static int check_once(struct source *s, const struct statement *statement,
		      const struct named *named)
{
	const char *name = named->token.text;
	bool again = false;

	for (size_t i = 0; i < s->policy->arch_count; i++) {
		const struct policy_arch *on = &s->policy->archs[i];
		int64_t nr = arch_syscall_nr(on->arch, name);

		again |= nr >= 0 && (named->archs >> i & 1) && policy_rule_for(on, nr);
	}
	for (size_t i = 0; i < statement->count; i++)
		again |= !strcmp(statement->names[i].token.text, name) &&
			 (statement->names[i].archs & named->archs);
	if (!again)
		return 0;
	return lex_complain(&s->lexer, &named->token,
			    "%s has a line already: one line may hold several conditions, with ||",
			    name);
}

static int parse_name(struct source *s, struct statement *statement)
{
	struct named named = { *token_of(s), (1u << s->policy->arch_count) - 1 };

	if (token_of(s)->kind != TOKEN_WORD)
		return FAIL(s, "the name of a syscall is wanted here, not %s", shown_token(s));
	if (check_name(s, named.token.text))
		return -1;
	lex_next(&s->lexer);
	if (token_is(token_of(s), "[") && parse_archs(s, &named))
		return -1;
	if (check_once(s, statement, &named))
		return -1;
	statement->names = grow(statement->names, statement->count, &statement->room,
				sizeof(*statement->names));
	statement->names[statement->count++] = named;
	return 0;
}

static int parse_names(struct source *s, struct statement *statement)
{
	if (!token_is(token_of(s), "{"))
		return parse_name(s, statement);
	do {
		lex_next(&s->lexer);
		if (parse_name(s, statement))
			return -1;
	} while (token_is(token_of(s), ","));
	return expect_sign(s, "}");
}

static int parse_decision(struct source *s, struct statement *statement)
{
	if (!is_argument(token_of(s)))
		return parse_action(s, &statement->action);
	action_find("allow", &statement->action);
	if (parse_condition(s, &statement->condition))
		return -1;
	if (!token_is(token_of(s), ";"))
		return 0;
	lex_next(&s->lexer);
	statement->has_otherwise = true;
	return parse_action(s, &statement->otherwise);
}

static void add_clauses(struct policy_rule *rule, const struct policy_arch *on,
			const struct statement *statement)
{
	const struct condition *condition = &statement->condition;
	size_t first = 0;

	if (!condition->end_count)
		policy_clause(rule, on, NULL, 0, statement->action);
	for (size_t i = 0; i < condition->end_count; i++) {
		policy_clause(rule, on, condition->tests + first, condition->ends[i] - first,
			      statement->action);
		first = condition->ends[i];
	}
	if (statement->has_otherwise)
		policy_clause(rule, on, NULL, 0, statement->otherwise);
}

static void add_rules(struct source *s, const struct statement *statement)
{
	for (size_t i = 0; i < statement->count; i++) {
		const struct named *named = &statement->names[i];

		for (size_t j = 0; j < s->policy->arch_count; j++) {
			struct policy_arch *on = &s->policy->archs[j];
			struct policy_rule *rule =
				named->archs >> j & 1 ? policy_rule(on, named->token.text) : NULL;

			if (rule)
				add_clauses(rule, on, statement);
		}
	}
}

static int parse_rule(struct source *s)
{
	struct statement statement = { 0 };
	int err = -1;

	if (parse_names(s, &statement) || expect_sign(s, ":") || parse_decision(s, &statement) ||
	    end_line(s))
		goto out;
	add_rules(s, &statement);
	err = 0;
out:
	free(statement.names);
	free(statement.condition.tests);
	free(statement.condition.ends);
	return err;
}

/* --- directives ------------------------------------------------------------------------------- */

static int read_source(struct source *s, const char *path, const char *text, size_t length);

/* A path beside the file that names it, unless it is absolute. Whether there is room for it. */
static bool beside(const struct source *s, const char *path, char *buf, size_t size)
{
	const char *slash = strrchr(s->lexer.path, '/');
	int folder = slash ? (int)(slash + 1 - s->lexer.path) : 0;

	return (size_t)snprintf(buf, size, "%.*s%s", *path == '/' ? 0 : folder, s->lexer.path,
				path) < size;
}

static bool is_open(const struct source *s, const struct stat *identity)
{
	for (; s; s = s->outer)
		if (s->identity.st_ino == identity->st_ino &&
		    s->identity.st_dev == identity->st_dev)
			return true;
	return false;
}

static int include(struct source *s, const struct token *at, const char *path)
{
	struct source inner = {
		.policy = s->policy,
		.mix = s->mix,
		.options = s->options,
		.outer = s,
		.depth = s->depth + 1,
		.includes = s->includes,
	};
	size_t length;
	char *text;
	int err;

	if (!stat(path, &inner.identity) && is_open(s, &inner.identity))
		return lex_complain(&s->lexer, at, "%s includes itself, by way of this line", path);
	if (inner.depth > DEEPEST || ++*s->includes > INCLUDES)
		return lex_complain(&s->lexer, at,
				    "more than %d files deep, or more than %d in all", DEEPEST,
				    INCLUDES);
	text = whole_file(path, &length);
	if (!text)
		return lex_complain(&s->lexer, at, "%s is included here", path);
	err = read_source(&inner, path, text, length);
	free(text);
	return err;
}

/* @default and @bad-arch. */
static int parse_action_line(struct source *s,
			     void (*take)(struct policy *policy, struct policy_action action))
{
	struct policy_action action;

	lex_next(&s->lexer);
	if (token_is(token_of(s), ":"))
		lex_next(&s->lexer);
	if (parse_action(s, &action))
		return -1;
	take(s->policy, action);
	return end_line(s);
}

static int parse_directive(struct source *s)
{
	struct token at = *token_of(s);
	char rest[512], path[1024];

	if (!strcmp(at.text, "default"))
		return parse_action_line(s, policy_default);
	if (!strcmp(at.text, "bad-arch"))
		return parse_action_line(s, policy_foreign);
	if (strcmp(at.text, "include") && strcmp(at.text, "frequency"))
		return FAIL(
			s,
			"@%s is not known; there are @default, @bad-arch, @include and @frequency",
			at.text);
	if (!lex_rest(&s->lexer, rest, sizeof(rest)) || !beside(s, rest, path, sizeof(path)))
		return lex_complain(&s->lexer, &at, "the name behind @%s is too long", at.text);
	if (!*rest)
		return lex_complain(&s->lexer, &at, "a file is wanted behind @%s", at.text);
	if (!strcmp(at.text, "include") && include(s, &at, path))
		return -1;
	if (!strcmp(at.text, "frequency") && mix_read(s->mix, path))
		return lex_complain(&s->lexer, &at, "%s is named here", path);
	return end_line(s);
}

/* --- files ------------------------------------------------------------------------------------ */

static int read_source(struct source *s, const char *path, const char *text, size_t length)
{
	lex_begin(&s->lexer, path, text, length);
	while (token_of(s)->kind != TOKEN_END) {
		int err;

		if (token_of(s)->kind == TOKEN_LINE)
			err = end_line(s);
		else if (token_of(s)->kind == TOKEN_DIRECTIVE)
			err = parse_directive(s);
		else
			err = parse_rule(s);
		if (err)
			return -1;
	}
	return 0;
}

int policy_read_text(struct policy *policy, struct mix *mix, const char *path, const char *text,
		     size_t length, const struct read_options *options)
{
	size_t includes = 0;
	struct source s = {
		.policy = policy,
		.mix = mix,
		.options = options,
		.includes = &includes,
	};

	stat(path, &s.identity);
	return read_source(&s, path, text, length);
}
