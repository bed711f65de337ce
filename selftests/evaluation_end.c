/* SPDX-License-Identifier: BSD-3-Clause */
/* How a filter ends (behaviours 23, 25). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <pthread.h>

#include "filters/builder.h"
#include "selftests/glue/kit-cases.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A question is getppid: the case, and what A is; X is 0. */
enum { ARG_A = CASES_ARG + 1, ARG_X };

static long ask(uint32_t number, uint32_t a)
{
	return arch_syscall6(__NR_getppid, number, a, 0, 0, 0, 0);
}

/* --- division by zero ------------------------------------------------------------------------ */

/* How X comes to be 0; all but the last that it is not. */
enum zero { NEVER_SET, IMMEDIATE, FROM_A, FROM_MEMORY, FROM_OVERFLOW, NOT_ZERO, ZEROS };

static void build_zero(struct builder *b, enum zero zero)
{
	switch (zero) {
	case NEVER_SET:
		return;
	case IMMEDIATE:
		build_stmt(b, BPF_LDX | BPF_IMM, 0);
		return;
	case FROM_A:
		build_arg_low(b, ARG_X);
		break;
	case FROM_MEMORY:
		build_arg_low(b, ARG_X);
		build_stmt(b, BPF_ST, 15);
		build_stmt(b, BPF_LDX | BPF_MEM, 15);
		return;
	case FROM_OVERFLOW:
		build_stmt(b, BPF_LD | BPF_IMM, 0xffffffff);
		build_stmt(b, BPF_ALU | BPF_ADD | BPF_K, 1);
		break;
	default:
		build_stmt(b, BPF_LD | BPF_IMM, 1);
		break;
	}
	build_stmt(b, BPF_MISC | BPF_TAX, 0);
}

struct division {
	enum zero zero;
	uint32_t a;
	bool returned; /* the call did, with this */
	long result;
};

/* Cases: how X comes to be 0. What comes behind the division would let the program live. */
static int install_divisions(void)
{
	struct builder b;

	cases_begin(&b);
	for (uint32_t zero = 0; zero < ZEROS; zero++) {
		int next = cases_next(&b, zero);

		build_zero(&b, (enum zero)zero);
		build_arg_low(&b, ARG_A);
		build_stmt(&b, BPF_ALU | BPF_DIV | BPF_X, 1);
		build_ret(&b, SECCOMP_RET_ERRNO | 9);
		builder_bind(&b, next);
	}
	return cases_end(&b);
}

static int divide(void *data)
{
	struct division *division = data;

	division->result = ask(division->zero, division->a);
	division->returned = true;
	return 0;
}

SC_TEST(division_by_zero,
	.doc = "a division by an X of 0, wherever it came from, ends the program with 0: the "
	       "call's "
	       "thread is killed",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_op_set_mode_filter },
	.behaviours = { 23 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_REPORTER))
{
	static const uint32_t dividends[] = { 0, 1, 0xffffffff };

	ASSERT_EQ(0, install_divisions());
	for (int zero = 0; zero < ZEROS; zero++) {
		for (size_t a = 0; a < COUNT(dividends); a++) {
			struct division division = { .zero = (enum zero)zero, .a = dividends[a] };
			int end = kit_end(kit_ask(divide, &division, sizeof(division)));

			EXPECT_EQ(zero == NOT_ZERO ? kit_exited(0) : kit_killed(SIGSYS), end)
			{
				TH_LOG("%#x divided; 0 of kind %d", dividends[a], zero);
			}
			EXPECT_EQ(zero == NOT_ZERO, division.returned);
			EXPECT_EQ(zero == NOT_ZERO ? -9 : 0, division.result);
		}
	}
}

struct thread_division {
	struct division division;
	bool installed;
};

static void *divide_in_thread(void *data)
{
	struct thread_division *thread = data;

	thread->installed = !install_divisions();
	if (thread->installed)
		divide(&thread->division);
	return NULL;
}

/* The filter is the thread's only, and so must its end be. */
static int divide_beside(void *data)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, divide_in_thread, data))
		return 2;
	pthread_join(thread, NULL);
	return 0;
}

SC_TEST(division_by_zero_in_a_thread,
	.doc = "where other threads are, a division by an X of 0 ends only the thread of the call: "
	       "the "
	       "program's value is 0, KILL_THREAD, and not KILL_PROCESS",
	.needs = { F_act_errno }, .covers = { F_mode_filter_prctl, F_act_kill_thread },
	.behaviours = { 23 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	struct thread_division thread = { .division = { .zero = FROM_A, .a = 1 } };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(divide_beside, &thread, sizeof(thread))));
	EXPECT_TRUE(thread.installed);
	EXPECT_FALSE(thread.division.returned);
}

/* --- the end --------------------------------------------------------------------------------- */

/* How a filter comes to return a value. */
enum way { BY_K, BY_A, BY_A_COMPUTED, WAYS };

/* What became of a call whose filter returned `value` in that way, which is case `number`. */
struct ending {
	uint32_t number, value;
	int end; /* of the process */
	long result;
	int trapped; /* si_errno, in a handler of SIGSYS; -1: it did not run */
};

static void build_way(struct builder *b, enum way way, uint32_t value)
{
	switch (way) {
	case BY_K:
		/* A is something else. */
		build_stmt(b, BPF_LD | BPF_IMM, SECCOMP_RET_ERRNO | 77);
		build_ret(b, value);
		return;
	case BY_A:
		build_stmt(b, BPF_LD | BPF_IMM, value);
		build_stmt(b, BPF_RET | BPF_A, SECCOMP_RET_ERRNO | 77);
		return;
	default:
		build_arg_low(b, ARG_A);
		build_stmt(b, BPF_ALU | BPF_XOR | BPF_K, 0xffffffff);
		build_stmt(b, BPF_RET | BPF_A, 0);
		return;
	}
}

static volatile int trapped;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	trapped = info->si_errno;
}

static int end_by(void *data)
{
	struct ending *ending = data;
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };

	trapped = -1;
	if (sigaction(SIGSYS, &action, NULL))
		return 2;
	ending->result = ask(ending->number, ~ending->value);
	ending->trapped = trapped;
	/* The registers are the call's own again; what they held there is no result. */
	if (trapped >= 0)
		ending->result = 0;
	return 0;
}

static struct ending end_of(uint32_t number, uint32_t value)
{
	struct ending ending = {
		.number = number, .value = value, .result = 0x5a5a, .trapped = -1
	};
	int end = kit_end(kit_ask(end_by, &ending, sizeof(ending)));

	ending.end = end;
	return ending;
}

#define KILLED 1000 + SIGSYS /* kit_killed(), as a constant */

/* LOG is left out: it would write to the log. */
static const struct {
	uint32_t value;
	int end;
	long result; /* 1: the call ran */
	int trapped;
} endings[] = {
	{ SECCOMP_RET_KILL_THREAD, KILLED, 0x5a5a, -1 },
	{ SECCOMP_RET_KILL_THREAD | 0xffff, KILLED, 0x5a5a, -1 },
	{ SECCOMP_RET_KILL_PROCESS, KILLED, 0x5a5a, -1 },
	{ SECCOMP_RET_TRAP, 0, 0, 0 },
	{ SECCOMP_RET_TRAP | 0x1234, 0, 0, 0x1234 },
	{ SECCOMP_RET_TRAP | 0xffff, 0, 0, 0xffff },
	{ SECCOMP_RET_ERRNO, 0, 0, -1 },
	{ SECCOMP_RET_ERRNO | 1, 0, -1, -1 },
	{ SECCOMP_RET_ERRNO | 0xffe, 0, -0xffe, -1 },
	{ SECCOMP_RET_TRACE | 0xfff, 0, -ENOSYS, -1 },
	{ SECCOMP_RET_ALLOW, 0, 1, -1 },
	{ SECCOMP_RET_ALLOW | 0xffff, 0, 1, -1 },
};

/* Cases: the ending and the way. */
static int install_endings(void)
{
	struct builder b;

	cases_begin(&b);
	for (uint32_t i = 0; i < COUNT(endings) * WAYS; i++) {
		int next = cases_next(&b, i);

		build_way(&b, (enum way)(i % WAYS), endings[i / WAYS].value);
		builder_bind(&b, next);
	}
	return cases_end(&b);
}

SC_TEST(ret_a_is_ret_k,
	.doc = "RET A ends the program with all 32 bits of A, as RET K does with its constant, for "
	       "each "
	       "action and its data",
	.needs = { F_act_kill_process, F_act_errno, F_act_trap },
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 25 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	ASSERT_EQ(0, install_endings());
	for (uint32_t i = 0; i < COUNT(endings) * WAYS; i++) {
		uint32_t value = endings[i / WAYS].value;
		struct ending ending = end_of(i, value);

		/* Its caller is its parent, whoever that is now. */
		if (endings[i / WAYS].result == 1)
			ending.result = ending.result == getpid() ? 1 : -1;
		EXPECT_EQ(endings[i / WAYS].end, ending.end)
		{
			TH_LOG("of %#x, returned in way %u", value, i % WAYS);
		}
		EXPECT_EQ(endings[i / WAYS].result, ending.result)
		{
			TH_LOG("of %#x, returned in way %u", value, i % WAYS);
		}
		EXPECT_EQ(endings[i / WAYS].trapped, ending.trapped)
		{
			TH_LOG("of %#x, returned in way %u", value, i % WAYS);
		}
	}
}

TEST_HARNESS_MAIN
