/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of many names a person may have meant by one that there is not. */
#ifndef SECCOMPAT_REPORT_NEAREST_H
#define SECCOMPAT_REPORT_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *wanted;
	const char *found; /* the nearest seen; NULL if all are too far */
	size_t far;
};

/* Looks at one name; of those that are equally near the first is kept. */
void nearest_look(struct nearest *nearest, const char *name);

#endif
