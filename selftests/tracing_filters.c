/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a tracer may read of the filters of a tracee: instructions and flags (behaviours 58 and 59).
 */
#include "selftests/glue/test.h"

#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/mman.h>

#include "probe/ptrace-numbers.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names and structs of our own: headers that have them all are rare. */
#define FLAG_LOG	(1 << 1)
#define FLAG_SPEC_ALLOW (1 << 2)

/* A long one: loads that the kernel translates for itself, and of which it must keep the original.
 */
#define LONG 4096

static struct sock_filter long_code[LONG];
static const struct sock_filter short_code[] = {
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static const struct sock_filter other_code[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xfffffff0, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 7),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW | 9),
};

static void fill_long_code(void)
{
	static const struct sock_filter loads[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_STMT(BPF_ALU | BPF_OR | BPF_X, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
	};

	for (size_t i = 0; i < LONG - 1; i++)
		long_code[i] = loads[i % COUNT(loads)];
	long_code[LONG - 1] = short_code[0];
}

#define PROG(code)                                                         \
	{                                                                  \
		.len = COUNT(code), .filter = (struct sock_filter *)(code) \
	}

/* Oldest first, as the index counts. */
static const struct look_filter {
	struct sock_fprog prog;
	unsigned int flags, shown;
} look_filters[] = {
	{ PROG(other_code), FLAG_LOG, FLAG_LOG },
	{ PROG(long_code), 0, 0 },
	{ PROG(short_code), FLAG_SPEC_ALLOW, 0 },
	{ PROG(other_code), FLAG_LOG | FLAG_SPEC_ALLOW, FLAG_LOG },
	{ PROG(short_code), FLAG_LOG | SECCOMP_FILTER_FLAG_TSYNC, FLAG_LOG },
};

#define LOOK_NEEDS F_flag_log, F_flag_spec_allow, F_flag_tsync

static int installs_filters(void *data)
{
	const size_t *count = data;

	for (size_t i = 0; i < *count; i++)
		if (kit_install_flags(look_filters[i].flags, &look_filters[i].prog))
			return 2;
	trace_stop_self();
	return 3;
}

/* A tracee with the first `count` filters; -1. */
static pid_t filtered_tracee(size_t count)
{
	fill_long_code();
	return trace_fork_ready(installs_filters, &count, TRACE_OPTIONS);
}

static long get_filter(pid_t pid, unsigned long index, void *to)
{
	return trace_ask(GET_FILTER, pid, index, to);
}

struct metadata {
	uint64_t index, flags;
};

/* The index in *metadata is what is asked for. */
static long get_metadata(pid_t pid, unsigned long size, void *metadata)
{
	return trace_ask(GET_METADATA, pid, size, metadata);
}

static long get_metadata_of(pid_t pid, uint64_t index)
{
	struct metadata metadata = { .index = index };

	return get_metadata(pid, sizeof(metadata), &metadata);
}

#define EXPECT_REFUSED(error, call)      \
	do {                             \
		errno = 0;               \
		EXPECT_EQ(-1, call);     \
		EXPECT_EQ(error, errno); \
	} while (0)

SC_TEST(filters_are_as_installed,
	.doc = "PTRACE_SECCOMP_GET_FILTER gives each filter's length and its instructions as they "
	       "were installed, number 0 being the oldest one (4.4)",
	.needs = { F_ptrace_get_filter, LOOK_NEEDS }, .covers = { F_ptrace_get_filter },
	.behaviours = { 58 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	static struct sock_filter got[LONG + 1];
	pid_t pid = filtered_tracee(COUNT(look_filters));

	BROKE_UNLESS(pid > 0, "no tracee");
	for (size_t i = 0; i < COUNT(look_filters); i++) {
		const struct sock_fprog *prog = &look_filters[i].prog;
		size_t bytes = prog->len * sizeof(*got);

		EXPECT_EQ(prog->len, get_filter(pid, i, NULL));
		memset(got, TRACE_UNTOUCHED, sizeof(got));
		EXPECT_EQ(prog->len, get_filter(pid, i, got));
		EXPECT_EQ(0, memcmp(got, prog->filter, bytes));
		EXPECT_TRUE(trace_bytes_are(TRACE_UNTOUCHED, got, bytes, sizeof(got)));
	}
	trace_end(pid);
}

SC_TEST(filters_that_are_not_there,
	.doc = "a filter past the last one is ENOENT, one of a tracee without filters EINVAL, an "
	       "address that is none EFAULT",
	.needs = { F_ptrace_get_filter, LOOK_NEEDS }, .covers = { F_ptrace_get_filter },
	.behaviours = { 58, 59 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	static const unsigned long past[] = { COUNT(look_filters), COUNT(look_filters) + 1,
					      0x7fffffff, 0xffffffff, -1ul };
	pid_t pid = filtered_tracee(COUNT(look_filters));
	struct metadata metadata = { 0 };

	BROKE_UNLESS(pid > 0, "no tracee");
	for (size_t i = 0; i < COUNT(past); i++) {
		EXPECT_REFUSED(ENOENT, get_filter(pid, past[i], NULL));
		EXPECT_REFUSED(ENOENT, get_metadata_of(pid, past[i]));
	}
	/* An index of 64 bits is cut by a kernel of 32 bits only, which is not asked. */
	if (sizeof(long) == 8) {
		EXPECT_REFUSED(ENOENT, get_filter(pid, (unsigned long)(1ull << 32), NULL));
		EXPECT_REFUSED(ENOENT, get_metadata_of(pid, 1ull << 32));
	}
	EXPECT_REFUSED(EFAULT, get_filter(pid, 0, TRACE_NOWHERE));
	EXPECT_REFUSED(EFAULT, get_metadata(pid, sizeof(metadata), TRACE_NOWHERE));
	trace_end(pid);

	pid = filtered_tracee(0);
	BROKE_UNLESS(pid > 0, "no tracee");
	for (unsigned long index = 0; index < 2; index++) {
		EXPECT_REFUSED(EINVAL, get_filter(pid, index, NULL));
		EXPECT_REFUSED(EINVAL, get_metadata_of(pid, index));
	}
	trace_end(pid);
}

static int goes_strict(void *data)
{
	(void)data;
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
	return 3;
}

SC_TEST(filters_of_a_strict_tracee, .doc = "a tracee in strict mode has no filters: EINVAL",
	.needs = { F_ptrace_get_filter, F_mode_strict }, .covers = { F_ptrace_get_filter },
	.behaviours = { 58, 59 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid = trace_fork(goes_strict, NULL, TRACE_OPTIONS);

	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	ASSERT_EQ(SECCOMP_MODE_STRICT, kit_status(pid, "Seccomp"));
	EXPECT_REFUSED(EINVAL, get_filter(pid, 0, NULL));
	EXPECT_REFUSED(EINVAL, get_metadata_of(pid, 0));
	trace_end(pid);
}

SC_TEST(metadata_flags,
	.doc = "PTRACE_SECCOMP_GET_METADATA shows of each filter whether it has FLAG_LOG, and no "
	       "other flag (4.16)",
	.needs = { F_ptrace_get_metadata, LOOK_NEEDS },
	.covers = { F_flag_log, F_ptrace_get_metadata }, .behaviours = { 59, 113 },
	.requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid = filtered_tracee(COUNT(look_filters));

	BROKE_UNLESS(pid > 0, "no tracee");
	for (size_t i = 0; i < COUNT(look_filters); i++) {
		struct metadata metadata = { .index = i, .flags = -1ull };

		EXPECT_EQ((long)sizeof(metadata), get_metadata(pid, sizeof(metadata), &metadata));
		EXPECT_EQ(i, metadata.index);
		EXPECT_EQ(look_filters[i].shown, metadata.flags);
	}
	trace_end(pid);
}

SC_TEST(metadata_is_written_back,
	.doc = "PTRACE_SECCOMP_GET_METADATA refuses memory that can be read only with EFAULT, the "
	       "index alone included",
	.needs = { F_ptrace_get_metadata, LOOK_NEEDS }, .covers = { F_ptrace_get_metadata },
	.behaviours = { 59 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	pid_t pid = filtered_tracee(COUNT(look_filters));
	struct metadata *metadata =
		mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	BROKE_UNLESS(pid > 0 && metadata != MAP_FAILED, "no tracee, or no memory");
	*metadata = (struct metadata){ .index = 0 };
	BROKE_UNLESS(!mprotect(metadata, page, PROT_READ), "no memory");
	EXPECT_REFUSED(EFAULT, get_metadata(pid, sizeof(*metadata), metadata));
	EXPECT_REFUSED(EFAULT, get_metadata(pid, sizeof(metadata->index), metadata));
	BROKE_UNLESS(!mprotect(metadata, page, PROT_READ | PROT_WRITE), "no memory");
	EXPECT_EQ((long)sizeof(*metadata), get_metadata(pid, sizeof(*metadata), metadata));
	munmap(metadata, page);
	trace_end(pid);
}

SC_TEST(metadata_sizes,
	.doc = "PTRACE_SECCOMP_GET_METADATA refuses less than the index's size with EINVAL, else "
	       "writes and returns the size that both sides know",
	.needs = { F_ptrace_get_metadata, LOOK_NEEDS }, .covers = { F_ptrace_get_metadata },
	.behaviours = { 59 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	static const unsigned long sizes[] = {
		0, 1, 7, 8, 9, 12, 15, 16, 17, 24, 256, 0x10000, -1ul
	};
	const struct metadata whole = { .index = 3, .flags = FLAG_LOG };
	pid_t pid = filtered_tracee(COUNT(look_filters));
	uint8_t buf[64];

	BROKE_UNLESS(pid > 0, "no tracee");
	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t written = sizes[i] < sizeof(whole) ? sizes[i] : sizeof(whole);

		memset(buf, TRACE_UNTOUCHED, sizeof(buf));
		memcpy(buf, &whole.index, sizeof(whole.index));
		errno = 0;
		if (sizes[i] < sizeof(whole.index)) {
			EXPECT_REFUSED(EINVAL, get_metadata(pid, sizes[i], buf));
			written = sizeof(whole.index);
		} else {
			EXPECT_EQ((long)written, get_metadata(pid, sizes[i], buf));
		}
		EXPECT_EQ(0, memcmp(buf, &whole, written));
		EXPECT_TRUE(trace_bytes_are(TRACE_UNTOUCHED, buf, written, sizeof(buf)));
	}
	trace_end(pid);
}

/* Whatever else is wrong with the question. */
#define EXPECT_NOTHING_TOLD(pid)                                             \
	do {                                                                 \
		EXPECT_REFUSED(EACCES, get_filter(pid, 0, NULL));            \
		EXPECT_REFUSED(EACCES, get_filter(pid, 99, TRACE_NOWHERE));  \
		EXPECT_REFUSED(EACCES, get_metadata_of(pid, 0));             \
		EXPECT_REFUSED(EACCES, get_metadata(pid, 0, TRACE_NOWHERE)); \
	} while (0)

SC_TEST(filters_without_privilege,
	.doc = "a tracer without CAP_SYS_ADMIN is told of no filter and of no flags: EACCES, "
	       "whatever it asks",
	.needs = { F_ptrace_get_filter, LOOK_NEEDS }, .covers = { F_ptrace_get_filter },
	.behaviours = { 58, 59 }, .requires = NEED_PTRACE | NEED_UNPRIVILEGED)
{
	for (size_t count = 0; count <= COUNT(look_filters); count += COUNT(look_filters)) {
		pid_t pid = filtered_tracee(count);

		BROKE_UNLESS(pid > 0, "no tracee");
		BROKE_UNLESS(!kit_capability_effective(CAP_SYS_ADMIN, false), "not dropped");
		EXPECT_NOTHING_TOLD(pid);
		trace_end(pid);
	}
}

SC_TEST(filters_for_root_of_a_namespace,
	.doc = "the capabilities of a user namespace do not count: its root is told of no filter "
	       "and of no flags",
	.needs = { F_ptrace_get_filter, LOOK_NEEDS }, .covers = { F_ptrace_get_filter },
	.behaviours = { 58, 59 }, .requires = NEED_PTRACE | NEED_USER_NS | NEED_UNFILTERED)
{
	pid_t pid;

	BROKE_UNLESS(!unshare(CLONE_NEWUSER), "no user namespace");
	pid = filtered_tracee(COUNT(look_filters));
	BROKE_UNLESS(pid > 0, "no tracee");
	EXPECT_NOTHING_TOLD(pid);
	trace_end(pid);
}

SC_TEST(filters_for_a_filtered_tracer,
	.doc = "a tracer that is under a filter itself is told of no filter and of no flags: "
	       "EACCES, be it root",
	.needs = { F_ptrace_get_filter, LOOK_NEEDS }, .covers = { F_ptrace_get_filter },
	.behaviours = { 58, 59 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	pid_t pid = filtered_tracee(COUNT(look_filters));
	struct kit_filter filter;

	BROKE_UNLESS(pid > 0, "no tracee");
	EXPECT_EQ((long)COUNT(other_code), get_filter(pid, 0, NULL));
	EXPECT_EQ((long)sizeof(struct metadata), get_metadata_of(pid, 0));
	BROKE_UNLESS(!kit_install_only(kit_always(&filter, SECCOMP_RET_ALLOW)), "no filter");
	EXPECT_NOTHING_TOLD(pid);
	trace_end(pid);
}

TEST_HARNESS_MAIN
