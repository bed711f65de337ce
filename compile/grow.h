/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrays that grow. Without memory there is no filter: as in report/, that ends the program. */
#ifndef SECCOMPAT_COMPILE_GROW_H
#define SECCOMPAT_COMPILE_GROW_H

#include <stddef.h>
#include <stdlib.h>

/* The array, moved if need be, with room for one element behind its count. */
static inline void *grow(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = (*room + 8) * 2;
	array = reallocarray(array, *room, size);
	if (!array)
		abort();
	return array;
}

static inline void *must_calloc(size_t count, size_t size)
{
	void *array = calloc(count ? count : 1, size);

	if (!array)
		abort();
	return array;
}

#endif
