/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86_64's vsyscall page: calls that are made without a syscall instruction, by a page fault, and
 * are filtered all the same (behaviour 126).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#ifdef ARCH_VSYSCALL_PAGE
#include <linux/seccomp.h>
#include <sys/time.h>
#include <time.h>

#include "arch/arch.h"
#include "selftests/glue/kit-exact.h"
#include "selftests/glue/kit-trace.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { V_GETTIMEOFDAY, V_TIME, V_GETCPU, V_CALLS };

static const struct {
	const char *name;
	uintptr_t at;
	int nr;
} calls[V_CALLS] = {
	{ "gettimeofday", ARCH_VSYSCALL_PAGE, __NR_gettimeofday },
	{ "time", ARCH_VSYSCALL_PAGE + 0x400, __NR_time },
	{ "getcpu", ARCH_VSYSCALL_PAGE + 0x800, __NR_getcpu },
};

/* What they write, each. */
struct written {
	struct timeval tv;
	struct timezone tz;
	time_t t;
	unsigned int cpu, node;
};

/* All that a call was and did. */
struct vcall {
	int which;
	uint32_t action;
	long result;
	uintptr_t returned_to; /* the address behind the call */
	struct written written, before;
	struct trap trap;
	bool called; /* it came back */
};

/* The arguments of one call, all six: what it writes to, and numbers that it has no use for. */
static void fill_args(const struct vcall *call, unsigned long args[6])
{
	const struct written *w = &call->written;
	const unsigned long first[V_CALLS] = { (unsigned long)&w->tv, (unsigned long)&w->t,
					       (unsigned long)&w->cpu };
	const unsigned long second[V_CALLS] = { (unsigned long)&w->tz, 0x2222222222222222ul,
						(unsigned long)&w->node };

	args[0] = first[call->which];
	args[1] = second[call->which];
	for (unsigned int i = 2; i < 6; i++)
		args[i] = 0x1111111111111111ul * (i + 1);
}

static void make_vcall(struct vcall *call)
{
	unsigned long args[6];

	fill_args(call, args);
	memset(&call->written, 0xaa, sizeof(call->written));
	call->before = call->written;
	call->result = arch_vsyscall(calls[call->which].at, args, &call->returned_to);
	call->called = true;
}

static bool wrote_nothing(const struct vcall *call)
{
	return !memcmp(&call->written, &call->before, sizeof(call->written));
}

static int call_under_action(void *data)
{
	struct vcall *call = data;

	if (kit_filter_syscall(calls[call->which].nr, call->action))
		return 2;
	make_vcall(call);
	return 0;
}

#define ASK_VCALL(call, main)                                                           \
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(main, &(call), sizeof(call))))         \
	{                                                                               \
		TH_LOG("%s under action %#x", calls[(call).which].name, (call).action); \
	}

/* Whether the time is that of now, within a minute: the clock may be set meanwhile. */
static bool is_now(time_t t)
{
	return labs((long)(t - time(NULL))) < 60;
}

static bool did_its_work(const struct vcall *call)
{
	const struct written *w = &call->written;

	switch (call->which) {
	case V_GETTIMEOFDAY:
		return call->result == 0 && is_now(w->tv.tv_sec) && w->tv.tv_usec < 1000000;
	case V_TIME:
		return is_now(call->result) && w->t == call->result;
	default:
		return call->result == 0 && w->cpu < 8192 && w->node < 1024;
	}
}

SC_TEST(vsyscalls_are_allowed, .doc = "vsyscalls that are allowed or logged do their work",
	.needs = { F_vsyscall_filter }, .covers = { F_vsyscall_filter }, .behaviours = { 126 },
	.varies = VARY(DIM_ROUTE))
{
	static const uint32_t actions[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_LOG };

	for (int which = 0; which < V_CALLS; which++) {
		for (size_t i = 0; i < COUNT(actions); i++) {
			struct vcall call = { .which = which, .action = actions[i] };

			ASK_VCALL(call, call_under_action);
			EXPECT_TRUE(did_its_work(&call)) TH_LOG("%s", calls[which].name);
		}
	}
}

SC_TEST(vsyscalls_are_refused,
	.doc = "vsyscalls that a filter refuses return its errno (0 to 4095), ENOSYS for TRACE and "
	       "USER_NOTIF with nobody to ask, and write nothing",
	.needs = { F_vsyscall_filter }, .covers = { F_vsyscall_filter },
	.fixes = { FIX_vsyscall_trap_errno }, .behaviours = { 126 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const struct {
		uint32_t action;
		long result;
	} rows[] = {
		{ SECCOMP_RET_ERRNO | 0, 0 },	     { SECCOMP_RET_ERRNO | 1, -1 },
		{ SECCOMP_RET_ERRNO | 77, -77 },     { SECCOMP_RET_ERRNO | 4095, -4095 },
		{ SECCOMP_RET_ERRNO | 4096, -4095 }, { SECCOMP_RET_TRACE | 3, -ENOSYS },
		{ SECCOMP_RET_USER_NOTIF, -ENOSYS },
	};

	for (int which = 0; which < V_CALLS; which++) {
		for (size_t i = 0; i < COUNT(rows); i++) {
			struct vcall call = { .which = which, .action = rows[i].action };

			ASK_VCALL(call, call_under_action);
			EXPECT_EQ(rows[i].result, call.result)
			{
				TH_LOG("%s under %#x", calls[which].name, call.action);
			}
			EXPECT_TRUE(wrote_nothing(&call)) TH_LOG("%s", calls[which].name);
		}
	}
}

static int call_exactly(void *data)
{
	struct vcall *call = data;
	struct seccomp_data expected = {
		.nr = calls[call->which].nr,
		.arch = arch_native()->audit,
		.instruction_pointer = calls[call->which].at,
	};
	unsigned long args[6];

	fill_args(call, args);
	for (unsigned int i = 0; i < 6; i++)
		expected.args[i] = args[i];
	if (exact_install(&expected))
		return 2;
	make_vcall(call);
	return 0;
}

SC_TEST(vsyscalls_have_exact_data,
	.doc = "a filter sees a vsyscall as its syscall: number, architecture, the registers of "
	       "all "
	       "six arguments, and the page's address as the instruction pointer",
	.needs = { F_vsyscall_filter }, .covers = { F_vsyscall_filter }, .behaviours = { 21, 126 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	for (int which = 0; which < V_CALLS; which++) {
		struct vcall call = { .which = which };

		ASK_VCALL(call, call_exactly);
		EXPECT_EQ(EXACT, call.result) TH_LOG("%s", calls[which].name);
	}
}

static int call_trapped(void *data)
{
	struct vcall *call = data;

	if (trap_handle(&call->trap, 0))
		return 3;
	return call_under_action(data);
}

SC_TEST(vsyscalls_are_trapped,
	.doc = "TRAP of a vsyscall: the siginfo has the page's address, the handler goes back "
	       "behind "
	       "the call, and finds the number for a result",
	.needs = { F_vsyscall_filter, F_act_trap }, .covers = { F_vsyscall_filter, F_act_trap },
	.fixes = { FIX_vsyscall_trap_errno }, .behaviours = { 41, 126 }, .varies = VARY(DIM_ROUTE))
{
	for (int which = 0; which < V_CALLS; which++) {
		struct vcall call = { .which = which, .action = SECCOMP_RET_TRAP | 0x4321 };

		ASK_VCALL(call, call_trapped);
		EXPECT_EQ(1, call.trap.count);
		EXPECT_SIGINFO(trap_siginfo(calls[which].nr, 0x4321, calls[which].at),
			       call.trap.info);
		EXPECT_EQ(call.returned_to, call.trap.ip);
		EXPECT_EQ(calls[which].nr, call.trap.nr);
		EXPECT_EQ(calls[which].nr, call.result);
		EXPECT_TRUE(wrote_nothing(&call)) TH_LOG("%s", calls[which].name);
	}
}

SC_TEST(vsyscalls_are_killed,
	.doc = "KILL_PROCESS, KILL_THREAD and actions that do not exist end who makes a vsyscall, "
	       "by "
	       "SIGSYS",
	.needs = { F_vsyscall_filter }, .covers = { F_vsyscall_filter }, .behaviours = { 126 },
	.varies = VARY(DIM_ROUTE))
{
	static const uint32_t actions[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
					    0x10000000 };

	for (int which = 0; which < V_CALLS; which++) {
		for (size_t i = 0; i < COUNT(actions); i++) {
			struct vcall call = { .which = which, .action = actions[i] };

			EXPECT_EQ(kit_killed(SIGSYS),
				  kit_end(kit_ask(call_trapped, &call, sizeof(call))))
			{
				TH_LOG("%s under %#x", calls[which].name, call.action);
			}
			EXPECT_FALSE(call.called);
			EXPECT_EQ(0, call.trap.count);
		}
	}
}

static int call_in_strict(void *data)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		return 2;
	make_vcall(data);
	for (;;)
		arch_syscall6(__NR_exit, 0, 0, 0, 0, 0, 0);
}

SC_TEST(vsyscalls_in_strict_mode, .doc = "a vsyscall in strict mode is SIGKILL",
	.needs = { F_mode_strict, F_vsyscall_filter }, .covers = { F_mode_strict },
	.behaviours = { 2, 126 }, .requires = NEED_UNFILTERED)
{
	for (int which = 0; which < V_CALLS; which++) {
		struct vcall call = { .which = which };

		EXPECT_EQ(kit_killed(SIGKILL),
			  kit_end(kit_ask(call_in_strict, &call, sizeof(call))))
		{
			TH_LOG("%s", calls[which].name);
		}
		EXPECT_FALSE(call.called);
	}
}

/* --- a tracer -------------------------------------------------------------------------------- */

enum vchange { LEAVE, SKIP, SKIP_WITH_RESULT, OTHER_NR, OTHER_IP };

struct vtrace {
	struct vcall *call; /* shared with the tracee */
	int event, end;
	unsigned long message, ip;
	int nr, err;
};

static int change_regs(pid_t pid, struct regs *regs, enum vchange change)
{
	if (change == OTHER_NR)
		return regs_set_nr(pid, regs, __NR_getpid);
	if (change == SKIP || change == SKIP_WITH_RESULT) {
		int err = regs_set_nr(pid, regs, -1);

		if (err || change == SKIP)
			return err;
		regs_set_ret(regs, 0x1234567);
	}
	if (change == OTHER_IP)
		regs->word[REGS_IP] += 0x400;
	return change == LEAVE ? 0 : regs_write(pid, regs);
}

static bool trace_vcall(struct vtrace *vtrace, enum vchange change)
{
	pid_t pid = trace_fork(call_under_action, vtrace->call, TRACE_OPTIONS);
	struct regs regs;

	if (pid < 0)
		return false;
	vtrace->event = trace_go(PTRACE_CONT, pid, 0);
	vtrace->message = trace_message(pid);
	vtrace->err = regs_read(pid, &regs);
	vtrace->nr = regs_nr(&regs);
	vtrace->ip = regs_ip(&regs);
	if (!vtrace->err)
		vtrace->err = change_regs(pid, &regs, change);
	vtrace->end = trace_go(PTRACE_CONT, pid, 0);
	while (vtrace->end == TRACE_STOP(SIGSYS)) /* a signal like others, for a tracer */
		vtrace->end = trace_go(PTRACE_CONT, pid, SIGSYS);
	if (TRACE_IS_STOP(vtrace->end))
		trace_end(pid);
	return true;
}

#define EXPECT_TRACED(vtrace, which)                                          \
	do {                                                                  \
		EXPECT_EQ(0, (vtrace).err);                                   \
		EXPECT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), (vtrace).event); \
		EXPECT_EQ(5u, (vtrace).message);                              \
		EXPECT_EQ(calls[which].nr, (vtrace).nr);                      \
		EXPECT_EQ(calls[which].at, (vtrace).ip);                      \
	} while (0)

static struct vcall *shared_vcall(int which)
{
	struct vcall *call = trace_shared(sizeof(*call));

	if (call) {
		call->which = which;
		call->action = SECCOMP_RET_TRACE | 5;
	}
	return call;
}

SC_TEST(vsyscalls_are_traced,
	.doc = "TRACE of a vsyscall: the tracer finds number and address, may let it be made, and "
	       "may skip it and say a result",
	.needs = { F_vsyscall_filter, F_ptrace_o_traceseccomp },
	.covers = { F_vsyscall_filter, F_ptrace_o_traceseccomp }, .behaviours = { 50, 53, 126 },
	.requires = NEED_PTRACE, .varies = VARY(DIM_ROUTE), .dumpable = true)
{
	static const enum vchange changes[] = { LEAVE, SKIP, SKIP_WITH_RESULT };

	for (int which = 0; which < V_CALLS; which++) {
		for (size_t i = 0; i < COUNT(changes); i++) {
			struct vtrace vtrace = { .call = shared_vcall(which) };

			BROKE_UNLESS(vtrace.call && trace_vcall(&vtrace, changes[i]), "no tracee");
			EXPECT_TRACED(vtrace, which);
			EXPECT_EQ(TRACE_EXITED(0), vtrace.end);
			if (changes[i] == LEAVE) {
				EXPECT_TRUE(did_its_work(vtrace.call));
			} else {
				EXPECT_EQ(changes[i] == SKIP ? -ENOSYS : 0x1234567,
					  vtrace.call->result);
				EXPECT_TRUE(wrote_nothing(vtrace.call));
			}
		}
	}
}

SC_TEST(vsyscalls_cannot_become_others,
	.doc = "a tracer that gives a vsyscall another number, or another address, kills who made "
	       "it, "
	       "by SIGSYS",
	.needs = { F_vsyscall_filter, F_ptrace_o_traceseccomp }, .covers = { F_vsyscall_filter },
	.fixes = { FIX_vsyscall_seccomp_signal }, .behaviours = { 51, 126 },
	.requires = NEED_PTRACE, .varies = VARY(DIM_ROUTE), .dumpable = true)
{
	static const enum vchange changes[] = { OTHER_NR, OTHER_IP };

	for (int which = 0; which < V_CALLS; which++) {
		for (size_t i = 0; i < COUNT(changes); i++) {
			struct vtrace vtrace = { .call = shared_vcall(which) };

			BROKE_UNLESS(vtrace.call && trace_vcall(&vtrace, changes[i]), "no tracee");
			EXPECT_TRACED(vtrace, which);
			EXPECT_EQ(TRACE_KILLED(SIGSYS), vtrace.end)
			{
				TH_LOG("%s, another %s", calls[which].name,
				       changes[i] == OTHER_NR ? "number" : "address");
			}
			EXPECT_FALSE(vtrace.call->called);
		}
	}
}

/* --- another filter's call in between: nothing is left of it --------------------------------- */

static int call_twice(void *data)
{
	struct vcall *call = data;

	if (kit_filter_syscall(calls[call->which].nr, SECCOMP_RET_ERRNO | 77))
		return 2;
	make_vcall(call);
	if (call->result != -77)
		return 3;
	if (syscall(calls[call->which].nr, NULL, NULL, NULL) != -1 || errno != 77)
		return 4;
	make_vcall(call);
	return call->result == -77 && wrote_nothing(call) ? 0 : 5;
}

SC_TEST(vsyscalls_and_syscalls,
	.doc = "what refuses the syscall refuses the vsyscall, and the other way round",
	.needs = { F_vsyscall_filter }, .covers = { F_vsyscall_filter }, .behaviours = { 126 },
	.varies = VARY(DIM_ROUTE))
{
	for (int which = 0; which < V_CALLS; which++) {
		struct vcall call = { .which = which };

		ASK_VCALL(call, call_twice);
	}
}
#endif

TEST_HARNESS_MAIN
