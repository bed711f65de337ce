/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What differs between architectures, as data: one row of arches.tsv each, and
 * one column each of syscalls.tsv.
 */
#ifndef SECCOMPAT_ARCH_ARCH_H
#define SECCOMPAT_ARCH_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arch {
	const char *name;   /* "x86_64"; the words of `make ARCH=` */
	const char *debian; /* Debian's name of it, accepted as an alias: "amd64" */
	uint32_t audit;	    /* the architecture token: AUDIT_ARCH_* of <linux/audit.h> */
	unsigned int bits;  /* of a syscall argument's register: 32 or 64 (x32: 64) */
	bool big_endian;
	const char *compat_of; /* the 64-bit architecture whose kernels also run it, or NULL */
	uint32_t nr_bit;       /* or-ed into every number: x32's 0x40000000, else 0 */
	uint32_t nr_base;      /* the first number: mips64el's 5000, else 0 */
	const char *tier;      /* what CI does with the row; see arches.tsv */
	const char *machines;  /* what `uname -m` says there: words, a comma between two; or NULL */
};

/* All rows, in the order of the file. */
extern const struct arch arches[];
extern const size_t arch_count;

/* The row for a name or a Debian alias; NULL if there is none. */
const struct arch *arch_by_name(const char *name);

/* The row for what `uname -m` says on such a machine; NULL if there is none. */
const struct arch *arch_by_machine(const char *machine);

/*
 * The row for seccomp_data's .arch and .nr; the number tells x32 from x86_64.
 * NULL for a token that is not in the table.
 */
const struct arch *arch_by_audit(uint32_t audit, uint32_t nr);

/*
 * The 32-bit architecture whose programs arch's kernels run, too, and that is built for (a tier
 * above "build"); NULL if there is none.
 */
const struct arch *arch_twin_of(const struct arch *arch);

/* The row of the ABI that this program was compiled for. */
const struct arch *arch_native(void);

/*
 * A syscall's name ("fstat"), from its number as seccomp_data.nr shows it (mips'
 * offset, arm's private range and x32's bit included); NULL if it has none.
 */
const char *arch_syscall_name(const struct arch *arch, uint32_t nr);

/* The number for a name, as seccomp_data.nr shows it; -1 if arch has no such syscall. */
int64_t arch_syscall_nr(const struct arch *arch, const char *name);

/*
 * Calls visit for every syscall of arch by ascending number, until it returns non-zero;
 * returns what the last call returned.
 */
int arch_each_syscall(const struct arch *arch,
		      int (*visit)(uint32_t nr, const char *name, void *data), void *data);

#endif
