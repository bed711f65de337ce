/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/command-line.h"

#include <stdio.h>
#include <string.h>

const char *command_line_value(const char *name, char *value, size_t size)
{
	char line[4096], *word, *rest = line;
	FILE *file = fopen("/proc/cmdline", "re");
	size_t length = strlen(name);

	value[0] = '\0';
	if (!file)
		return value;
	if (!fgets(line, sizeof(line), file))
		rest = NULL;
	fclose(file);
	while ((word = strsep(&rest, " \n")))
		if (!strncmp(word, name, length) && word[length] == '=')
			snprintf(value, size, "%s", word + length + 1);
	return value;
}
