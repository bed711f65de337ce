/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Coverage of children that die. gcov keeps its counts in ordinary memory and writes them when a
 * program exits: what a child did that _exit(2), a signal or a filter ended is lost. Here all
 * processes of a program share the counters (gcov-shared.ld puts them together), and the first one
 * alone writes them. No child needs a system call for that, so it may be in strict mode.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern char gcov_counters_start[], gcov_counters_stop[];
void __real___gcov_exit(void);

/* By this name the compiler does not know it, and leaves it alone. */
pid_t plain_fork(void) __asm__("fork");

static int is_child;

__attribute__((constructor(101))) static void share_counters(void)
{
	size_t size = gcov_counters_stop - gcov_counters_start;
	void *copy = malloc(size);

	if (!copy)
		abort();
	memcpy(copy, gcov_counters_start, size);
	/* cppcheck-suppress leakReturnValNotUsed ; the place is a fixed one */
	if (mmap(gcov_counters_start, size, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
		perror("gcov: the counters cannot be shared");
		abort();
	}
	memcpy(gcov_counters_start, copy, size);
	free(copy);
}

/* What gcc makes of fork(); gcov's own writes the counts and starts anew from zero. */
pid_t __wrap___gcov_fork(void)
{
	pid_t pid = plain_fork();

	is_child |= pid == 0;
	return pid;
}

void __wrap___gcov_exit(void)
{
	if (!is_child)
		__real___gcov_exit();
}

/* Called before and after exec*(): the counts need no rescue. */
void __wrap___gcov_dump(void)
{
}

void __wrap___gcov_reset(void)
{
}
