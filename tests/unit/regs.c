// SPDX-License-Identifier: BSD-3-Clause
/* What of arch/regs.h needs no filter and no tracer, under qemu-user on every architecture. */
#include "arch/regs.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#if ARCH_HAS_REGS
/* Results have their sign, errors among them, and all six arguments arrive. */
static void test_syscall6(void)
{
	char from[] = "fourteen bytes", to[sizeof(from)] = "";
	int fds[2];
	long got;

	got = arch_syscall6(__NR_getpid, 0, 0, 0, 0, 0, 0);
	check(got == getpid(), "getpid is %ld", got);
	got = arch_syscall6(__NR_close, -1ul, 1, 2, 3, 4, 5);
	check(got == -EBADF, "close(-1) is %ld", got);
	got = arch_syscall6(99999, 1, 2, 3, 4, 5, 6);
	check(got == -ENOSYS, "no call is %ld", got);
	got = arch_syscall6(__NR_pipe2, (unsigned long)fds, O_CLOEXEC, 0, 0, 0, 0);
	if (!check(got == 0, "pipe2 is %ld", got))
		return;
	got = arch_syscall6(__NR_write, fds[1], (unsigned long)from, sizeof(from), 0, 0, 0);
	check(got == sizeof(from), "write is %ld", got);
	got = arch_syscall6(__NR_read, fds[0], (unsigned long)to, sizeof(to), 0, 0, 0);
	check(got == sizeof(to) && !memcmp(from, to, sizeof(to)), "read is %ld", got);
	close(fds[0]);
	close(fds[1]);
}

/* mremap with a new place has five arguments, pselect6 uses all six. */
static void test_arguments(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *old =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long got;

	if (!check(old != MAP_FAILED, "there is memory"))
		/* cppcheck-suppress memleak ; MAP_FAILED is no memory */
		return;
	old[0] = 42;
	got = arch_syscall6(__NR_mremap, (unsigned long)old, page, page,
			    MREMAP_MAYMOVE | MREMAP_FIXED, (unsigned long)old + page, 0);
	check(got == (long)(old + page) && old[page] == 42, "mremap with five arguments");
	got = arch_syscall6(__NR_munmap, (unsigned long)old + page, page, 0, 0, 0, 0);
	check(got == 0, "munmap is %ld", got);
	got = arch_syscall6(__NR_pselect6, 0, 0, 0, 0, (unsigned long)&(long[2]){ 0 }, -1ul);
	check(got == -EFAULT, "pselect6 reads argument 5: %ld", got);
}

/* What is set in a register set is what comes out of it. */
static void test_results(void)
{
	static const long values[] = { 0, 1, 4095, -1, -38, -4095, -4096, 0x12345678, -0x12345678 };
	struct regs regs;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		memset(&regs, 0x5a, sizeof(regs));
		regs_set_ret(&regs, values[i]);
		check(regs_ret(&regs) == values[i], "%ld is a result", values[i]);
	}
	for (unsigned int i = 0; i < 6; i++) {
		memset(&regs, 0x5a, sizeof(regs));
		regs_set_arg(&regs, i, 0x1234 + i);
		for (unsigned int n = 0; n < 6; n++)
			check((regs_arg(&regs, n) == 0x1234 + i) == (n == i),
			      "argument %u is %s the one set", n, n == i ? "" : "not");
	}
}
#endif

int main(void)
{
#if ARCH_HAS_REGS
	test_syscall6();
	test_arguments();
	test_results();
#else
	check(true, "no registers are known here");
#endif
	return unit_end();
}
