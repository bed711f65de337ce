/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers at the end of the kernel's table of calls, wherever that is, and past it (behaviour 29).
 */
#include "selftests/glue/test.h"

#include <sys/ioctl.h>

#include "arch/regs.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * From 5.10's first unknown number on, in a table that all architectures go on with alike: some are
 * calls, which these arguments are nothing to. A number that the kernel takes for the first one of
 * its table would be read(2), restart_syscall(2) or io_setup(2). Up to 511, where x86 has calls of
 * x32; behind which that table ends.
 */
static const struct {
	int first, count;
} numbers[] = {
	{ __NR_pidfd_open + 7, 70 },
#ifdef __x86_64__
	{ __X32_SYSCALL_BIT + 548, 70 },
#endif
};

struct odd {
	int first, count;
	int nr; /* the last one that was called, and what came of it */
	long result;
};

static int make_calls(void *data)
{
	struct odd *odd = data;
	static unsigned long memory;
	int ends[2], left;

	if (pipe2(ends, O_CLOEXEC) || write(ends[1], "!", 1) != 1)
		return 1;
	for (int nr = odd->first; nr < odd->first + odd->count; nr++) {
		odd->nr = nr;
		odd->result = arch_syscall6(nr, (unsigned long)ends[0], (unsigned long)&memory, 1,
					    0, 0, 0);
		if (odd->result >= 0 || odd->result == -EINTR || memory ||
		    ioctl(ends[0], FIONREAD, &left) || left != 1)
			return 2;
	}
	return 0;
}

SC_TEST(numbers_past_the_end,
	.doc = "A number at the end of the table of calls, or past it, is not the table's first "
	       "call",
	.behaviours = { 29 })
{
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct odd odd = { .first = numbers[i].first, .count = numbers[i].count };

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(make_calls, &odd, sizeof(odd))))
		{
			TH_LOG("number %#x: %ld", (unsigned int)odd.nr, odd.result);
		}
	}
}

TEST_HARNESS_MAIN
