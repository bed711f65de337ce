/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose call is recorded, and what became of it (behaviours 109, 110): threads, tracers, listeners.
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <sys/ioctl.h>

#include "arch/arch.h"
#include "selftests/glue/kit-audit.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define RECORDS(what, ...)                                                        \
	.needs = { F_audit_records, F_flag_log, F_sysctl_logged, ##__VA_ARGS__ }, \
	.covers = { F_audit_records, F_flag_log, F_sysctl_logged },               \
	.requires = NEED_RECORDS | (what), .seconds = 30

#define FLAG_LOG SECCOMP_FILTER_FLAG_LOG

static long install_logged(uint32_t nr, uint32_t action, unsigned int flags)
{
	struct kit_filter filter;

	return kit_install_flags(FLAG_LOG | flags, kit_on_syscall(&filter, nr, action));
}

static const struct act_record failed_getppid = { .nr = __NR_getppid, .code = SECCOMP_RET_ERRNO };

/* Expected, and then made. */
static int fail_getppid(struct act *act)
{
	act_expect(act, &failed_getppid);
	act_call(act, __NR_getppid);
	return 0;
}

static int fail_logged(struct act *act)
{
	if (install_logged(__NR_getppid, SECCOMP_RET_ERRNO | 1, 0))
		return 1;
	return fail_getppid(act);
}

/* --- strict mode ------------------------------------------------------------------------------ */

/* What the program's own record would be, but made when nothing can be looked up any more. */
static int break_strict(struct act *act)
{
	act->nr = __NR_getppid;
	if (!act->silent)
		act_expect(act, &(struct act_record){ .nr = __NR_getppid,
						      .signal = SIGKILL,
						      .code = SECCOMP_RET_KILL_THREAD });
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		return 1;
	act_call(act, __NR_getppid);
	return 0;
}

SC_TEST(strict_mode,
	.doc = "What strict mode kills for is recorded as KILL_THREAD with SIGKILL, if that is "
	       "among the actions logged",
	RECORDS(0, F_mode_strict), .behaviours = { 2, 109, 111 })
{
	static struct stage stage;
	struct act *act;

	stage_add(&stage, "strict", break_strict);
	stage_add(&stage, "strict", break_strict)->logged = "kill_thread";
	act = stage_add(&stage, "strict", break_strict);
	act->logged = "kill_process trap errno user_notif trace log";
	act->silent = true;
	EXPECT_RECORDED(stage);
	for (unsigned int i = 0; i < stage.count; i++)
		EXPECT_EQ(kit_killed(SIGKILL), stage.acts[i].end);
}

/* --- who it was ------------------------------------------------------------------------------- */

static int fail_as_another_user(struct act *act)
{
	if (setresgid(4321, 0, 0) || setresuid(1234, 0, 0))
		return 1;
	return fail_logged(act);
}

static int fail_as_nobody(struct act *act)
{
	if (kit_drop_privileges())
		return 1;
	return fail_logged(act);
}

static int fail_with_a_name(struct act *act)
{
	if (prctl(PR_SET_NAME, act->name, 0, 0, 0))
		return 1;
	return fail_logged(act);
}

/* The pid is the child's. */
static int fail_in_a_child(struct act *act)
{
	int status;
	pid_t pid;

	if (install_logged(__NR_getppid, SECCOMP_RET_ERRNO | 1, 0))
		return 1;
	pid = fork();
	if (pid == 0) {
		act->pid = getpid();
		_exit(fail_getppid(act));
	}
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 2;
}

SC_TEST(who_is_recorded,
	.doc = "A record names the real uid and gid, the process and the name that it has, which "
	       "is spelled in hex if it could be mistaken for more",
	RECORDS(0), .behaviours = { 109 })
{
	static struct stage stage;

	stage_add(&stage, "real ids", fail_as_another_user);
	stage_add(&stage, "nobody", fail_as_nobody);
	stage_add(&stage, "inherited", fail_in_a_child);
	stage_add(&stage, "plain-name.1", fail_with_a_name);
	stage_add(&stage, "a sig=9 name", fail_with_a_name);
	stage_add(&stage, "a\"quote", fail_with_a_name);
	stage_add(&stage, "new\nline", fail_with_a_name);
	stage_add(&stage, "f\xc3\xbcnf", fail_with_a_name);
	EXPECT_RECORDED(stage);
}

/* --- threads ---------------------------------------------------------------------------------- */

struct by_worker {
	struct act *act;
	uint32_t action; /* installed by the worker itself; 0: none is */
	int signal;
};

static long work(void *data)
{
	struct by_worker *by = data;

	if (prctl(PR_SET_NAME, "worker", 0, 0, 0))
		return 1;
	if (by->signal && kit_filter_syscall(__NR_getppid, by->action))
		return 2;
	act_expect(by->act,
		   &(struct act_record){ .nr = __NR_getppid,
					 .signal = by->signal,
					 .code = by->signal ? by->action : SECCOMP_RET_ERRNO });
	act_call(by->act, __NR_getppid);
	return 0;
}

static int fail_by_tsync(struct act *act)
{
	struct by_worker by = { .act = act };
	struct worker worker;

	if (worker_start(&worker) ||
	    install_logged(__NR_getppid, SECCOMP_RET_ERRNO | 1, SECCOMP_FILTER_FLAG_TSYNC))
		return 1;
	if (worker_do(&worker, work, &by))
		return 2;
	worker_stop(&worker);
	return fail_getppid(act);
}

static int die_as_worker(struct act *act)
{
	struct by_worker by = { .act = act, .action = act->actions[0], .signal = SIGSYS };
	struct worker worker;

	if (worker_start(&worker))
		return 1;
	worker_begin(&worker, work, &by);
	thread_gone(worker.tid);
	return 0;
}

static void add_death(struct stage *stage, const char *name, uint32_t action)
{
	stage_add(stage, name, die_as_worker)->actions[0] = action;
}

SC_TEST(threads,
	.doc = "A thread's call is recorded with the pid of the process and the thread's name, "
	       "by a filter that another thread gave it, and when only the thread is killed for it",
	RECORDS(0, F_flag_tsync), .behaviours = { 32, 109, 110 })
{
	static struct stage stage;

	stage_add(&stage, "TSYNC", fail_by_tsync);
	add_death(&stage, "KILL_THREAD", SECCOMP_RET_KILL_THREAD);
	add_death(&stage, "KILL_PROCESS", SECCOMP_RET_KILL_PROCESS);
	EXPECT_RECORDED(stage);
}

/* --- a tracer decides ------------------------------------------------------------------------- */

#define OTHER_NR __NR_getsid

/* What the tracer does at the event. */
enum { GOES_ON, SKIPS, CHANGES, KILLS };

/* In the tracee: TRACE for getppid, ERRNO for the other number, both logged. */
static int call_traced(void *data)
{
	struct act *act = data;

	act->pid = getpid();
	if (install_logged(OTHER_NR, SECCOMP_RET_ERRNO | 1, 0) ||
	    install_logged(__NR_getppid, SECCOMP_RET_TRACE | 1, 0))
		return 1;
	if (act->nr == KILLS)
		act_expect(act,
			   &(struct act_record){ .nr = __NR_getppid, .code = SECCOMP_RET_TRACE });
	/* Where numbers have 16 bits for the kernel (s390x), -1 is not less than 0 and skips
	 * nothing. */
	if (act->nr == SKIPS && ARCH_NR_MINUS_ONE < 0)
		act_expect(act, &(struct act_record){ .nr = -1, .code = SECCOMP_RET_TRACE });
	if (act->nr == CHANGES)
		act_expect(act, &(struct act_record){ .nr = OTHER_NR, .code = SECCOMP_RET_ERRNO });
	act_call(act, __NR_getppid);
	return 0;
}

static int set_nr(pid_t pid, int nr)
{
	struct regs regs;

	return regs_read(pid, &regs) || regs_set_nr(pid, &regs, nr) || regs_write(pid, &regs);
}

static int trace(struct act *act)
{
	pid_t pid = trace_fork(call_traced, act, TRACE_OPTIONS);
	int status = 0;

	if (pid < 0)
		return 1;
	if (trace_go(PTRACE_CONT, pid, 0) != TRACE_EVENT(PTRACE_EVENT_SECCOMP))
		return 2;
	if (act->nr == SKIPS && set_nr(pid, -1))
		return 3;
	if (act->nr == CHANGES && set_nr(pid, OTHER_NR))
		return 4;
	if (act->nr == KILLS)
		trace_end(pid);
	else
		status = trace_go(PTRACE_CONT, pid, 0);
	return status == TRACE_EXITED(0) ? 0 : 5;
}

SC_TEST(what_a_tracer_makes_of_it,
	.doc = "TRACE is recorded if the tracer skips the call, with the number that it has then, "
	       "or kills the task, and not if the tracer lets it run; a number that it changes is "
	       "recorded as filters judge that",
	RECORDS(NEED_PTRACE, F_act_trace, F_ptrace_o_traceseccomp, F_ptrace_order48),
	.behaviours = { 110 }, .dumpable = true)
{
	static const char *const names[] = { "goes on", "skips", "changes the number", "kills" };
	static struct stage stage;

	for (unsigned int what = 0; what < COUNT(names); what++)
		stage_add(&stage, names[what], trace)->nr = what;
	EXPECT_RECORDED(stage);
	EXPECT_ENDED(stage);
}

/* --- a listener decides ----------------------------------------------------------------------- */

/* What is done with the notification. */
enum { ANSWERED, FAILED_WITH, CONTINUED, NOT_HEARD };

static long install_listener(void *data)
{
	(void)data;
	return install_logged(__NR_getppid, SECCOMP_RET_USER_NOTIF | 1,
			      SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

static long call_getppid(void *data)
{
	return act_call(data, __NR_getppid);
}

static int answer(int listener, uint32_t how)
{
	struct seccomp_notif notif = { 0 };
	struct seccomp_notif_resp response = { 0 };

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
		return -1;
	response.id = notif.id;
	response.val = how == ANSWERED ? 7 : 0;
	response.error = how == FAILED_WITH ? -EIO : 0;
	response.flags = how == CONTINUED ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static int notify(struct act *act)
{
	struct worker worker;
	long listener;

	if (!act->silent)
		act_expect(act, &(struct act_record){ .nr = __NR_getppid,
						      .code = SECCOMP_RET_USER_NOTIF });
	if (worker_start(&worker))
		return 1;
	listener = worker_do(&worker, install_listener, NULL);
	if (listener < 0)
		return 2;
	if (act->nr == NOT_HEARD)
		close((int)listener);
	worker_begin(&worker, call_getppid, act);
	if (act->nr != NOT_HEARD && answer((int)listener, act->nr))
		return 3;
	worker_finish(&worker);
	worker_stop(&worker);
	return 0;
}

SC_TEST(what_a_listener_makes_of_it,
	.doc = "USER_NOTIF is recorded if the call is answered, or nobody listens any more, and "
	       "not if it may continue",
	RECORDS(0, F_flag_new_listener, F_notif_recv, F_notif_send, F_notif_continue),
	.behaviours = { 110 })
{
	static const char *const names[] = { "answered", "failed", "continued", "not heard" };
	static struct stage stage;

	for (unsigned int how = 0; how < COUNT(names); how++) {
		struct act *act = stage_add(&stage, names[how], notify);

		act->nr = how;
		act->silent = how == CONTINUED;
	}
	EXPECT_RECORDED(stage);
	EXPECT_ENDED(stage);
}

/* --- another entry of the kernel -------------------------------------------------------------- */

#ifdef ARCH_HAS_INT80
#define I386_GETPPID 64

/* In a section of its own, so that its one int $0x80 can be found. */
__attribute__((noinline, section("audit_int80_code"))) static long int80_getppid(void)
{
	return arch_int80(I386_GETPPID, (unsigned long[6]){ 1, 2, 3 });
}

extern const char __start_audit_int80_code[], __stop_audit_int80_code[];

static uintptr_t int80_end(void)
{
	static const unsigned char int80[] = { ARCH_INT80_INSN };
	const char *found =
		memmem(__start_audit_int80_code, __stop_audit_int80_code - __start_audit_int80_code,
		       int80, sizeof(int80));

	return found ? (uintptr_t)found + sizeof(int80) : 0;
}

static int fail_by_int80(struct act *act)
{
	const struct act_record record = { .nr = I386_GETPPID,
					   .code = SECCOMP_RET_ERRNO,
					   .arch = arch_by_name("i386")->audit,
					   .foreign_entry = true,
					   .ip = int80_end() };

	if (install_logged(I386_GETPPID, SECCOMP_RET_ERRNO | 1, 0))
		return 1;
	act_expect(act, &record);
	act->acted = true;
	int80_getppid();
	return 0;
}

SC_TEST(a_foreign_entry,
	.doc = "An i386 call of a 64-bit program is recorded with i386's architecture and number, "
	       "and as compat",
	RECORDS(NEED_TWIN), .behaviours = { 109, 122 })
{
	static struct stage stage;

	stage_add(&stage, "int $0x80", fail_by_int80);
	EXPECT_RECORDED(stage);
}
#endif

TEST_HARNESS_MAIN
