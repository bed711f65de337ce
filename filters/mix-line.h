/* SPDX-License-Identifier: BSD-3-Clause */
/* A line of a mix: how often a program makes a call, as `strace -c` prints it, or "name: count". */
#ifndef SECCOMPAT_FILTERS_MIX_LINE_H
#define SECCOMPAT_FILTERS_MIX_LINE_H

enum mix_line {
	MIX_NOTHING, /* the frame of a table, a comment (#), or blank */
	MIX_ROW,
	MIX_WRONG,
};

/* Takes the line apart: in name, which points into it, and calls is what a row says. */
enum mix_line mix_line(char *line, const char **name, double *calls);

#endif
