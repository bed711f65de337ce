/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * x86 has several ways into the kernel, and three tables of calls: whichever a program takes, a
 * filter is told the right one (behaviours 122 to 125).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#if defined(ARCH_HAS_INT80) || defined(ARCH_HAS_SYSINFO)
#include <linux/seccomp.h>
#include <sys/auxv.h>

#include "arch/tiny.h"
#include "filters/builder.h"
#include "probe/tiny.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-exact.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-trace.h"
#include "selftests/glue/kit-trap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Each argument is another number, and so is each half of it. */
#define HALVES(high, low) ((unsigned long)((uint64_t)(high) << 32 | (low)))

static const unsigned long mixed[6] = {
	HALVES(0x11111111, 0x21212121), HALVES(0x12121212, 0x82828282),
	HALVES(0x93939393, 0x23232323), HALVES(0x14141414, 0x84848484),
	HALVES(0x95959595, 0x25252525), HALVES(0x16161616, 0x86868686),
};

static struct seccomp_data data_of(int nr, const char *arch, uintptr_t ip,
				   const unsigned long args[6])
{
	struct seccomp_data data = { .nr = nr,
				     .arch = arch_by_name(arch)->audit,
				     .instruction_pointer = ip };

	for (unsigned int i = 0; i < 6; i++)
		data.args[i] = args[i];
	return data;
}

#define I386_READ    3
#define I386_WRITE   4
#define I386_FORK    2
#define I386_EXECVE  11
#define I386_GETPPID 64
#endif

#ifdef ARCH_HAS_SYSINFO
/* --- a 32-bit program ------------------------------------------------------------------------ */

/* The kernel comes back behind the vDSO's int $0x80, and says so, whatever the entry was. */
static uintptr_t sysinfo_end(uintptr_t entry)
{
	static const unsigned char int80[] = { ARCH_SYSCALL_INSN };
	const char *found = memmem((const char *)entry, 64, int80, sizeof(int80));

	return found ? (uintptr_t)found + sizeof(int80) : 0;
}

static int ask_sysinfo(void *data)
{
	const unsigned long entry = getauxval(AT_SYSINFO);
	const struct seccomp_data expected =
		data_of(__NR_getppid, "i386", sysinfo_end(entry), mixed);

	if (exact_install(&expected))
		return 2;
	*(long *)data = arch_sysinfo_call(entry, __NR_getppid, mixed);
	return 0;
}

SC_TEST(fast_entry_of_i386,
	.doc = "a call through the vDSO (sysenter, syscall) has i386's architecture, its number "
	       "and "
	       "all six arguments",
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 21, 122 },
	.varies = VARY(DIM_ROUTE))
{
	long result = 0;

	if (!getauxval(AT_SYSINFO)) /* vdso32=0: there is no such entry */
		return;
	ASSERT_NE(0u, sysinfo_end(getauxval(AT_SYSINFO)));
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(ask_sysinfo, &result, sizeof(result))));
	EXPECT_EQ(EXACT, result);
}
#endif

#ifdef ARCH_HAS_INT80
/* --- int $0x80 in a 64-bit program ----------------------------------------------------------- */

__attribute__((noinline, section("int80_code"))) static long call_int80(long nr,
									const unsigned long a[6])
{
	return arch_int80(nr, a);
}

extern const char __start_int80_code[], __stop_int80_code[];

static uintptr_t int80_end(void)
{
	static const unsigned char int80[] = { ARCH_INT80_INSN };
	const char *found = memmem(__start_int80_code, __stop_int80_code - __start_int80_code,
				   int80, sizeof(int80));

	return found ? (uintptr_t)found + sizeof(int80) : 0;
}

struct exact_call {
	unsigned long args[6];
	long result;
};

static int ask_int80(void *data)
{
	struct exact_call *call = data;
	const struct seccomp_data expected = data_of(I386_GETPPID, "i386", int80_end(), call->args);

	if (exact_install(&expected))
		return 2;
	call->result = call_int80(I386_GETPPID, call->args);
	return 0;
}

SC_TEST(int80_of_a_64_bit_program,
	.doc = "int $0x80 of a 64-bit program has i386's architecture and number, the address "
	       "behind it, and its arguments are ebx, ecx, edx, esi, edi and ebp",
	.needs = { F_compat_arch }, .covers = { F_compat_arch }, .behaviours = { 21, 28, 122 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE) | VARY(DIM_TASK))
{
	struct exact_call call = { .result = 0 };

	ASSERT_NE(0u, int80_end());
	for (unsigned int i = 0; i < 6; i++)
		call.args[i] = (uint32_t)mixed[i];
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(ask_int80, &call, sizeof(call))));
	EXPECT_EQ(EXACT, call.result);
}

SC_TEST(int80_has_whole_registers,
	.doc = "the upper halves of the registers are shown to the filter of an int $0x80, as they "
	       "are: the call does not see them, so the low half is what a filter must compare",
	.needs = { F_compat_arch }, .covers = { F_compat_arch }, .behaviours = { 28, 122 },
	.varies = VARY(DIM_ENGINE))
{
	struct exact_call call = { .result = 0 };

	memcpy(call.args, mixed, sizeof(mixed));
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(ask_int80, &call, sizeof(call))));
	EXPECT_EQ(EXACT, call.result);
}

#ifndef __ILP32__
/* --- its number ------------------------------------------------------------------------------ */

#define NR_WITH_JUNK (0x7654321000000000 | I386_GETPPID)

static int call_with_junk(void *data)
{
	(void)data;
	/* The number is x86_64's semget, which nobody calls. */
	if (kit_filter_syscall(I386_GETPPID, SECCOMP_RET_TRACE | 7))
		return 2;
	return call_int80(NR_WITH_JUNK, (unsigned long[6]){ 0 }) == getppid() ? 0 : 1;
}

SC_TEST(int80_number_has_32_bits,
	.doc = "the number of an int $0x80 is eax: a tracer of the event, too, is shown nothing of "
	       "what is above it, and it is the call that is made",
	.needs = { F_compat_arch, F_act_trace }, .covers = { F_compat_arch },
	.behaviours = { 50, 122 }, .requires = NEED_PTRACE)
{
	struct regs regs = { .nr = 0 };
	pid_t pid = trace_fork(call_with_junk, NULL, TRACE_OPTIONS);

	BROKE_UNLESS(pid > 0, "no tracee");
	EXPECT_EQ(TRACE_EVENT(PTRACE_EVENT_SECCOMP), trace_go(PTRACE_CONT, pid, 0));
	EXPECT_EQ(0, regs_read(pid, &regs));
	EXPECT_EQ((unsigned long)I386_GETPPID, regs.word[REGS_AT(orig_rax)]);
	EXPECT_EQ(TRACE_EXITED(0), trace_go(PTRACE_CONT, pid, 0));
}
#endif

/* --- who is born, and what is executed, through it ------------------------------------------- */

#define NR_64  64  /* i386's getppid, x86_64's semget */
#define NR_110 110 /* i386's iopl, x86_64's getppid */

/* Both numbers are refused to both architectures, each with an errno of its own. */
enum { I386_64 = 3000, I386_110, X86_64_64, X86_64_110 };

static void refuse_both(struct builder *b, uint32_t errno_64, uint32_t errno_110)
{
	int next = builder_label(b, NULL);

	build_nr(b);
	build_if(b, BPF_JEQ, NR_64, NEXT, next);
	build_ret(b, SECCOMP_RET_ERRNO | errno_64);
	builder_bind(b, next);
	next = builder_label(b, NULL);
	build_if(b, BPF_JEQ, NR_110, NEXT, next);
	build_ret(b, SECCOMP_RET_ERRNO | errno_110);
	builder_bind(b, next);
	build_ret(b, SECCOMP_RET_ALLOW);
}

static int install_two_tables(void)
{
	struct builder b;

	builder_init(&b, arch_native());
	build_arch(&b, builder_label(&b, "foreign"));
	refuse_both(&b, X86_64_64, X86_64_110);
	builder_bind(&b, builder_label(&b, "foreign"));
	refuse_both(&b, I386_64, I386_110);
	return kit_install_built(&b);
}

struct births {
	bool by_int80, int80_first;
	long child[4], parent[4];
};

static const unsigned long nothing[6];

static void make_calls(long result[4], bool int80_first)
{
	for (int i = 0; i < 4; i++) {
		const bool int80 = (i & 1) == !int80_first;
		const int nr = i & 2 ? NR_110 : NR_64;

		result[i] = int80 ? arch_int80(nr, nothing) : arch_syscall6(nr, 0, 0, 0, 0, 0, 0);
	}
}

static int give_birth(void *data)
{
	struct births *births = data;
	long pid;
	int status;

	if (install_two_tables())
		return 2;
	pid = births->by_int80 ? arch_int80(I386_FORK, nothing)
			       : arch_syscall6(__NR_fork, 0, 0, 0, 0, 0, 0);
	if (pid == 0) {
		make_calls(births->child, births->int80_first);
		_exit(0);
	}
	make_calls(births->parent, births->int80_first);
	return pid < 0 || waitpid(pid, &status, 0) != pid || status ? 3 : 0;
}

SC_TEST(born_through_either_entry,
	.doc = "who was born through int $0x80 has the architecture of each call that it makes, "
	       "and "
	       "so has its parent; likewise through syscall (CVE-2015-2830)",
	.needs = { F_compat_arch, F_act_errno }, .covers = { F_compat_arch, F_inherit_fork },
	.fixes = { FIX_CVE_2015_2830 }, .behaviours = { 114, 122, 124 }, .varies = VARY(DIM_ROUTE))
{
	for (unsigned int way = 0; way < 4; way++) {
		struct births births = { .by_int80 = way & 1, .int80_first = way & 2 };
		const long i386[2] = { -I386_64, -I386_110 };
		const long x86_64[2] = { -X86_64_64, -X86_64_110 };

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(give_birth, &births, sizeof(births))));
		for (int i = 0; i < 4; i++) {
			const long *of = (i & 1) == !births.int80_first ? i386 : x86_64;

			EXPECT_EQ(of[i / 2], births.child[i]) TH_LOG("way %u, call %d", way, i);
			EXPECT_EQ(of[i / 2], births.parent[i]) TH_LOG("way %u, call %d", way, i);
		}
	}
}

/* Of 32 bits, for a call that is handed addresses: all of a static program is below 4 GB. */
static char exec_path[] = "/proc/self/exe";
static char exec_name[] = "seccompat", exec_word[] = "exec-probe", exec_fd[12];
static uint32_t exec_argv[4], exec_envp[1];

static void refuse_getppid(struct builder *b, const char *arch, uint32_t nr)
{
	builder_init(b, arch_by_name(arch));
	build_arch(b, builder_label(b, "allow"));
	build_nr(b);
	build_if(b, BPF_JEQ, nr, NEXT, builder_label(b, "allow"));
	build_ret(b, SECCOMP_RET_ERRNO | 77);
	builder_bind(b, builder_label(b, "allow"));
	build_ret(b, SECCOMP_RET_ALLOW);
}

static int exec_by_int80(void *data)
{
	struct builder b;

	snprintf(exec_fd, sizeof(exec_fd), "%d", *(int *)data);
	exec_argv[0] = (uint32_t)(uintptr_t)exec_name;
	exec_argv[1] = (uint32_t)(uintptr_t)exec_word;
	exec_argv[2] = (uint32_t)(uintptr_t)exec_fd;
	refuse_getppid(&b, "x86_64", __NR_getppid);
	if (kit_install_built(&b))
		return 2;
	arch_int80(I386_EXECVE, (unsigned long[6]){ (uintptr_t)exec_path, (uintptr_t)exec_argv,
						    (uintptr_t)exec_envp });
	return 3;
}

SC_TEST(executed_through_int80,
	.doc = "a 64-bit program that was executed by i386's execve makes calls of x86_64",
	.needs = { F_compat_arch, F_act_errno }, .covers = { F_compat_arch, F_inherit_exec },
	.behaviours = { 115, 122 }, .varies = VARY(DIM_ROUTE))
{
	struct kit_view view = { .mode = -1 };
	int fd[2];

	BROKE_UNLESS(!pipe(fd), "no pipe");
	EXPECT_EQ(kit_exited(0), kit_end(kit_child(exec_by_int80, &fd[1])));
	close(fd[1]);
	EXPECT_TRUE(kit_view_read(fd[0], &view));
	close(fd[0]);
	EXPECT_EQ(2, view.mode);
	EXPECT_EQ(77, view.getppid_errno);
	EXPECT_EQ(0, view.getsid_errno);
}

/* --- strict mode ----------------------------------------------------------------------------- */

struct strict_call {
	bool int80;
	long nr;
	long result;
};

#define ALIVE 42

static int call_in_strict(void *data)
{
	static const unsigned long bad[6] = { 0xffffffff, 0, 0, 0xffffffff, 0, 0 };
	struct strict_call *call = data;

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
		return 1;
	call->result = call->int80 ? arch_int80(call->nr, bad)
				   : arch_syscall6(call->nr, ~0ul, 0, 0, 0, 0, 0);
	for (;;)
		arch_syscall6(__NR_exit, ALIVE, 0, 0, 0, 0, 0);
}

#define X32_BIT 0x40000000

SC_TEST(strict_mode_has_a_table_for_each,
	.doc = "strict mode permits i386's read, write and exit to int $0x80, x86_64's to syscall, "
	       "and x32's to none; numbers of the other table are SIGKILL (CVE-2009-0835)",
	.needs = { F_mode_strict, F_compat_arch }, .covers = { F_mode_strict, F_compat_arch },
	.fixes = { FIX_CVE_2009_0835 }, .behaviours = { 2, 125 }, .requires = NEED_UNFILTERED)
{
	static const struct {
		bool int80;
		long nr;
		int end;
	} rows[] = {
		{ true, I386_READ, ALIVE },
		{ true, I386_WRITE, ALIVE },
		{ true, 1, 0xff },	       /* exit */
		{ true, 0, 1000 + SIGKILL },   /* restart_syscall; x86_64's read */
		{ true, 5, 1000 + SIGKILL },   /* open */
		{ true, 15, 1000 + SIGKILL },  /* chmod; x86_64's rt_sigreturn */
		{ true, 20, 1000 + SIGKILL },  /* getpid */
		{ true, 60, 1000 + SIGKILL },  /* umask; x86_64's exit */
		{ true, 252, 1000 + SIGKILL }, /* exit_group */
		{ true, -1, 1000 + SIGKILL },
		{ false, __NR_read, ALIVE },
		{ false, __NR_write, ALIVE },
		{ false, __NR_exit, 0xff },
		{ false, 3, 1000 + SIGKILL },	/* close; i386's read */
		{ false, 4, 1000 + SIGKILL },	/* stat; i386's write */
		{ false, 119, 1000 + SIGKILL }, /* setresgid; i386's sigreturn */
		{ false, 173, 1000 + SIGKILL }, /* ioperm; i386's rt_sigreturn */
		{ false, 252, 1000 + SIGKILL }, /* ioprio_get */
		{ false, -1, 1000 + SIGKILL },
		{ false, X32_BIT | __NR_read, 1000 + SIGKILL },
		{ false, X32_BIT | __NR_write, 1000 + SIGKILL },
		{ false, X32_BIT | __NR_exit, 1000 + SIGKILL },
		{ false, X32_BIT | 513, 1000 + SIGKILL }, /* x32's rt_sigreturn */
		{ false, 513, 1000 + SIGKILL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strict_call call = { .int80 = rows[i].int80, .nr = rows[i].nr };
		const char *by = call.int80 ? "int $0x80" : "syscall";

		EXPECT_EQ(rows[i].end, kit_end(kit_ask(call_in_strict, &call, sizeof(call))))
		{
			TH_LOG("number %#lx by %s", call.nr, by);
		}
		if (rows[i].end == ALIVE) {
			EXPECT_EQ(-EBADF, call.result) TH_LOG("number %ld by %s", call.nr, by);
		}
	}
}

/* --- x32 ------------------------------------------------------------------------------------- */

static int ask_x32(void *data)
{
	struct exact_call *call = data;
	const struct seccomp_data expected =
		data_of(X32_BIT | __NR_getppid, "x86_64", trap_call_end(), call->args);

	if (exact_install(&expected))
		return 2;
	call->result = trap_call(X32_BIT | __NR_getppid, call->args);
	return 0;
}

SC_TEST(x32_has_a_bit_in_its_numbers,
	.doc = "a filter sees x32's numbers with their bit and with x86_64's architecture, whether "
	       "the kernel has such calls or not",
	.covers = { F_mode_filter_prctl, F_op_set_mode_filter }, .behaviours = { 21, 30, 123 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_DEPTH) | VARY(DIM_ENGINE))
{
	struct exact_call call = { .result = 0 };

	memcpy(call.args, mixed, sizeof(mixed));
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(ask_x32, &call, sizeof(call))));
	EXPECT_EQ(EXACT, call.result);
}

struct x32_trial {
	uint32_t refused;
	long native, x32;
	pid_t parent;
};

static int ask_one_of_both(void *data)
{
	struct x32_trial *trial = data;

	trial->parent = getppid();
	if (kit_filter_syscall(trial->refused, SECCOMP_RET_ERRNO | 77))
		return 2;
	for (int times = 0; times < 2; times++) {
		trial->native = arch_syscall6(__NR_getppid, 0, 0, 0, 0, 0, 0);
		trial->x32 = arch_syscall6(X32_BIT | __NR_getppid, 0, 0, 0, 0, 0, 0);
	}
	return 0;
}

/* Where x32 is, its call is made; else there is none. */
static bool is_x32_result(long result, pid_t parent)
{
	return result == (probe_feature(F_x32_bit).asked == ASKED_PRESENT ? parent : -ENOSYS);
}

SC_TEST(x32_programs_are_executed,
	.doc = "a program of x32 is executed, and makes its calls, where they are made, and else "
	       "is refused (ENOEXEC)",
	.covers = { F_x32_bit }, .behaviours = { 123 },
	.requires = NEED_UNFILTERED | NEED_MEMORY_PROGRAMS)
{
	const bool has_calls = probe_feature(F_x32_bit).asked == ASKED_PRESENT;
	unsigned char file[TINY_MAX];

	EXPECT_EQ(has_calls ? 0 : -ENOEXEC, tiny_run(file, tiny_x32(file), NULL));
}

SC_TEST(x32_is_refused_by_itself,
	.doc = "a filter that refuses a number does not refuse x32's of it, nor the other way "
	       "round",
	.needs = { F_act_errno }, .covers = { F_x32_bit }, .behaviours = { 29, 123 },
	.varies = VARY(DIM_ROUTE))
{
	struct x32_trial of_native = { .refused = __NR_getppid };
	struct x32_trial of_x32 = { .refused = X32_BIT | __NR_getppid };

	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(ask_one_of_both, &of_native, sizeof(of_native))));
	EXPECT_EQ(-77, of_native.native);
	EXPECT_TRUE(is_x32_result(of_native.x32, of_native.parent));
	EXPECT_EQ(kit_exited(0), kit_end(kit_ask(ask_one_of_both, &of_x32, sizeof(of_x32))));
	EXPECT_EQ(of_x32.parent, of_x32.native);
	EXPECT_EQ(-77, of_x32.x32);
}

struct range {
	uint32_t refused; /* 0: none */
	unsigned int wrong;
	long nr, got;
};

/* Should one be made after all, then with arguments that do nothing. */
static int call_range(void *data)
{
	struct range *range = data;

	if (range->refused && kit_filter_syscall(range->refused, SECCOMP_RET_ERRNO | 77))
		return 2;
	for (long nr = 512; nr <= 547; nr++) {
		long got = arch_syscall6(nr, ~0ul, ~0ul, ~0ul, ~0ul, ~0ul, ~0ul);

		if (got == (nr == range->refused ? -77 : -ENOSYS) || range->wrong++)
			continue;
		range->nr = nr;
		range->got = got;
	}
	return 0;
}

SC_TEST(x32_s_own_numbers_need_the_bit,
	.doc = "numbers 512 to 547 are x32's alone: without its bit there is no such call, and a "
	       "filter is asked all the same",
	.needs = { F_act_errno }, .covers = { F_x32_bit }, .fixes = { FIX_x32_numbers },
	.behaviours = { 30, 123 })
{
	static const uint32_t refused[] = { 0, 512, 520, 547 };

	for (size_t i = 0; i < COUNT(refused); i++) {
		struct range range = { .refused = refused[i] };

		EXPECT_EQ(kit_exited(0), kit_end(kit_ask(call_range, &range, sizeof(range))));
		EXPECT_EQ(0u, range.wrong) TH_LOG("%ld returned %ld", range.nr, range.got);
	}
}
#endif

TEST_HARNESS_MAIN
