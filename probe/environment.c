/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/environment.h"

#include <errno.h>
#include <string.h>

#include <linux/capability.h>

#include "probe/ask.h"
#include "probe/clues.h"
#include "probe/find.h"
#include "probe/status.h"
#include "run/run.h"

#define BOUND_MS 2000

const struct environment_info environments[E_COUNT] = {
#define ENVIRONMENT(id, name, emulates, means) [E_##id] = { #id, name, emulates, means },
#include "probe/environment.def"
#undef ENVIRONMENT
};

static bool (*const finders[E_COUNT])(const struct clues *clues, const struct environment *env,
				      char detail[FIND_DETAIL]) = {
#define ENVIRONMENT(id, ...) [E_##id] = find_##id,
#include "probe/environment.def"
#undef ENVIRONMENT
};

/* --- calls ------------------------------------------------------------------------------------ */

#define HONEST	     10
#define UNPRIVILEGED (-2) /* in a list: what follows is honest to the unprivileged only */

static const struct {
	const char *text;
	int honest[HONEST]; /* ended by a -1 */
} calls[C_COUNT] = {
#define CALL(id, when, text, call, ...) [C_##id] = { text, { __VA_ARGS__, -1 } },
#include "probe/calls.def"
#undef CALL
};

const char *environment_call_name(enum call call)
{
	return calls[call].text;
}

/* A call that was not put has no reply at all. */
static bool was_put(const struct reply *reply)
{
	return reply->heard || reply->death;
}

static bool is_honest(const int *honest, int err, bool privileged)
{
	for (; *honest != -1; honest++) {
		if (*honest == err)
			return true;
		if (*honest == UNPRIVILEGED && privileged)
			return false;
	}
	return false;
}

bool environment_refuses(const struct environment *env, enum call call)
{
	const struct reply *reply = &env->calls[call];
	int err = reply->result < 0 ? -reply->result : 0;

	if (!was_put(reply))
		return false;
	return !reply->heard || !is_honest(calls[call].honest, err, env->sys_admin);
}

const char *environment_reply_name(const struct reply *reply)
{
	if (reply->heard)
		return ask_result_name(reply->result);
	if (!reply->death)
		return "nothing";
	return reply->death == SIGSYS ? "SIGSYS" : reply->death == SIGKILL ? "SIGKILL" : "a signal";
}

/* --- facts ------------------------------------------------------------------------------------ */

/* A step of the recognition; in a child as a rule, where what it does may be refused by death. */
struct step {
	struct clues clues;
	struct environment env;
	enum environment_kind kind;
};

/* Where /proc does not tell, prctl(2) does. */
static int nnp_of(const struct clues *clues, long long shown)
{
	const struct reply *reply = &clues->calls[C_get_nnp];

	if (shown < 0 && reply->heard && reply->result >= 0)
		return reply->result;
	return shown;
}

/* Without /proc the mode itself is asked; where that kills, it is strict or a filter's doing. */
static bool is_filtered(const struct clues *clues, int mode)
{
	const struct reply *reply = &clues->calls[C_get_seccomp];

	if (mode >= 0)
		return mode == SECCOMP_MODE_FILTER;
	return !reply->heard || reply->result > 0;
}

static int read_facts(void *data)
{
	struct step *step = data;
	const struct clues *clues = &step->clues;
	struct environment *env = &step->env;
	char path[FIND_PATH];
	long long caps;

	find_path(clues, "/proc/self/status", path);
	caps = status_number_of(path, "CapEff", 16);
	env->mode = status_number_of(path, "Seccomp", 10);
	env->filters = status_number_of(path, "Seccomp_filters", 10);
	env->nnp = nnp_of(clues, status_number_of(path, "NoNewPrivs", 10));
	env->tracer = status_number_of(path, "TracerPid", 10);
	env->sys_admin = clues->sys_admin > 0 ||
			 (clues->sys_admin < 0 && caps > 0 && caps >> CAP_SYS_ADMIN & 1);
	return 0;
}

static int find_one(void *data)
{
	struct step *step = data;
	struct sighting *sighting = &step->env.found[step->kind];

	*sighting = (struct sighting){ 0 };
	sighting->seen = finders[step->kind](&step->clues, &step->env, sighting->detail);
	return 0;
}

static int find_all(void *data)
{
	struct step *step = data;

	for (step->kind = E_NONE + 1; step->kind < E_COUNT; step->kind++)
		find_one(step);
	return 0;
}

/* What holds where nothing can be read. */
static void begin(struct step *step)
{
	const struct clues *clues = &step->clues;

	memcpy(step->env.calls, clues->calls, sizeof(clues->calls));
	step->env.mode = step->env.filters = step->env.tracer = -1;
	step->env.nnp = nnp_of(clues, -1);
	step->env.root = clues->root_uid;
	step->env.sys_admin = clues->sys_admin > 0;
	step->env.proc = clues->procfs;
	step->env.reached = find_said(clues, C_set_filter, -EFAULT);
}

void environment_from(const struct clues *clues, struct environment *env)
{
	struct step step = { .clues = *clues };

	begin(&step);
	read_facts(&step);
	step.env.outer_filter = is_filtered(clues, step.env.mode);
	find_all(&step);
	*env = step.env;
}

/* Where no child can be had, here: what the program's own calls are killed for kills it anyway. */
static bool in_child(int (*fn)(void *data), struct step *step)
{
	struct run_end end = run_ask(fn, step, sizeof(*step), BOUND_MS);

	if (end.how == RUN_NOT_STARTED)
		fn(step);
	return end.how == RUN_EXITED || end.how == RUN_NOT_STARTED;
}

void environment_read(struct environment *env)
{
	struct step step = { 0 };

	clues_gather(&step.clues);
	begin(&step);
	in_child(read_facts, &step);
	step.env.outer_filter = is_filtered(&step.clues, step.env.mode);
	/* All in one child, unless somebody kills for one of them. */
	if (!in_child(find_all, &step))
		for (step.kind = E_NONE + 1; step.kind < E_COUNT; step.kind++)
			in_child(find_one, &step);
	*env = step.env;
}

const char *environment_emulator(const struct environment *env)
{
	for (enum environment_kind kind = E_NONE + 1; kind < E_COUNT; kind++)
		if (environments[kind].emulates && env->found[kind].seen)
			return environments[kind].name;
	return NULL;
}
