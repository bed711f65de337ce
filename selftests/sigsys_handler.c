/* SPDX-License-Identifier: BSD-3-Clause */
/* What the handler of a trapped call may make of it: a result, another call (behaviours 34, 43). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <limits.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the handler makes of it. */
struct emulation {
	struct trap trap;
	long set; /* what the handler says that the call returns */
	long result;
	long library, library_errno;
	int refused;
};

static void set_result(struct trap *trap, ucontext_t *uc)
{
	struct emulation *emulation = (struct emulation *)trap;

	ucontext_set_ret(uc, emulation->set);
}

static int emulation_main(void *data)
{
	struct emulation *emulation = data;

	emulation->trap.act = set_result;
	if (trap_handle(&emulation->trap, 0))
		return 2;
	emulation->refused = kit_filter_syscall(__NR_getppid, SECCOMP_RET_TRAP | 5) ? errno : 0;
	if (emulation->refused)
		return 0;
	emulation->result = trap_call(__NR_getppid, (unsigned long[6]){ 1, 2, 3, 4, 5, 6 });
	errno = 0;
	emulation->library = syscall(__NR_getppid);
	emulation->library_errno = errno;
	return 0;
}

/* Numbers that mean restarts inside the kernel are among them: after a handler they mean nothing.
 */
static const long results[] = {
	0,     1,     4711,  LONG_MAX, LONG_MIN, -1,   -EPERM, -ENOSYS,
	-4094, -4095, -4097, -512,     -513,	 -514, -516,
};

SC_TEST(handler_sets_the_result,
	.doc = "what the handler of a TRAP puts into the result's register the call returns: "
	       "numbers, and errnos to the C library",
	.covers = { F_act_trap }, .behaviours = { 43 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	for (size_t i = 0; i < COUNT(results); i++) {
		struct emulation emulation = { .set = results[i] };
		bool is_errno = results[i] < 0 && results[i] >= -4095;

		ASSERT_EQ(kit_exited(0),
			  kit_end(kit_ask(emulation_main, &emulation, sizeof(emulation))));
		ASSERT_EQ(0, emulation.refused);
		EXPECT_EQ(2, emulation.trap.count);
		EXPECT_EQ(results[i], emulation.result);
		EXPECT_EQ(is_errno ? -1 : results[i], emulation.library);
		EXPECT_EQ(is_errno ? -results[i] : 0, emulation.library_errno);
	}
}

static int untouched_main(void *data)
{
	struct emulation *emulation = data;

	if (trap_handle(&emulation->trap, 0))
		return 2;
	emulation->refused = kit_filter_syscall(__NR_getppid, SECCOMP_RET_TRAP | 5) ? errno : 0;
	if (!emulation->refused)
		emulation->result = trap_call(__NR_getppid, (unsigned long[6]){ 1234 });
	return 0;
}

SC_TEST(handler_sets_no_result,
	.doc = "a trapped call whose handler sets no result returns what the register held before: "
	       "the number or argument 0",
	.covers = { F_act_trap }, .behaviours = { 43 }, .varies = VARY(DIM_ROUTE))
{
	const long expected = (int)UCONTEXT_RET == (int)UCONTEXT_NR ? __NR_getppid : 1234;
	struct emulation emulation = { .set = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(untouched_main, &emulation, sizeof(emulation))));
	ASSERT_EQ(0, emulation.refused);
	EXPECT_EQ(1, emulation.trap.count);
	if (!trap_lost_arg0((unsigned long)emulation.result))
		EXPECT_EQ(expected, emulation.result);
}

/* Calls that the handler answers, and that can be seen to have run. */
#define TRAPPED(CALL) \
	CALL(write) CALL(close) CALL(umask) CALL(ftruncate) CALL(munmap) CALL(exit_group)

#define AS_INDEX(name) TRAPPED_##name,
#define AS_ROW(name)   { #name, __NR_##name },

enum { TRAPPED(AS_INDEX) TRAPPED_COUNT };

static const struct {
	const char *name;
	uint32_t nr;
} trapped[TRAPPED_COUNT] = { TRAPPED(AS_ROW) };

struct traces {
	struct trap trap;
	char *page; /* of memory, with a 1 */
	int pipe[2];
	int file; /* of 5 bytes */
	int refused;
	long results[TRAPPED_COUNT];
	bool happened[TRAPPED_COUNT];
};

static void answer_with_number(struct trap *trap, ucontext_t *uc)
{
	ucontext_set_ret(uc, 1000 + trap->info.si_syscall);
}

static int install_trapped(void)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_nr(&b);
	for (int i = 0; i < TRAPPED_COUNT; i++) {
		int next = builder_label(&b, NULL);

		build_if(&b, BPF_JEQ, trapped[i].nr, NEXT, next);
		build_ret(&b, SECCOMP_RET_TRAP);
		builder_bind(&b, next);
	}
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

/* In a thread of its own, so that the other one may look for traces with the same calls. */
static void *make_trapped(void *data)
{
	struct traces *t = data;
	const unsigned long arguments[TRAPPED_COUNT][6] = {
		[TRAPPED_write] = { t->pipe[1], (unsigned long)"!", 1 },
		[TRAPPED_close] = { t->pipe[0] },
		[TRAPPED_umask] = { 0777 },
		[TRAPPED_ftruncate] = { t->file, 1 },
		[TRAPPED_munmap] = { (unsigned long)t->page, 1 },
		[TRAPPED_exit_group] = { 77 },
	};

	t->refused = install_trapped() ? errno : 0;
	for (int i = 0; i < TRAPPED_COUNT && !t->refused; i++)
		t->results[i] = trap_call(trapped[i].nr, arguments[i]);
	return NULL;
}

static int traces_main(void *data)
{
	struct traces *t = data;
	pthread_t thread;
	struct stat file;
	char byte;

	umask(022);
	t->trap.act = answer_with_number;
	if (trap_handle(&t->trap, 0) || pthread_create(&thread, NULL, make_trapped, t))
		return 2;
	pthread_join(thread, NULL);
	t->happened[TRAPPED_write] = read(t->pipe[0], &byte, 1) != -1 || errno != EAGAIN;
	t->happened[TRAPPED_close] = fcntl(t->pipe[0], F_GETFD) == -1;
	t->happened[TRAPPED_umask] = umask(022) != 022;
	t->happened[TRAPPED_ftruncate] = fstat(t->file, &file) || file.st_size != 5;
	t->happened[TRAPPED_munmap] = msync(t->page, 1, MS_ASYNC) || t->page[0] != 1;
	return 0;
}

SC_TEST(trapped_call_does_not_happen,
	.doc = "TRAP keeps the call from happening, whatever the handler says that it returned",
	.covers = { F_act_trap }, .behaviours = { 34, 43 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	struct traces t = { .refused = 0 };

	t.page = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	t.file = memfd_create("trapped", MFD_CLOEXEC);
	BROKE_UNLESS(t.page != MAP_FAILED && !pipe2(t.pipe, O_NONBLOCK), "no memory or pipe");
	BROKE_UNLESS(t.file >= 0 && !ftruncate(t.file, 5), "no file");
	t.page[0] = 1;
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(traces_main, &t, sizeof(t))));
	ASSERT_EQ(0, t.refused);
	for (int i = 0; i < TRAPPED_COUNT; i++) {
		EXPECT_EQ(1000 + (int)trapped[i].nr, t.results[i])
		{
			TH_LOG("of %s", trapped[i].name);
		}
		EXPECT_FALSE(t.happened[i])
		{
			TH_LOG("%s took place", trapped[i].name);
		}
	}
}

/* The call is made after all, by the handler or by the program that it goes back to. */
struct again {
	struct trap trap;
	int pipe[2];
	int refused;
	long nr, result;
};

#define INSN_SIZE sizeof((unsigned char[]){ ARCH_SYSCALL_INSN })

static void set_register(ucontext_t *uc, unsigned int at, unsigned long value)
{
	UCONTEXT_REGS(uc)[at] = (__typeof__(UCONTEXT_REGS(uc)[0]))value;
}

/* Back to the syscall instruction: the registers are as they were, so only what differs is set. */
static void go_back(ucontext_t *uc)
{
	if (trap_lost_arg0(ucontext_arg(uc, 0)))
		ucontext_set_arg(uc, 0, TRAP_MARK);
	UCONTEXT_IP(uc) -= INSN_SIZE;
}

static void again_with_argument(struct trap *trap, ucontext_t *uc)
{
	ucontext_set_arg(uc, 0, ((struct again *)trap)->pipe[1]);
	go_back(uc);
}

static void again_with_number(struct trap *trap, ucontext_t *uc)
{
	again_with_argument(trap, uc);
	set_register(uc, UCONTEXT_NR, __NR_write);
}

static void call_inside(struct trap *trap, ucontext_t *uc)
{
	struct again *again = (struct again *)trap;

	ucontext_set_ret(uc, 10 + arch_syscall6(__NR_write, again->pipe[1], trap->args[1],
						trap->args[2], 0, 0, 0));
}

static void again_unchanged(struct trap *trap, ucontext_t *uc)
{
	if (trap->count < 3)
		go_back(uc);
	else
		ucontext_set_ret(uc, 33);
}

static const struct {
	const char *how;
	void (*act)(struct trap *trap, ucontext_t *uc);
	long nr, result;
	int count, bytes; /* how often it is trapped, and what is written then */
} agains[] = {
	{ "another argument, and back to the instruction", again_with_argument, __NR_write, 1, 1,
	  1 },
	{ "another number, and back to the instruction", again_with_number, __NR_getppid, 1, 1, 1 },
	{ "a call of its own", call_inside, __NR_write, 11, 1, 1 },
	{ "no change, and back to the instruction twice", again_unchanged, __NR_write, 33, 3, 0 },
};

static int again_main(void *data)
{
	struct again *again = data;

	if (trap_handle(&again->trap, 0))
		return 2;
	again->refused = trap_marked() ? errno : 0;
	if (!again->refused)
		again->result = trap_call(again->nr,
					  (unsigned long[6]){ TRAP_MARK, (unsigned long)"?", 1 });
	return 0;
}

SC_TEST(handler_makes_the_call,
	.doc = "the handler may change the call and have it made again, or make it itself: it is "
	       "done once; unchanged it is trapped again",
	.covers = { F_act_trap }, .behaviours = { 43 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	for (size_t i = 0; i < COUNT(agains); i++) {
		struct again again = { .trap.act = agains[i].act, .nr = agains[i].nr };
		char bytes[2] = "";

		BROKE_UNLESS(!pipe2(again.pipe, O_NONBLOCK), "no pipe");
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(again_main, &again, sizeof(again))))
		{
			TH_LOG("by %s", agains[i].how);
		}
		ASSERT_EQ(0, again.refused);
		EXPECT_EQ(agains[i].count, again.trap.count);
		EXPECT_EQ(agains[i].result, again.result);
		EXPECT_EQ(agains[i].bytes ? 1 : -1, read(again.pipe[0], bytes, sizeof(bytes)));
		EXPECT_EQ(agains[i].bytes ? '?' : 0, bytes[0])
		{
			TH_LOG("by %s", agains[i].how);
		}
		close(again.pipe[0]);
		close(again.pipe[1]);
	}
}

TEST_HARNESS_MAIN
