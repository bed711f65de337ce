/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/kconfig.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "probe/inflate.h"

/* Beyond reason for a configuration: they have 0.3 MB. */
#define LIMIT (8u << 20)

/* All of a file, with a NUL behind it, to be freed; NULL if it cannot be read. */
static char *read_all(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	*length = 0;
	if (!file)
		return NULL;
	do {
		room += 65536;
		text = realloc(text, room + 1);
		if (!text)
			abort();
		*length += fread(text + *length, 1, room - *length, file);
	} while (*length == room && room < LIMIT);
	text[*length] = '\0';
	fclose(file);
	return text;
}

char *kconfig_text(const char *path)
{
	size_t length, inflated;
	char *text = read_all(path, &length), *plain;

	if (!text || strncmp(text, "\x1f\x8b", 2))
		return text;
	plain = inflate_gzip((unsigned char *)text, length, LIMIT, &inflated);
	free(text);
	return plain;
}

/* A line "CONFIG_<option>=y", or =m; one that is off stands there as a comment, or not at all. */
static bool is_on(const char *text, const char *option, int length)
{
	char wanted[128];
	size_t size = snprintf(wanted, sizeof(wanted), "CONFIG_%.*s=", length, option);

	for (const char *at = text; (at = strstr(at, wanted)); at += size) {
		const char *value = at + size;

		if ((at == text || at[-1] == '\n') && (*value == 'y' || *value == 'm') &&
		    (!value[1] || value[1] == '\n'))
			return true;
	}
	return false;
}

struct kconfig_said kconfig_of(const char *text, const char *source, const char *options)
{
	struct kconfig_said said = { .state = KCONFIG_UNKNOWN };

	if (!text || !*options)
		return said;
	said.state = KCONFIG_ON;
	snprintf(said.source, sizeof(said.source), "%s", source);
	while (*options && said.state == KCONFIG_ON) {
		int length = strcspn(options, " ");

		if (!is_on(text, options, length)) {
			said.state = KCONFIG_OFF;
			snprintf(said.option, sizeof(said.option), "%.*s", length, options);
		}
		options += length;
		options += strspn(options, " ");
	}
	return said;
}

/* Where a configuration is kept; %s is the kernel's release. */
static const char *const places[] = { "/proc/config.gz", "/boot/config-%s",
				      "/lib/modules/%s/config" };

/* The first of the places that can be read. */
static char *find_running(char *source, size_t size)
{
	struct utsname name;
	char *text = NULL;

	if (uname(&name))
		return NULL;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !text; i++) {
		const char *hole = strstr(places[i], "%s");

		if (hole)
			snprintf(source, size, "%.*s%.65s%s", (int)(hole - places[i]), places[i],
				 name.release, hole + 2);
		else
			snprintf(source, size, "%s", places[i]);
		text = kconfig_text(source);
	}
	return text;
}

/* Read once, as there is a question for each feature. */
struct kconfig_said kconfig_running(const char *options)
{
	static char source[KCONFIG_SOURCE];
	static bool looked;
	static char *text;

	if (!looked)
		text = find_running(source, sizeof(source));
	looked = true;
	return kconfig_of(text, source, options);
}
