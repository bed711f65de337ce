/* SPDX-License-Identifier: BSD-3-Clause */
/* How far an answer is trusted where it was given: doubts.def, read row by row. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probe/ask.h"

enum which { ANY, ABSENT, UNHEARD, DEATH, WALLED, REFUSED_EPERM, REFUSED_EBUSY };

/* The names of rows are those of errnos, which are numbers by now. */
#define WHICH_ANY     ANY
#define WHICH_ABSENT  ABSENT
#define WHICH_UNHEARD UNHEARD
#define WHICH_DEATH   DEATH
#define WHICH_WALLED  WALLED
#define WHICH_EPERM   REFUSED_EPERM
#define WHICH_EBUSY   REFUSED_EBUSY

static const struct doubt {
	enum environment_kind kind;
	const char *scope;
	enum which which;
	const char *why;
} doubts[] = {
#define DOUBT(environment, scope, which, why) { E_##environment, scope, WHICH_##which, why },
#include "probe/doubts.def"
#undef DOUBT
};

static bool is_word(const char *word, size_t length, const char *text)
{
	return strlen(text) == length && !strncmp(word, text, length);
}

/* Whether a word of a scope is "*", the feature or its group. */
static bool names(const char *word, size_t length, const struct feature_info *info)
{
	if (length == 1 && *word == '*')
		return true;
	return is_word(word, length, info->id) ||
	       (*word == '@' && is_word(word + 1, length - 1, info->group));
}

static bool in_scope(const char *scope, enum feature feature)
{
	bool in = false;

	while (*scope) {
		bool out = *scope == '-';
		const char *word = scope + out;
		size_t length = strcspn(word, " ");

		if (names(word, length, &features[feature]))
			in = !out;
		scope = word + length;
		scope += strspn(scope, " ");
	}
	return in;
}

/* Where EINVAL means presence, who refuses all of seccomp(2) so has told nothing. */
static bool is_walled(const struct environment *env, enum feature feature,
		      const struct answer *answer)
{
	return answer->err == EINVAL && !env->reached &&
	       !strncmp(features[feature].method, "seccomp(", strlen("seccomp("));
}

/* It does not depend on anybody that there was nobody to be asked. */
static bool was_not_asked(const struct answer *answer)
{
	return answer->untold || (answer->excused && !answer->err);
}

static bool is_such(enum which which, const struct environment *env, enum feature feature,
		    const struct answer *answer)
{
	switch (which) {
	case ANY:
		return true;
	case ABSENT:
		return answer->asked == ASKED_ABSENT;
	case UNHEARD:
		return answer->asked == ASKED_UNKNOWN;
	case DEATH:
		return answer->died;
	case WALLED:
		return is_walled(env, feature, answer);
	case REFUSED_EPERM:
		return answer->asked != ASKED_PRESENT && answer->err == EPERM;
	case REFUSED_EBUSY:
		return answer->asked == ASKED_UNKNOWN && answer->err == EBUSY;
	}
	return false;
}

/* What stands for the %s of a reason. */
static const char *said(enum which which, const struct answer *answer)
{
	bool seen = which != ABSENT && which != WALLED && which != ANY;

	if (seen && *answer->why)
		return answer->why;
	return answer->err ? ask_errno_name(answer->err) : "the answer";
}

static struct answer doubted(const struct doubt *doubt, const struct answer *answer)
{
	struct answer made = {
		.asked = ASKED_UNKNOWN,
		.err = answer->err,
		.heard = answer->asked,
		.doubt = doubt->kind,
	};
	const char *place = strstr(doubt->why, "%s");

	if (place)
		snprintf(made.why, sizeof(made.why), "%.*s%.120s%.60s", (int)(place - doubt->why),
			 doubt->why, said(doubt->which, answer), place + strlen("%s"));
	else
		snprintf(made.why, sizeof(made.why), "%s", doubt->why);
	return made;
}

struct answer environment_trust(const struct environment *env, enum feature feature,
				const struct answer *answer)
{
	struct answer trusted = *answer;

	for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++) {
		const struct doubt *doubt = &doubts[i];

		if (was_not_asked(answer) && doubt->which != ANY)
			continue;
		if (env->found[doubt->kind].seen && in_scope(doubt->scope, feature) &&
		    is_such(doubt->which, env, feature, answer))
			return doubted(doubt, answer);
	}
	trusted.heard = answer->asked;
	return trusted;
}
