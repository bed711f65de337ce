/* SPDX-License-Identifier: BSD-3-Clause */
/* How often each syscall is made: a table as `strace -c` prints it, or lines of "name: count". */
#ifndef SECCOMPAT_COMPILE_MIX_H
#define SECCOMPAT_COMPILE_MIX_H

#include <stddef.h>

struct mix {
	struct mix_row {
		char *name;
		double count;
	} * rows;
	size_t count, room;
};

/* Adds what the file says. 0, or -1 after a line on stderr. */
int mix_read(struct mix *mix, const char *path);
void mix_free(struct mix *mix);

/* 0 for what is not in it. */
double mix_count(const struct mix *mix, const char *name);

#endif
