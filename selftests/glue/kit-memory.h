/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether the kernel gives back what it took for something: by what it has in use before that was
 * done many times and after, as /proc/slabinfo, /proc/meminfo and /proc/sys/fs/file-nr say.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_MEMORY_H
#define SECCOMPAT_SELFTESTS_KIT_MEMORY_H

struct memory {
	long objects;	/* of the kernel's caches for memory of any kind (kmalloc) */
	long kilobytes; /* of its address space, in which each filter has a page at least */
	long files;
};

/*
 * Why that tells nothing here; NULL if it does. It is seen by objects of another kind, which a
 * right kernel gives back at once, but for one that keeps them to find errors (KASAN's quarantine).
 */
const char *memory_refusal(void);

/*
 * Does round(data) until it has made and given up so many things that nothing else of this machine
 * counts beside them; `each` of them a round. round returns 0, or what went wrong, which comes
 * back. Of what is still in use a while later, more is taken for left behind than half of those
 * things: -1, and *more says how much. What others take meanwhile must happen to be as much three
 * times.
 */
int memory_is_left(int (*round)(void *data), void *data, unsigned int each, struct memory *more);

#endif
