/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fixes of what becomes of single calls: under values that are no action or no errno, through the
 * user dispatch; and what an installation leaves of its privilege. What a fix brought is no need of
 * its detector, as a kernel without it is to fail.
 */
#include "selftests/glue/test.h"

#include <pthread.h>
#include <linux/seccomp.h>

#include "arch/regs.h"
#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- values of a filter that mean something else -----------------------------------------------
 */

#define NO_ACTION 0x10000000u

static void *meets_no_action(void *data)
{
	(void)data;
	if (!kit_filter_syscall(__NR_getppid, NO_ACTION))
		syscall(__NR_getppid);
	return NULL;
}

static int has_thread_without_action(void *data)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, meets_no_action, data) || pthread_join(thread, NULL))
		return NO_TASK;
	return 0;
}

SC_TEST(no_action_ends_all_threads,
	.doc = "an action that is none ends the whole process, not the calling thread alone, on "
	       "every kernel that has filters (5.10)",
	.needs = { F_mode_filter_prctl }, .fixes = { FIX_unknown_action }, .behaviours = { 33 },
	.varies = VARY(DIM_ROUTE))
{
	EXPECT_EQ(kit_killed(SIGSYS), kit_end(kit_child(has_thread_without_action, NULL)));
}

SC_TEST(errno_is_never_success,
	.doc = "ERRNO with more than 4095 is an error, on every kernel that has filters (4.0)",
	.needs = { F_mode_filter_prctl }, .fixes = { FIX_retERRNO_cap }, .behaviours = { 35 },
	.varies = VARY(DIM_ROUTE))
{
	ASSERT_EQ(0, kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | 0xffff));
	EXPECT_EQ(-4095, arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0));
}

#ifdef __arm__
/* --- the old ABI's calls -----------------------------------------------------------------------
 */

#define REFUSED 77

/* Its number is in the instruction, EABI's in r7: getppid by the one, getpgrp by the other. */
static long __attribute__((naked, noinline, target("arm"))) call_of_the_old_abi(void)
{
	asm volatile("push {r7}\n\t"
		     "mov r7, #65\n\t"
		     "svc #0x900040\n\t"
		     "pop {r7}\n\t"
		     "bx lr");
}

SC_TEST(old_abi_is_filtered,
	.doc = "a call of the old ABI is EABI's of the number in r7, or is seen by the filters",
	.needs = { F_mode_filter_prctl }, .fixes = { FIX_arm_oabi }, .behaviours = { 130 })
{
	long result;

	_Static_assert(__NR_getppid == 64 && __NR_getpgrp == 65, "the numbers in the assembly");
	ASSERT_EQ(0, kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | REFUSED));
	result = call_of_the_old_abi();
	EXPECT_TRUE(result == getpgrp() || result == -REFUSED) TH_LOG("it returned %ld", result);
}
#endif

/* --- the user dispatch with a bad selector ------------------------------------------------------
 */

#define SET_SYSCALL_USER_DISPATCH 59 /* PR_SET_SYSCALL_USER_DISPATCH */
#define DISPATCH_ON		  1

struct dispatched {
	const volatile char *selector;
	int refused; /* errno of prctl */
	int handled; /* signals */
};

static struct dispatched *dispatched;

static void on_signal(int signal)
{
	(void)signal;
	dispatched->handled++;
}

/* Calls from anywhere ask the selector, from the next one on. */
static void *dispatches(void *data)
{
	struct dispatched *d = data;

	if (prctl(SET_SYSCALL_USER_DISPATCH, DISPATCH_ON, 0, 0, d->selector))
		d->refused = errno;
	else
		syscall(__NR_getppid);
	return NULL;
}

static int has_dispatching_thread(void *data)
{
	pthread_t thread;

	dispatched = data;
	if (signal(SIGSEGV, on_signal) == SIG_ERR || signal(SIGSYS, on_signal) == SIG_ERR ||
	    pthread_create(&thread, NULL, dispatches, data) || pthread_join(thread, NULL))
		return NO_TASK;
	return 0;
}

SC_TEST(bad_selector_kills_the_process,
	.doc = "a selector of the user dispatch that cannot be read ends all threads with SIGSEGV, "
	       "one of no meaning with SIGSYS, and no handler runs (5.16)",
	.needs = { F_sud }, .covers = { F_sud }, .fixes = { FIX_sud_failure_signal },
	.behaviours = { 129 })
{
	static const char none = 2; /* 0 allows, 1 blocks */
	const struct {
		const char *selector;
		int signal;
	} rows[] = { { TRACE_NOWHERE, SIGSEGV }, { &none, SIGSYS } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dispatched d = { .selector = rows[i].selector };

		EXPECT_EQ(kit_killed(rows[i].signal),
			  kit_end(kit_ask(has_dispatching_thread, &d, sizeof(d))))
		TH_LOG("selector %p, prctl errno %d", rows[i].selector, d.refused);
		EXPECT_EQ(0, d.handled);
	}
}

/* --- the mark of a privilege that was used -----------------------------------------------------
 */

#define MARK 0x100 /* PF_SUPERPRIV, which process accounting shows too */

/* The flags of the calling task: the seventh number behind its name; 0 if they cannot be read. */
static unsigned long task_flags(void)
{
	char line[512] = "";
	const char *end;
	unsigned long flags = 0;
	FILE *stat = fopen("/proc/self/stat", "re");

	if (!stat)
		return 0;
	end = fgets(line, sizeof(line), stat) ? strrchr(line, ')') : NULL;
	if (end)
		sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %lu", &flags);
	fclose(stat);
	return flags;
}

struct marked {
	bool nnp; /* before it asks */
	bool before, after;
	int error;
};

/*
 * The privilege is looked at before the instructions are copied: an installation that fails there
 * shows what seccomp does alone, as x86's JIT asks for CAP_SYS_ADMIN itself since branch history
 * injection.
 */
static int asks_for_it(void *data)
{
	struct sock_fprog nowhere = { .len = 1, .filter = TRACE_NOWHERE };
	struct marked *m = data;

	if (m->nnp && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return CANNOT_INSTALL;
	m->before = task_flags() & MARK;
	m->error = kit_install_only(&nowhere) ? errno : 0;
	m->after = task_flags() & MARK;
	return 0;
}

SC_TEST(privilege_is_marked,
	.doc = "an installation that CAP_SYS_ADMIN allows marks the task as one that used a "
	       "privilege, as process accounting shows it; one that NNP allows does not",
	.fixes = { FIX_superpriv }, .behaviours = { 11 }, .requires = NEED_ROOT | NEED_NO_NNP,
	.varies = VARY(DIM_ROUTE))
{
	for (int nnp = 0; nnp <= 1; nnp++) {
		struct marked m = { .nnp = nnp };

		ASSERT_LIVED(kit_end(kit_ask(asks_for_it, &m, sizeof(m))), "fork");
		BROKE_UNLESS(!m.before, "a child is marked from its start");
		EXPECT_EQ(EFAULT, m.error);
		EXPECT_EQ(!nnp, m.after);
	}
}

TEST_HARNESS_MAIN
