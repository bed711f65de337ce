/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/atomic.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static void write_old(void)
{
	FILE *old = fopen("file", "w");

	fputs("old", old);
	fclose(old);
}

static bool holds(const char *text)
{
	char got[64] = "";
	FILE *file = fopen("file", "r");

	if (!file)
		return false;
	got[fread(got, 1, sizeof(got) - 1, file)] = '\0';
	fclose(file);
	return !strcmp(got, text);
}

/* Files in the folder. */
static int count(void)
{
	DIR *folder = opendir(".");
	struct dirent *entry;
	int files = 0;

	while ((entry = readdir(folder)))
		files += entry->d_name[0] != '.';
	closedir(folder);
	return files;
}

int main(void)
{
	char folder[] = "/tmp/seccompat-unit.XXXXXX";
	struct atomic_file file;
	struct stat st;
	mode_t mask;

	if (!mkdtemp(folder) || chdir(folder))
		return 2;
	mask = umask(022);
	check(!atomic_open(&file, "file"), "a new file is opened");
	fputs("new", file.out);
	fflush(file.out);
	check(access("file", F_OK) != 0, "and is not there before the end");
	check(!atomic_commit(&file) && holds("new"), "then it is, whole");
	check(!stat("file", &st) && (st.st_mode & 0777) == 0644, "with the mode of any new file");

	write_old();
	check(!atomic_open(&file, "file"), "an old one is opened");
	fputs("half", file.out);
	check(holds("old"), "it stays as it is meanwhile");
	atomic_abort(&file);
	check(holds("old") && count() == 1, "and when it is given up, without a rest");

	check(!atomic_open(&file, "file"), "again");
	fclose(file.out);
	file.out = fopen("/dev/full", "w");
	fputs("new", file.out);
	check(atomic_commit(&file) && holds("old") && count() == 1, "a full disk loses nothing");

	check(atomic_open(&file, "missing/file"), "no folder is an error");
	check(atomic_open(&file, "/tmp"), "a folder is an error");
	check(!atomic_open(&file, "-") && file.out == stdout, "- is standard output");
	check(!atomic_open(&file, "/dev/null") && !atomic_commit(&file) &&
		      !stat("/dev/null", &st) && S_ISCHR(st.st_mode),
	      "a device is written to, not replaced");
	umask(mask);
	unlink("file");
	check(!chdir("/") && !rmdir(folder), "nothing is left");
	return unit_end();
}
