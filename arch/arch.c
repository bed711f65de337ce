// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "arch/arch.h"
#include "arch/words.h"

struct entry {
	uint32_t nr;
	const char *name; /* NULL ends a table */
};

#include "syscalls.inc"

const struct arch arches[] = {
#define ARCH(name, debian, audit, bits, big, compat_of, nr_bit, nr_base, tier, machines, table) \
	{ name, debian, audit, bits, big, compat_of, nr_bit, nr_base, tier, machines },
#include "arches.inc"
#undef ARCH
};

const size_t arch_count = sizeof(arches) / sizeof(arches[0]);

static const struct entry *const tables[] = {
#define ARCH(name, debian, audit, bits, big, compat_of, nr_bit, nr_base, tier, machines, table) \
	table,
#include "arches.inc"
#undef ARCH
};

const struct arch *arch_by_name(const char *name)
{
	for (size_t i = 0; i < arch_count; i++)
		if (!strcmp(arches[i].name, name) || !strcmp(arches[i].debian, name))
			return &arches[i];
	return NULL;
}

const struct arch *arch_by_machine(const char *machine)
{
	for (size_t i = 0; i < arch_count; i++)
		if (words_have(arches[i].machines, machine))
			return &arches[i];
	return NULL;
}

const struct arch *arch_by_audit(uint32_t audit, uint32_t nr)
{
	const struct arch *found = NULL;

	for (size_t i = 0; i < arch_count; i++) {
		if (arches[i].audit != audit)
			continue;
		if (!arches[i].nr_bit)
			found = &arches[i];
		/* All bits are set in -1, which is no syscall of any ABI. */
		else if ((nr & arches[i].nr_bit) && nr != UINT32_MAX)
			return &arches[i];
	}
	return found;
}

const struct arch *arch_twin_of(const struct arch *arch)
{
	for (size_t i = 0; i < arch_count; i++)
		if (arches[i].compat_of && !strcmp(arches[i].compat_of, arch->name) &&
		    !strcmp(arches[i].tier, "kernel"))
			return &arches[i];
	return NULL;
}

const struct arch *arch_native(void)
{
	return arch_by_name(ARCH_NATIVE);
}

static const struct entry *table_of(const struct arch *arch)
{
	return tables[arch - arches];
}

const char *arch_syscall_name(const struct arch *arch, uint32_t nr)
{
	for (const struct entry *e = table_of(arch); e->name; e++)
		if (e->nr == nr)
			return e->name;
	return NULL;
}

int64_t arch_syscall_nr(const struct arch *arch, const char *name)
{
	for (const struct entry *e = table_of(arch); e->name; e++)
		if (!strcmp(e->name, name))
			return e->nr;
	return -1;
}

int arch_each_syscall(const struct arch *arch,
		      int (*visit)(uint32_t nr, const char *name, void *data), void *data)
{
	int stop = 0;

	for (const struct entry *e = table_of(arch); e->name && !stop; e++)
		stop = visit(e->nr, e->name, data);
	return stop;
}
