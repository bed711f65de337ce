/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain(const struct atomic_file *file)
{
	fprintf(stderr, "seccompat: %s: cannot be written: %s\n", file->path, strerror(errno));
	return -1;
}

/* A device or a pipe is written to as it is; there is nothing in it to lose. */
static int is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

int atomic_open(struct atomic_file *file, const char *path)
{
	mode_t mask = umask(0);
	struct stat st;
	int fd;

	umask(mask);
	*file = (struct atomic_file){ .path = path };
	if (!strcmp(path, "-")) {
		file->out = stdout;
		return 0;
	}
	if (is_special(path)) {
		file->out = fopen(path, "we");
		return file->out ? 0 : complain(file);
	}
	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return complain(file);
	}
	if ((size_t)snprintf(file->temporary, sizeof(file->temporary), "%s.XXXXXX", path) >=
	    sizeof(file->temporary)) {
		errno = ENAMETOOLONG;
		return complain(file);
	}
	fd = mkostemp(file->temporary, O_CLOEXEC);
	if (fd < 0) {
		file->temporary[0] = '\0';
		return complain(file);
	}
	fchmod(fd, 0666 & ~mask);
	file->out = fdopen(fd, "w");
	return 0;
}

int atomic_path(char path[ATOMIC_PATH], const char *folder, const char *name)
{
	if (snprintf(path, ATOMIC_PATH, "%s/%s", folder, name) < ATOMIC_PATH)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int atomic_commit(struct atomic_file *file)
{
	int failed = ferror(file->out) | fflush(file->out);

	if (file->out != stdout)
		failed |= fclose(file->out);
	if (!failed && file->temporary[0])
		failed = rename(file->temporary, file->path);
	if (!failed)
		return 0;
	complain(file);
	if (file->temporary[0])
		unlink(file->temporary);
	return -1;
}

void atomic_abort(struct atomic_file *file)
{
	if (file->out && file->out != stdout)
		fclose(file->out);
	if (file->temporary[0])
		unlink(file->temporary);
}
