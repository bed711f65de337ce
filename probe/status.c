/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_trimmed(char *value, size_t size, const char *text)
{
	text += strspn(text, " \t");
	snprintf(value, size, "%.*s", (int)strcspn(text, "\n"), text);
}

int status_line_of(const char *path, const char *name, char *value, size_t size)
{
	FILE *status = fopen(path, "re");
	size_t length = strlen(name);
	int result = -ENODATA;
	char line[512];

	if (!status)
		return -errno;
	while (result && fgets(line, sizeof(line), status)) {
		if (strncmp(line, name, length) || line[length] != ':')
			continue;
		copy_trimmed(value, size, line + length + 1);
		result = 0;
	}
	if (ferror(status))
		result = -EIO;
	fclose(status);
	return result;
}

int status_line(const char *name, char *value, size_t size)
{
	return status_line_of("/proc/self/status", name, value, size);
}

long long status_number_of(const char *path, const char *name, int base)
{
	char value[64], *end;
	unsigned long long number;

	if (status_line_of(path, name, value, sizeof(value)))
		return -1;
	number = strtoull(value, &end, base);
	return end == value ? -1 : (long long)number;
}

long long status_number(const char *name, int base)
{
	return status_number_of("/proc/self/status", name, base);
}
