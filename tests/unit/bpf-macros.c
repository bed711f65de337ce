/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * filters/seccomp-bpf.h: filters made of its macros, compiled for this architecture, checked and
 * run. The argument macros are compared with C's own operators.
 */
#include "filters/seccomp-bpf.h"

#include "arch/arch.h"
#include "filters/check.h"
#include "filters/sim.h"
#include "tests/unit/unit.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static __u32 decide(const struct sock_filter *filter, size_t len, const struct seccomp_data *data)
{
	struct sim_result result = { .value = 0xdeadbeef };

	sim_run(filter, len, data, arch_native()->big_endian, NULL, NULL, &result);
	return result.value;
}

/* The tutorial's own filter, step 4 of it. */
static void check_tutorial(void)
{
	static const struct sock_filter filter[] = {
		VALIDATE_ARCHITECTURE,	   EXAMINE_SYSCALL,	ALLOW_SYSCALL(rt_sigreturn),
		ALLOW_SYSCALL(exit_group), ALLOW_SYSCALL(exit), ALLOW_SYSCALL(read),
		ALLOW_SYSCALL(write),	   KILL_PROCESS,
	};
	struct seccomp_data data = { .nr = __NR_write, .arch = ARCH_NR };

	check(ARCH_NR == arch_native()->audit, "ARCH_NR is the table's: 0x%x", (unsigned)ARCH_NR);
	check(decide(filter, LEN(filter), &data) == SECCOMP_RET_ALLOW, "write is allowed");
	data.nr = __NR_rt_sigreturn;
	check(decide(filter, LEN(filter), &data) == SECCOMP_RET_ALLOW, "rt_sigreturn is allowed");
	data.nr = __NR_getpid;
	check(decide(filter, LEN(filter), &data) == SECCOMP_RET_KILL_PROCESS, "getpid kills");
	data.nr = __NR_write;
	data.arch ^= 0x80000000;
	check(decide(filter, LEN(filter), &data) == SECCOMP_RET_KILL_PROCESS,
	      "write of another architecture kills");
}

static void check_actions(void)
{
	static const struct sock_filter filter[] = {
		EXAMINE_SYSCALL,
		LOG_SYSCALL(read),
		TRACE_SYSCALL(write, 7),
		USER_NOTIF_SYSCALL(close),
		ERRNO_SYSCALL(dup, 0x12345),
		TRAP_SYSCALL(getpid, 9),
		KILL_THREAD_SYSCALL(getuid),
		KILL_PROCESS_SYSCALL(getgid),
		ALLOW,
	};
	static const struct {
		int nr;
		__u32 wanted;
	} rows[] = {
		{ __NR_read, 0x7ffc0000 },   { __NR_write, 0x7ff00007 },
		{ __NR_close, 0x7fc00000 },  { __NR_dup, 0x00052345 },
		{ __NR_getpid, 0x00030009 }, { __NR_getuid, 0x00000000 },
		{ __NR_getgid, 0x80000000 }, { __NR_exit, 0x7fff0000 },
	};
	static const struct {
		struct sock_filter insn;
		__u32 wanted;
	} ends[] = {
		{ KILL_PROCESS, 0x80000000 }, { KILL_THREAD, 0 },
		{ TRAP(1), 0x00030001 },      { ERRNO(1), 0x00050001 },
		{ USER_NOTIF, 0x7fc00000 },   { TRACE(0xffff), 0x7ff0ffff },
		{ LOG, 0x7ffc0000 },	      { ALLOW, 0x7fff0000 },
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		struct seccomp_data data = { .nr = rows[i].nr, .arch = ARCH_NR };
		__u32 got = decide(filter, LEN(filter), &data);

		check(got == rows[i].wanted, "an action for one syscall: 0x%08x", got);
	}
	for (size_t i = 0; i < LEN(ends); i++) {
		struct seccomp_data data = { .arch = ARCH_NR };
		__u32 got = decide(&ends[i].insn, 1, &data);

		check(got == ends[i].wanted, "an action alone: 0x%08x", got);
	}
}

static void check_x32(void)
{
	static const struct sock_filter filter[] = {
		VALIDATE_ARCHITECTURE,	       EXAMINE_SYSCALL,		 REJECT_X32,
		REJECT_X32_WITH(RET_ERRNO(1)), ERRNO_SYSCALL(getpid, 2), ALLOW,
	};
	struct seccomp_data data = { .arch = ARCH_NR };
	__u32 rejected = SECCOMP_RET_ALLOW;

#if defined(__x86_64__) && !defined(__ILP32__)
	rejected = SECCOMP_RET_KILL_PROCESS;
#endif
	data.nr = 0x40000000;
	check(decide(filter, LEN(filter), &data) == rejected, "x32's first number");
	data.nr = 0x3fffffff;
	check(decide(filter, LEN(filter), &data) == SECCOMP_RET_ALLOW, "the number before it");
	data.nr = -1;
	check(decide(filter, LEN(filter), &data) == SECCOMP_RET_ALLOW, "-1 goes on");
	data.nr = __NR_getpid;
	check(decide(filter, LEN(filter), &data) == (SECCOMP_RET_ERRNO | 2),
	      "the number is still there for what follows");
}

/* Fails with 1 where the comparison holds, and goes on to allow where not. */
#define TEST_OF(...)                                                             \
	{                                                                        \
		EXAMINE_SYSCALL, __VA_ARGS__, ALLOW_SYSCALL(lseek), KILL_PROCESS \
	}
#define FAIL RET_ERRNO(1)

#define EACH_ARG_TEST(V)                                                        \
	ARG_TEST(SYSCALL_ARG_EQ(lseek, N, V, FAIL), arg == (__u64)(V))          \
	ARG_TEST(SYSCALL_ARG_NE(lseek, N, V, FAIL), arg != (__u64)(V))          \
	ARG_TEST(SYSCALL_ARG_GT(lseek, N, V, FAIL), arg > (__u64)(V))           \
	ARG_TEST(SYSCALL_ARG_GE(lseek, N, V, FAIL), arg >= (__u64)(V))          \
	ARG_TEST(SYSCALL_ARG_LT(lseek, N, V, FAIL), arg < (__u64)(V))           \
	ARG_TEST(SYSCALL_ARG_LE(lseek, N, V, FAIL), arg <= (__u64)(V))          \
	ARG_TEST(SYSCALL_ARG_MASKED_EQ(lseek, N, MASK, (V)&MASK, FAIL),         \
		 (arg & MASK) == ((V)&MASK))                                    \
	ARG_TEST(SYSCALL_ARG_MASKED_NE(lseek, N, MASK, (V)&MASK, FAIL),         \
		 (arg & MASK) != ((V)&MASK))                                    \
	ARG_TEST(SYSCALL_ARG32_EQ(lseek, N, V, FAIL), (__u32)arg == (__u32)(V)) \
	ARG_TEST(SYSCALL_ARG32_NE(lseek, N, V, FAIL), (__u32)arg != (__u32)(V)) \
	ARG_TEST(SYSCALL_ARG32_GT(lseek, N, V, FAIL), (__u32)arg > (__u32)(V))  \
	ARG_TEST(SYSCALL_ARG32_GE(lseek, N, V, FAIL), (__u32)arg >= (__u32)(V)) \
	ARG_TEST(SYSCALL_ARG32_LT(lseek, N, V, FAIL), (__u32)arg < (__u32)(V))  \
	ARG_TEST(SYSCALL_ARG32_LE(lseek, N, V, FAIL), (__u32)arg <= (__u32)(V)) \
	ARG_TEST(SYSCALL_ARG32_MASKED_EQ(lseek, N, MASK32, (V)&MASK32, FAIL),   \
		 ((__u32)arg & MASK32) == ((V)&MASK32))                         \
	ARG_TEST(SYSCALL_ARG32_MASKED_NE(lseek, N, MASK32, (V)&MASK32, FAIL),   \
		 ((__u32)arg & MASK32) != ((V)&MASK32))

#define MASK   0x0000000f0000000fULL
#define MASK32 0x0fU
#define EACH_VALUE                           \
	EACH_ARG_TEST(5)                     \
	EACH_ARG_TEST(0x0000000300000005ULL) \
	EACH_ARG_TEST(0xffffffffffffffffULL)

static const __u64 arg_values[] = {
	0,
	4,
	5,
	6,
	0x15,
	0xffffffff,
	0x200000005,
	0x300000004,
	0x300000005,
	0x300000006,
	0x300000000,
	0x400000000,
	0x400000005,
	0x1300000015,
	UINT64_MAX - 1,
	UINT64_MAX,
	0xffffffff00000005,
	0xfffffffeffffffff,
};

/* Whether the filter decides about lseek as wanted, and leaves all other calls alone. */
static bool decides(const struct sock_filter *filter, size_t len, unsigned int n, __u64 arg,
		    bool wanted)
{
	struct seccomp_data data = { .nr = __NR_lseek, .arch = ARCH_NR };
	__u32 got;

	/* Its neighbours must not matter. */
	for (size_t i = 0; i < 6; i++)
		data.args[i] = i == n ? arg : 0x3333333377777777;
	got = decide(filter, len, &data);
	if (got != (wanted ? FAIL : SECCOMP_RET_ALLOW))
		return false;
	data.nr = __NR_getpid;
	return decide(filter, len, &data) == SECCOMP_RET_KILL_PROCESS;
}

static void check_args(void)
{
#define ARG_TEST(test, condition)                                                  \
	{                                                                          \
		static const struct sock_filter filter[] = TEST_OF(test);          \
		bool right = check_filter(filter, LEN(filter)).reason == CHECK_OK; \
                                                                                   \
		for (size_t i = 0; i < LEN(arg_values); i++) {                     \
			__u64 arg = arg_values[i];                                 \
                                                                                   \
			if (decides(filter, LEN(filter), N, arg, condition))       \
				continue;                                          \
			printf("# for 0x%llx\n", (unsigned long long)arg);         \
			right = false;                                             \
		}                                                                  \
		check(right, "%s", #test);                                         \
	}
#define N 1
	EACH_VALUE
#undef N
#define N 5
	EACH_ARG_TEST(0x0000000300000005ULL)
#undef N
}

int main(void)
{
	check_tutorial();
	check_actions();
	check_x32();
	check_args();
	return unit_end();
}
