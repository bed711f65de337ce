/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/filter-args.h"

const struct arch *arg_arch(const char *name)
{
	const struct arch *arch = arch_by_name(name);

	if (arch)
		return arch;
	fprintf(stderr, "seccompat: --arch %s: not known; the architectures are", name);
	for (size_t i = 0; i < arch_count; i++)
		fprintf(stderr, "%s %s", i ? "," : "", arches[i].name);
	fprintf(stderr, "\n");
	return NULL;
}

int arg_filter(const char *path, const struct arch *arch, bool force, struct filter_file *file)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	char why[240];

	if (filter_read(path, arch, file, why, sizeof(why))) {
		fprintf(stderr, "seccompat: %s: %s\n", name, why);
		return SC_BROKEN;
	}
	if (!filter_accepted(file, why, sizeof(why)))
		return 0;
	fprintf(stderr, "seccompat: %s: the kernel would refuse it: %s%s\n", name, why,
		force ? "" : " (disasm --force shows it)");
	if (force)
		return 0;
	filter_free(file);
	return SC_BROKEN;
}
