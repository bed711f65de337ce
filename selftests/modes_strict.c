/* SPDX-License-Identifier: BSD-3-Clause */
/* Strict mode: what it permits, whom it kills, and how it is entered (behaviours 1 to 4). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <limits.h>
#include <pthread.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <linux/seccomp.h>

#include "arch/arch.h"
#include "selftests/glue/kit-refusals.h"
#include "selftests/glue/kit-task.h"

#define GET_SECCOMP() prctl(PR_GET_SECCOMP, 0, 0, 0, 0)

static int enter_strict(void)
{
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
}

/* exit_group, which exit(3) is, is not of strict mode. */
static void __attribute__((noreturn)) exit_thread(int status)
{
	for (;;)
		syscall(SYS_exit, status);
}

static int get_seccomp_in_strict(void *data)
{
	(void)data;
	if (enter_strict())
		return 1;
	GET_SECCOMP();
	exit_thread(2);
}

SC_TEST(get_seccomp_in_strict_is_fatal,
	.doc = "In strict mode PR_GET_SECCOMP is SIGKILL, like any other prctl",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 1, 2 })
{
	EXPECT_EQ(kit_killed(SIGKILL), kit_end(kit_child(get_seccomp_in_strict, NULL)));
}

struct strict_pipes {
	int in[2], out[2];
};

static int strict_echo(void *data)
{
	struct strict_pipes *pipes = data;
	char text[8];

	if (enter_strict())
		return 1;
	if (read(pipes->in[0], text, 5) != 5)
		exit_thread(2);
	if (write(pipes->out[1], text, 5) != 5)
		exit_thread(3);
	exit_thread(42);
}

SC_TEST(strict_permits_read_write_exit,
	.doc = "Strict mode lets read, write and exit through, and they do their work",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2 })
{
	struct strict_pipes pipes;
	char text[8] = "";

	BROKE_UNLESS(!pipe2(pipes.in, O_CLOEXEC) && !pipe2(pipes.out, O_CLOEXEC | O_NONBLOCK),
		     "no pipes");
	BROKE_UNLESS(write(pipes.in[1], "hello", 5) == 5, "the pipe takes no text");
	EXPECT_EQ(kit_exited(42), kit_end(kit_child(strict_echo, &pipes)));
	EXPECT_EQ(5, read(pipes.out[0], text, sizeof(text)));
	EXPECT_STREQ("hello", text);
}

static volatile sig_atomic_t handled;

static void on_signal(int signal)
{
	(void)signal;
	handled++;
}

/* A clock of the CPU's time brings the signal: nobody else need send it, and nothing is waited for.
 */
static int strict_with_handler(void *data)
{
	static const struct itimerval soon = { .it_value = { .tv_usec = 1000 } };
	const int *flags = data;
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = *flags };

	handled = 0;
	if (sigaction(SIGVTALRM, &action, NULL) || setitimer(ITIMER_VIRTUAL, &soon, NULL))
		return 1;
	if (enter_strict())
		return 2;
	while (!handled)
		;
	exit_thread(43);
}

SC_TEST(strict_permits_sigreturn,
	.doc = "Strict mode lets a signal handler return: by sigreturn in i386 and s390x, else by "
	       "rt_sigreturn",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2 })
{
	const bool by_the_new = ARCH_STRICT_SIGRETURN == __NR_rt_sigreturn;
	int allowed = by_the_new ? SA_SIGINFO : 0, other = by_the_new ? 0 : SA_SIGINFO;

	EXPECT_EQ(kit_exited(43), kit_end(kit_child(strict_with_handler, &allowed)));
	/* Where there are two ways to return, the other one is not of strict mode. */
	EXPECT_EQ(ARCH_HAS_OLD_SIGRETURN ? kit_killed(SIGKILL) : kit_exited(43),
		  kit_end(kit_child(strict_with_handler, &other)));
}

static bool strict_allows(uint32_t nr)
{
	static const uint32_t allowed[] = { __NR_read, __NR_write, __NR_exit,
					    ARCH_STRICT_SIGRETURN };
	static const char *const passed_by[] = { "uretprobe", "uprobe" };

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (nr == allowed[i])
			return true;
	/* Calls of the kernel's own trampolines: seccomp lets them pass since 6.14 and 6.18. */
	for (size_t i = 0; i < sizeof(passed_by) / sizeof(passed_by[0]); i++)
		if (nr == arch_syscall_nr(arch_native(), passed_by[i]))
			return true;
	return false;
}

struct strict_calls {
	unsigned int tried, wrong;
	uint32_t first_nr;
	int first_end;
};

/* -1 as every argument: nothing that a broken kernel would let through can do much with it. */
static int strict_call(void *data)
{
	uint32_t nr = *(const uint32_t *)data;

	if (enter_strict())
		return 1;
	syscall((int)nr, -1, -1, -1, -1, -1, -1);
	exit_thread(2);
}

static int expect_killed(uint32_t nr, const char *name, void *data)
{
	struct strict_calls *calls = data;
	int end;

	(void)name;
	if (strict_allows(nr & ARCH_NR_MASK))
		return 0;
	calls->tried++;
	end = kit_end(kit_child(strict_call, &nr));
	if (end != kit_killed(SIGKILL) && !calls->wrong++) {
		calls->first_nr = nr;
		calls->first_end = end;
	}
	return 0;
}

#define EXPECT_ALL_KILLED(calls)                                                               \
	EXPECT_EQ(0u, (calls).wrong)                                                           \
	{                                                                                      \
		TH_LOG("of %u calls; the first was %#x (%s): %d instead of %d", (calls).tried, \
		       (calls).first_nr,                                                       \
		       arch_syscall_name(arch_native(), (calls).first_nr) ?: "no such call",   \
		       (calls).first_end, kit_killed(SIGKILL));                                \
	}

SC_TEST(strict_kills_all_others,
	.doc = "In strict mode every other call of the table dies by SIGKILL, not SIGSYS; for an "
	       "unprivileged task without NNP too",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2 },
	.requires = NEED_UNPRIVILEGED, .seconds = 15)
{
	struct strict_calls calls = { 0 };

	BROKE_UNLESS(!kit_drop_privileges(), "privileges cannot be dropped");
	arch_each_syscall(arch_native(), expect_killed, &calls);
	EXPECT_LT(200u, calls.tried);
	EXPECT_ALL_KILLED(calls);
}

SC_TEST(strict_kills_numbers_without_call,
	.doc = "In strict mode numbers that no call has die by SIGKILL as well",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2 })
{
	static const uint32_t numbers[] = {
		999,
		/* Nothing of the upper bits may be lost on the way to the comparison. */
		0x00010000 + __NR_read,
		0x40000000 + __NR_read,
		0x7fffffff,
#if !defined(__arm__)
		/* A native ARM kernel says SIGILL to this one. */
		0xffffffff,
#endif
		0x80000000 + __NR_read,
	};
	struct strict_calls calls = { 0 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		expect_killed(numbers[i], NULL, &calls);
	EXPECT_ALL_KILLED(calls);
}

static int strict_writev(void *data)
{
	struct iovec vector = { .iov_base = "x", .iov_len = 1 };
	const int *fd = data;

	if (enter_strict())
		return 1;
	writev(*fd, &vector, 1);
	exit_thread(2);
}

SC_TEST(strict_killed_call_is_not_run,
	.doc = "The call that strict mode kills for has done nothing", .needs = { F_mode_strict },
	.covers = { F_mode_strict }, .behaviours = { 2 })
{
	int fds[2];
	char byte;

	BROKE_UNLESS(!pipe2(fds, O_CLOEXEC | O_NONBLOCK), "no pipe");
	EXPECT_EQ(kit_killed(SIGKILL), kit_end(kit_child(strict_writev, &fds[1])));
	EXPECT_EQ(-1, read(fds[0], &byte, 1));
	EXPECT_EQ(EAGAIN, errno);
}

static void *strict_thread(void *data)
{
	int *entered = data;

	*entered = enter_strict();
	if (!*entered)
		syscall(SYS_getppid);
	*entered = -2;
	return NULL;
}

/* The main thread: 0 if it is as it was, once the other one is dead. */
static int beside_strict_thread(void *data)
{
	pthread_t thread;
	int entered = -1;

	(void)data;
	if (pthread_create(&thread, NULL, strict_thread, &entered))
		return 1;
	if (pthread_join(thread, NULL))
		return 2;
	if (entered)
		return 3;
	if (GET_SECCOMP())
		return 4;
	return 44;
}

SC_TEST(strict_is_of_one_thread,
	.doc = "Strict mode is the calling thread's alone, and its death too",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2 })
{
	EXPECT_EQ(kit_exited(44), kit_end(kit_child(beside_strict_thread, NULL)));
}

/* The result of entering, then a call that is not of strict mode. */
static int enter_by_syscall(void *data)
{
	int *result = data;

	*result = kit_seccomp(SECCOMP_SET_MODE_STRICT, 0, NULL);
	syscall(SYS_getpid);
	exit_thread(2);
}

SC_TEST(strict_by_syscall, .doc = "seccomp(SET_MODE_STRICT, 0, NULL) enters strict mode",
	.needs = { F_op_set_mode_strict }, .covers = { F_op_set_mode_strict }, .behaviours = { 3 },
	.requires = NEED_UNFILTERED)
{
	int result = -2;

	EXPECT_EQ(kit_killed(SIGKILL), kit_end(kit_ask(enter_by_syscall, &result, sizeof(result))));
	EXPECT_EQ(0, result);
}

static int strict_with_arguments(struct refusals *refusals)
{
	const uintptr_t args[] = { 1, (uintptr_t)refusals, UINTPTR_MAX, UINTPTR_MAX - UINT_MAX / 2,
				   (uintptr_t)1 << (sizeof(long) * 8 - 1) };

	refusals_begin(refusals);
	for (int bit = 0; bit < 32; bit++)
		refusals_expect(refusals, 1u << bit,
				kit_seccomp(SECCOMP_SET_MODE_STRICT, 1u << bit, NULL), EINVAL);
	refusals_expect(refusals, -1, kit_seccomp(SECCOMP_SET_MODE_STRICT, ~0u, NULL), EINVAL);
	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		refusals_expect(refusals, i,
				kit_seccomp(SECCOMP_SET_MODE_STRICT, 0, (void *)args[i]), EINVAL);
	return refusals_end(refusals);
}

SC_TEST(strict_by_syscall_takes_no_arguments,
	.doc = "seccomp(SET_MODE_STRICT) with any flag or a pointer is EINVAL, and the mode stays "
	       "0",
	/* Not op_set_mode_strict: its probe asks with a flag too, and would hide a wrong answer. */
	.needs = { F_seccomp_syscall }, .covers = { F_op_set_mode_strict }, .behaviours = { 3 },
	.requires = NEED_UNFILTERED)
{
	struct refusals refusals = refusals_ask(strict_with_arguments, NULL, NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
}

static int strict_with_junk(void *data)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, data, ~0ul, 3))
		return 1;
	exit_thread(45);
}

SC_TEST(strict_by_prctl_ignores_arguments,
	.doc = "prctl(PR_SET_SECCOMP, 1) ignores the arguments behind the mode, as it always has",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 3 })
{
	EXPECT_EQ(kit_exited(45), kit_end(kit_child(strict_with_junk, NULL)));
	EXPECT_EQ(kit_exited(45), kit_end(kit_child(strict_with_junk, (void *)-1)));
	EXPECT_EQ(kit_exited(45), kit_end(kit_child(strict_with_junk, _metadata)));
}

struct strict_then {
	const struct sock_fprog *prog;
	unsigned long mode;
	bool by_syscall;
	bool entered;
};

static int change_from_strict(void *data)
{
	struct strict_then *then = data;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || enter_strict())
		return 1;
	then->entered = true;
	if (then->by_syscall)
		kit_seccomp(then->mode, 0, (void *)then->prog);
	else
		prctl(PR_SET_SECCOMP, then->mode, then->prog, 0, 0);
	exit_thread(2);
}

SC_TEST(no_way_out_of_strict,
	.doc = "In strict mode asking for another mode is fatal, on both routes",
	.needs = { F_mode_strict }, .covers = { F_mode_lock, F_mode_strict }, .behaviours = { 4 })
{
	struct kit_filter filter;

	for (unsigned int i = 0; i < 6; i++) {
		struct strict_then then = {
			.prog = kit_always(&filter, SECCOMP_RET_ALLOW),
			.mode = i / 2,
			.by_syscall = i % 2,
		};

		EXPECT_EQ(kit_killed(SIGKILL),
			  kit_end(kit_ask(change_from_strict, &then, sizeof(then))))
		{
			TH_LOG("%s %lu", then.by_syscall ? "seccomp operation" : "prctl mode",
			       then.mode);
		}
		EXPECT_TRUE(then.entered);
	}
}

#if defined(__x86_64__) || defined(__i386__)
static void on_fault(int signal)
{
	(void)signal;
	exit_thread(46);
}

/* With a handler, as a fault that kills leaves a line in the kernel's log. */
static int read_clock(void *data)
{
	const int *strict = data;

	if (signal(SIGSEGV, on_fault) == SIG_ERR || (*strict && enter_strict()))
		return 1;
	__builtin_ia32_rdtsc();
	exit_thread(47);
}

SC_TEST(strict_hides_the_time_stamp_counter,
	.doc = "Strict mode takes the rdtsc instruction away on x86: it is SIGSEGV",
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2 })
{
	int strict = 0;

	EXPECT_EQ(kit_exited(47), kit_end(kit_child(read_clock, &strict)));
	strict = 1;
	EXPECT_EQ(kit_exited(46), kit_end(kit_child(read_clock, &strict)));
}
#endif

TEST_HARNESS_MAIN
