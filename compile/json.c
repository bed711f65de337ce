/* SPDX-License-Identifier: BSD-3-Clause */
/* OCI profiles, as Docker, containerd and Podman read them; see json-none.c. */
#ifdef HAVE_JANSSON
#include <ctype.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile/action.h"
#include "compile/read.h"
#include "report/complain.h"

#define TESTS_MAX 6

struct reader {
	struct policy *policy;
	const struct read_options *options;
	const char *path;
	char where[64]; /* "syscalls[12]" */
};

__attribute__((format(printf, 2, 3))) static int complain(const struct reader *reader,
							  const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return complain_of(reader->path, "%s%s%s", reader->where, *reader->where ? ": " : "", text);
}

/* --- values of the types they should have ----------------------------------------------------- */

/* What may be left out, or null: *text is NULL then. */
static int maybe_string(const struct reader *reader, const json_t *object, const char *key,
			const char **text)
{
	const json_t *value = json_object_get(object, key);

	*text = NULL;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return complain(reader, "\"%s\" is no string", key);
	*text = json_string_value(value);
	return 0;
}

static int maybe_number(const struct reader *reader, const json_t *object, const char *key,
			uint64_t *number)
{
	const json_t *value = json_object_get(object, key);

	*number = 0;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return complain(reader, "\"%s\" is no whole number from 0 up", key);
	*number = (uint64_t)json_integer_value(value);
	return 0;
}

/* An array of strings; left out or null, an empty one. */
static int maybe_strings(const struct reader *reader, const json_t *object, const char *key,
			 const json_t **array)
{
	const json_t *word;
	size_t index;

	*array = json_object_get(object, key);
	if (!*array || json_is_null(*array))
		return 0;
	if (!json_is_array(*array))
		return complain(reader, "\"%s\" is no array", key);
	json_array_foreach(*array, index, word) if (!json_is_string(word)) return complain(
		reader, "\"%s\"[%zu] is no string", key, index);
	return 0;
}

static int action_of(const struct reader *reader, const json_t *object, const char *key,
		     const char *errno_key, const struct policy_action *other_errno,
		     struct policy_action *action)
{
	const json_t *number = json_object_get(object, errno_key);
	const char *name;
	uint64_t data;

	if (maybe_string(reader, object, key, &name) ||
	    maybe_number(reader, object, errno_key, &data))
		return -1;
	if (!name)
		return complain(reader, "\"%s\" is missing", key);
	if (strncmp(name, "SCMP_ACT_", 9) || !action_find(name, action))
		return complain(reader, "\"%s\" is no action", name);
	if (data > 4095)
		return complain(reader, "\"%s\" is more than 4095", errno_key);
	if (action->value != SECCOMP_RET_ERRNO && action->value != SECCOMP_RET_TRACE)
		return 0;
	if (number && !json_is_null(number))
		action->value |= (uint32_t)data;
	else
		*action = (struct policy_action){ action->value | other_errno->value,
						  other_errno->err };
	return 0;
}

/* --- which entries count ---------------------------------------------------------------------- */

/* Go's names, which profiles have, are ours or Debian's but for these. */
static bool is_arch(const char *name, const struct arch *arch)
{
	static const char *const others[][2] = {
		{ "x86", "i386" },
		{ "arm", "arm" },
		{ "mips64le", "mips64el" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(name, others[i][0]))
			return !strcmp(arch->name, others[i][1]);
	return arch_by_name(name) == arch;
}

static bool has_arch(const json_t *names, const struct arch *arch)
{
	const json_t *name;
	size_t index;

	json_array_foreach(names, index,
			   name) if (is_arch(json_string_value(name), arch)) return true;
	return false;
}

static bool has_cap(const struct reader *reader, const char *cap)
{
	for (size_t i = 0; i < reader->options->cap_count; i++)
		if (!strcmp(reader->options->caps[i], cap))
			return true;
	return false;
}

/* With all, every one of the capabilities is there; else, one of them. */
static bool has_caps(const struct reader *reader, const json_t *caps, bool all)
{
	const json_t *cap;
	size_t index;

	json_array_foreach(caps, index,
			   cap) if (has_cap(reader, json_string_value(cap)) != all) return !all;
	return all;
}

static long part_of(const char **version)
{
	char *end;
	long part = isdigit((unsigned char)**version) ? strtol(*version, &end, 10) : 0;

	if (isdigit((unsigned char)**version))
		*version = *end == '.' ? end + 1 : end;
	return part;
}

/* Whether the kernel the filter is for is of that version or later. */
static bool is_since(const struct reader *reader, const char *since)
{
	const char *kernel = reader->options->kernel;

	while (kernel && (*kernel || *since)) {
		long have = part_of(&kernel), want = part_of(&since);

		if (have != want)
			return have > want;
		if (!isdigit((unsigned char)*kernel) && !isdigit((unsigned char)*since))
			break;
	}
	return true;
}

/* "includes" or "excludes" of an entry. */
struct conditions {
	const json_t *caps, *arches;
	const char *since;
};

static int conditions_of(const struct reader *reader, const json_t *entry, const char *key,
			 struct conditions *conditions)
{
	const json_t *object = json_object_get(entry, key);

	*conditions = (struct conditions){ 0 };
	if (!object || json_is_null(object))
		return 0;
	if (!json_is_object(object))
		return complain(reader, "\"%s\" is no object", key);
	if (maybe_strings(reader, object, "caps", &conditions->caps) ||
	    maybe_strings(reader, object, "arches", &conditions->arches))
		return -1;
	return maybe_string(reader, object, "minKernel", &conditions->since);
}

static bool counts(const struct reader *reader, const struct conditions *in,
		   const struct conditions *out, const struct arch *arch)
{
	if (!has_caps(reader, in->caps, true) || has_caps(reader, out->caps, false))
		return false;
	if (json_array_size(in->arches) && !has_arch(in->arches, arch))
		return false;
	if (has_arch(out->arches, arch))
		return false;
	return (!in->since || is_since(reader, in->since)) &&
	       (!out->since || !is_since(reader, out->since));
}

/* --- arguments -------------------------------------------------------------------------------- */

static int op_of(const struct reader *reader, const char *name, enum policy_op *op)
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
	return complain(reader, "\"%s\" is no comparison", name ? name : "op");
}

static int test_of(const struct reader *reader, const json_t *object, struct policy_test *test)
{
	const char *op;
	uint64_t index, two;

	*test = (struct policy_test){ 0 };
	if (!json_is_object(object))
		return complain(reader, "\"args\" has an entry that is no object");
	if (maybe_number(reader, object, "index", &index) ||
	    maybe_number(reader, object, "value", &test->value) ||
	    maybe_number(reader, object, "valueTwo", &two) ||
	    maybe_string(reader, object, "op", &op) || op_of(reader, op, &test->op))
		return -1;
	if (index > 5)
		return complain(reader, "\"index\" is %llu; a syscall has arguments 0 to 5",
				(unsigned long long)index);
	test->arg = (unsigned int)index;
	if (test->op == POLICY_MASKED) {
		test->mask = test->value;
		test->value = two;
	}
	return 0;
}

/* All of an entry's. Runtimes take two of one argument for alternatives. */
static int tests_of(const struct reader *reader, const json_t *entry,
		    struct policy_test tests[TESTS_MAX], size_t *count, bool *alternatives)
{
	const json_t *args = json_object_get(entry, "args");

	*count = 0;
	*alternatives = false;
	if (!args || json_is_null(args))
		return 0;
	if (!json_is_array(args))
		return complain(reader, "\"args\" is no array");
	if (json_array_size(args) > TESTS_MAX)
		return complain(reader, "\"args\" has more than %d entries", TESTS_MAX);
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
	struct conditions in, out;
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

static int add_name(const struct reader *reader, const struct entry *entry, const char *name)
{
	bool known = syscall_is_known(name), here = false;
	const char *nearest;

	for (size_t i = 0; known && i < reader->policy->arch_count; i++) {
		struct policy_arch *on = &reader->policy->archs[i];

		if (arch_syscall_nr(on->arch, name) < 0)
			continue;
		here = true;
		if (counts(reader, &entry->in, &entry->out, on->arch))
			add_entry(policy_rule(on, name), on, entry);
	}
	if (!here && (known || reader->options->allow_unknown))
		policy_leave_out(reader->policy, name, known);
	if (known || reader->options->allow_unknown)
		return 0;
	nearest = syscall_nearest(name);
	return complain(reader, "%s: no such syscall%s%s%s (--allow-unknown leaves it out)", name,
			nearest ? "; did you mean " : "", nearest ? nearest : "",
			nearest ? "?" : "");
}

static int read_entry(const struct reader *reader, const json_t *object,
		      const struct policy_action *other_errno)
{
	struct entry entry = { 0 };
	const json_t *names, *name;
	const char *single;
	size_t index;

	if (!json_is_object(object))
		return complain(reader, "no object");
	if (action_of(reader, object, "action", "errnoRet", other_errno, &entry.action) ||
	    conditions_of(reader, object, "includes", &entry.in) ||
	    conditions_of(reader, object, "excludes", &entry.out) ||
	    tests_of(reader, object, entry.tests, &entry.count, &entry.alternatives) ||
	    maybe_strings(reader, object, "names", &names) ||
	    maybe_string(reader, object, "name", &single))
		return -1;
	if (!single && !json_array_size(names))
		return complain(reader, "no \"names\"");
	if (single && add_name(reader, &entry, single))
		return -1;
	json_array_foreach(names, index,
			   name) if (add_name(reader, &entry, json_string_value(name))) return -1;
	return 0;
}

static int read_profile(struct reader *reader, const json_t *root)
{
	const struct policy_action eperm = { 1, NULL };
	const json_t *syscalls = json_object_get(root, "syscalls"), *entry;
	struct policy_action action;
	size_t index;

	if (!json_is_object(root))
		return complain(reader, "an OCI profile is an object");
	if (action_of(reader, root, "defaultAction", "defaultErrnoRet", &eperm, &action))
		return -1;
	policy_default(reader->policy, action);
	if (syscalls && !json_is_null(syscalls) && !json_is_array(syscalls))
		return complain(reader, "\"syscalls\" is no array");
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
	struct reader reader = { .policy = policy, .options = options, .path = path };
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
