/* SPDX-License-Identifier: BSD-3-Clause */
/* Which entries of an OCI profile count, and for which architectures it is. */
#ifdef HAVE_JANSSON
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "compile/json.h"

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

static bool has_cap(const struct json_reader *reader, const char *cap)
{
	for (size_t i = 0; i < reader->options->cap_count; i++)
		if (!strcmp(reader->options->caps[i], cap))
			return true;
	return false;
}

/* With all, every one of the capabilities is there; else, one of them. */
static bool has_caps(const struct json_reader *reader, const json_t *caps, bool all)
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
static bool is_since(const struct json_reader *reader, const char *since)
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

int json_conditions(const struct json_reader *reader, const json_t *entry, const char *key,
		    struct json_conditions *conditions)
{
	const json_t *object = json_object_get(entry, key);

	*conditions = (struct json_conditions){ 0 };
	if (!object || json_is_null(object))
		return 0;
	if (!json_is_object(object))
		return json_complain(reader, "\"%s\" is no object", key);
	if (json_maybe_strings(reader, object, "caps", &conditions->caps) ||
	    json_maybe_strings(reader, object, "arches", &conditions->arches))
		return -1;
	return json_maybe_string(reader, object, "minKernel", &conditions->since);
}

bool json_counts(const struct json_reader *reader, const struct json_conditions *in,
		 const struct json_conditions *out, const struct arch *arch)
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

/* --- the profile's own architectures ---------------------------------------------------------- */

/* SCMP_ARCH_*: in capital letters what is_arch knows. */
static bool is_scmp_arch(const char *name, const struct arch *arch)
{
	char word[16] = "";

	if (strncmp(name, "SCMP_ARCH_", 10))
		return false;
	for (size_t i = 0; i < sizeof(word) - 1 && name[10 + i]; i++)
		word[i] = (char)tolower((unsigned char)name[10 + i]);
	if (!strcmp(word, "mipsel64"))
		return !strcmp(arch->name, "mips64el");
	return is_arch(word, arch);
}

/* Those of the names that the table has, and that one filter can be for with the first. */
static void take(const struct json_reader *reader, const json_t *names)
{
	const struct arch *first = reader->policy->archs[0].arch;
	const json_t *name;
	size_t index;

	json_array_foreach(names, index,
			   name) for (size_t i = 0; i < arch_count;
				      i++) if (is_scmp_arch(json_string_value(name), &arches[i]) &&
					       arches[i].big_endian == first->big_endian)
		policy_add_arch(reader->policy, &arches[i]);
}

int json_take_archs(const struct json_reader *reader, const json_t *root)
{
	const json_t *map, *names, *entry;
	const char *of;
	size_t index;

	if (json_maybe_array(reader, root, "archMap", &map) ||
	    json_maybe_strings(reader, root, "architectures", &names))
		return -1;
	if (reader->options->take_archs)
		take(reader, names);
	json_array_foreach(map, index, entry)
	{
		if (!json_is_object(entry))
			return json_complain(reader, "\"archMap\"[%zu] is no object", index);
		if (json_maybe_string(reader, entry, "architecture", &of) ||
		    json_maybe_strings(reader, entry, "subArchitectures", &names))
			return -1;
		if (reader->options->take_archs && of &&
		    is_scmp_arch(of, reader->policy->archs[0].arch))
			take(reader, names);
	}
	return 0;
}

#endif
