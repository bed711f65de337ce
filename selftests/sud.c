/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Syscall user dispatch comes before ptrace and before filters: what it dispatches they never see
 * (behaviour 129).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <sys/mman.h>

#include "arch/arch.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-trace.h"
#include "selftests/glue/kit-trap.h"

#define SET_SYSCALL_USER_DISPATCH 59
#define GET_DISPATCH_CONFIG	  0x4211
#define SET_DISPATCH_CONFIG	  0x4210

enum { DISPATCH_OFF, DISPATCH_ON };
enum { SELECT_ALLOW, SELECT_BLOCK };

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif

/* What one dispatched call came to. */
struct dispatch {
	/* The question. */
	uint32_t action; /* of a filter for getppid() */
	char selected;	 /* what the selector says at the call */
	bool no_selector, bad_selector, whole_range, off_again;
	/* The answer. */
	struct trap trap;
	long result;
	pid_t parent;
	bool came_back;
};

/* Read by the kernel at each call. */
static volatile char selector;

/* The handler makes calls, and goes back by one. */
static void select_allow(void)
{
	selector = SELECT_ALLOW;
}

static long set_dispatch(unsigned long mode, unsigned long offset, unsigned long length,
			 const volatile char *where)
{
	return prctl(SET_SYSCALL_USER_DISPATCH, mode, offset, length, where);
}

/* Raw, so that no other call comes in between. */
static void make_call(struct dispatch *dispatch)
{
	selector = dispatch->selected;
	dispatch->result =
		trap_call(__NR_getppid, (unsigned long[6]){ 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 });
	selector = SELECT_ALLOW;
	dispatch->came_back = true;
}

static void *unmapped(void)
{
	void *page = mmap(NULL, 1 << 16, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page != MAP_FAILED && !munmap(page, 1 << 16) ? page : NULL;
}

static int switch_on(const struct dispatch *dispatch)
{
	const volatile char *where = dispatch->no_selector    ? NULL
				     : dispatch->bad_selector ? unmapped()
							      : &selector;
	/* Nothing is excepted, or all is but the address 0. */
	unsigned long offset = dispatch->whole_range ? 1 : 0;
	unsigned long length = dispatch->whole_range ? -2ul : 0;

	if (set_dispatch(DISPATCH_ON, offset, length, where))
		return -1;
	return dispatch->off_again ? set_dispatch(DISPATCH_OFF, 0, 0, NULL) : 0;
}

static int dispatch_main(void *data)
{
	struct dispatch *dispatch = data;

	dispatch->parent = getppid();
	dispatch->trap.begin = select_allow;
	if (trap_handle(&dispatch->trap, 0))
		return 2;
	if (dispatch->action && kit_filter_syscall(__NR_getppid, dispatch->action))
		return 3;
	selector = SELECT_ALLOW;
	if (switch_on(dispatch))
		return 4;
	make_call(dispatch);
	return 0;
}

static siginfo_t dispatch_siginfo(void)
{
	siginfo_t info = trap_siginfo(__NR_getppid, 0, trap_call_end());

	info.si_code = SYS_USER_DISPATCH;
	return info;
}

#define EXPECT_DISPATCHED(dispatch)                                                           \
	do {                                                                                  \
		static const unsigned long args_[6] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 }; \
                                                                                              \
		EXPECT_EQ(1, (dispatch).trap.count);                                          \
		EXPECT_SIGINFO(dispatch_siginfo(), (dispatch).trap.info);                     \
		EXPECT_EQ(__NR_getppid, (dispatch).trap.nr);                                  \
		EXPECT_TRUE(trap_has_args(&(dispatch).trap, args_));                          \
		EXPECT_EQ(trap_call_end(), (dispatch).trap.ip);                               \
	} while (0)

SC_TEST(dispatched_before_any_filter,
	.doc = "a call that is dispatched raises SIGSYS with SYS_USER_DISPATCH, and no filter is "
	       "asked about it, whatever its action would be",
	.needs = { F_sud, F_act_kill_process }, .covers = { F_sud }, .behaviours = { 41, 129 },
	.varies = VARY(DIM_ROUTE))
{
	static const uint32_t actions[] = {
		0,
		SECCOMP_RET_ALLOW,
		SECCOMP_RET_KILL_PROCESS,
		SECCOMP_RET_KILL_THREAD | 1,
		SECCOMP_RET_TRAP | 7,
		SECCOMP_RET_ERRNO | 7,
		SECCOMP_RET_TRACE | 7,
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		struct dispatch dispatch = { .action = actions[i], .selected = SELECT_BLOCK };

		EXPECT_EQ(kit_exited(0),
			  kit_end(kit_ask(dispatch_main, &dispatch, sizeof(dispatch))))
		{
			TH_LOG("under action %#x", actions[i]);
		}
		EXPECT_DISPATCHED(dispatch);
	}
}

SC_TEST(not_dispatched_is_filtered,
	.doc = "a call that the selector lets through, that is made from the excepted range, or "
	       "after dispatch is off again, is the filters' as before",
	.needs = { F_sud, F_act_errno }, .covers = { F_sud, F_act_errno, F_act_trap },
	.behaviours = { 129 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const struct dispatch kinds[] = {
		{ .selected = SELECT_ALLOW },
		{ .selected = SELECT_BLOCK, .whole_range = true },
		{ .selected = SELECT_BLOCK, .off_again = true },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct dispatch of_errno = kinds[i], of_trap = kinds[i], allowed = kinds[i];

		of_errno.action = SECCOMP_RET_ERRNO | 77;
		EXPECT_EQ(kit_exited(0),
			  kit_end(kit_ask(dispatch_main, &of_errno, sizeof(of_errno))));
		EXPECT_EQ(-77, of_errno.result) TH_LOG("kind %zu", i);
		EXPECT_EQ(0, of_errno.trap.count);
		of_trap.action = SECCOMP_RET_TRAP | 78;
		EXPECT_EQ(kit_exited(0),
			  kit_end(kit_ask(dispatch_main, &of_trap, sizeof(of_trap))));
		EXPECT_EQ(1, of_trap.trap.count) TH_LOG("kind %zu", i);
		EXPECT_SIGINFO(trap_siginfo(__NR_getppid, 78, trap_call_end()), of_trap.trap.info);
		EXPECT_EQ(kit_exited(0),
			  kit_end(kit_ask(dispatch_main, &allowed, sizeof(allowed))));
		EXPECT_EQ(allowed.parent, allowed.result);
		EXPECT_EQ(0, allowed.trap.count);
	}
}

SC_TEST(bad_selectors_are_fatal,
	.doc = "a selector that cannot be read is SIGSEGV, and one that says neither allow nor "
	       "block "
	       "is SIGSYS: no handler, and no filter, comes before",
	.needs = { F_sud, F_act_errno }, .covers = { F_sud }, .behaviours = { 129 },
	.varies = VARY(DIM_ROUTE))
{
	static const char neither[] = { 2, 3, 0x7f, -1 };
	struct dispatch unreadable = { .action = SECCOMP_RET_ERRNO | 77, .bad_selector = true };

	EXPECT_EQ(kit_killed(SIGSEGV),
		  kit_end(kit_ask(dispatch_main, &unreadable, sizeof(unreadable))));
	EXPECT_FALSE(unreadable.came_back);
	for (size_t i = 0; i < sizeof(neither); i++) {
		struct dispatch dispatch = { .action = SECCOMP_RET_ERRNO | 77,
					     .selected = neither[i] };

		EXPECT_EQ(kit_killed(SIGSYS),
			  kit_end(kit_ask(dispatch_main, &dispatch, sizeof(dispatch))))
		{
			TH_LOG("a selector of %d", neither[i]);
		}
		EXPECT_FALSE(dispatch.came_back);
		EXPECT_EQ(0, dispatch.trap.count);
	}
}

static int forked_main(void *data)
{
	struct dispatch *dispatch = data;
	int status;
	pid_t pid;

	if (trap_handle(&dispatch->trap, 0) ||
	    kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | 77) || switch_on(dispatch))
		return 2;
	pid = fork();
	if (pid == 0) {
		make_call(dispatch);
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid ? status : 3;
}

SC_TEST(children_are_not_dispatched,
	.doc = "a child has its parent's filters, and not its dispatch",
	.needs = { F_sud, F_act_errno }, .covers = { F_sud, F_inherit_fork },
	.behaviours = { 114, 129 }, .varies = VARY(DIM_ROUTE))
{
	struct dispatch dispatch = { .selected = SELECT_BLOCK };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(forked_main, &dispatch, sizeof(dispatch))));
	EXPECT_EQ(-77, dispatch.result);
	EXPECT_EQ(0, dispatch.trap.count);
}

/* Nothing that the new program has is in the middle of as much as this. */
#define FAR_APART (1ul << 28)

static int exec_main(void *data)
{
	static char *far;

	far = mmap(NULL, FAR_APART, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	/* It says "allow": as long as it can be read, no call is dispatched. */
	if (far == MAP_FAILED || set_dispatch(DISPATCH_ON, 0, 0, far + FAR_APART / 2))
		return 2;
	kit_exec_self(*(int *)data);
	return 3;
}

SC_TEST(new_programs_are_not_dispatched,
	.doc = "execve ends the dispatch: the new program has no such selector, and its calls work",
	.needs = { F_sud }, .covers = { F_sud }, .behaviours = { 129 })
{
	struct kit_view view;
	int fds[2];

	BROKE_UNLESS(!pipe(fds), "no pipe");
	EXPECT_EQ(kit_exited(0), kit_end(kit_child(exec_main, &fds[1])));
	close(fds[1]);
	EXPECT_TRUE(kit_view_read(fds[0], &view));
	close(fds[0]);
}

SC_TEST(without_a_selector_all_is_dispatched,
	.doc = "without a selector every call outside of the range is dispatched, those of the "
	       "handler too: with SIGSYS blocked there, they are its end",
	.needs = { F_sud, F_act_errno }, .covers = { F_sud }, .behaviours = { 44, 129 })
{
	struct dispatch dispatch = { .no_selector = true };

	EXPECT_EQ(kit_killed(SIGSYS), kit_end(kit_ask(dispatch_main, &dispatch, sizeof(dispatch))));
	EXPECT_EQ(1, dispatch.trap.count);
	EXPECT_FALSE(dispatch.came_back);
}

/* --- before a tracer ------------------------------------------------------------------------- */

SC_TEST(dispatched_before_a_tracer,
	.doc = "a tracer that follows syscalls sees the SIGSYS of a dispatched call, and no stop "
	       "of "
	       "the call itself, nor of the filter's TRACE",
	.needs = { F_sud, F_ptrace_o_traceseccomp }, .covers = { F_sud }, .behaviours = { 50, 129 },
	.requires = NEED_PTRACE, .varies = VARY(DIM_ROUTE), .dumpable = true)
{
	struct dispatch *dispatch = trace_shared(sizeof(*dispatch));
	unsigned int stops_of_call = 0, signals = 0;
	siginfo_t info = { .si_signo = 0 };
	bool entry = false;
	struct regs regs;
	int status;
	pid_t pid;

	BROKE_UNLESS(dispatch != NULL, "no memory");
	dispatch->action = SECCOMP_RET_TRACE | 7;
	dispatch->selected = SELECT_BLOCK;
	pid = trace_fork(dispatch_main, dispatch, TRACE_OPTIONS);
	BROKE_UNLESS(pid > 0, "no tracee");
	/* The first getppid() is its own, before it has a filter. */
	for (status = trace_go(PTRACE_SYSCALL, pid, 0); TRACE_IS_STOP(status);) {
		int signal = status == TRACE_STOP(SIGSYS) ? SIGSYS : 0;

		if (signal) {
			signals++;
			EXPECT_EQ(0, trace_ask(PTRACE_GETSIGINFO, pid, 0, &info));
		} else {
			/*
			 * At its end rt_sigreturn has the registers of the dispatched call, and its
			 * number where that is one of them (riscv64); a lone stop at an end makes
			 * the next one an entry.
			 */
			entry = !entry;
			BROKE_UNLESS(!regs_read(pid, &regs), "no registers");
			stops_of_call += entry && regs_nr(&regs) == __NR_getppid &&
					 regs_ip(&regs) == trap_call_end();
		}
		EXPECT_NE(TRACE_EVENT(PTRACE_EVENT_SECCOMP), status);
		status = trace_go(PTRACE_SYSCALL, pid, signal);
	}
	EXPECT_EQ(TRACE_EXITED(0), status);
	EXPECT_EQ(1u, signals);
	EXPECT_EQ(0u, stops_of_call);
	EXPECT_EQ(SYS_USER_DISPATCH, info.si_code);
	EXPECT_DISPATCHED(*dispatch);
}

/* As the kernel lays it out. */
struct dispatch_config {
	uint64_t mode, selector, offset, len;
};

static int dispatch_and_stop(void *data)
{
	(void)data;
	if (set_dispatch(DISPATCH_ON, 0x1000, 0x2000, &selector))
		return 2;
	trace_stop_self();
	return 0;
}

SC_TEST(tracer_reads_and_changes_dispatch,
	.doc = "a tracer reads what a task dispatches, may switch it off, and is refused any size "
	       "but "
	       "the one of the configuration",
	.needs = { F_sud, F_ptrace_sud_config }, .covers = { F_ptrace_sud_config },
	.behaviours = { 129 }, .requires = NEED_PTRACE, .dumpable = true)
{
	struct dispatch_config config, off = { .mode = DISPATCH_OFF };
	pid_t pid = trace_fork_ready(dispatch_and_stop, NULL, TRACE_OPTIONS);

	BROKE_UNLESS(pid > 0, "no tracee");
	memset(&config, TRACE_UNTOUCHED, sizeof(config));
	EXPECT_EQ(-1, trace_ask(GET_DISPATCH_CONFIG, pid, sizeof(config) - 1, &config));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_TRUE(trace_bytes_are(TRACE_UNTOUCHED, &config, 0, sizeof(config)));
	EXPECT_EQ(-1, trace_ask(GET_DISPATCH_CONFIG, pid, sizeof(config), TRACE_NOWHERE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, trace_ask(GET_DISPATCH_CONFIG, pid, sizeof(config), &config));
	EXPECT_EQ(DISPATCH_ON, config.mode);
	EXPECT_EQ((uintptr_t)&selector, config.selector);
	EXPECT_EQ(0x1000u, config.offset);
	EXPECT_EQ(0x2000u, config.len);
	EXPECT_EQ(-1, trace_ask(SET_DISPATCH_CONFIG, pid, sizeof(off) + 1, &off));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, trace_ask(SET_DISPATCH_CONFIG, pid, sizeof(off), &off));
	EXPECT_EQ(0, trace_ask(GET_DISPATCH_CONFIG, pid, sizeof(config), &config));
	EXPECT_EQ(0, memcmp(&off, &config, sizeof(off)));
	EXPECT_EQ(TRACE_EXITED(0), trace_go(PTRACE_CONT, pid, 0));
}

/* --- prctl(2) -------------------------------------------------------------------------------- */

SC_TEST(dispatch_checks_its_arguments,
	.doc = "arguments that mean nothing are EINVAL, a selector that is no user address EFAULT",
	.needs = { F_sud }, .covers = { F_sud }, .behaviours = { 129 })
{
	static const struct {
		unsigned long mode, offset, length, where;
		int err;
	} rows[] = {
		{ DISPATCH_OFF, 0, 0, 0, 0 },
		{ DISPATCH_OFF, 1, 0, 0, EINVAL },
		{ DISPATCH_OFF, 0, 1, 0, EINVAL },
		{ DISPATCH_OFF, 0, 0, 8, EINVAL },
		{ DISPATCH_ON, 8, 0, 0, EINVAL },
#if __SIZEOF_POINTER__ == 8
		{ DISPATCH_ON, -8ul, 16, 0, EINVAL }, /* it wraps around */
#ifndef __s390x__ /* whose kernel is elsewhere: every address may be a program's */
		{ DISPATCH_ON, 0, 0, -8ul, EFAULT },
#endif
#endif
		{ 7, 0, 0, 0, EINVAL },
		{ -1ul, 0, 0, 0, EINVAL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		long result = prctl(SET_SYSCALL_USER_DISPATCH, rows[i].mode, rows[i].offset,
				    rows[i].length, rows[i].where);

		EXPECT_EQ(rows[i].err, result ? errno : 0) TH_LOG("row %zu", i);
	}
}

TEST_HARNESS_MAIN
