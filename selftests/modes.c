/* SPDX-License-Identifier: BSD-3-Clause */
/* Seccomp's modes and how they are entered (behaviours 1 to 8). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <limits.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <linux/seccomp.h>

#include "arch/arch.h"
#include "probe/probe.h"
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

SC_TEST(get_seccomp_fresh_and_filtered,
	.doc = "PR_GET_SECCOMP is 0 in a fresh task and 2 under a filter, however many there are",
	.needs = { F_prctl_seccomp }, .covers = { F_prctl_seccomp, F_mode_filter_prctl },
	.behaviours = { 1 }, .requires = NEED_UNFILTERED, .varies = VARY(DIM_ROUTE))
{
	EXPECT_EQ(0, GET_SECCOMP());
	ASSERT_EQ(0, kit_filter_syscall(__NR_getpid, SECCOMP_RET_ALLOW));
	EXPECT_EQ(2, GET_SECCOMP());
	ASSERT_EQ(0, kit_filter_syscall(__NR_getppid, SECCOMP_RET_ALLOW));
	EXPECT_EQ(2, GET_SECCOMP());
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
	.needs = { F_mode_strict }, .covers = { F_mode_strict }, .behaviours = { 2 }, .seconds = 15)
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

static const unsigned long mode_numbers[] = {
	0,
	3,
	4,
	0x80000000,
	0x80000001,
	INT_MAX,
	ULONG_MAX,
	ULONG_MAX - 1,
#if ULONG_MAX > UINT_MAX
	/* What is good in the low half is not good with something in the high one. */
	1UL << 32,
	1UL << 32 | 1,
	1UL << 32 | 2,
	1UL << 63 | 1,
	1UL << 63 | 2,
#endif
};

static void ask_modes(struct refusals *refusals)
{
	for (size_t i = 0; i < sizeof(mode_numbers) / sizeof(mode_numbers[0]); i++) {
		refusals_expect(refusals, mode_numbers[i],
				prctl(PR_SET_SECCOMP, mode_numbers[i], 0, 0, 0), EINVAL);
		refusals_expect(refusals, mode_numbers[i],
				prctl(PR_SET_SECCOMP, mode_numbers[i], refusals->prog, 0, 0),
				EINVAL);
	}
}

static int bad_modes_fresh(struct refusals *refusals)
{

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	refusals_begin(refusals);
	ask_modes(refusals);
	return refusals_end(refusals);
}

SC_TEST(bad_modes,
	.doc = "prctl(PR_SET_SECCOMP) with mode 0, 3, 4 and huge values is EINVAL, on both halves "
	       "of "
	       "the word",
	.needs = { F_prctl_seccomp }, .covers = { F_prctl_seccomp }, .behaviours = { 5 },
	.requires = NEED_UNFILTERED)
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(bad_modes_fresh, kit_always(&filter, SECCOMP_RET_ALLOW), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
}

static int change_from_filter(struct refusals *refusals)
{

	if (kit_install(refusals->prog))
		return 1;
	refusals_begin(refusals);
	refusals_expect(refusals, 1, enter_strict(), EINVAL);
	if (arch_syscall_nr(arch_native(), "seccomp") >= 0 && test_route() == ROUTE_SECCOMP)
		refusals_expect(refusals, 2, kit_seccomp(SECCOMP_SET_MODE_STRICT, 0, NULL), EINVAL);
	ask_modes(refusals);
	return refusals_end(refusals);
}

SC_TEST(no_way_out_of_filter,
	.doc = "Under a filter, strict mode, mode 0 and unknown modes are EINVAL on both routes, "
	       "and "
	       "mode and count stay",
	.needs = { F_mode_filter_prctl, F_mode_strict }, .covers = { F_mode_lock },
	.behaviours = { 4, 5 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(change_from_filter,
			     kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 7), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(2, refusals.after.mode);
	EXPECT_EQ(7, refusals.after.getppid_errno);
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

SC_TEST(both_routes_are_one_chain,
	.doc = "Filters installed through prctl and through seccomp(2) add up, and the newest "
	       "one's "
	       "data counts",
	.needs = { F_mode_filter_prctl, F_op_set_mode_filter },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 4 })
{
	struct kit_filter filter;
	struct kit_view view;

	BROKE_UNLESS(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no NNP");
	kit_on_syscall(&filter, __NR_getsid, SECCOMP_RET_ERRNO | 11);
	/* prctl has two arguments more than it uses here; they mean nothing. */
	ASSERT_EQ(0, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter.prog, ~0ul, 7));
	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 12);
	ASSERT_EQ(0, kit_seccomp(SECCOMP_SET_MODE_FILTER, 0, &filter.prog));
	kit_view_self(&view);
	EXPECT_EQ(2, view.mode);
	EXPECT_EQ(11, view.getsid_errno);
	EXPECT_EQ(12, view.getppid_errno);
	kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 13);
	ASSERT_EQ(0, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter.prog, 0, 0));
	kit_on_syscall(&filter, __NR_getsid, SECCOMP_RET_ERRNO | 14);
	ASSERT_EQ(0, kit_seccomp(SECCOMP_SET_MODE_FILTER, 0, &filter.prog));
	kit_view_self(&view);
	EXPECT_EQ(14, view.getsid_errno);
	EXPECT_EQ(13, view.getppid_errno);
}

static int ask_operations(struct refusals *refusals)
{

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	refusals_begin(refusals);
	for (uint32_t op = 4; op < 64; op++) {
		refusals_expect(refusals, op, kit_seccomp(op, 0, NULL), EINVAL);
		refusals_expect(refusals, op, kit_seccomp(op, 0, (void *)refusals->prog), EINVAL);
	}
	for (int bit = 6; bit < 32; bit++) {
		for (uint32_t op = 0; op < 4; op++) {
			uint32_t other = 1u << bit | op;

			refusals_expect(refusals, other, kit_seccomp(other, 0, NULL), EINVAL);
			refusals_expect(refusals, other,
					kit_seccomp(other, 0, (void *)refusals->prog), EINVAL);
		}
	}
	refusals_expect(refusals, -1, kit_seccomp(~0u, 0, NULL), EINVAL);
	refusals_expect(refusals, -1, kit_seccomp(~0u, ~0u, (void *)refusals->prog), EINVAL);
	return refusals_end(refusals);
}

SC_TEST(unknown_operations,
	.doc = "seccomp(2) exists, and an operation that is not assigned (4 and above) is EINVAL",
	.needs = { F_seccomp_syscall, F_op_upper_bound },
	.covers = { F_seccomp_syscall, F_op_upper_bound }, .behaviours = { 6 },
	.requires = NEED_UNFILTERED)
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(ask_operations, kit_always(&filter, SECCOMP_RET_ALLOW), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
}

static int ask_flags(struct refusals *refusals)
{

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	refusals_begin(refusals);
	for (int bit = 6; bit < 32; bit++) {
		uint32_t flag = 1u << bit;

		refusals_expect(refusals, flag, kit_seccomp(SECCOMP_SET_MODE_FILTER, flag, NULL),
				EINVAL);
		refusals_expect(refusals, flag,
				kit_seccomp(SECCOMP_SET_MODE_FILTER, flag, (void *)refusals->prog),
				EINVAL);
		/* A known one beside it does not make it known. */
		flag |= SECCOMP_FILTER_FLAG_TSYNC;
		refusals_expect(refusals, flag,
				kit_seccomp(SECCOMP_SET_MODE_FILTER, flag, (void *)refusals->prog),
				EINVAL);
	}
	refusals_expect(refusals, -1,
			kit_seccomp(SECCOMP_SET_MODE_FILTER, ~0u, (void *)refusals->prog), EINVAL);
	return refusals_end(refusals);
}

SC_TEST(unknown_flags,
	.doc = "Flags that are not assigned are EINVAL, with a good filter and with none, and "
	       "install "
	       "nothing",
	.needs = { F_op_set_mode_filter, F_flag_tsync, F_flag_upper_bound },
	.covers = { F_flag_upper_bound }, .behaviours = { 6 }, .requires = NEED_UNFILTERED)
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(ask_flags, kit_always(&filter, SECCOMP_RET_ALLOW), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
}

static int refused_combinations(struct refusals *refusals)
{
	const uint32_t listener = SECCOMP_FILTER_FLAG_NEW_LISTENER,
		       tsync = SECCOMP_FILTER_FLAG_TSYNC;
	const uint32_t killable = 1u << 5; /* WAIT_KILLABLE_RECV, which 6.1's headers know */
	const uint32_t combinations[] = {
		killable,
		killable | tsync,
		listener | tsync,
		listener | tsync | killable,
		killable | SECCOMP_FILTER_FLAG_LOG,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	refusals_begin(refusals);
	for (size_t i = 0; i < sizeof(combinations) / sizeof(combinations[0]); i++) {
		refusals_expect(refusals, combinations[i],
				kit_seccomp(SECCOMP_SET_MODE_FILTER, combinations[i],
					    (void *)refusals->prog),
				EINVAL);
		refusals_expect(refusals, combinations[i],
				kit_seccomp(SECCOMP_SET_MODE_FILTER, combinations[i], NULL),
				EINVAL);
	}
	return refusals_end(refusals);
}

SC_TEST(refused_combinations_of_flags,
	.doc = "WAIT_KILLABLE_RECV without NEW_LISTENER, and TSYNC with NEW_LISTENER but without "
	       "TSYNC_ESRCH, are EINVAL and install nothing",
	.needs = { F_op_set_mode_filter, F_flag_new_listener, F_flag_tsync },
	.covers = { F_flag_wait_killable_recv, F_flag_combo_tsync_listener }, .behaviours = { 6 },
	.requires = NEED_UNFILTERED)
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(refused_combinations, kit_always(&filter, SECCOMP_RET_ALLOW), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
}

static int junk_in_high_halves(struct refusals *refusals)
{
	/* Where a register has no upper half this is nothing. */
	const unsigned long junk = (unsigned long)(0xdeadbeefULL << 32);
	long nr = arch_syscall_nr(arch_native(), "seccomp");

	refusals_begin(refusals);
	refusals_expect(refusals, 1, syscall(nr, junk | SECCOMP_SET_MODE_FILTER, 0UL, NULL),
			EFAULT);
	refusals_expect(refusals, 2,
			syscall(nr, (unsigned long)SECCOMP_SET_MODE_FILTER, junk, NULL), EFAULT);
	refusals_expect(
		refusals, 3,
		syscall(nr, junk | SECCOMP_SET_MODE_FILTER, junk | SECCOMP_FILTER_FLAG_TSYNC, NULL),
		EFAULT);
	refusals_expect(refusals, 4, syscall(nr, junk | 4, 0UL, NULL), EINVAL);
	/* An int itself, prctl's option has no high half; its second argument has. */
	refusals_expect(refusals, 5,
			syscall(SYS_prctl, junk | PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0),
			EFAULT);
	return refusals_end(refusals);
}

SC_TEST(high_halves_of_ints_are_ignored,
	.doc = "Operation and flags are ints: junk in the upper halves of their registers is "
	       "ignored",
	.needs = { F_op_set_mode_filter, F_flag_tsync }, .covers = { F_seccomp_syscall },
	.behaviours = { 6 })
{
	struct refusals refusals = refusals_ask(junk_in_high_halves, NULL, NULL);

	EXPECT_REFUSALS(refusals);
}

static int ask_null(struct refusals *refusals)
{

	if (kit_drop_privileges())
		return 1;
	if (refusals->data && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	refusals_begin(refusals);
	refusals_expect(refusals, 0, kit_install_only(NULL), EFAULT);
	return refusals_end(refusals);
}

SC_TEST(null_program,
	.doc = "Without a program the errno is EFAULT, for an unprivileged task without NNP too",
	.needs = { F_mode_filter_prctl }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 7 }, .requires = NEED_NO_NNP | NEED_UNFILTERED, .varies = VARY(DIM_ROUTE))
{
	struct refusals refusals = refusals_ask(ask_null, NULL, NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
	EXPECT_EQ(0, refusals.after.nnp);
	refusals = refusals_ask(ask_null, NULL, "with NNP");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(1, refusals.after.nnp);
}

static int refuse_everything(struct refusals *refusals)
{
	uint32_t action = SECCOMP_RET_ERRNO, no_action = 0x12340000;
	char sizes[64];

	if (kit_drop_privileges())
		return 1;
	refusals_begin(refusals);
	refusals_expect(refusals, 0, prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0), EINVAL);
	refusals_expect(refusals, 1, kit_install_only(refusals->prog), EACCES);
	refusals_expect(refusals, 2, prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0),
			EFAULT);
	refusals_expect(refusals, 3, kit_seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action), 0);
	refusals_expect(refusals, 4, kit_seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &no_action),
			EOPNOTSUPP);
	refusals_expect(refusals, 5, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 0, sizes), 0);
	refusals_expect(refusals, 6, kit_seccomp(SECCOMP_SET_MODE_STRICT, 1, NULL), EINVAL);
	ask_modes(refusals);
	return refusals_end(refusals);
}

SC_TEST(questions_change_nothing,
	.doc = "Whatever a probe asks in its own process, mode, NNP and the count of filters stay "
	       "0",
	.needs = { F_prctl_seccomp, F_op_set_mode_strict, F_op_set_mode_filter,
		   F_op_get_action_avail, F_op_get_notif_sizes },
	.covers = { F_op_get_action_avail, F_op_get_notif_sizes }, .behaviours = { 8 },
	.requires = NEED_NO_NNP | NEED_UNFILTERED)
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(refuse_everything, kit_always(&filter, SECCOMP_RET_ALLOW), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
	EXPECT_EQ(0, refusals.after.nnp);
}

SC_TEST(probe_leaves_no_trace,
	.doc = "After the whole probe mode, NNP and the count of filters are as they were, and no "
	       "child is left",
	.needs = { F_prctl_seccomp }, .behaviours = { 8 }, .requires = NEED_UNFILTERED,
	.seconds = 10)
{
	static struct answer answers[F_COUNT];
	struct kit_view before, after;

	kit_view_self(&before);
	probe_all(answers);
	kit_view_self(&after);
	EXPECT_EQ(ASKED_PRESENT, answers[F_prctl_seccomp].asked);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_EQ(0, after.mode);
	EXPECT_EQ(-1, waitpid(-1, NULL, WNOHANG));
	EXPECT_EQ(ECHILD, errno);
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
