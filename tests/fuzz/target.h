/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file here is a target of libFuzzer's (make fuzz-parsers), and what make sanitize replays the
 * corpus with: whatever the bytes are, nothing crashes, hangs, leaks or is undefined. Its inputs
 * are in corpus/<its name>/. A new parser is a new file, and nothing else.
 */
#ifndef SECCOMPAT_TESTS_FUZZ_TARGET_H
#define SECCOMPAT_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a parser says of its input is of no interest; reports of sanitizers do not come by stdio. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	FILE *nothing = fopen("/dev/null", "w");

	(void)argc;
	(void)argv;
	if (!nothing)
		abort();
	stderr = nothing;
	return 0;
}

/* The bytes as a file, for parsers that take a path: the next call replaces it. */
static inline const char *target_file(const uint8_t *data, size_t size)
{
	static char path[32];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

#endif
