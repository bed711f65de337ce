/* SPDX-License-Identifier: BSD-3-Clause */
/* The tutorial's syscall reporter on this kernel (behaviours 34, 39, 41, 42). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <pthread.h>
#include <sys/mman.h>

#include "arch/arch.h"
#include "filters/seccomp-bpf.h"
#define SYSCALL_REPORTER_NO_WARNING
#include "reporter/syscall-reporter.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KILLED	     (1000 + SIGSYS)

/* A child whose standard output is a pipe. */
struct story {
	int (*tell)(struct story *story); /* what the child does, the reporter being installed */
	size_t row;			  /* of the test's table */
	int out[2];
	int refused; /* errno of a filter */
	/* What was heard of it, once it has ended. */
	char text[512];
	int end;
};

static int story_main(void *data)
{
	struct story *story = data;

	if (dup2(story->out[1], STDOUT_FILENO) < 0 || install_syscall_reporter())
		return 91;
	close(story->out[1]);
	return story->tell(story);
}

/* Without a pipe, false. */
static bool hear(struct story *story)
{
	size_t used = 0;
	ssize_t got;

	if (pipe2(story->out, O_CLOEXEC))
		return false;
	story->end = kit_end(kit_ask(story_main, story, sizeof(*story)));
	close(story->out[1]);
	while ((got = read(story->out[0], story->text + used, sizeof(story->text) - 1 - used)) > 0)
		used += got;
	story->text[used] = '\0';
	close(story->out[0]);
	return true;
}

/* The line, by the other table of names. */
static const char *line_of(uint32_t nr)
{
	static char line[SYSCALL_REPORT_SIZE];
	const char *name = arch_syscall_name(arch_native(), nr);

	snprintf(line, sizeof(line), "Looks like you need syscall %s(%u) too!\n", name ?: "unknown",
		 nr);
	return line;
}

#define EXPECT_STORY(right_text, right_end, story, what) \
	do {                                             \
		EXPECT_EQ(0, (story).refused);           \
		EXPECT_STREQ(right_text, (story).text)   \
		{                                        \
			TH_LOG("with %s", what);         \
		}                                        \
		EXPECT_EQ(right_end, (story).end)        \
		{                                        \
			TH_LOG("with %s", what);         \
		}                                        \
	} while (0)

/* The tutorial's filter, complete, and what is left when one call is forgotten. */
static struct sock_filter complete[] = {
	VALIDATE_ARCHITECTURE,	   EXAMINE_SYSCALL, ALLOW_SYSCALL(write),
	ALLOW_SYSCALL(exit_group), KILL_PROCESS,
};
static struct sock_filter lacks_write[] = {
	VALIDATE_ARCHITECTURE,
	EXAMINE_SYSCALL,
	ALLOW_SYSCALL(exit_group),
	KILL_PROCESS,
};
static struct sock_filter lacks_exit[] = {
	VALIDATE_ARCHITECTURE,
	EXAMINE_SYSCALL,
	ALLOW_SYSCALL(write),
	KILL_PROCESS,
};
static struct sock_filter refuses_write[] = {
	VALIDATE_ARCHITECTURE,
	EXAMINE_SYSCALL,
	ALLOW_SYSCALL(exit_group),
	SYSCALL_ARG32_NE(write, 0, 99, RET_ERRNO(EPERM)),
	KILL_PROCESS,
};

#define PROG(code)                                   \
	{                                            \
		.len = COUNT(code), .filter = (code) \
	}

static const struct sock_fprog complete_prog = PROG(complete);

static int install(struct story *story, const struct sock_fprog *prog)
{
	story->refused = kit_install(prog) ? errno : 0;
	return story->refused ? 92 : 0;
}

/* The numbers of the reporter's own table: the first, the last. */
struct range {
	uint32_t first, last;
	unsigned int count;
};

static int add_to_range(uint32_t nr, const char *name, void *data)
{
	char line[SYSCALL_REPORT_SIZE];
	struct range *range = data;

	(void)name;
	syscall_report(line, nr);
	if (strstr(line, "unknown("))
		return 0;
	if (!range->count++)
		range->first = nr;
	range->last = nr;
	return 0;
}

static uint32_t asked_number;

static int call_number(struct story *story)
{
	story->refused = trap_marked() ? errno : 0;
	if (!story->refused)
		trap_call((int)asked_number, (unsigned long[6]){ TRAP_MARK });
	return 0;
}

SC_TEST(names_the_call,
	.doc = "the reporter names the refused call, the first and the last of its table too, "
	       "calls the others unknown, and ends the process with 1",
	.covers = { F_act_trap }, .behaviours = { 34, 41 }, .varies = VARY(DIM_ROUTE))
{
	struct range range = { .count = 0 };

	arch_each_syscall(arch_native(), add_to_range, &range);
	BROKE_UNLESS(range.count > 300, "the reporter knows no names");
	{
		const uint32_t numbers[] = {
			range.first,
			range.last,
			__NR_getppid,
			__NR_write,
			__NR_exit_group,
			__NR_rt_sigreturn,
			__NR_seccomp,
			999,
			3999,
#ifdef __ARM_NR_set_tls
			__ARM_NR_cacheflush,
			__ARM_NR_set_tls,
#else
			0x40000027,	   0xfffffff0,
#endif
		};

		for (size_t i = 0; i < COUNT(numbers); i++) {
			struct story story = { .tell = call_number };

			asked_number = numbers[i];
			BROKE_UNLESS(hear(&story), "no pipe");
			EXPECT_STORY(line_of(numbers[i] & ARCH_NR_MASK), 1, story, "that number");
		}
	}
}

static int call_after_others(struct story *story)
{
	if (install(story, &complete_prog))
		return 92;
	if (write(STDOUT_FILENO, "before\n", 7) != 7)
		return 93;
	syscall(__NR_getppid);
	if (write(STDOUT_FILENO, "after\n", 6) != 6)
		return 94;
	syscall(__NR_getpid);
	return 95;
}

SC_TEST(reports_what_is_refused_alone,
	.doc = "under the tutorial's filter calls that it allows work, the first one that it does "
	       "not is reported, and nothing follows",
	.covers = { F_act_trap }, .behaviours = { 34 }, .varies = VARY(DIM_ROUTE))
{
	struct story story = { .tell = call_after_others };
	char right[64 + SYSCALL_REPORT_SIZE] = "before\n";

	BROKE_UNLESS(hear(&story), "no pipe");
	strcat(right, line_of(__NR_getppid));
	EXPECT_STORY(right, 1, story, "the tutorial's filter");
}

static const struct {
	const char *what;
	struct sock_fprog prog;
	bool said;
	int end;
} tutorial[] = {
	{ "all that the reporter needs", PROG(complete), true, 1 },
	{ "no write", PROG(lacks_write), false, KILLED },
	{ "no exit_group", PROG(lacks_exit), true, KILLED },
	{ "an errno for write", PROG(refuses_write), false, 1 },
};

static int call_under_tutorial(struct story *story)
{
	if (!install(story, &tutorial[story->row].prog))
		syscall(__NR_getppid);
	return 92;
}

SC_TEST(needs_write_and_exit_group,
	.doc = "where the filter traps the reporter's own write or exit_group the kernel kills by "
	       "SIGSYS; an errno for write costs the message alone",
	.covers = { F_act_trap }, .behaviours = { 34, 42 }, .varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < COUNT(tutorial); i++) {
		struct story story = { .tell = call_under_tutorial, .row = i };

		BROKE_UNLESS(hear(&story), "no pipe");
		EXPECT_STORY(tutorial[i].said ? line_of(__NR_getppid) : "", tutorial[i].end, story,
			     tutorial[i].what);
	}
}

/* What may be wrong with standard output, or with what the program did with its signals and stack.
 */
static int close_output(struct story *story)
{
	(void)story;
	return close(STDOUT_FILENO);
}

static int close_errors(struct story *story)
{
	(void)story;
	return close(STDERR_FILENO);
}

static int fill_output(struct story *story)
{
	char page[4096] = "";

	(void)story;
	if (fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK))
		return -1;
	while (write(STDOUT_FILENO, page, sizeof(page)) > 0)
		;
	while (write(STDOUT_FILENO, page, 1) > 0)
		;
	return errno == EAGAIN ? 0 : -1;
}

/* Another pipe, to nobody. */
static int break_output(struct story *story)
{
	int fds[2];

	(void)story;
	signal(SIGPIPE, SIG_DFL);
	return pipe(fds) || dup2(fds[1], STDOUT_FILENO) < 0 || close(fds[0]);
}

static int break_output_quietly(struct story *story)
{
	return break_output(story) || signal(SIGPIPE, SIG_IGN) == SIG_ERR;
}

static int set_stack(int protection)
{
	stack_t alt = { .ss_size = 65536 };

	alt.ss_sp = mmap(NULL, alt.ss_size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return alt.ss_sp == MAP_FAILED || sigaltstack(&alt, NULL);
}

static int good_stack(struct story *story)
{
	(void)story;
	return set_stack(PROT_READ | PROT_WRITE);
}

static int bad_stack(struct story *story)
{
	(void)story;
	return set_stack(PROT_NONE);
}

static int blocked_before(struct story *story)
{
	(void)story;
	return trap_mask(SIG_BLOCK) || install_syscall_reporter();
}

static int ignored_before(struct story *story)
{
	(void)story;
	return signal(SIGSYS, SIG_IGN) == SIG_ERR || install_syscall_reporter();
}

static int blocked_after(struct story *story)
{
	(void)story;
	return trap_mask(SIG_BLOCK);
}

static int ignored_after(struct story *story)
{
	(void)story;
	return signal(SIGSYS, SIG_IGN) == SIG_ERR;
}

static const struct {
	const char *what;
	int (*prepare)(struct story *story);
	bool said;
	int end;
} circumstances[] = {
	{ "standard output closed", close_output, false, 1 },
	{ "standard error closed", close_errors, true, 1 },
	{ "standard output full", fill_output, false, 1 },
	{ "nobody at standard output", break_output, false, 1000 + SIGPIPE },
	{ "nobody at standard output, SIGPIPE ignored", break_output_quietly, false, 1 },
	{ "an alternate stack", good_stack, true, 1 },
	{ "an alternate stack that is none", bad_stack, true, 1 },
	{ "SIGSYS blocked before", blocked_before, true, 1 },
	{ "SIGSYS ignored before", ignored_before, true, 1 },
	{ "SIGSYS blocked afterwards", blocked_after, false, KILLED },
	{ "SIGSYS ignored afterwards", ignored_after, false, KILLED },
};

static int call_in_circumstances(struct story *story)
{
	if (circumstances[story->row].prepare(story))
		return 93;
	if (!install(story, &complete_prog))
		syscall(__NR_getppid);
	return 92;
}

SC_TEST(under_all_circumstances,
	.doc = "the reporter ends the process with 1 though its output is closed or full, and does "
	       "without the alternate stack; without SIGSYS it is killed",
	.covers = { F_act_trap }, .behaviours = { 34, 42, 45 }, .varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < COUNT(circumstances); i++) {
		struct story story = { .tell = call_in_circumstances, .row = i };

		BROKE_UNLESS(hear(&story), "no pipe");
		EXPECT_STORY(circumstances[i].said ? line_of(__NR_getppid) : "",
			     circumstances[i].end, story, circumstances[i].what);
	}
}

/* In a thread, which alone is under the filter. */
static bool thread_blocks;

static long call_in_worker(void *data)
{
	struct story *story = data;

	if (thread_blocks && trap_mask(SIG_BLOCK))
		return 0;
	if (!install(story, &complete_prog))
		syscall(__NR_getppid);
	return 0;
}

static int call_in_thread(struct story *story)
{
	struct worker worker;

	if (worker_start(&worker))
		return 93;
	worker_do(&worker, call_in_worker, story);
	return 92;
}

SC_TEST(ends_all_threads,
	.doc = "a call of any thread is reported and ends the whole process with 1; with SIGSYS "
	       "blocked in that thread it is killed",
	.covers = { F_act_trap }, .behaviours = { 34, 42 }, .varies = VARY(DIM_ROUTE))
{
	for (int blocks = 0; blocks <= 1; blocks++) {
		struct story story = { .tell = call_in_thread };

		thread_blocks = blocks;
		BROKE_UNLESS(hear(&story), "no pipe");
		EXPECT_STORY(blocks ? "" : line_of(__NR_getppid), blocks ? KILLED : 1, story,
			     blocks ? "SIGSYS blocked" : "SIGSYS not blocked");
	}
}

/* A signal with the looks of the kernel's, of a call that nobody makes here. */
static long forge(pid_t pid)
{
	siginfo_t info = trap_siginfo(__NR_getpid, 0, 0);

	return syscall(__NR_rt_sigqueueinfo, pid, SIGSYS, &info);
}

/* Signals of others, from the process itself and from its child. */
static int bear_signals(struct story *story)
{
	pid_t child;
	int status;

	kill(getpid(), SIGSYS);
	syscall(__NR_tgkill, getpid(), syscall(__NR_gettid), SIGSYS);
	sigqueue(getpid(), SIGSYS, (union sigval){ .sival_int = SYS_SECCOMP });
	child = fork();
	if (child == 0) {
		if (!forge(getppid()) || errno != EPERM)
			_exit(1);
		_exit(kill(getppid(), SIGSYS) ? 2 : 0);
	}
	/* Its signal interrupts the wait for it. */
	while (child > 0 && waitpid(child, &status, 0) != child)
		if (errno != EINTR)
			return 93;
	if (child < 0 || status)
		return 94;
	if (!install(story, &complete_prog))
		syscall(__NR_getppid);
	return 92;
}

SC_TEST(foreign_signals_are_no_reports,
	.doc = "a SIGSYS that somebody sent is not reported, and nobody else can send one with the "
	       "kernel's SYS_SECCOMP (EPERM)",
	.covers = { F_act_trap }, .behaviours = { 41 }, .varies = VARY(DIM_ROUTE))
{
	struct story story = { .tell = bear_signals };

	BROKE_UNLESS(hear(&story), "no pipe");
	EXPECT_STORY(line_of(__NR_getppid), 1, story, "signals of others before");
}

/* Two filters for one call, in either order. */
static const struct {
	const char *what;
	uint32_t other;
	bool said;
	int end;
} stacked[] = {
	{ "KILL_PROCESS", SECCOMP_RET_KILL_PROCESS, false, KILLED },
	{ "KILL_THREAD", SECCOMP_RET_KILL_THREAD, false, KILLED },
	{ "TRAP", SECCOMP_RET_TRAP | 3, true, 1 },
	{ "ERRNO", SECCOMP_RET_ERRNO | EPERM, true, 1 },
	{ "USER_NOTIF", SECCOMP_RET_USER_NOTIF, true, 1 },
	{ "TRACE", SECCOMP_RET_TRACE, true, 1 },
	{ "LOG", SECCOMP_RET_LOG, true, 1 },
	{ "ALLOW", SECCOMP_RET_ALLOW, true, 1 },
};

static bool other_first;

static int call_under_two(struct story *story)
{
	const uint32_t other = stacked[story->row].other;
	struct kit_filter first, second;

	if (install(story,
		    kit_on_syscall(&first, __NR_getppid, other_first ? other : SECCOMP_RET_TRAP)) ||
	    install(story,
		    kit_on_syscall(&second, __NR_getppid, other_first ? SECCOMP_RET_TRAP : other)))
		return 92;
	syscall(__NR_getppid);
	return 93;
}

SC_TEST(beside_another_filter,
	.doc = "with a second filter the call is reported unless that one kills, be it installed "
	       "before or after",
	.needs = { F_act_kill_process, F_act_user_notif, F_act_log }, .covers = { F_act_trap },
	.behaviours = { 39 }, .varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < 2 * COUNT(stacked); i++) {
		struct story story = { .tell = call_under_two, .row = i / 2 };

		other_first = i % 2;
		BROKE_UNLESS(hear(&story), "no pipe");
		EXPECT_STORY(stacked[i / 2].said ? line_of(__NR_getppid) : "", stacked[i / 2].end,
			     story, stacked[i / 2].what);
	}
}

static int trap_getppid(struct story *story)
{
	struct kit_filter filter;

	return install(story, kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_TRAP));
}

/* The child's end is the caller's status. */
static int call_in_child(struct story *story)
{
	pid_t child;
	int status;

	if (trap_getppid(story))
		return 92;
	child = fork();
	if (child == 0) {
		syscall(__NR_getppid);
		_exit(93);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return 94;
	return 10 + WEXITSTATUS(status);
}

SC_TEST(inherited_by_fork, .doc = "a child's call is reported too, and ends the child alone",
	.covers = { F_act_trap }, .behaviours = { 34 }, .varies = VARY(DIM_ROUTE))
{
	struct story story = { .tell = call_in_child };

	BROKE_UNLESS(hear(&story), "no pipe");
	EXPECT_STORY(line_of(__NR_getppid), 11, story, "a call of the child");
}

static int call_after_exec(struct story *story)
{
	if (!trap_getppid(story))
		kit_exec_self(dup(STDOUT_FILENO));
	return 92;
}

SC_TEST(gone_after_exec,
	.doc = "execve leaves the filter and takes the reporter: the call kills by SIGSYS",
	.covers = { F_act_trap }, .behaviours = { 34, 42 }, .varies = VARY(DIM_ROUTE))
{
	struct story story = { .tell = call_after_exec };

	BROKE_UNLESS(hear(&story), "no pipe");
	EXPECT_STORY("", KILLED, story, "another program");
}

#ifdef ARCH_HAS_INT80
static int call_of_i386(struct story *story)
{
	if (!install(story, &complete_prog))
		arch_int80(20, (unsigned long[6]){ 0 });
	return 92;
}

SC_TEST(foreign_calls_have_no_name,
	.doc = "VALIDATE_ARCHITECTURE traps an i386 call of a 64-bit program: it is reported "
	       "without a name of this architecture's",
	.covers = { F_act_trap }, .behaviours = { 41 }, .requires = NEED_TWIN,
	.varies = VARY(DIM_ROUTE))
{
	struct story story = { .tell = call_of_i386 };

	BROKE_UNLESS(hear(&story), "no pipe");
	EXPECT_STORY("Looks like you need syscall unknown(20) too!\n", 1, story, "i386's getpid");
}
#endif

TEST_HARNESS_MAIN
