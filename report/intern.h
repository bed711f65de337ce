/* SPDX-License-Identifier: BSD-3-Clause */
/* Strings that are written once and named by a number: hundreds of results have the same message.
 */
#ifndef SECCOMPAT_REPORT_INTERN_H
#define SECCOMPAT_REPORT_INTERN_H

#include <stddef.h>

struct intern {
	char **strings; /* in the order of their numbers */
	size_t count;
	void *tree; /* of tsearch(3) */
};

/* The number of a string; NULL is "". Begin with zeros. */
size_t intern(struct intern *table, const char *text);
void intern_free(struct intern *table);

#endif
