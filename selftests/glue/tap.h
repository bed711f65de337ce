/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of TAP or KTAP, taken apart. */
#ifndef SECCOMPAT_SELFTESTS_TAP_H
#define SECCOMPAT_SELFTESTS_TAP_H

#include <stdbool.h>
#include <stddef.h>

struct tap_line {
	enum { TAP_OTHER, TAP_RESULT, TAP_DIAGNOSTIC, TAP_PLAN } kind;
	unsigned int depth; /* of nesting: two spaces each */
	bool ok;
	unsigned long number; /* of the result, or of the plan's last */
	char name[128];	      /* of the result, without a leading "- " */
	char directive[16];   /* "SKIP", "ERROR", or "" */
	const char *text;     /* of a diagnostic, or the directive's reason: points into the line */
};

/* Never fails: what is no TAP is TAP_OTHER. line ends without a newline. */
struct tap_line tap_parse(const char *line);

#endif
