/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A seccomp filter for people: each instruction with its meaning. What A, X and M[] hold is
 *followed along all paths, and so is which architectures a path is for, so that numbers become
 *names:
 *
 *	   3  jeq #0x0, 5, 4                if (nr == read) goto 5
 */
#ifndef SECCOMPAT_FILTERS_DISASM_H
#define SECCOMPAT_FILTERS_DISASM_H

#include <linux/filter.h>
#include <stddef.h>

#include "arch/arch.h"

struct disasm_line {
	size_t pc;
	const char *text; /* assembler, as opcode_text has it */
	const char
		*meaning; /* "if (nr == read) goto 5", "return ERRNO(1)"; "" for no instruction */
	unsigned int
		jumps;	/* how many instructions jump here (those that run into it not counted) */
	size_t from[3]; /* the first of them */
	bool reached;	/* some path leads here */
};

/*
 * Calls line for each instruction of prog, valid or not, in order. arch gives the names and the
 * order of an argument's halves where the filter has not compared seccomp_data.arch itself.
 * Returns 0, or -ENOMEM.
 */
int disasm(const struct sock_filter *prog, size_t len, const struct arch *arch,
	   void (*line)(void *data, const struct disasm_line *line), void *data);

#endif
