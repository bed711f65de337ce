/* SPDX-License-Identifier: BSD-3-Clause */
/* SECCOMP_RET_ERRNO: which values reach the caller, and what does not happen (behaviours 35, 36).
 */
#include "selftests/glue/test.h"

#include "arch/regs.h"

#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "filters/builder.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_ERRNO    4095

/* The raw result of getppid, and with an argument that a filter may look at. */
static long raw_getppid(unsigned long argument)
{
	return arch_syscall6(__NR_getppid, argument, 0, 0, 0, 0, 0);
}

/* getppid fails with the low half of its argument 0: the filter computes what it returns. */
static int install_errno_of_argument(void)
{
	struct sock_fprog prog;
	struct builder b;
	int err;

	builder_init(&b, arch_native());
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_getppid, NEXT, builder_label(&b, "allow"));
	build_arg_low(&b, 0);
	build_stmt(&b, BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO);
	build_stmt(&b, BPF_RET | BPF_A, 0);
	builder_bind(&b, builder_label(&b, "allow"));
	build_ret(&b, SECCOMP_RET_ALLOW);
	err = builder_finish(&b, &prog);
	if (!err && kit_install(&prog))
		err = -errno;
	builder_free(&b);
	return err;
}

/* What a sweep found. */
struct sweep {
	unsigned int from, to, step;
	unsigned int wrong; /* how many, and the first one */
	unsigned int number;
	long result;
};

static int sweep_main(void *data)
{
	struct sweep *sweep = data;

	if (install_errno_of_argument())
		return 2;
	for (unsigned int n = sweep->from; n <= sweep->to; n += sweep->step) {
		long result = raw_getppid(n);

		if (result == -(long)(n < MAX_ERRNO ? n : MAX_ERRNO))
			continue;
		if (!sweep->wrong++) {
			sweep->number = n;
			sweep->result = result;
		}
	}
	return 0;
}

#define EXPECT_SWEEP(...)                                                                      \
	do {                                                                                   \
		struct sweep sweep = { __VA_ARGS__ };                                          \
                                                                                               \
		ASSERT_EQ(kit_exited(0), kit_end(kit_ask(sweep_main, &sweep, sizeof(sweep)))); \
		EXPECT_EQ(0, sweep.wrong)                                                      \
		{                                                                              \
			TH_LOG("wrong results; the first is that errno %u returned %ld",       \
			       sweep.number, sweep.result);                                    \
		}                                                                              \
	} while (0)

SC_TEST(every_errno_is_exact,
	.doc = "ERRNO with data 0 to 4095 makes the call return exactly the negative of it; 0 is "
	       "success",
	.covers = { F_act_errno, F_ret_data }, .behaviours = { 35 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_TASK) |
		  VARY(DIM_REPORTER))
{
	EXPECT_SWEEP(.from = 0, .to = MAX_ERRNO, .step = 1);
}

SC_TEST(greater_errnos_become_4095,
	.doc = "ERRNO with data 4096 to 65535 makes the call return -4095 (since 4.0)",
	.needs = { F_act_data_errno_clamp }, .covers = { F_act_data_errno_clamp },
	.fixes = { FIX_retERRNO_cap }, .behaviours = { 35 }, .varies = VARY(DIM_ROUTE))
{
	EXPECT_SWEEP(.from = MAX_ERRNO + 1, .to = MAX_ERRNO + 300, .step = 1);
	EXPECT_SWEEP(.from = MAX_ERRNO + 1, .to = 0xffff, .step = 17);
	EXPECT_SWEEP(.from = 0xffff - 300, .to = 0xffff, .step = 1);
}

struct constant {
	unsigned int data;
	long raw;    /* what the kernel returned */
	long result; /* of the C library, and its errno */
	int err;
};

static int constant_main(void *data)
{
	struct constant *constant = data;

	if (kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | constant->data))
		return 2;
	constant->raw = raw_getppid(0);
	errno = 0;
	constant->result = syscall(__NR_getppid);
	constant->err = errno;
	return 0;
}

SC_TEST(errno_of_a_constant,
	.doc = "ERRNO as a constant of the filter: 0 is success, 1 to 4095 set errno through the C "
	       "library, more is 4095",
	.needs = { F_act_data_errno_clamp }, .covers = { F_act_errno, F_act_data_errno_clamp },
	.behaviours = { 35 }, .varies = VARY(DIM_ROUTE))
{
	static const struct {
		unsigned int data;
		int err;
	} rows[] = {
		{ 0, 0 },	  { 1, 1 },	    { 2, 2 },	      { 255, 255 },
		{ 256, 256 },	  { 4094, 4094 },   { 4095, 4095 },   { 4096, 4095 },
		{ 4097, 4095 },	  { 0x7fff, 4095 }, { 0x8000, 4095 }, { 0xf001, 4095 },
		{ 0xffff, 4095 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct constant constant = { .data = rows[i].data };

		ASSERT_EQ(kit_exited(0),
			  kit_end(kit_ask(constant_main, &constant, sizeof(constant))));
		EXPECT_EQ(-rows[i].err, constant.raw)
		{
			TH_LOG("with ERRNO of %u", rows[i].data);
		}
		EXPECT_EQ(rows[i].err ? -1 : 0, constant.result);
		EXPECT_EQ(rows[i].err, constant.err);
	}
}

/* Calls that can be seen to have run. Each is refused with its own errno, the first with 0. */
/* clang-format off */
#define REFUSED(CALL) \
	CALL(write) \
	CALL(close) CALL(dup3) CALL(umask) CALL(clone) CALL(ftruncate) CALL(munmap) CALL(tgkill) \
	CALL(lseek) CALL(chdir) CALL(exit_group)
/* clang-format on */

#define AS_INDEX(name) REFUSED_##name,
#define AS_ROW(name)   { #name, __NR_##name },

enum { REFUSED(AS_INDEX) REFUSED_COUNT };

static const struct {
	const char *name;
	uint32_t nr;
} refused[REFUSED_COUNT] = { REFUSED(AS_ROW) };

struct refusals {
	char *page; /* of memory, with a 1 */
	int pipe[2];
	int file; /* of 5 bytes, at the 3rd */
	long results[REFUSED_COUNT];
	bool happened[REFUSED_COUNT];
	int broke; /* errno */
};

static volatile sig_atomic_t signals_seen;

static void on_signal(int signo)
{
	(void)signo;
	signals_seen = 1;
}

static int install_refusals(void)
{
	struct sock_fprog prog;
	struct builder b;
	int err;

	builder_init(&b, arch_native());
	build_nr(&b);
	for (int i = 0; i < REFUSED_COUNT; i++) {
		int next = builder_label(&b, NULL);

		build_if(&b, BPF_JEQ, refused[i].nr, NEXT, next);
		build_ret(&b, SECCOMP_RET_ERRNO | (uint32_t)(i * 100));
		builder_bind(&b, next);
	}
	build_ret(&b, SECCOMP_RET_ALLOW);
	err = builder_finish(&b, &prog);
	if (!err && kit_install(&prog))
		err = -errno;
	builder_free(&b);
	return err;
}

/* In a thread of its own, so that the other one may look for traces with the same calls. */
static void *try_refused(void *data)
{
	struct refusals *r = data;
	const unsigned long arguments[REFUSED_COUNT][3] = {
		[REFUSED_write] = { r->pipe[1], (unsigned long)"!", 1 },
		[REFUSED_close] = { r->pipe[0] },
		[REFUSED_dup3] = { r->file, r->pipe[1] },
		[REFUSED_umask] = { 0777 },
		[REFUSED_clone] = { SIGCHLD },
		[REFUSED_ftruncate] = { r->file, 1 },
		[REFUSED_munmap] = { (unsigned long)r->page, 1 },
		[REFUSED_tgkill] = { getpid(), syscall(__NR_gettid), SIGUSR1 },
		[REFUSED_lseek] = { r->file, 1, SEEK_SET },
		[REFUSED_chdir] = { (unsigned long)"/" },
		[REFUSED_exit_group] = { 77 },
	};

	r->broke = -install_refusals();
	for (int i = 0; i < REFUSED_COUNT && !r->broke; i++)
		r->results[i] = arch_syscall6(refused[i].nr, arguments[i][0], arguments[i][1],
					      arguments[i][2], 0, 0, 0);
	return NULL;
}

static void look_for_traces(struct refusals *r)
{
	struct stat file, pipe;
	char path[8];

	r->happened[REFUSED_write] = read(r->pipe[0], path, 1) != -1 || errno != EAGAIN;
	r->happened[REFUSED_close] = fcntl(r->pipe[0], F_GETFD) == -1;
	r->happened[REFUSED_dup3] = fstat(r->pipe[1], &pipe) || !S_ISFIFO(pipe.st_mode);
	r->happened[REFUSED_umask] = umask(022) != 022;
	r->happened[REFUSED_clone] = waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD;
	r->happened[REFUSED_ftruncate] = fstat(r->file, &file) || file.st_size != 5;
	r->happened[REFUSED_munmap] = msync(r->page, 1, MS_ASYNC) || r->page[0] != 1;
	r->happened[REFUSED_tgkill] = signals_seen;
	r->happened[REFUSED_lseek] = lseek(r->file, 0, SEEK_CUR) != 3;
	r->happened[REFUSED_chdir] = !getcwd(path, sizeof(path)) || strcmp(path, "/proc");
}

static int refusals_main(void *data)
{
	struct refusals *r = data;
	pthread_t thread;

	signal(SIGUSR1, on_signal);
	umask(022);
	errno = 0;
	if (chdir("/proc") || pthread_create(&thread, NULL, try_refused, r))
		return 2;
	pthread_join(thread, NULL);
	look_for_traces(r);
	return 0;
}

SC_TEST(errno_skips_the_call,
	.doc = "ERRNO, with 0 or another value, keeps the call from happening, and the caller goes "
	       "on",
	.covers = { F_act_errno }, .behaviours = { 36 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_TASK))
{
	struct refusals r = { .broke = 0 };

	r.page = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	r.file = memfd_create("refused", MFD_CLOEXEC);
	BROKE_UNLESS(r.page != MAP_FAILED && !pipe2(r.pipe, O_NONBLOCK), "no memory or pipe");
	BROKE_UNLESS(r.file >= 0 && !ftruncate(r.file, 5) && lseek(r.file, 3, SEEK_SET) == 3,
		     "no file");
	r.page[0] = 1;
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(refusals_main, &r, sizeof(r))));
	BROKE_UNLESS(!r.broke, "no filter: errno %d", r.broke);
	for (int i = 0; i < REFUSED_COUNT; i++) {
		EXPECT_EQ(-100 * i, r.results[i])
		{
			TH_LOG("of %s", refused[i].name);
		}
		EXPECT_FALSE(r.happened[i])
		{
			TH_LOG("%s took place", refused[i].name);
		}
	}
}

struct everything {
	long results[5];
	int installed; /* 0 or an errno */
	int done;
};

/* A thread to which everything is refused cannot even end: it says that it is done, and stays. */
static void *everything_thread(void *data)
{
	struct everything *all = data;
	struct kit_filter filter;

	if (kit_install(kit_always(&filter, SECCOMP_RET_ERRNO | 123))) {
		all->installed = errno;
	} else {
		all->results[0] = raw_getppid(0);
		all->results[1] = arch_syscall6(__NR_exit_group, 5, 0, 0, 0, 0, 0);
		all->results[2] = arch_syscall6(__NR_exit, 6, 0, 0, 0, 0, 0);
		all->results[3] = arch_syscall6(__NR_rt_sigreturn, 0, 0, 0, 0, 0, 0);
		all->results[4] =
			kit_seccomp(SECCOMP_SET_MODE_FILTER, 0, &filter.prog) ? -errno : 0;
	}
	__atomic_store_n(&all->done, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&all->done, __ATOMIC_SEQ_CST))
		;
	return NULL;
}

static int everything_main(void *data)
{
	struct everything *all = data;
	pthread_t thread;

	if (pthread_create(&thread, NULL, everything_thread, all))
		return 2;
	while (!__atomic_load_n(&all->done, __ATOMIC_SEQ_CST))
		sched_yield();
	return 0;
}

SC_TEST(errno_for_everything,
	.doc = "ERRNO refuses every call alike, exit, exit_group, rt_sigreturn and seccomp too",
	.covers = { F_act_errno }, .behaviours = { 35, 36 }, .varies = VARY(DIM_ROUTE))
{
	struct everything all = { .done = 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(everything_main, &all, sizeof(all))));
	ASSERT_EQ(0, all.installed);
	for (size_t i = 0; i < COUNT(all.results); i++) {
		EXPECT_EQ(-123, all.results[i])
		{
			TH_LOG("of call %zu", i);
		}
	}
}

TEST_HARNESS_MAIN
