/* SPDX-License-Identifier: BSD-3-Clause */
/* OCI profiles, as Docker, containerd and Podman read them; see json-none.c. */
#ifdef HAVE_JANSSON
#include <stdio.h>
#include <string.h>

#include "compile/action.h"
#include "compile/json.h"
#include "report/complain.h"

#define TESTS_MAX 6

static int action_of(const struct json_reader *reader, const json_t *object, const char *key,
		     const char *errno_key, const struct policy_action *other_errno,
		     struct policy_action *action)
{
	const json_t *number = json_object_get(object, errno_key);
	const char *name;
	uint64_t data;

	if (json_maybe_string(reader, object, key, &name) ||
	    json_maybe_number(reader, object, errno_key, &data))
		return -1;
	if (!name)
		return json_complain(reader, "\"%s\" is missing", key);
	if (strncmp(name, "SCMP_ACT_", 9) || !action_find(name, action))
		return json_complain(reader, "\"%s\" is no action", name);
	if (data > 4095)
		return json_complain(reader, "\"%s\" is more than 4095", errno_key);
	if (action->value != SECCOMP_RET_ERRNO && action->value != SECCOMP_RET_TRACE)
		return 0;
	if (number && !json_is_null(number))
		action->value |= (uint32_t)data;
	else
		*action = (struct policy_action){ action->value | other_errno->value,
						  other_errno->err };
	return 0;
}

/* --- arguments -------------------------------------------------------------------------------- */

static int op_of(const struct json_reader *reader, const char *name, enum policy_op *op)
{
	static const char *const names[POLICY_OPS] = {
		[POLICY_EQ] = "SCMP_CMP_EQ",
		[POLICY_NE] = "SCMP_CMP_NE",
		[POLICY_LT] = "SCMP_CMP_LT",
		[POLICY_LE] = "SCMP_CMP_LE",
		[POLICY_GT] = "SCMP_CMP_GT",
		[POLICY_GE] = "SCMP_CMP_GE",
		[POLICY_MASKED] = "SCMP_CMP_MASKED_EQ",
	};

	for (*op = 0; name && *op < POLICY_OPS; (*op)++)
		if (names[*op] && !strcmp(names[*op], name))
			return 0;
	return json_complain(reader, "\"%s\" is no comparison", name ? name : "op");
}

static int test_of(const struct json_reader *reader, const json_t *object, struct policy_test *test)
{
	const char *op;
	uint64_t index, two;

	*test = (struct policy_test){ 0 };
	if (!json_is_object(object))
		return json_complain(reader, "\"args\" has an entry that is no object");
	if (json_maybe_number(reader, object, "index", &index) ||
	    json_maybe_number(reader, object, "value", &test->value) ||
	    json_maybe_number(reader, object, "valueTwo", &two) ||
	    json_maybe_string(reader, object, "op", &op) || op_of(reader, op, &test->op))
		return -1;
	if (index > 5)
		return json_complain(reader, "\"index\" is %llu; a syscall has arguments 0 to 5",
				     (unsigned long long)index);
	test->arg = (unsigned int)index;
	if (test->op == POLICY_MASKED) {
		test->mask = test->value;
		test->value = two;
	}
	return 0;
}

/* All of an entry's. Runtimes take two of one argument for alternatives. */
static int tests_of(const struct json_reader *reader, const json_t *entry,
		    struct policy_test tests[TESTS_MAX], size_t *count, bool *alternatives)
{
	const json_t *args;

	*count = 0;
	*alternatives = false;
	if (json_maybe_array(reader, entry, "args", &args))
		return -1;
	if (json_array_size(args) > TESTS_MAX)
		return json_complain(reader, "\"args\" has more than %d entries", TESTS_MAX);
	for (; *count < json_array_size(args); (*count)++) {
		if (test_of(reader, json_array_get(args, *count), &tests[*count]))
			return -1;
		for (size_t i = 0; i < *count; i++)
			*alternatives |= tests[i].arg == tests[*count].arg;
	}
	return 0;
}

/* --- entries ---------------------------------------------------------------------------------- */

struct entry {
	struct policy_action action;
	struct json_conditions in, out;
	struct policy_test tests[TESTS_MAX];
	size_t count;
	bool alternatives;
};

static bool is_closed(const struct policy_rule *rule)
{
	return rule->count == 1 && !rule->clauses[0].count;
}

/* An entry without conditions decides alone, whatever comes before or after, as in libseccomp. */
static void add_entry(struct policy_rule *rule, const struct policy_arch *on,
		      const struct entry *entry)
{
	if (is_closed(rule))
		return;
	if (!entry->count)
		policy_rule_clear(rule);
	if (!entry->count || !entry->alternatives)
		policy_clause(rule, on, entry->tests, entry->count, entry->action);
	for (size_t i = 0; entry->alternatives && i < entry->count; i++)
		policy_clause(rule, on, &entry->tests[i], 1, entry->action);
}

static int add_name(const struct json_reader *reader, const struct entry *entry, const char *name)
{
	bool known = syscall_is_known(name), here = false;
	const char *nearest;

	for (size_t i = 0; known && i < reader->policy->arch_count; i++) {
		struct policy_arch *on = &reader->policy->archs[i];

		if (arch_syscall_nr(on->arch, name) < 0)
			continue;
		here = true;
		if (json_counts(reader, &entry->in, &entry->out, on->arch))
			add_entry(policy_rule(on, name), on, entry);
	}
	if (!here && (known || reader->options->allow_unknown))
		policy_leave_out(reader->policy, name, known);
	if (known || reader->options->allow_unknown)
		return 0;
	nearest = syscall_nearest(name);
	return json_complain(reader, "%s: no such syscall%s%s%s (--allow-unknown leaves it out)",
			     name, nearest ? "; did you mean " : "", nearest ? nearest : "",
			     nearest ? "?" : "");
}

static int read_entry(const struct json_reader *reader, const json_t *object,
		      const struct policy_action *other_errno)
{
	struct entry entry = { 0 };
	const json_t *names, *name;
	const char *single;
	size_t index;

	if (!json_is_object(object))
		return json_complain(reader, "no object");
	if (action_of(reader, object, "action", "errnoRet", other_errno, &entry.action) ||
	    json_conditions(reader, object, "includes", &entry.in) ||
	    json_conditions(reader, object, "excludes", &entry.out) ||
	    tests_of(reader, object, entry.tests, &entry.count, &entry.alternatives) ||
	    json_maybe_strings(reader, object, "names", &names) ||
	    json_maybe_string(reader, object, "name", &single))
		return -1;
	if (!single && !json_array_size(names))
		return json_complain(reader, "no \"names\"");
	if (single && add_name(reader, &entry, single))
		return -1;
	json_array_foreach(names, index,
			   name) if (add_name(reader, &entry, json_string_value(name))) return -1;
	return 0;
}

static int read_profile(struct json_reader *reader, const json_t *root)
{
	const struct policy_action eperm = { 1, NULL };
	const json_t *syscalls, *entry;
	struct policy_action action;
	size_t index;

	if (!json_is_object(root))
		return json_complain(reader, "an OCI profile is an object");
	if (action_of(reader, root, "defaultAction", "defaultErrnoRet", &eperm, &action))
		return -1;
	if (json_take_archs(reader, root) || json_maybe_array(reader, root, "syscalls", &syscalls))
		return -1;
	policy_default(reader->policy, action);
	json_array_foreach(syscalls, index, entry)
	{
		snprintf(reader->where, sizeof(reader->where), "syscalls[%zu]", index);
		if (read_entry(reader, entry, &eperm))
			return -1;
	}
	return 0;
}

int policy_read_json(struct policy *policy, const char *path, const char *text, size_t length,
		     const struct read_options *options)
{
	struct json_reader reader = { .policy = policy, .options = options, .path = path };
	json_error_t error;
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	char where[600];
	int err;

	if (!root) {
		snprintf(where, sizeof(where), "%s:%d:%d", path, error.line, error.column);
		return complain_of(where, "no JSON: %s", error.text);
	}
	err = read_profile(&reader, root);
	json_decref(root);
	return err;
}

#endif
