/* SPDX-License-Identifier: BSD-3-Clause */
/* What only tools that look into the kernel see: probes of functions by name. */
#include <fcntl.h>
#include <linux/btf.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

#include "probe/ask.h"

#define NEW_NAME "__seccomp_permit_syscall"
#define OLD_NAME "__secure_computing"

#define PIECE 65536u
#define NAME  64u /* longer than both */

enum found { FOUND_NEITHER, FOUND_NEW, FOUND_OLD, CANNOT_READ };

static enum found find_name(const char *text, size_t length, char before, char after)
{
	char name[NAME];
	int n;

	n = snprintf(name, sizeof(name), "%c%s%c", before, NEW_NAME, after);
	if (memmem(text, length, name, n))
		return FOUND_NEW;
	n = snprintf(name, sizeof(name), "%c%s%c", before, OLD_NAME, after);
	return memmem(text, length, name, n) ? FOUND_OLD : FOUND_NEITHER;
}

/* From where fd stands; pieces overlap, as a name may stand across two of them. */
static enum found search(int fd, char before, char after)
{
	char *text = malloc(NAME + PIECE);
	enum found found = FOUND_NEITHER;
	size_t kept = 0;
	ssize_t got;

	if (!text)
		return CANNOT_READ;
	while (found == FOUND_NEITHER && (got = read(fd, text + kept, PIECE)) > 0) {
		size_t length = kept + got;

		found = find_name(text, length, before, after);
		kept = length < NAME ? length : NAME;
		memmove(text, text + length - kept, kept);
	}
	free(text);
	return found;
}

static enum found search_types(void)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	enum found found = CANNOT_READ;
	struct btf_header head; /* of the file, which is the kernel's types */

	if (fd < 0)
		return found;
	if (read(fd, &head, sizeof(head)) == sizeof(head) &&
	    lseek(fd, head.hdr_len + head.str_off, SEEK_SET) >= 0)
		found = search(fd, '\0', '\0');
	close(fd);
	return found;
}

/* Slower: the kernel writes it anew for each reader. */
static enum found search_symbols(void)
{
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	enum found found = CANNOT_READ;

	if (fd < 0)
		return found;
	found = search(fd, ' ', '\n');
	close(fd);
	return found;
}

void probe_rename_73(struct answer *answer)
{
	enum found found = search_types();

	if (found != FOUND_NEW && found != FOUND_OLD)
		found = search_symbols();
	if (found == FOUND_NEW)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else if (found == FOUND_OLD)
		ask_is(answer, ASKED_ABSENT, 0, "it is called " OLD_NAME);
	else
		ask_is(answer, ASKED_UNKNOWN, 0,
		       "neither BTF nor /proc/kallsyms has the function's name");
}
