/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a filter never sees: the memory that an argument points to. A tracer, or another thread, may
 * change it after the filter has decided (behaviour 62): the kernel documents that, and a filter
 * must not be built on pointers.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "arch/regs.h"
#include "selftests/glue/kit-trace.h"

#define LENGTH sizeof(long)

/* At the same address in the tracee, which is a copy. */
static char text[LENGTH] __attribute__((aligned(sizeof(long))));

static int writes_text(void *data)
{
	static const struct trace_rule rules[] = { TRACE_RULE(__NR_write, SECCOMP_RET_TRACE),
						   { 0 } };
	const int *out = data;

	if (trace_install(rules))
		return 2;
	trace_stop_self();
	return arch_syscall6(__NR_write, *out, (unsigned long)text, LENGTH, 0, 0, 0) != LENGTH;
}

static bool poke(pid_t pid, char letter)
{
	long word;

	memset(&word, letter, sizeof(word));
	return !trace_ask(PTRACE_POKEDATA, pid, (unsigned long)text, (void *)word);
}

SC_TEST(memory_is_read_after_the_filters,
	.doc = "what an argument points to is read when the call is made: a tracer that changes it "
	       "at the entry or at the event changes what is done, behind all filters",
	.needs = { F_act_trace }, .behaviours = { 62 }, .requires = NEED_PTRACE, .dumpable = true)
{
	char seen[LENGTH + 1] = "", expected[LENGTH + 1] = "";
	int fds[2];
	pid_t pid;

	BROKE_UNLESS(!pipe(fds), "no pipe");
	for (int stops = 0; stops <= 2; stops++) {
		memset(text, '0', sizeof(text));
		pid = trace_fork_ready(writes_text, &fds[1], TRACE_OPTIONS);
		BROKE_UNLESS(pid > 0, "no tracee");
		ASSERT_EQ(TRACE_SYSCALL, trace_go(PTRACE_SYSCALL, pid, 0));
		BROKE_UNLESS(stops < 1 || poke(pid, '1'), "its memory cannot be written");
		ASSERT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_SYSCALL, pid, 0));
		BROKE_UNLESS(stops < 2 || poke(pid, '2'), "its memory cannot be written");
		ASSERT_EQ(TRACE_EXITED(0), trace_go(PTRACE_CONT, pid, 0));
		memset(expected, '0' + stops, LENGTH);
		ASSERT_EQ((ssize_t)LENGTH, read(fds[0], seen, LENGTH));
		EXPECT_STREQ(expected, seen);
	}
}

TEST_HARNESS_MAIN
