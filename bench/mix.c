/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/mix.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "filters/mix-line.h"

static int add(struct mix *mix, const struct arch *arch, const char *word, double calls)
{
	int64_t nr = arch_syscall_nr(arch, word);
	size_t i = 0;

	if (nr < 0)
		return -ENOENT;
	while (i < mix->count && mix->calls[i].nr != nr)
		i++;
	if (i == MIX_CALLS)
		return -ENOSPC;
	if (i == mix->count)
		mix->calls[mix->count++] = (struct mix_call){ .name = arch_syscall_name(arch, nr),
							      .nr = (uint32_t)nr };
	mix->calls[i].count += calls;
	mix->total += calls;
	return 0;
}

int mix_parse(char *text, size_t length, const struct arch *arch, struct mix *mix, char *why,
	      size_t size)
{
	char *rest = text, *line;
	unsigned int number = 0;
	int err;

	*mix = (struct mix){ .count = 0 };
	if (strlen(text) < length) {
		snprintf(why, size, "a NUL byte in it; what strace -c prints is wanted");
		return -1;
	}
	while ((line = strsep(&rest, "\n"))) {
		enum mix_line kind;
		const char *name;
		double calls;

		number++;
		kind = mix_line(line, &name, &calls);
		if (kind == MIX_NOTHING)
			continue;
		if (kind == MIX_WRONG) {
			snprintf(why, size, "line %u is no row of what strace -c prints", number);
			return -1;
		}
		err = add(mix, arch, name, calls);
		if (err == -ENOENT)
			snprintf(why, size, "line %u: %s has no syscall %.40s", number, arch->name,
				 name);
		else if (err)
			snprintf(why, size, "line %u: more than %d different syscalls", number,
				 MIX_CALLS);
		if (err)
			return -1;
	}
	if (mix->total > 0)
		return 0;
	snprintf(why, size, "no calls in it; what strace -c prints is wanted");
	return -1;
}
