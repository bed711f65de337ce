/* SPDX-License-Identifier: BSD-3-Clause */
/* A target without libFuzzer: it is given its corpus, each file of it, as TAP tells. */
#include <dirent.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "report/whole.h"
#include "tests/unit/unit.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void replay(const char *path, const char *name)
{
	size_t length;
	char *data = whole_file(path, &length), *exact;

	if (!check(data != NULL, "%s", name))
		return;
	/* Without the byte behind it, so that reading one is seen. */
	exact = malloc(length ? length : 1);
	if (exact) {
		memcpy(exact, data, length);
		LLVMFuzzerTestOneInput((unsigned char *)exact, length);
	}
	free(exact);
	free(data);
}

int main(int argc, char **argv)
{
	struct dirent **names;
	char folder[256], path[600];
	int count;

	snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%s", basename(argv[0]));
	LLVMFuzzerInitialize(&argc, &argv);
	count = scandir(folder, &names, NULL, alphasort);
	check(count > 2, "there is a corpus in %s", folder);
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
			replay(path, names[i]->d_name);
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return unit_end();
}
