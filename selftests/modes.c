/* SPDX-License-Identifier: BSD-3-Clause */
/* Seccomp's modes and operations, and what is refused (behaviours 1 and 4 to 8). */
#include "selftests/glue/test.h"

#include <limits.h>
#include <linux/seccomp.h>

#include "arch/arch.h"
#include "probe/probe.h"
#include "selftests/glue/kit-refusals.h"
#include "selftests/glue/kit-task.h"

#define GET_SECCOMP() prctl(PR_GET_SECCOMP, 0, 0, 0, 0)

SC_TEST(get_seccomp_fresh_and_filtered,
	.doc = "PR_GET_SECCOMP is 0 in a fresh task and 2 under a filter, however many there are",
	.needs = { F_prctl_seccomp }, .covers = { F_prctl_seccomp, F_mode_filter_prctl },
	.behaviours = { 1 }, .requires = NEED_UNFILTERED,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_TASK))
{
	EXPECT_EQ(0, GET_SECCOMP());
	ASSERT_EQ(0, kit_filter_syscall(__NR_getpid, SECCOMP_RET_ALLOW));
	EXPECT_EQ(2, GET_SECCOMP());
	ASSERT_EQ(0, kit_filter_syscall(__NR_getppid, SECCOMP_RET_ALLOW));
	EXPECT_EQ(2, GET_SECCOMP());
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
	refusals_expect(refusals, 1, prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0), EINVAL);
	if (arch_syscall_nr(arch_native(), "seccomp") >= 0 && !test_by_prctl())
		refusals_expect(refusals, 2, kit_seccomp(SECCOMP_SET_MODE_STRICT, 0, NULL), EINVAL);
	ask_modes(refusals);
	return refusals_end(refusals);
}

SC_TEST(no_way_out_of_filter,
	.doc = "Under a filter, strict mode, mode 0 and unknown modes are EINVAL on both routes, "
	       "and "
	       "mode and count stay",
	.needs = { F_mode_filter_prctl, F_mode_strict }, .covers = { F_mode_lock },
	.behaviours = { 4, 5 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_TASK))
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(change_from_filter,
			     kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 7), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(2, refusals.after.mode);
	EXPECT_EQ(7, refusals.after.getppid_errno);
}

SC_TEST(both_routes_are_one_chain,
	.doc = "Filters installed through prctl and through seccomp(2) add up, and the newest "
	       "one's "
	       "data counts",
	.needs = { F_mode_filter_prctl, F_op_set_mode_filter },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 4 },
	.varies = VARY(DIM_RIGHT) | VARY(DIM_TASK))
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
	.behaviours = { 7 }, .requires = NEED_NO_NNP | NEED_UNFILTERED | NEED_UNPRIVILEGED,
	.varies = VARY(DIM_ROUTE))
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
	.requires = NEED_NO_NNP | NEED_UNFILTERED | NEED_UNPRIVILEGED)
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

TEST_HARNESS_MAIN
