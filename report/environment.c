/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/environment.h"

#include "report/escape.h"

void environment_print(FILE *out, const struct environment *env, const char *prefix)
{
	for (enum environment_kind kind = E_NONE + 1; kind < E_COUNT; kind++) {
		const struct sighting *sighting = &env->found[kind];

		if (!sighting->seen)
			continue;
		fprintf(out, "%senvironment: %s", prefix, environments[kind].name);
		if (*sighting->detail) {
			fputs(" (", out);
			put_plain(out, sighting->detail);
			putc(')', out);
		}
		fprintf(out, ": %s\n", environments[kind].means);
	}
}

/* A number of /proc/self/status; null for the -1 of a line that is not there. */
static void write_status(struct json *json, const char *key, int value)
{
	if (value < 0)
		jsonw_null(json, key);
	else
		jsonw_int(json, key, value);
}

static void write_found(struct json *json, const struct environment *env)
{
	jsonw_array(json, "found");
	for (enum environment_kind kind = E_NONE + 1; kind < E_COUNT; kind++) {
		if (!env->found[kind].seen)
			continue;
		jsonw_object(json, NULL);
		jsonw_string(json, "id", environments[kind].id);
		jsonw_string(json, "name", environments[kind].name);
		jsonw_string(json, "detail", env->found[kind].detail);
		jsonw_string(json, "means", environments[kind].means);
		jsonw_end(json);
	}
	jsonw_end(json);
}

static void write_refused(struct json *json, const struct environment *env)
{
	jsonw_array(json, "refused");
	for (enum call call = 0; env->outer_filter && call < C_COUNT; call++) {
		if (!environment_refuses(env, call))
			continue;
		jsonw_object(json, NULL);
		jsonw_string(json, "call", environment_call_name(call));
		jsonw_string(json, "with", environment_reply_name(&env->calls[call]));
		jsonw_end(json);
	}
	jsonw_end(json);
}

void environment_write(struct json *json, const struct environment *env)
{
	const char *emulator = environment_emulator(env);

	jsonw_object(json, "environment");
	jsonw_bool(json, "emulated", emulator != NULL);
	jsonw_string(json, "emulator", emulator);
	write_status(json, "mode", env->mode);
	write_status(json, "filters", env->filters);
	write_status(json, "no_new_privs", env->nnp);
	jsonw_bool(json, "outer_filter", env->outer_filter);
	jsonw_bool(json, "traced", env->found[E_traced].seen);
	jsonw_bool(json, "root", env->root);
	jsonw_bool(json, "sys_admin", env->sys_admin);
	jsonw_bool(json, "proc", env->proc);
	write_found(json, env);
	write_refused(json, env);
	jsonw_end(json);
}
