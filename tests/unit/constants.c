/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * compile/constants.def and errnos.def against the headers of the architecture that this is built
 * for: what differs between two of them is no constant for a policy.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/futex.h>
#include <linux/memfd.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/sched.h>

#include "compile/names.h"
#include "tests/unit/unit.h"

#ifdef __mips__
#define HERE(most, on_mips) (on_mips)
#else
#define HERE(most, on_mips) (most)
#endif

static void check_constants(void)
{
	size_t count = 0, wrong = 0;

#define CONSTANT(name, value)                                                              \
	count++;                                                                           \
	if ((uint64_t)(int64_t)(name) != (uint64_t)(value)) {                              \
		wrong++;                                                                   \
		printf("# %s is %llx here\n", #name, (unsigned long long)(int64_t)(name)); \
	}
#include "compile/constants.def"
#undef CONSTANT
	check(count > 300 && !wrong, "%zu constants are what the headers say", count);
}

static void check_errnos(void)
{
	const struct arch *native = arch_native();
	size_t count = 0, wrong = 0;

#define ERRNO(name, most, on_mips)                                                        \
	count++;                                                                          \
	if (name != HERE(most, on_mips) || errno_on(errno_find(#name), native) != name) { \
		wrong++;                                                                  \
		printf("# %s is %d here\n", #name, name);                                 \
	}
#include "compile/errnos.def"
#undef ERRNO
	check(count > 100 && !wrong, "%zu errnos are what the headers say", count);
}

static void check_mips(void)
{
	const struct errno_name *name = errno_find("ENOSYS");

	check(errno_on(name, arch_by_name("x86_64")) == 38 &&
		      errno_on(name, arch_by_name("mips64el")) == 89,
	      "ENOSYS is another number on mips");
}

static void check_nearest(void)
{
	const char *name = syscall_nearest("opneat"), *constant = constant_nearest("PROT_EXECUTE");

	check(name && !strcmp(name, "openat"), "opneat is near openat");
	check(constant && !strcmp(constant, "PROT_EXEC"), "PROT_EXECUTE is near PROT_EXEC");
	check(!syscall_nearest("frobnicate_all"), "and nothing is near what is nonsense");
	check(syscall_is_known("mmap2") && !syscall_is_known("mmap3"),
	      "a syscall of any architecture is known");
}

int main(void)
{
	check_constants();
	check_errnos();
	check_mips();
	check_nearest();
	return unit_end();
}
