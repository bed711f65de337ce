/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "probe/probe.h"

/* "CONFIG_<option>=y" or =m; an option that is off stands there as a comment, or not at all. */
static bool line_switches_on(const char *line, const char *option, size_t length)
{
	if (strncmp(line, "CONFIG_", strlen("CONFIG_")))
		return false;
	line += strlen("CONFIG_");
	if (strncmp(line, option, length))
		return false;
	return !strcmp(line + length, "=y\n") || !strcmp(line + length, "=m\n");
}

static bool is_on(FILE *config, const char *option, size_t length)
{
	char line[512];

	rewind(config);
	while (fgets(line, sizeof(line), config))
		if (line_switches_on(line, option, length))
			return true;
	return false;
}

enum kconfig kconfig_read(const char *path, const char *options)
{
	enum kconfig state = KCONFIG_ON;
	FILE *config;

	if (!*options)
		return KCONFIG_UNKNOWN;
	config = fopen(path, "re");
	if (!config)
		return KCONFIG_UNKNOWN;
	while (*options && state == KCONFIG_ON) {
		size_t length = strcspn(options, " ");

		if (!is_on(config, options, length))
			state = KCONFIG_OFF;
		options += length;
		options += strspn(options, " ");
	}
	fclose(config);
	return state;
}

enum kconfig kconfig_running(const char *options)
{
	static const char *const places[] = { "/boot/config-%s", "/lib/modules/%s/config" };
	enum kconfig state = KCONFIG_UNKNOWN;
	struct utsname name;
	char path[128];

	if (uname(&name))
		return state;
	for (size_t i = 0; i < 2 && state == KCONFIG_UNKNOWN; i++) {
		snprintf(path, sizeof(path), places[i], name.release);
		state = kconfig_read(path, options);
	}
	return state;
}
