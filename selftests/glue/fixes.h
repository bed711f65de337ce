/* SPDX-License-Identifier: BSD-3-Clause */
/* The bugs of kernels that were fixed, a row of fixes.def each. Tests declare what they detect. */
#ifndef SECCOMPAT_SELFTESTS_FIXES_H
#define SECCOMPAT_SELFTESTS_FIXES_H

#include <stdbool.h>

/* FIX_mode_dead and so on. FIX_NONE ends a list. */
enum fix {
	FIX_NONE,
#define FIX(name, ...) FIX_##name,
#include "selftests/fixes.def"
#undef FIX
	FIX_COUNT
};

enum severity { SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_COUNT };

/* A row of fixes.def, which says what each column holds. */
struct fix_info {
	const char *id;
	enum severity severity;
	const char *mainline, *stable, *arches, *files, *subject, *doc, *untestable;
};

/* Indexed by enum fix; [FIX_NONE] is empty. */
extern const struct fix_info fixes[FIX_COUNT];

/* "high" */
const char *severity_name(enum severity severity);

enum fix fix_by_id(const char *id); /* FIX_NONE if there is none */

/* Whether a program of that architecture can see the bug. */
bool fix_concerns(enum fix fix, const char *arch);

/* "x86_64.fixes.CVE-2022-30594": what the fix is called as a result. */
void fix_case_name(char *name, unsigned int size, const char *abi, enum fix fix);

#endif
