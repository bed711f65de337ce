/* SPDX-License-Identifier: BSD-3-Clause */
/* Who stands between the program and the kernel, and whose /proc it is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probe/find.h"

bool find_listener(const struct clues *clues, const struct environment *env,
		   char detail[FIND_DETAIL])
{
	(void)env;
	if (!find_said(clues, C_new_listener, -EBUSY))
		return false;
	snprintf(detail, FIND_DETAIL, "seccomp(NEW_LISTENER) answers EBUSY");
	return true;
}

bool find_proot(const struct clues *clues, const struct environment *env, char detail[FIND_DETAIL])
{
	char file[64], name[32];

	if (env->tracer <= 0)
		return false;
	snprintf(file, sizeof(file), "/proc/%ld/comm", env->tracer);
	if (!find_text(clues, file, name, sizeof(name)) || strcmp(name, "proot"))
		return false;
	snprintf(detail, FIND_DETAIL, "the tracer is process %ld, %s", env->tracer, name);
	return true;
}

/* One more thing in a list of them. */
static void list(char detail[FIND_DETAIL], const char *word, const char *call, const char *reply)
{
	size_t length = strlen(detail);

	snprintf(detail + length, FIND_DETAIL - length, "%s%s%s (%s)", length ? ", " : word,
		 length ? "" : " ", call, reply);
}

bool find_outer_filter(const struct clues *clues, const struct environment *env,
		       char detail[FIND_DETAIL])
{
	(void)clues;
	if (!env->outer_filter)
		return false;
	for (enum call call = 0; call < C_COUNT; call++)
		if (environment_refuses(env, call))
			list(detail, "refuses", environment_call_name(call),
			     environment_reply_name(&env->calls[call]));
	if (!*detail)
		snprintf(detail, FIND_DETAIL, "refuses none of the calls it was asked about");
	return true;
}

/* Without /proc a traced task is known by that it cannot be traced once more; a filter can say so,
 * too. */
bool find_traced(const struct clues *clues, const struct environment *env, char detail[FIND_DETAIL])
{
	char file[64], name[32];

	if (env->tracer <= 0)
		return env->tracer < 0 && !env->outer_filter &&
		       find_said(clues, C_trace_me, -EPERM);
	snprintf(file, sizeof(file), "/proc/%ld/comm", env->tracer);
	if (find_text(clues, file, name, sizeof(name)))
		snprintf(detail, FIND_DETAIL, "by process %ld, %s", env->tracer, name);
	else
		snprintf(detail, FIND_DETAIL, "by process %ld", env->tracer);
	return true;
}

bool find_no_proc(const struct clues *clues, const struct environment *env,
		  char detail[FIND_DETAIL])
{
	(void)clues;
	(void)detail;
	return !env->proc;
}

/* /proc/self is a link to the number that this process has in that mount's pid namespace. */
bool find_foreign_proc(const struct clues *clues, const struct environment *env,
		       char detail[FIND_DETAIL])
{
	if (!env->proc || clues->self == clues->asker)
		return false;
	if (clues->self < 0)
		snprintf(detail, FIND_DETAIL, "it has no entry of this process");
	else
		snprintf(detail, FIND_DETAIL, "process %ld is %ld there", clues->asker,
			 clues->self);
	return true;
}
