/* SPDX-License-Identifier: BSD-3-Clause */
#include "compile/names.h"

#include <string.h>

#include "report/nearest.h"

const struct constant constants[] = {
#define CONSTANT(name, value) { #name, (uint64_t)(value) },
#include "compile/constants.def"
#undef CONSTANT
	{ 0 },
};

const struct errno_name errno_names[] = {
#define ERRNO(name, most, on_mips) { #name, most, on_mips },
#include "compile/errnos.def"
#undef ERRNO
	{ 0 },
};

const struct constant *constant_find(const char *name)
{
	for (const struct constant *row = constants; row->name; row++)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}

const struct errno_name *errno_find(const char *name)
{
	for (const struct errno_name *row = errno_names; row->name; row++)
		if (!strcmp(row->name, name))
			return row;
	return NULL;
}

uint16_t errno_on(const struct errno_name *name, const struct arch *arch)
{
	return strncmp(arch->name, "mips", 4) ? name->most : name->on_mips;
}

bool syscall_is_known(const char *name)
{
	for (size_t i = 0; i < arch_count; i++)
		if (arch_syscall_nr(&arches[i], name) >= 0)
			return true;
	return false;
}

static int look_at(uint32_t nr, const char *name, void *nearest)
{
	(void)nr;
	nearest_look(nearest, name);
	return 0;
}

const char *syscall_nearest(const char *name)
{
	struct nearest nearest = { .wanted = name };

	for (size_t i = 0; i < arch_count; i++)
		arch_each_syscall(&arches[i], look_at, &nearest);
	return nearest.found;
}

const char *constant_nearest(const char *name)
{
	struct nearest nearest = { .wanted = name };

	for (const struct constant *row = constants; row->name; row++)
		nearest_look(&nearest, row->name);
	return nearest.found;
}
