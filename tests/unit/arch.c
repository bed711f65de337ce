// SPDX-License-Identifier: BSD-3-Clause
#include <link.h>
#include <string.h>
#include <sys/syscall.h>

#include "arch/arch.h"
#include "tests/unit/unit.h"

#define X86_64	0xc000003e
#define I386	0x40000003
#define ARM	0x40000028
#define AARCH64 0xc00000b7
#define X32_BIT 0x40000000u

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_arch(const struct arch *arch, const char *name)
{
	return same(arch ? arch->name : NULL, name);
}

static void test_rows(void)
{
	check(arch_count >= 9, "there are %zu architectures", arch_count);
	for (size_t i = 0; i < arch_count; i++) {
		const struct arch *a = &arches[i];

		check(arch_by_name(a->name) == a, "%s is found by its name", a->name);
		check(arch_by_name(a->debian) == a, "%s is Debian's %s", a->name, a->debian);
		check(arch_by_audit(a->audit, a->nr_bit | 1) == a, "%s is found by its token",
		      a->name);
		/* audit.h: bit 31 says 64 bits (x32's token is x86_64's), bit 30 little-endian. */
		check((a->audit >> 31 != 0) == (a->bits == 64), "%s has %u bits", a->name, a->bits);
		check(!(a->audit & 0x40000000) == a->big_endian, "%s has its byte order", a->name);
		check(!a->compat_of || arch_by_name(a->compat_of)->bits == 64,
		      "%s runs on kernels of %s", a->name, a->compat_of ? a->compat_of : "its own");
	}
	check(!arch_by_name("vax") && !arch_by_name(""), "an unknown name is no architecture");
	check(is_arch(arch_by_name("arm64"), "aarch64"), "arm64 is aarch64");
	check(same(arch_by_name("arm")->compat_of, "aarch64"), "arm runs on aarch64's kernels");
	check(!arch_by_name("aarch64")->compat_of, "aarch64 is no compat architecture");
	check(is_arch(arch_twin_of(arch_by_name("x86_64")), "i386"),
	      "x86_64's twin is i386, not x32");
	check(is_arch(arch_twin_of(arch_by_name("aarch64")), "arm"), "aarch64's twin is arm");
	check(!arch_twin_of(arch_by_name("arm")) && !arch_twin_of(arch_by_name("riscv64")),
	      "a 32-bit architecture has no twin, nor has riscv64");
	check(arch_by_name("s390x")->big_endian, "s390x is big-endian");
}

static void test_tokens(void)
{
	check(is_arch(arch_by_audit(X86_64, 0), "x86_64"), "x86_64 without the bit");
	check(is_arch(arch_by_audit(X86_64, X32_BIT), "x32"), "x32 with it");
	check(is_arch(arch_by_audit(X86_64, X32_BIT | 520), "x32"), "x32's own range too");
	check(is_arch(arch_by_audit(X86_64, 520), "x86_64"), "which means nothing without the bit");
	check(is_arch(arch_by_audit(X86_64, UINT32_MAX), "x86_64"), "-1 is not x32's");
	check(is_arch(arch_by_audit(I386, X32_BIT), "i386"), "the bit is x86_64's only");
	check(is_arch(arch_by_audit(AARCH64, 0), "aarch64"), "aarch64");
	check(!arch_by_audit(0, 0) && !arch_by_audit(0xdeadbeef, 1), "an unknown token is NULL");
}

static void test_numbers(void)
{
	static const struct {
		const char *arch, *name;
		int64_t nr;
	} known[] = {
		{ "x86_64", "fstat", 5 },
		{ "x86_64", "seccomp", 317 },
		{ "x86_64", "set_tls", -1 },
		{ "x86_64", "rt_sigaction", 13 },
		{ "i386", "fstat", 108 },
		{ "i386", "socketcall", 102 },
		{ "i386", "seccomp", 354 },
		{ "x32", "read", X32_BIT },
		{ "x32", "rt_sigaction", X32_BIT | 512 },
		{ "x32", "execve", X32_BIT | 520 },
		{ "x32", "seccomp", X32_BIT | 317 },
		{ "arm", "breakpoint", 0xf0001 },
		{ "arm", "cacheflush", 0xf0002 },
		{ "arm", "set_tls", 0xf0005 },
		{ "arm", "get_tls", 0xf0006 },
		{ "arm", "seccomp", 383 },
		{ "arm", "sync_file_range2", 341 },
		{ "arm", "time", -1 },
		{ "aarch64", "read", 63 },
		{ "aarch64", "seccomp", 277 },
		{ "aarch64", "open", -1 },
		{ "aarch64", "memfd_secret", 447 },
		{ "riscv64", "riscv_flush_icache", 259 },
		{ "riscv64", "renameat", -1 },
		{ "s390x", "seccomp", 348 },
		{ "ppc64le", "seccomp", 358 },
		{ "ppc64le", "subpage_prot", 310 },
		{ "mips64el", "read", 5000 },
		{ "mips64el", "seccomp", 5312 },
		{ "mips64el", "no_such_call", -1 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		int64_t nr = arch_syscall_nr(arch_by_name(known[i].arch), known[i].name);

		check(nr == known[i].nr, "%s's %s is %lld", known[i].arch, known[i].name,
		      (long long)nr);
	}
	check(same(arch_syscall_name(arch_by_name("arm"), 341), "arm_sync_file_range"),
	      "of two names for a number the kernel's own is told");
	check(!arch_syscall_name(arch_by_name("arm"), 0xf0007), "arm's private range ends");
	check(!arch_syscall_name(arch_by_name("mips64el"), 0), "0 is no call on mips64el");
	check(!arch_syscall_name(arch_by_name("x32"), 1), "x32 has no number without its bit");
	check(!arch_syscall_name(arch_by_name("x86_64"), 512), "x86_64 has none of x32's range");
	check(!arch_syscall_name(arch_by_name("x86_64"), UINT32_MAX), "-1 has no name");
}

/* This program's own ELF header: the linker defines it. */
extern const ElfW(Ehdr) __ehdr_start;

/* This compilation's own headers, so under qemu-user every architecture's. */
static void test_native(void)
{
	static const struct {
		const char *name;
		long nr;
	} own[] = {
		{ "read", SYS_read },		{ "exit_group", SYS_exit_group },
		{ "prctl", SYS_prctl },		{ "rt_sigaction", SYS_rt_sigaction },
		{ "getrandom", SYS_getrandom }, { "openat", SYS_openat },
	};
	const struct arch *native = arch_native();

	if (!check(native != NULL, "this program's architecture is known"))
		return;
	check((native->audit & 0xffff) == __ehdr_start.e_machine,
	      "its token has ELF's number in it");
	check(native->bits == (sizeof(void *) == 8 || native->nr_bit ? 64 : 32), "it is %s",
	      native->name);
	check(native->big_endian == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__), "in its byte order");
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		check(arch_syscall_nr(native, own[i].name) == own[i].nr &&
			      same(arch_syscall_name(native, (uint32_t)own[i].nr), own[i].name),
		      "%s is %ld, and back", own[i].name, own[i].nr);
}

struct walk {
	const struct arch *arch;
	size_t count, disorder, differ, last;
};

static int step(uint32_t nr, const char *name, void *data)
{
	struct walk *walk = data;
	const char *first = arch_syscall_name(walk->arch, nr);

	walk->disorder += walk->count++ && nr < walk->last;
	walk->differ += arch_syscall_nr(walk->arch, name) != nr || !first ||
			arch_syscall_nr(walk->arch, first) != nr;
	walk->last = nr;
	return 0;
}

static int stop_at_third(uint32_t nr, const char *name, void *data)
{
	(void)nr;
	(void)name;
	return ++*(int *)data == 3 ? 42 : 0;
}

static void test_each(void)
{
	int calls = 0;

	for (size_t i = 0; i < arch_count; i++) {
		struct walk walk = { .arch = &arches[i] };
		int end = arch_each_syscall(&arches[i], step, &walk);

		check(!end && walk.count > 300, "%s has %zu syscalls", arches[i].name, walk.count);
		check(!walk.disorder, "%s's come in ascending order", arches[i].name);
		check(!walk.differ, "%s's numbers and names agree both ways", arches[i].name);
	}
	check(arch_each_syscall(arch_native(), stop_at_third, &calls) == 42 && calls == 3,
	      "the walk ends when it is told to");
}

int main(void)
{
	test_rows();
	test_tokens();
	test_numbers();
	test_native();
	test_each();
	return unit_end();
}
