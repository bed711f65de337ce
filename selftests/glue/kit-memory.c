/* SPDX-License-Identifier: BSD-3-Clause */
/* See kit-memory.h. */
#include "selftests/glue/kit-memory.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "selftests/glue/kit.h"

#define THINGS 2000
#define TRIES  3

/*
 * So many may wait to be given back before more are made: Linux 6.18 hangs for good when more than
 * a thousand filters do, see limits.c.
 */
#define AT_ONCE 200

#define PAGE_KB 4

/* Of what is tried first. */
#define OTHERS 1000

/* Objects in use of all caches whose names begin with "kmalloc"; -1 if nothing says it. */
static long kmalloc_objects(void)
{
	FILE *file = fopen("/proc/slabinfo", "re");
	char line[512];
	long sum = -1;

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		long active;

		if (strncmp(line, "kmalloc", strlen("kmalloc")) ||
		    sscanf(line, "%*s %ld", &active) != 1)
			continue;
		sum = (sum < 0 ? 0 : sum) + active;
	}
	fclose(file);
	return sum;
}

static struct memory memory_now(void)
{
	return (struct memory){
		.objects = kmalloc_objects(),
		.kilobytes = kit_vmalloc_used(),
		.files = (long)kit_number_in("/proc/sys/fs/file-nr", -1ul),
	};
}

/* Makes as many objects and gives them up, one after the other. */
static bool try_others(unsigned int count)
{
	while (count--) {
		int fd = eventfd(0, EFD_CLOEXEC);

		if (fd < 0)
			return false;
		close(fd);
	}
	return true;
}

const char *memory_refusal(void)
{
	const struct memory before = memory_now();

	if (before.objects <= 0 || before.kilobytes < 0 || before.files < 0)
		return "they cannot be read";
	if (!try_others(OTHERS))
		return "eventfd(2) is refused";
	if (memory_now().objects - before.objects > OTHERS / 2)
		return "this kernel keeps what was freed, as with KASAN";
	return NULL;
}

/* Whether all but that many things are given back, at once or some time later. */
static bool comes_back(struct memory before, long things, struct memory *more)
{
	const double end = run_now() + run_scaled_ms(2000) / 1e3;

	do {
		struct memory now = memory_now();

		more->objects = now.objects - before.objects;
		more->kilobytes = now.kilobytes - before.kilobytes;
		more->files = now.files - before.files;
		if (more->objects <= things && more->kilobytes <= things * PAGE_KB &&
		    more->files <= things)
			return true;
		sched_yield();
	} while (run_now() < end);
	return false;
}

int memory_is_left(int (*round)(void *data), void *data, unsigned int each, struct memory *more)
{
	const unsigned int things = kit_rounds(THINGS), rounds = things / each;
	const unsigned int at_once = each < AT_ONCE ? AT_ONCE / each : 1;

	for (unsigned int try = 0; try < TRIES; try++) {
		const struct memory before = memory_now();
		bool back = true;

		for (unsigned int i = 0; i < rounds && back; i++) {
			int wrong = round(data);

			if (wrong)
				return wrong;
			if (i % at_once == 0)
				back = comes_back(before, things / 2, more);
		}
		if (back && comes_back(before, things / 2, more))
			return 0;
	}
	return -1;
}
