/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers at the end of the kernel's table of calls, wherever that is, and past it (behaviour 29).
 */
#include "selftests/glue/test.h"

#include <sys/ioctl.h>

#include "arch/regs.h"

/*
 * From 5.10's first unknown number on, in a table that all architectures go on with alike: some are
 * calls, which these arguments are nothing to. A number that the kernel takes for the first one of
 * its table would be read(2), restart_syscall(2) or io_setup(2). Up to 511, where x86 has calls of x32.
 */
#define FIRST	(__NR_pidfd_open + 7)
#define NUMBERS 70

struct odd {
	unsigned int asked;
	int nr; /* -1: none */
	long result;
};

static int make_calls(void *data)
{
	struct odd *odd = data;
	static unsigned long memory;
	int ends[2], left;

	if (pipe2(ends, O_CLOEXEC) || write(ends[1], "!", 1) != 1)
		return 1;
	for (int nr = FIRST; nr < FIRST + NUMBERS && odd->nr < 0; nr++) {
		long result = arch_syscall6(nr, (unsigned long)ends[0], (unsigned long)&memory, 1,
					    0, 0, 0);

		odd->asked++;
		if (result < 0 && result != -EINTR && !memory && !ioctl(ends[0], FIONREAD, &left) &&
		    left == 1)
			continue;
		odd->nr = nr;
		odd->result = result;
	}
	return 0;
}

SC_TEST(numbers_past_the_end,
	.doc = "A number at the end of the table of calls, or past it, is not the table's first "
	       "call",
	.behaviours = { 29 })
{
	struct odd odd = { .nr = -1 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(make_calls, &odd, sizeof(odd))));
	EXPECT_EQ((unsigned int)NUMBERS, odd.asked);
	EXPECT_EQ(-1, odd.nr) TH_LOG("number %d: %ld", odd.nr, odd.result);
}

TEST_HARNESS_MAIN
