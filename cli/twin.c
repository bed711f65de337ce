/* SPDX-License-Identifier: BSD-3-Clause */
#include "cli/twin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/exec.h"
#include "run/run.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* 6.3: asks for an executable one where vm.memfd_noexec is 1 */
#endif

extern const char twin_start[], twin_end[];

const struct arch *twin_arch(void)
{
	return &twin_start[0] == &twin_end[0] ? NULL : arch_twin_of(arch_native());
}

static bool write_twin(int fd)
{
	const char *from = twin_start;

	while (from < twin_end) {
		ssize_t done = write(fd, from, twin_end - from);

		if (done <= 0)
			return false;
		from += done;
	}
	return true;
}

/* The exit status that says "could not be executed", followed by errno in the shared word. */
static int try_version(void *data)
{
	char *const argv[] = { "seccompat", "--version", NULL };
	int *word = data, null = open("/dev/null", O_WRONLY);

	if (null >= 0) {
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	} else {
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
	}
	exec_descriptor(*word, argv);
	*word = -errno;
	return 127;
}

static bool executes(int fd, char *why, size_t size)
{
	int word = fd;
	struct run_end end = run_ask(try_version, &word, sizeof(word), 5000);
	char text[64];

	/* Without a /dev/null to print to, the twin says 2 where it would say 0: it ran. */
	if (end.how == RUN_EXITED && end.value != 127)
		return true;
	if (end.how == RUN_EXITED)
		snprintf(why, size, "%s programs cannot be executed here: %s", twin_arch()->name,
			 strerror(-word));
	else
		snprintf(why, size, "the %s twin %s", twin_arch()->name,
			 run_end_text(&end, text, sizeof(text)));
	return false;
}

static int in_memory(void)
{
	int fd = memfd_create("seccompat-twin", MFD_CLOEXEC | MFD_EXEC);

	if (fd < 0)
		fd = memfd_create("seccompat-twin", MFD_CLOEXEC);
	if (fd >= 0 && !write_twin(fd)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int in_folder(const char *folder)
{
	char path[512];
	int writer, fd;
	bool written;

	if (!folder ||
	    (size_t)snprintf(path, sizeof(path), "%s/seccompat-XXXXXX", folder) >= sizeof(path))
		return -1;
	writer = mkostemp(path, O_CLOEXEC);
	if (writer < 0)
		return -1;
	written = write_twin(writer) && !fchmod(writer, 0700);
	/* Opened anew, as what is open for writing cannot be executed. */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	close(writer);
	unlink(path);
	if (fd >= 0 && !written) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The number of a descriptor, or -1, and then why. */
static int open_anywhere(char *why, size_t size)
{
	const char *const folders[] = { getenv("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm", "." };
	int fd = in_memory();

	snprintf(why, size, "no memory file and no folder for the %s twin", twin_arch()->name);
	if (fd >= 0 && executes(fd, why, size))
		return fd;
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		fd = in_folder(folders[i]);
		if (fd >= 0 && executes(fd, why, size))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

int twin_open(char *why, size_t size)
{
	int fd = open_anywhere(why, size);

	if (fd >= 0)
		*why = '\0';
	return fd;
}
