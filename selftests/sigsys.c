/* SPDX-License-Identifier: BSD-3-Clause */
/* The signal of SECCOMP_RET_TRAP: what its handler is told (behaviours 34, 41, 43). */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <limits.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "arch/arch.h"
#include "selftests/glue/kit-calls.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define ALT_STACK_SIZE 65536

/* Whether the handler was told all that it must be, about a call made by trap_call(). */
static bool is_exact(const struct trap *trap, const siginfo_t *expected)
{
	return !memcmp(&trap->info, expected, sizeof(*expected)) &&
	       trap->ip == (uintptr_t)expected->si_call_addr && trap->nr == expected->si_syscall;
}

struct sweep {
	struct trap trap;
	uintptr_t call_end;
	unsigned int from, to, step;
	int refused; /* errno of the filter */
	unsigned int asked, wrong;
	/* The first that was wrong. */
	struct trap seen;
	siginfo_t expected;
	unsigned long args[6];
};

static void note_wrong(struct sweep *sweep, const siginfo_t *expected, const unsigned long args[6])
{
	if (sweep->wrong++)
		return;
	sweep->seen = sweep->trap;
	sweep->expected = *expected;
	memcpy(sweep->args, args, sizeof(sweep->args));
}

/* The handler's stack is full of what must not be seen in a siginfo. */
static char *dirty_stack(void)
{
	char *stack = mmap(NULL, ALT_STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack_t alt = { .ss_sp = stack, .ss_size = ALT_STACK_SIZE };

	if (stack == MAP_FAILED || sigaltstack(&alt, NULL))
		return NULL;
	return stack;
}

static int data_main(void *data)
{
	struct sweep *sweep = data;
	char *stack = dirty_stack();

	if (!stack || trap_handle(&sweep->trap, SA_ONSTACK))
		return 2;
	sweep->refused = trap_marked() ? errno : 0;
	if (sweep->refused)
		return 0;
	for (unsigned int n = sweep->from; n <= sweep->to; n += sweep->step) {
		siginfo_t expected = trap_siginfo(__NR_getppid, (int)n, sweep->call_end);

		memset(stack, 0xa5, ALT_STACK_SIZE);
		sweep->trap.count = 0;
		trap_call_data(__NR_getppid, n);
		sweep->asked++;
		if (sweep->trap.count != 1 || !is_exact(&sweep->trap, &expected))
			note_wrong(sweep, &expected, sweep->trap.args);
	}
	return 0;
}

#define EXPECT_SWEEP(sweep)                                                                   \
	do {                                                                                  \
		ASSERT_EQ(0, (sweep).refused);                                                \
		EXPECT_NE(0u, (sweep).asked);                                                 \
		EXPECT_EQ(0u, (sweep).wrong)                                                  \
		{                                                                             \
			TH_LOG("of %u calls; the first is described by", (sweep).asked);      \
			EXPECT_EQ(1, (sweep).seen.count);                                     \
			EXPECT_SIGINFO((sweep).expected, (sweep).seen.info);                  \
			EXPECT_EQ((sweep).expected.si_syscall, (sweep).seen.nr);              \
			EXPECT_EQ((uintptr_t)(sweep).expected.si_call_addr, (sweep).seen.ip); \
			for (unsigned int arg = 0; arg < 6; arg++)                            \
				EXPECT_EQ((sweep).args[arg], (sweep).seen.args[arg]);         \
		}                                                                             \
	} while (0)

SC_TEST(siginfo_is_exact,
	.doc = "TRAP gives the handler SIGSYS, SYS_SECCOMP, the data, the call's number, "
	       "architecture and end, and zeros",
	.covers = { F_act_trap, F_ret_data }, .behaviours = { 34, 41 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_TASK) |
		  VARY(DIM_REPORTER))
{
	static const struct {
		unsigned int from, to, step;
	} rows[] = { { 0, 300, 1 }, { 301, 0xffff, 53 }, { 0xffff - 300, 0xffff, 1 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sweep sweep = { .from = rows[i].from,
				       .to = rows[i].to,
				       .step = rows[i].step,
				       .call_end = trap_call_end() };

		BROKE_UNLESS(sweep.call_end, "the syscall instruction was not found");
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(data_main, &sweep, sizeof(sweep))));
		EXPECT_SWEEP(sweep);
	}
}

/* All six arguments differ from each other and from call to call, in their upper halves too. */
static void fill_args(uint32_t nr, unsigned long args[6])
{
	for (unsigned int i = 0; i < 6; i++)
		args[i] = (unsigned long)((0xd1ff00000000ull << 8 | 0x8000u << i | nr << 18) + i);
	args[0] = (args[0] & ~0xfffffffful) | TRAP_MARK;
}

/* What the kernel's own probes make a program call, which no filter sees (x86_64, 6.14). */
static bool is_exempt(const char *name)
{
	static const char *const names[] = { "uretprobe", "uprobe" };

	for (size_t i = 0; name && i < COUNT(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static int number_visit(uint32_t nr, const char *name, void *data)
{
	struct sweep *sweep = data;
	unsigned long args[6];
	siginfo_t expected;

	if (is_exempt(name))
		return 0;
	fill_args(nr, args);
	expected = trap_siginfo((int)(nr & ARCH_NR_MASK), (int)(args[5] & 0xffff), sweep->call_end);
	sweep->trap.count = 0;
	trap_call((int)nr, args);
	sweep->asked++;
	if (sweep->trap.count != 1 || !trap_has_args(&sweep->trap, args) ||
	    !is_exact(&sweep->trap, &expected))
		note_wrong(sweep, &expected, args);
	return 0;
}

/* Numbers without a call. arm masks the upper bits away, and has no call -1. */
static const uint32_t odd_numbers[] = {
	999,	    4095,
#ifndef __arm__
	0x00012345, 0x40000000, 0x40000123, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
#endif
};

static int numbers_main(void *data)
{
	struct sweep *sweep = data;

	if (trap_handle(&sweep->trap, 0))
		return 2;
	sweep->refused = trap_marked() ? errno : 0;
	if (sweep->refused)
		return 0;
	arch_each_syscall(arch_native(), number_visit, sweep);
	for (size_t i = 0; i < COUNT(odd_numbers); i++)
		if (!kit_is_foreign(odd_numbers[i]))
			number_visit(odd_numbers[i], NULL, sweep);
	return 0;
}

SC_TEST(every_call_is_described,
	.doc = "TRAP of any call of the table, and of numbers that are none: number and six "
	       "arguments are in the registers as they were, and the siginfo is exact",
	.covers = { F_act_trap }, .behaviours = { 41, 43 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	struct sweep sweep = { .call_end = trap_call_end() };

	BROKE_UNLESS(sweep.call_end, "the syscall instruction was not found");
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(numbers_main, &sweep, sizeof(sweep))));
	EXPECT_LT(300u, sweep.asked);
	EXPECT_SWEEP(sweep);
}

/*
 * A register's values that differ in each half and in sign. Not -512 to -516: where argument 0 is
 * in the result's register (arm, aarch64) the kernel takes it, rolled back, for the code of a
 * restart of its own, and makes the call again, forever.
 */
static const unsigned long argument_values[] = {
	0,
	1,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	ULONG_MAX,
	LONG_MIN,
	LONG_MAX,
	-38ul,
	-4095ul,
	-4096ul,
	(unsigned long)0x12345678ffffffffull,
	(unsigned long)0xffffffff00000000ull,
};

static int arguments_main(void *data)
{
	struct sweep *sweep = data;

	if (trap_handle(&sweep->trap, 0))
		return 2;
	sweep->refused = kit_filter_syscall(__NR_getppid, SECCOMP_RET_TRAP | 5) ? errno : 0;
	for (size_t n = 0; n < 6 * COUNT(argument_values) && !sweep->refused; n++) {
		unsigned long args[6] = { 11, 22, 33, 44, 55, 66 };
		siginfo_t expected = trap_siginfo(__NR_getppid, 5, sweep->call_end);

		args[n % 6] = argument_values[n / 6];
		sweep->trap.count = 0;
		trap_call(__NR_getppid, args);
		sweep->asked++;
		if (sweep->trap.count != 1 || memcmp(sweep->trap.args, args, sizeof(args)) != 0 ||
		    !is_exact(&sweep->trap, &expected))
			note_wrong(sweep, &expected, args);
	}
	return 0;
}

SC_TEST(arguments_are_rolled_back,
	.doc = "TRAP leaves each argument's register as it was at the call, whatever the value, "
	       "and the number's too",
	.covers = { F_act_trap }, .behaviours = { 43 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	struct sweep sweep = { .call_end = trap_call_end() };

	BROKE_UNLESS(sweep.call_end, "the syscall instruction was not found");
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(arguments_main, &sweep, sizeof(sweep))));
	EXPECT_SWEEP(sweep);
}

/* Another way into the kernel than trap_call()'s. */
struct entry {
	struct trap trap;
	int refused;
};

/* The C library's call, of which only the instruction is known. */
static int library_main(void *data)
{
	struct entry *entry = data;

	if (trap_handle(&entry->trap, 0))
		return 2;
	entry->refused = kit_filter_syscall(__NR_getppid, SECCOMP_RET_TRAP | 7) ? errno : 0;
	if (entry->refused)
		return 0;
	syscall(__NR_getppid);
	return trap_is_call_end(entry->trap.ip) ? 0 : 3;
}

SC_TEST(siginfo_of_the_library,
	.doc = "TRAP of the C library's call says where it was made: behind a syscall instruction, "
	       "where the program goes on",
	.covers = { F_act_trap }, .behaviours = { 41 }, .varies = VARY(DIM_ROUTE))
{
	struct entry entry = { .refused = 0 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(library_main, &entry, sizeof(entry))));
	ASSERT_EQ(0, entry.refused);
	EXPECT_EQ(1, entry.trap.count);
	EXPECT_EQ(__NR_getppid, entry.trap.nr);
	EXPECT_SIGINFO(trap_siginfo(__NR_getppid, 7, entry.trap.ip), entry.trap.info);
}

#ifdef ARCH_HAS_INT80
#define I386_GETPPID 64

static int int80_main(void *data)
{
	static const unsigned char int80[] = { ARCH_INT80_INSN };
	struct entry *entry = data;

	if (trap_handle(&entry->trap, 0))
		return 2;
	entry->refused = kit_filter_syscall(I386_GETPPID, SECCOMP_RET_TRAP | 9) ? errno : 0;
	if (entry->refused)
		return 0;
	arch_int80(I386_GETPPID, (unsigned long[6]){ 0x11111111, 0x22222222, 0x33333333 });
	return memcmp((char *)entry->trap.ip - sizeof(int80), int80, sizeof(int80)) ? 3 : 0;
}

SC_TEST(siginfo_of_a_foreign_entry,
	.doc = "TRAP of an i386 call of a 64-bit program has i386's architecture and number in the "
	       "siginfo",
	.covers = { F_act_trap }, .behaviours = { 41 }, .requires = NEED_TWIN,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	struct entry entry = { .refused = 0 };
	siginfo_t expected;

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(int80_main, &entry, sizeof(entry))));
	ASSERT_EQ(0, entry.refused);
	expected = trap_siginfo(I386_GETPPID, 9, entry.trap.ip);
	expected.si_arch = arch_by_name("i386")->audit;
	EXPECT_EQ(1, entry.trap.count);
	EXPECT_EQ(I386_GETPPID, entry.trap.nr);
	EXPECT_SIGINFO(expected, entry.trap.info);
}
#endif

#ifdef ARCH_HAS_SYSINFO
static int sysinfo_main(void *data)
{
	unsigned long sysinfo = getauxval(AT_SYSINFO);
	struct entry *entry = data;

	if (trap_handle(&entry->trap, 0))
		return 2;
	entry->refused = kit_filter_syscall(__NR_getppid, SECCOMP_RET_TRAP | 9) ? errno : 0;
	if (entry->refused)
		return 0;
	if (sysinfo)
		arch_sysinfo_call(sysinfo, __NR_getppid, (unsigned long[6]){ 0x1234 });
	else /* vdso32=0: the one entry that is left */
		arch_syscall6(__NR_getppid, 0x1234, 0, 0, 0, 0, 0);
	return trap_is_call_end(entry->trap.ip) ? 0 : 3;
}

SC_TEST(siginfo_of_the_fast_entry,
	.doc = "TRAP of a call through the vDSO (sysenter, syscall) says that it ends behind the "
	       "vDSO's int $0x80",
	.covers = { F_act_trap }, .behaviours = { 41, 43 }, .varies = VARY(DIM_ROUTE))
{
	struct entry entry = { .refused = 0 };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(sysinfo_main, &entry, sizeof(entry))));
	ASSERT_EQ(0, entry.refused);
	EXPECT_EQ(1, entry.trap.count);
	EXPECT_EQ(__NR_getppid, entry.trap.nr);
	EXPECT_EQ(0x1234, entry.trap.args[0]);
	EXPECT_SIGINFO(trap_siginfo(__NR_getppid, 9, entry.trap.ip), entry.trap.info);
}
#endif

TEST_HARNESS_MAIN
