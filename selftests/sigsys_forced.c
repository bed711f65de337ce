/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A trapped call's SIGSYS is forced on the thread that made it: who cannot handle it dies, and
 * nobody else gets it (behaviours 34, 42, 44, 45).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/signalfd.h>

#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DATA	     77

static const struct sigaction ignore = { .sa_handler = SIG_IGN };
static const struct sigaction by_default = { .sa_handler = SIG_DFL };

/* A child that makes trapped calls, and what is left of it. */
struct victim {
	struct trap trap;
	int (*prepare)(struct victim *victim); /* 0, or what went wrong */
	int refused;			       /* errno of the filter */
	int returned;			       /* calls that came back */
};

static int call_twice(struct victim *victim)
{
	for (int i = 0; i < 2; i++) {
		trap_call_data(__NR_getppid, DATA);
		victim->returned++;
	}
	return 0;
}

static int victim_main(void *data)
{
	struct victim *victim = data;

	if (victim->prepare(victim))
		return 2;
	victim->refused = trap_marked() ? errno : 0;
	return victim->refused ? 0 : call_twice(victim);
}

static int prepare_handled(struct victim *victim)
{
	return trap_handle(&victim->trap, 0);
}

static int prepare_default(struct victim *victim)
{
	(void)victim;
	return sigaction(SIGSYS, &by_default, NULL);
}

static int prepare_ignored(struct victim *victim)
{
	(void)victim;
	return sigaction(SIGSYS, &ignore, NULL);
}

static int prepare_blocked(struct victim *victim)
{
	return trap_handle(&victim->trap, 0) || trap_mask(SIG_BLOCK);
}

static int prepare_ignored_and_blocked(struct victim *victim)
{
	return prepare_ignored(victim) || trap_mask(SIG_BLOCK);
}

/* One of somebody's own waits already. */
static int prepare_pending(struct victim *victim)
{
	return prepare_blocked(victim) ||
	       syscall(__NR_tgkill, getpid(), syscall(__NR_gettid), SIGSYS);
}

static int prepare_process_pending(struct victim *victim)
{
	return prepare_blocked(victim) || kill(getpid(), SIGSYS);
}

static int prepare_once(struct victim *victim)
{
	return trap_handle(&victim->trap, SA_RESETHAND);
}

/* In the handler of another signal, which has SIGSYS in its mask. */
static struct victim *masked_victim;

static void masked(int signo)
{
	(void)signo;
	call_twice(masked_victim);
}

static int prepare_masked(struct victim *victim)
{
	struct sigaction action = { .sa_handler = masked };

	masked_victim = victim;
	sigaddset(&action.sa_mask, SIGSYS);
	victim->refused = trap_marked() ? errno : 0;
	return trap_handle(&victim->trap, 0) || sigaction(SIGUSR1, &action, NULL) || raise(SIGUSR1);
}

static const struct {
	const char *how;
	int (*prepare)(struct victim *victim);
	int end, handled, returned;
} victims[] = {
	{ "handled", prepare_handled, 0, 2, 2 },
	{ "by default", prepare_default, 1000 + SIGSYS, 0, 0 },
	{ "ignored", prepare_ignored, 1000 + SIGSYS, 0, 0 },
	{ "blocked", prepare_blocked, 1000 + SIGSYS, 0, 0 },
	{ "ignored and blocked", prepare_ignored_and_blocked, 1000 + SIGSYS, 0, 0 },
	{ "blocked, and pending for the thread", prepare_pending, 1000 + SIGSYS, 0, 0 },
	{ "blocked, and pending for the process", prepare_process_pending, 1000 + SIGSYS, 0, 0 },
	{ "in the mask of the handler that makes the call", prepare_masked, 1000 + SIGSYS, 0, 0 },
	{ "handled once (SA_RESETHAND)", prepare_once, 1000 + SIGSYS, 1, 1 },
};

SC_TEST(nobody_can_refuse_it,
	.doc = "TRAP where SIGSYS has its default, is ignored, blocked, pending or no longer "
	       "handled: the task dies by SIGSYS, and no handler runs",
	.covers = { F_act_trap }, .behaviours = { 34, 42, 44 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	for (size_t i = 0; i < COUNT(victims); i++) {
		struct victim victim = { .prepare = victims[i].prepare };
		int end = kit_end(kit_ask(victim_main, &victim, sizeof(victim)));

		ASSERT_EQ(0, victim.refused);
		EXPECT_EQ(victims[i].end, end)
		{
			TH_LOG("with SIGSYS %s", victims[i].how);
		}
		EXPECT_EQ(victims[i].handled, victim.trap.count)
		{
			TH_LOG("with SIGSYS %s", victims[i].how);
		}
		EXPECT_EQ(victims[i].returned, victim.returned);
		if (victim.trap.count)
			EXPECT_SIGINFO(trap_siginfo(__NR_getppid, DATA, trap_call_end()),
				       victim.trap.info);
	}
}

/* What execve(2) leaves of it: a disposition to ignore and the mask, but no handler. */
struct heir {
	struct victim victim;
	uint32_t action;
	int fd;
};

static int heir_main(void *data)
{
	struct heir *heir = data;

	if (heir->victim.prepare(&heir->victim))
		return 2;
	heir->victim.refused = kit_filter_syscall(__NR_getppid, heir->action) ? errno : 0;
	if (heir->victim.refused)
		return 0;
	kit_exec_self(heir->fd);
	return 3;
}

static const struct {
	const char *how;
	int (*prepare)(struct victim *victim);
	uint32_t action;
	int end;
} heirs[] = {
	{ "ignored, nothing trapped", prepare_ignored, SECCOMP_RET_ALLOW, 0 },
	{ "ignored", prepare_ignored, SECCOMP_RET_TRAP, 1000 + SIGSYS },
	{ "blocked", prepare_blocked, SECCOMP_RET_TRAP, 1000 + SIGSYS },
	{ "handled", prepare_handled, SECCOMP_RET_TRAP, 1000 + SIGSYS },
};

SC_TEST(nobody_can_refuse_it_after_exec,
	.doc = "TRAP in a program that was executed with SIGSYS ignored, blocked or once handled: "
	       "it dies by SIGSYS",
	.covers = { F_act_trap }, .behaviours = { 42 }, .varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < COUNT(heirs); i++) {
		struct heir heir = { .victim.prepare = heirs[i].prepare,
				     .action = heirs[i].action };
		struct kit_view view = { 0 };
		int fds[2], end;
		bool seen;

		BROKE_UNLESS(!pipe(fds), "no pipe");
		heir.fd = fds[1];
		end = kit_end(kit_ask(heir_main, &heir, sizeof(heir)));
		close(fds[1]);
		seen = kit_view_read(fds[0], &view);
		close(fds[0]);
		ASSERT_EQ(0, heir.victim.refused);
		EXPECT_EQ(heirs[i].end, end)
		{
			TH_LOG("with SIGSYS %s", heirs[i].how);
		}
		EXPECT_EQ(heirs[i].end == 0, seen);
		EXPECT_EQ(0, heir.victim.trap.count);
	}
}

/* Trapped calls in the handler of a trapped call. */
#define DEPTH 5

struct nested {
	struct trap trap;
	int flags;
	bool mask;    /* the handler's mask has SIGSYS */
	bool unblock; /* the handler unblocks SIGSYS itself */
	int refused;
	int data[DEPTH + 1];
	pid_t tids[DEPTH + 1];
	long results[DEPTH + 1]; /* of the call that handler 1 to DEPTH - 1 made; the first at 0 */
};

static void nest(struct trap *trap, ucontext_t *uc)
{
	struct nested *nested = (struct nested *)trap;
	int level = trap->count;

	nested->data[level] = trap->info.si_errno;
	nested->tids[level] = trap->tid;
	if (nested->unblock)
		trap_mask(SIG_UNBLOCK);
	if (level < DEPTH)
		nested->results[level] = trap_call_data(__NR_getppid, level * 10);
	ucontext_set_ret(uc, 1000 + level);
}

static int nested_main(void *data)
{
	struct nested *nested = data;
	struct sigaction action;

	nested->trap.act = nest;
	if (trap_handle(&nested->trap, nested->flags) || sigaction(SIGSYS, NULL, &action))
		return 2;
	if (nested->mask)
		sigaddset(&action.sa_mask, SIGSYS);
	if (sigaction(SIGSYS, &action, NULL))
		return 2;
	nested->refused = trap_marked() ? errno : 0;
	if (!nested->refused)
		nested->results[0] = trap_call_data(__NR_getppid, 0);
	return 0;
}

SC_TEST(trap_in_the_handler,
	.doc = "a trapped call in the handler of a trapped call is handled where SIGSYS is not "
	       "blocked (SA_NODEFER), to any depth",
	.covers = { F_act_trap }, .behaviours = { 44 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	static const struct {
		int flags;
		bool unblock;
	} rows[] = { { SA_NODEFER, false }, { 0, true }, { SA_NODEFER, true } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nested nested = { .flags = rows[i].flags, .unblock = rows[i].unblock };

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(nested_main, &nested, sizeof(nested))));
		ASSERT_EQ(0, nested.refused);
		EXPECT_EQ(DEPTH, nested.trap.count);
		for (int level = 0; level < DEPTH; level++) {
			EXPECT_EQ(1001 + level, nested.results[level]);
			EXPECT_EQ(level * 10, nested.data[level + 1]);
			EXPECT_EQ(nested.tids[1], nested.tids[level + 1]);
		}
	}
}

SC_TEST(trap_in_the_handler_kills,
	.doc = "a trapped call in the handler of a trapped call kills where SIGSYS is blocked: "
	       "without SA_NODEFER, or by the mask",
	.covers = { F_act_trap }, .behaviours = { 42, 44 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	static const struct {
		int flags;
		bool mask;
	} rows[] = { { 0, false },
		     { SA_RESTART, false },
		     { SA_NODEFER, true },
		     { SA_NODEFER | SA_RESETHAND, false } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nested nested = { .flags = rows[i].flags, .mask = rows[i].mask };
		int end = kit_end(kit_ask(nested_main, &nested, sizeof(nested)));

		ASSERT_EQ(0, nested.refused);
		EXPECT_EQ(kit_killed(SIGSYS), end)
		{
			TH_LOG("with flags 0x%x", rows[i].flags);
		}
		EXPECT_EQ(1, nested.trap.count);
		EXPECT_EQ(0, nested.results[0]);
	}
}

/* The handler's stack. */
#define STACK_SIZE 65536

struct stack {
	struct trap trap;
	int flags;
	int protection;
	int segv_flags; /* of a handler of SIGSEGV; -1: none */
	int refused;
	bool inside;   /* the handler's frame is on the alternate stack */
	bool reported; /* and the ucontext names it */
	int segv_count, segv_code;
	int returned;
	char *alt;
};

static struct stack *stack_now;

static void look_at_stack(struct trap *trap, ucontext_t *uc)
{
	struct stack *stack = (struct stack *)trap;
	const char *frame = trap->frame;

	stack->inside = frame >= stack->alt && frame < stack->alt + STACK_SIZE;
	stack->reported = uc->uc_stack.ss_sp == stack->alt && uc->uc_stack.ss_size == STACK_SIZE;
}

static void on_segv(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	stack_now->segv_count++;
	stack_now->segv_code = info->si_code;
}

static int stack_main(void *data)
{
	struct stack *stack = data;
	struct sigaction segv = { .sa_flags = SA_SIGINFO | stack->segv_flags };
	stack_t alt = { .ss_size = STACK_SIZE };

	stack_now = stack;
	segv.sa_sigaction = on_segv;
	stack->alt = mmap(NULL, STACK_SIZE, stack->protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	alt.ss_sp = stack->alt;
	stack->trap.act = look_at_stack;
	if (stack->alt == MAP_FAILED || sigaltstack(&alt, NULL) ||
	    trap_handle(&stack->trap, stack->flags) ||
	    (stack->segv_flags >= 0 && sigaction(SIGSEGV, &segv, NULL)))
		return 2;
	stack->refused = trap_marked() ? errno : 0;
	if (stack->refused)
		return 0;
	trap_call_data(__NR_getppid, DATA);
	stack->returned++;
	return 0;
}

SC_TEST(handler_on_the_alternate_stack,
	.doc = "the handler of a TRAP runs on the alternate stack with SA_ONSTACK, and without it "
	       "on the caller's",
	.covers = { F_act_trap }, .behaviours = { 45 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const int flags[] = { SA_ONSTACK, 0 };

	for (size_t i = 0; i < COUNT(flags); i++) {
		struct stack stack = { .flags = flags[i],
				       .protection = PROT_READ | PROT_WRITE,
				       .segv_flags = -1 };

		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(stack_main, &stack, sizeof(stack))));
		ASSERT_EQ(0, stack.refused);
		EXPECT_EQ(1, stack.trap.count);
		EXPECT_EQ(flags[i] == SA_ONSTACK, stack.inside);
		EXPECT_TRUE(stack.reported);
		EXPECT_SIGINFO(trap_siginfo(__NR_getppid, DATA, trap_call_end()), stack.trap.info);
	}
}

SC_TEST(handler_on_a_bad_stack,
	.doc = "TRAP where the handler's stack cannot be written is SIGSEGV: the task dies of it, "
	       "unless that has a handler elsewhere",
	.covers = { F_act_trap }, .behaviours = { 45 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	static const struct {
		int protection, segv_flags, end, segv_count;
	} rows[] = {
		{ PROT_NONE, -1, 1000 + SIGSEGV, 0 },
		{ PROT_READ, -1, 1000 + SIGSEGV, 0 },
		{ PROT_NONE, SA_ONSTACK, 1000 + SIGSEGV, 0 },
		{ PROT_NONE, 0, 0, 1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stack stack = { .flags = SA_ONSTACK,
				       .protection = rows[i].protection,
				       .segv_flags = rows[i].segv_flags };
		int end = kit_end(kit_ask(stack_main, &stack, sizeof(stack)));

		ASSERT_EQ(0, stack.refused);
		EXPECT_EQ(rows[i].end, end);
		EXPECT_EQ(0, stack.trap.count);
		EXPECT_EQ(rows[i].segv_count, stack.segv_count);
		EXPECT_EQ(rows[i].segv_count ? SI_KERNEL : 0, stack.segv_code);
		EXPECT_EQ(rows[i].segv_count, stack.returned);
	}
}

TEST_HARNESS_MAIN
