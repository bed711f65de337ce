/* SPDX-License-Identifier: BSD-3-Clause */
/* PTRACE_GET_SYSCALL_INFO at each stop of a call (behaviour 61). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "arch/arch.h"
#include "arch/regs.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Names and structs of our own: headers that have them all are rare. */
#define GET_SYSCALL_INFO 0x420e

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

/* Asks for all there is; what the kernel did not write is TRACE_UNTOUCHED. */
static struct asked_info ask_info(pid_t pid)
{
	struct asked_info asked;

	memset(&asked, TRACE_UNTOUCHED, sizeof(asked));
	asked.size = trace_ask(GET_SYSCALL_INFO, pid, sizeof(asked.info), &asked.info);
	return asked;
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
		EXPECT_TRUE(trace_bytes_are(0, (asked).info.pad, 0, sizeof((asked).info.pad))); \
		EXPECT_EQ(arch_native()->audit, (asked).info.arch);                             \
		ASSERT_EQ(0, regs_read(pid, &info_regs));                                       \
		EXPECT_EQ(regs_ip(&info_regs), (asked).info.ip);                                \
		EXPECT_TRUE(has_word(&info_regs, (asked).info.sp));                             \
		EXPECT_GT(4096u, stack_distance((asked).info.sp));                              \
		EXPECT_TRUE(trace_bytes_are(TRACE_UNTOUCHED, &(asked).info, (asked).size,       \
					    sizeof((asked).info)));                             \
	} while (0)

#define EXPECT_INFO_CALL(asked, expected_nr, expected_args)                            \
	do {                                                                           \
		EXPECT_EQ((uint64_t)(expected_nr), (asked).info.entry.nr);             \
		for (unsigned int arg = 0; arg < 6; arg++)                             \
			EXPECT_EQ((expected_args)[arg], (asked).info.entry.args[arg]); \
	} while (0)

/* At the event: 84 bytes, or with the word behind them, which is zero, 88. */
#define EXPECT_INFO_SECCOMP(asked, nr, args, data, pid)                                          \
	do {                                                                                     \
		const bool longer = (asked).size == sizeof((asked).info);                        \
                                                                                                 \
		EXPECT_INFO(asked, INFO_SECCOMP, longer ? 88 : SIZE_SECCOMP, pid);               \
		EXPECT_INFO_CALL(asked, nr, args);                                               \
		EXPECT_EQ(data, (asked).info.entry.ret_data);                                    \
		EXPECT_EQ(longer ? 0u : TRACE_UNTOUCHED * 0x01010101u, (asked).info.entry.zero); \
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
		TRACE_RULE(ARCH_NR_MINUS_ONE, SECCOMP_RET_TRACE),
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
	stack_mark = trace_shared(sizeof(*stack_mark));
	if (!stack_mark)
		return -1;
	return trace_fork_ready(makes_calls, (void *)calls, TRACE_OPTIONS);
}

SC_TEST(info_at_the_stops,
	.doc = "PTRACE_GET_SYSCALL_INFO tells entry, event and exit of a call apart, with number, "
	       "arguments, the filter's data and result exact, and nothing else written (5.3)",
	.needs = { F_act_trace, F_ptrace_get_syscall_info },
	.covers = { F_act_trace, F_ret_data, F_ptrace_get_syscall_info },
	.fixes = { FIX_getsyscallinfo_leak }, .behaviours = { 61 }, .requires = NEED_PTRACE)
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

static int becomes_twin(void *data)
{
	kit_exec_twin(*(int *)data);
	return 4;
}

SC_TEST(info_of_a_twin,
	.doc = "PTRACE_GET_SYSCALL_INFO tells the architecture of the call, not of the tracer: of "
	       "the other word size",
	.needs = { F_ptrace_get_syscall_info }, .covers = { F_ptrace_get_syscall_info },
	.behaviours = { 61 }, .requires = NEED_PTRACE | NEED_TWIN)
{
	const struct arch *twin = kit_twin_arch();
	unsigned int calls = 0;
	int fds[2], status;
	pid_t pid;

	BROKE_UNLESS(!pipe(fds), "no pipe");
	pid = trace_fork(becomes_twin, &fds[1], TRACE_OPTIONS);
	BROKE_UNLESS(pid > 0, "no tracee");
	while (TRACE_IS_STOP(status = trace_go(PTRACE_SYSCALL, pid, 0))) {
		struct asked_info asked = ask_info(pid);

		calls += asked.info.op == INFO_ENTRY && asked.info.arch == twin->audit &&
			 (int64_t)asked.info.entry.nr == arch_syscall_nr(twin, "getppid");
	}
	EXPECT_EQ(TRACE_EXITED(0), status);
	EXPECT_LT(0u, calls);
	close(fds[0]);
	close(fds[1]);
}

SC_TEST(info_of_a_changed_call,
	.doc = "PTRACE_GET_SYSCALL_INFO at the event shows number and argument as the tracer has "
	       "changed them, and -1 as a number of 64 bits",
	.needs = { F_act_trace, F_ptrace_get_syscall_info },
	.covers = { F_act_trace, F_ptrace_get_syscall_info }, .behaviours = { 61 },
	.requires = NEED_PTRACE)
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
	EXPECT_INFO_SECCOMP(asked, ARCH_NR_MINUS_ONE, args, 0u, pid);
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
	.needs = { F_act_trace, F_ptrace_get_syscall_info },
	.covers = { F_act_trace, F_ptrace_get_syscall_info }, .behaviours = { 61 },
	.requires = NEED_PTRACE)
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

		memset(part, TRACE_UNTOUCHED, sizeof(part));
		EXPECT_EQ(full.size, trace_ask(GET_SYSCALL_INFO, pid, room, part));
		EXPECT_EQ(0, memcmp(part, &full.info, written));
		EXPECT_TRUE(trace_bytes_are(TRACE_UNTOUCHED, part, written, sizeof(part)));
	}
	EXPECT_EQ(-1, trace_ask(GET_SYSCALL_INFO, pid, sizeof(part), TRACE_NOWHERE));
	EXPECT_EQ(EFAULT, errno);
	trace_end(pid);
}

TEST_HARNESS_MAIN
