/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a tracer may read: PTRACE_GET_SYSCALL_INFO at each stop, the filters of a tracee and their
 * flags (behaviours 58, 59 and 61).
 */
#include "selftests/glue/test.h"

#include <linux/capability.h>
#include <linux/seccomp.h>

#include "arch/arch.h"
#include "arch/regs.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-trace.h"

/* Who may ask at all. */
#define NEED_MACHINE_ROOT (NEED_ROOT | NEED_FIRST_USER_NS | NEED_UNFILTERED)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names and structs of our own: headers that have them all are rare. */
#define GET_FILTER	 0x420c
#define GET_METADATA	 0x420d
#define GET_SYSCALL_INFO 0x420e
#define FLAG_LOG	 (1 << 1)
#define FLAG_SPEC_ALLOW	 (1 << 2)

#define UNTOUCHED 0xaa

/* No address of any program. */
#define NOWHERE ((void *)8)

struct syscall_info {
	uint8_t op;
	uint8_t pad[3];
	uint32_t arch;
	uint64_t ip, sp;
	union {
		struct {
			uint64_t nr, args[6];
			uint32_t ret_data;
			uint32_t zero; /* part of the struct since 6.16 */
		} entry;	       /* to args: at the entry; all: at the event */
		struct {
			int64_t rval;
			uint8_t is_error;
		} exit;
	};
};

_Static_assert(sizeof(struct syscall_info) == 88, "as the kernel has it");

enum info_op { INFO_NONE, INFO_ENTRY, INFO_EXIT, INFO_SECCOMP };

#define SIZE_NONE    24
#define SIZE_ENTRY   80
#define SIZE_EXIT    33
#define SIZE_SECCOMP 84

struct asked_info {
	long size; /* what ptrace(2) returned */
	struct syscall_info info;
};

/* Asks for all there is; what the kernel did not write is UNTOUCHED. */
static struct asked_info ask_info(pid_t pid)
{
	struct asked_info asked;

	memset(&asked, UNTOUCHED, sizeof(asked));
	asked.size = trace_ask(GET_SYSCALL_INFO, pid, sizeof(asked.info), &asked.info);
	return asked;
}

static bool all_are(uint8_t value, const void *data, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (((const uint8_t *)data)[i] != value)
			return false;
	return true;
}

/* The stack pointer has no name in arch/regs.h, but a place. */
static bool has_word(const struct regs *regs, uint64_t word)
{
	for (size_t i = 0; i < COUNT(regs->word); i++)
		if (regs->word[i] == word)
			return true;
	return false;
}

/* What is the same at every stop; bytes behind `size` are not the kernel's. */
#define EXPECT_INFO(asked, expected_op, expected_size, pid)                                     \
	do {                                                                                    \
		struct regs info_regs;                                                          \
                                                                                                \
		EXPECT_EQ(expected_size, (asked).size);                                         \
		EXPECT_EQ(expected_op, (asked).info.op);                                        \
		EXPECT_TRUE(all_are(0, (asked).info.pad, 0, sizeof((asked).info.pad)));         \
		EXPECT_EQ(arch_native()->audit, (asked).info.arch);                             \
		ASSERT_EQ(0, regs_read(pid, &info_regs));                                       \
		EXPECT_EQ(regs_ip(&info_regs), (asked).info.ip);                                \
		EXPECT_TRUE(has_word(&info_regs, (asked).info.sp));                             \
		EXPECT_GT(4096u, stack_distance((asked).info.sp));                              \
		EXPECT_TRUE(                                                                    \
			all_are(UNTOUCHED, &(asked).info, (asked).size, sizeof((asked).info))); \
	} while (0)

#define EXPECT_INFO_CALL(asked, expected_nr, expected_args)                            \
	do {                                                                           \
		EXPECT_EQ((uint64_t)(expected_nr), (asked).info.entry.nr);             \
		for (unsigned int arg = 0; arg < 6; arg++)                             \
			EXPECT_EQ((expected_args)[arg], (asked).info.entry.args[arg]); \
	} while (0)

/* At the event: 84 bytes, or with the word behind them, which is zero, 88. */
#define EXPECT_INFO_SECCOMP(asked, nr, args, data, pid)                                    \
	do {                                                                               \
		const bool longer = (asked).size == sizeof((asked).info);                  \
                                                                                           \
		EXPECT_INFO(asked, INFO_SECCOMP, longer ? 88 : SIZE_SECCOMP, pid);         \
		EXPECT_INFO_CALL(asked, nr, args);                                         \
		EXPECT_EQ(data, (asked).info.entry.ret_data);                              \
		EXPECT_EQ(longer ? 0u : UNTOUCHED * 0x01010101u, (asked).info.entry.zero); \
	} while (0)

#define EXPECT_INFO_EXIT(asked, result, error, pid)            \
	do {                                                   \
		EXPECT_INFO(asked, INFO_EXIT, SIZE_EXIT, pid); \
		EXPECT_EQ(result, (asked).info.exit.rval);     \
		EXPECT_EQ(error, (asked).info.exit.is_error);  \
	} while (0)

/* In both halves, if there are two. */
#define VALUE(n) ((unsigned long)(0xfedcba9800000000ull | 0x11111111u * (n)))

static const unsigned long args[6] = { VALUE(9),  VALUE(10), VALUE(11),
				       VALUE(12), VALUE(13), VALUE(14) };

/* Shared with the tracee: its stack is near this address. */
static uint64_t *stack_mark;

static uint64_t stack_distance(uint64_t sp)
{
	return *stack_mark > sp ? *stack_mark - sp : sp - *stack_mark;
}

/* Makes the calls of a list that ends with 0, once each, with those arguments. */
static int makes_calls(void *data)
{
	static const struct trace_rule rules[] = {
		TRACE_RULE(__NR_getppid, SECCOMP_RET_TRACE | 0xfedc),
		TRACE_RULE(__NR_getpgid, SECCOMP_RET_ERRNO | ENOENT),
		TRACE_RULE(-1, SECCOMP_RET_TRACE),
		{ 0 },
	};

	*stack_mark = (uintptr_t)__builtin_frame_address(0);
	if (trace_install(rules))
		return 2;
	trace_stop_self();
	for (const int *nr = data; *nr; nr++)
		arch_syscall6(*nr, args[0], args[1], args[2], args[3], args[4], args[5]);
	return 3;
}

/* A tracee that is to make these calls next; -1. */
static pid_t info_tracee(const int *calls)
{
	pid_t pid;

	stack_mark = trace_shared(sizeof(*stack_mark));
	if (!stack_mark)
		return -1;
	pid = trace_fork(makes_calls, (void *)calls, TRACE_OPTIONS);
	if (pid > 0 && trace_go(PTRACE_CONT, pid, 0) != TRACE_STOP(SIGSTOP)) {
		trace_end(pid);
		return -1;
	}
	return pid;
}

SC_TEST(info_at_the_stops,
	.doc = "PTRACE_GET_SYSCALL_INFO tells entry, event and exit of a call apart, with number, "
	       "arguments, the filter's data and result exact, and nothing else written (5.3)",
	.covers = { F_act_trace, F_ret_data }, .behaviours = { 61 }, .requires = NEED_PTRACE)
{
	static const int calls[] = { __NR_getppid, __NR_getpgid, 0 };
	pid_t pid = info_tracee(calls);
	struct asked_info asked;

	BROKE_UNLESS(pid > 0, "no tracee");
	asked = ask_info(pid);
	EXPECT_INFO(asked, INFO_NONE, SIZE_NONE, pid);
	ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	asked = ask_info(pid);
	EXPECT_INFO(asked, INFO_ENTRY, SIZE_ENTRY, pid);
	EXPECT_INFO_CALL(asked, __NR_getppid, args);
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_SYSCALL, pid, 0));
	asked = ask_info(pid);
	EXPECT_INFO_SECCOMP(asked, __NR_getppid, args, 0xfedcu, pid);
	ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	asked = ask_info(pid);
	EXPECT_INFO_EXIT(asked, getpid(), 0, pid);
	ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	asked = ask_info(pid);
	EXPECT_INFO(asked, INFO_ENTRY, SIZE_ENTRY, pid);
	EXPECT_INFO_CALL(asked, __NR_getpgid, args);
	ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	asked = ask_info(pid);
	EXPECT_INFO_EXIT(asked, -ENOENT, 1, pid);
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0));
}

SC_TEST(info_of_a_changed_call,
	.doc = "PTRACE_GET_SYSCALL_INFO at the event shows number and argument as the tracer has "
	       "changed them, and -1 as a number of 64 bits",
	.covers = { F_act_trace }, .behaviours = { 61 }, .requires = NEED_PTRACE)
{
	static const int calls[] = { -1, __NR_getppid, 0 };
	pid_t pid = info_tracee(calls);
	unsigned long changed[6];
	struct asked_info asked;
	struct regs regs;

	BROKE_UNLESS(pid > 0, "no tracee");
	memcpy(changed, args, sizeof(args));
	changed[5] = VALUE(2);
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0));
	asked = ask_info(pid);
	EXPECT_INFO_SECCOMP(asked, -1ll, args, 0u, pid);
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0));
	ASSERT_EQ(0, regs_read(pid, &regs));
	ASSERT_EQ(0, regs_set_nr(pid, &regs, __NR_getpid));
	regs_set_arg(&regs, 5, changed[5]);
	ASSERT_EQ(0, regs_write(pid, &regs));
	asked = ask_info(pid);
	EXPECT_INFO_SECCOMP(asked, __NR_getpid, changed, 0xfedcu, pid);
	ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
	asked = ask_info(pid);
	EXPECT_INFO_EXIT(asked, pid, 0, pid);
	EXPECT_EQ(TRACE_EXITED(3), trace_go(PTRACE_CONT, pid, 0));
}

SC_TEST(info_of_a_size,
	.doc = "PTRACE_GET_SYSCALL_INFO writes no more than the tracer has room for, and returns "
	       "the size that there is",
	.covers = { F_act_trace }, .behaviours = { 61 }, .requires = NEED_PTRACE)
{
	static const int calls[] = { __NR_getppid, 0 };
	pid_t pid = info_tracee(calls);
	struct asked_info full;
	uint8_t part[sizeof(full.info) + 8];

	BROKE_UNLESS(pid > 0, "no tracee");
	ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0));
	full = ask_info(pid);
	ASSERT_LE(SIZE_SECCOMP, full.size);
	for (size_t room = 0; room <= sizeof(part); room++) {
		size_t written = room < (size_t)full.size ? room : (size_t)full.size;

		memset(part, UNTOUCHED, sizeof(part));
		EXPECT_EQ(full.size, trace_ask(GET_SYSCALL_INFO, pid, room, part));
		EXPECT_EQ(0, memcmp(part, &full.info, written));
		EXPECT_TRUE(all_are(UNTOUCHED, part, written, sizeof(part)));
	}
	EXPECT_EQ(-1, trace_ask(GET_SYSCALL_INFO, pid, sizeof(part), NOWHERE));
	EXPECT_EQ(EFAULT, errno);
	trace_end(pid);
}

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
	pid_t pid;

	fill_long_code();
	pid = trace_fork(installs_filters, &count, TRACE_OPTIONS);
	if (pid > 0 && trace_go(PTRACE_CONT, pid, 0) != TRACE_STOP(SIGSTOP)) {
		trace_end(pid);
		return -1;
	}
	return pid;
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
	.needs = { LOOK_NEEDS }, .behaviours = { 58 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
{
	static struct sock_filter got[LONG + 1];
	pid_t pid = filtered_tracee(COUNT(look_filters));

	BROKE_UNLESS(pid > 0, "no tracee");
	for (size_t i = 0; i < COUNT(look_filters); i++) {
		const struct sock_fprog *prog = &look_filters[i].prog;
		size_t bytes = prog->len * sizeof(*got);

		EXPECT_EQ(prog->len, get_filter(pid, i, NULL));
		memset(got, UNTOUCHED, sizeof(got));
		EXPECT_EQ(prog->len, get_filter(pid, i, got));
		EXPECT_EQ(0, memcmp(got, prog->filter, bytes));
		EXPECT_TRUE(all_are(UNTOUCHED, got, bytes, sizeof(got)));
	}
	trace_end(pid);
}

SC_TEST(filters_that_are_not_there,
	.doc = "a filter past the last one is ENOENT, one of a tracee without filters EINVAL, an "
	       "address that is none EFAULT",
	.needs = { LOOK_NEEDS }, .behaviours = { 58, 59 },
	.requires = NEED_PTRACE | NEED_MACHINE_ROOT)
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
	EXPECT_REFUSED(EFAULT, get_filter(pid, 0, NOWHERE));
	EXPECT_REFUSED(EFAULT, get_metadata(pid, sizeof(metadata), NOWHERE));
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
	.needs = { F_mode_strict }, .behaviours = { 58, 59 },
	.requires = NEED_PTRACE | NEED_MACHINE_ROOT)
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
	.needs = { LOOK_NEEDS }, .covers = { F_flag_log }, .behaviours = { 59, 113 },
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

SC_TEST(metadata_sizes,
	.doc = "PTRACE_SECCOMP_GET_METADATA refuses less than the index's size with EINVAL, else "
	       "writes and returns the size that both sides know",
	.needs = { LOOK_NEEDS }, .behaviours = { 59 }, .requires = NEED_PTRACE | NEED_MACHINE_ROOT)
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

		memset(buf, UNTOUCHED, sizeof(buf));
		memcpy(buf, &whole.index, sizeof(whole.index));
		errno = 0;
		if (sizes[i] < sizeof(whole.index)) {
			EXPECT_REFUSED(EINVAL, get_metadata(pid, sizes[i], buf));
			written = sizeof(whole.index);
		} else {
			EXPECT_EQ((long)written, get_metadata(pid, sizes[i], buf));
		}
		EXPECT_EQ(0, memcmp(buf, &whole, written));
		EXPECT_TRUE(all_are(UNTOUCHED, buf, written, sizeof(buf)));
	}
	trace_end(pid);
}

/* Whatever else is wrong with the question. */
#define EXPECT_NOTHING_TOLD(pid)                                       \
	do {                                                           \
		EXPECT_REFUSED(EACCES, get_filter(pid, 0, NULL));      \
		EXPECT_REFUSED(EACCES, get_filter(pid, 99, NOWHERE));  \
		EXPECT_REFUSED(EACCES, get_metadata_of(pid, 0));       \
		EXPECT_REFUSED(EACCES, get_metadata(pid, 0, NOWHERE)); \
	} while (0)

SC_TEST(filters_without_privilege,
	.doc = "a tracer without CAP_SYS_ADMIN is told of no filter and of no flags: EACCES, "
	       "whatever it asks",
	.needs = { LOOK_NEEDS }, .behaviours = { 58, 59 },
	.requires = NEED_PTRACE | NEED_NO_SYS_ADMIN)
{
	for (size_t count = 0; count <= COUNT(look_filters); count += COUNT(look_filters)) {
		pid_t pid = filtered_tracee(count);

		BROKE_UNLESS(pid > 0, "no tracee");
		BROKE_UNLESS(!kit_capability_effective(CAP_SYS_ADMIN, false), "not dropped");
		EXPECT_NOTHING_TOLD(pid);
		trace_end(pid);
	}
}

SC_TEST(filters_for_a_filtered_tracer,
	.doc = "a tracer that is under a filter itself is told of no filter and of no flags: "
	       "EACCES, be it root",
	.needs = { LOOK_NEEDS }, .behaviours = { 58, 59 },
	.requires = NEED_PTRACE | NEED_MACHINE_ROOT)
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
