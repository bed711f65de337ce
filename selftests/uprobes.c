/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Uprobes on x86: functions that are traced from outside make calls of the kernel's own, which no
 * filter of the program can know of (behaviour 128).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#ifdef ARCH_PROBED_FUNCTION
#include <linux/seccomp.h>
#include <sys/mman.h>

#include "arch/arch.h"
#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-uprobe.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

ARCH_PROBED_FUNCTION(probed);
extern long probed(void);

/* Only what is needed to tell: reading the count, and to end. */
static int refuse_nearly_all(uint32_t action)
{
	static const int needed[] = { __NR_read, __NR_exit, __NR_exit_group, __NR_rt_sigreturn };
	struct builder b;

	builder_init(&b, arch_native());
	build_arch(&b, builder_label(&b, "refuse"));
	build_nr(&b);
	for (size_t i = 0; i < COUNT(needed); i++)
		build_if(&b, BPF_JEQ, needed[i], builder_label(&b, "allow"), NEXT);
	builder_bind(&b, builder_label(&b, "refuse"));
	build_ret(&b, action);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	return kit_install_built(&b);
}

#define CALLS 4

struct probed_calls {
	bool at_return, strict;
	uint32_t action;
	uint64_t count;
	long sum;
};

static int call_probed(void *data)
{
	struct probed_calls *calls = data;
	int fd = uprobe_open((const void *)(uintptr_t)probed, calls->at_return);
	int err;

	if (fd < 0)
		return 2;
	err = calls->strict ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0)
			    : refuse_nearly_all(calls->action);
	if (err)
		return 3;
	/* More than once: the kernel may put a call there when it has been hit. */
	for (int i = 0; i < CALLS; i++)
		calls->sum += probed();
	err = read(fd, &calls->count, sizeof(calls->count)) != sizeof(calls->count);
	for (;;)
		syscall(__NR_exit, err);
}

#define EXPECT_PROBED(calls)                                                                     \
	do {                                                                                     \
		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(call_probed, &(calls), sizeof(calls)))) \
		{                                                                                \
			TH_LOG("%s, action %#x", (calls).at_return ? "uretprobe" : "uprobe",     \
			       (calls).action);                                                  \
		}                                                                                \
		EXPECT_EQ(7 * CALLS, (calls).sum);                                               \
		EXPECT_EQ((uint64_t)CALLS, (calls).count);                                       \
	} while (0)

/* To take a uprobe away the kernel waits for all CPUs: no more of them than tell something. */
static const uint32_t probed_under[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ERRNO | 77 };

SC_TEST(probed_at_entry,
	.doc = "a function with a uprobe works, and its calls are counted, under filters that "
	       "refuse "
	       "nearly all, and in strict mode",
	.needs = { F_mode_strict }, .covers = { F_uprobe_passthrough },
	.fixes = { FIX_uprobe_filtered }, .behaviours = { 128 },
	.requires = NEED_ROOT | NEED_UPROBES | NEED_UNFILTERED, .seconds = 20)
{
	struct probed_calls in_strict = { .strict = true };

	for (size_t i = 0; i < COUNT(probed_under); i++) {
		struct probed_calls calls = { .action = probed_under[i] };

		EXPECT_PROBED(calls);
	}
	EXPECT_PROBED(in_strict);
}

SC_TEST(probed_at_return,
	.doc = "a function with a uretprobe returns, and its calls are counted, under filters that "
	       "refuse nearly all, and in strict mode",
	.needs = { F_mode_strict }, .covers = { F_uretprobe_passthrough },
	.fixes = { FIX_uretprobe_filtered }, .behaviours = { 128 },
	.requires = NEED_ROOT | NEED_UPROBES | NEED_UNFILTERED, .seconds = 20)
{
	struct probed_calls in_strict = { .strict = true, .at_return = true };

	for (size_t i = 0; i < COUNT(probed_under); i++) {
		struct probed_calls calls = { .action = probed_under[i], .at_return = true };

		EXPECT_PROBED(calls);
	}
	EXPECT_PROBED(in_strict);
}
#endif

#ifdef ARCH_HAS_INT80
/* --- the calls themselves -------------------------------------------------------------------- */

#define NR_URETPROBE 335
#define NR_UPROBE    336

static const uint32_t refusals[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
				     SECCOMP_RET_TRAP,	       SECCOMP_RET_ERRNO,
				     SECCOMP_RET_ERRNO | 77,   SECCOMP_RET_TRACE };

struct direct {
	int nr;
	bool strict;
	uint32_t action;
	long result;
};

static int call_directly(void *data)
{
	struct direct *direct = data;
	int err = direct->strict ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0)
				 : refuse_nearly_all(direct->action);

	if (err)
		return 3;
	direct->result = arch_syscall6(direct->nr, 0, 0, 0, 0, 0, 0);
	for (;;)
		syscall(__NR_exit, 0);
}

static int end_of_direct(struct direct *direct)
{
	direct->result = 1;
	return kit_end(kit_ask(call_directly, direct, sizeof(*direct)));
}

SC_TEST(uretprobe_called_directly,
	.doc = "uretprobe(), from where no uretprobe is, is SIGILL: no filter and no mode comes "
	       "before",
	.needs = { F_uretprobe_passthrough, F_mode_strict }, .covers = { F_uretprobe_passthrough },
	.behaviours = { 128 }, .requires = NEED_UNFILTERED)
{
	struct direct in_strict = { .nr = NR_URETPROBE, .strict = true };

	for (size_t i = 0; i < COUNT(refusals); i++) {
		struct direct direct = { .nr = NR_URETPROBE, .action = refusals[i] };

		EXPECT_EQ(kit_killed(SIGILL), end_of_direct(&direct))
		{
			TH_LOG("action %#x", refusals[i]);
		}
	}
	EXPECT_EQ(kit_killed(SIGILL), end_of_direct(&in_strict));
}

/* The second since 7.3. */
static bool is_no_uprobe(long result)
{
	return result == -ENXIO || result == -EPROTO;
}

SC_TEST(uprobe_called_directly,
	.doc = "uprobe(), from where no uprobe is, is ENXIO or EPROTO: no filter and no mode comes "
	       "before",
	.needs = { F_uprobe_passthrough, F_mode_strict }, .covers = { F_uprobe_passthrough },
	.behaviours = { 128 }, .requires = NEED_UNFILTERED)
{
	struct direct in_strict = { .nr = NR_UPROBE, .strict = true };

	for (size_t i = 0; i < COUNT(refusals); i++) {
		struct direct direct = { .nr = NR_UPROBE, .action = refusals[i] };

		EXPECT_EQ(kit_exited(0), end_of_direct(&direct));
		EXPECT_TRUE(is_no_uprobe(direct.result))
		{
			TH_LOG("action %#x: %ld", refusals[i], direct.result);
		}
	}
	EXPECT_EQ(kit_exited(0), end_of_direct(&in_strict));
	EXPECT_TRUE(is_no_uprobe(in_strict.result)) TH_LOG("%ld", in_strict.result);
}

struct namesakes {
	long int80[2], x32[2];
};

static int call_namesakes(void *data)
{
	static const unsigned long nothing[6];
	struct namesakes *calls = data;

	if (refuse_nearly_all(SECCOMP_RET_ERRNO | 77))
		return 3;
	for (int i = 0; i < 2; i++) {
		calls->int80[i] = arch_int80(NR_URETPROBE + i, nothing);
		calls->x32[i] = arch_syscall6(0x40000000 | (NR_URETPROBE + i), 0, 0, 0, 0, 0, 0);
	}
	return 0;
}

SC_TEST(their_numbers_in_other_tables,
	.doc = "the numbers of uretprobe() and uprobe() are filtered as any other where they are "
	       "i386's or x32's",
	.needs = { F_act_errno, F_compat_arch },
	.covers = { F_uretprobe_passthrough, F_uprobe_passthrough }, .behaviours = { 29, 128 },
	.varies = VARY(DIM_ROUTE))
{
	struct namesakes calls = { .int80 = { 0 } };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(call_namesakes, &calls, sizeof(calls))));
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(-77, calls.int80[i]);
		EXPECT_EQ(-77, calls.x32[i]);
	}
}

/* --- where a check was missing --------------------------------------------------------------- */

/*
 * Without any uretprobe the kernel took -1 for the address of its trampoline, so a call that ends
 * here was taken for the trampoline's: it took three words from the stack before it refused.
 */
#define FALSE_END 12

static volatile unsigned long stack_before, stack_then;

static void on_sigill(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)info;
	stack_then = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP];
	_exit(stack_then == stack_before ? 0 : 1);
}

/* mov $335, %eax; syscall, which ends there; ret */
static const unsigned char false_trampoline[] = {
	0xb8, NR_URETPROBE & 0xff, NR_URETPROBE >> 8, 0, 0, 0x0f, 0x05, 0xc3,
};

static int call_from_the_bottom(void *data)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };
	unsigned char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
				   MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const uintptr_t entry = FALSE_END - (sizeof(false_trampoline) - 1);
	/* Not by memcpy, of which the compiler knows that nothing is copied to there. */
	unsigned char *volatile to = (unsigned char *)entry;

	(void)data;
	if (page == MAP_FAILED)
		return 2;
	action.sa_sigaction = on_sigill;
	if (sigaction(SIGILL, &action, NULL))
		return 3; /* cppcheck-suppress memleak ; the process ends */
	for (size_t i = 0; i < sizeof(false_trampoline); i++)
		to[i] = false_trampoline[i];
	__asm__ volatile("leaq -256(%%rsp), %%rsp\n\t"
			 "leaq -8(%%rsp), %%rcx\n\t"
			 "movq %%rcx, %[before]\n\t"
			 "call *%[entry]\n\t"
			 "leaq 256(%%rsp), %%rsp"
			 : [before] "=m"(stack_before)
			 : [entry] "r"(entry)
			 : "rax", "rcx", "r11", "memory", "cc");
	return 4;
}

SC_TEST(uretprobe_from_the_bottom_of_memory,
	.doc = "uretprobe() is refused at once wherever no uretprobe is, at the lowest addresses, "
	       "too",
	.needs = { F_uretprobe_passthrough }, .covers = { F_uretprobe_harden },
	.behaviours = { 128 }, .requires = NEED_ROOT | NEED_FIRST_USER_NS)
{
	EXPECT_EQ(kit_exited(0), kit_end(kit_child(call_from_the_bottom, NULL)));
}
#endif

TEST_HARNESS_MAIN
