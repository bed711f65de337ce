/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/PID/seccomp_cache (behaviour 107), which says of every call whether all filters are known
 * to allow it whatever its arguments: where a kernel is built to show it.
 */
#include "selftests/glue/test.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/stat.h>

#include "arch/arch.h"
#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit-shown.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-threads.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define CACHE \
	.needs = { F_proc_cache, F_proc_filters }, .covers = { F_proc_cache }, .behaviours = { 107 }

#define NEED_READER (NEED_ROOT | NEED_FIRST_USER_NS | NEED_UNFILTERED)

#define LD_AT(field)	INSN(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RET(action)	INSN(BPF_RET | BPF_K, action)
#define REFUSE		RET(SECCOMP_RET_ERRNO | 1)
#define IF(op, k, t, f) BPF_JUMP(BPF_JMP | (op) | BPF_K, (uint32_t)(k), t, f)

/* --- who may read it -------------------------------------------------------------------------- */

SC_TEST(nothing_without_filters,
	.doc = "The file of a task without filters is empty, readable by its owner alone", CACHE,
	.requires = NEED_READER)
{
	int fd = open_cache(getpid(), getpid());
	struct stat is = { 0 };
	struct shown shown;

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, fstat(fd, &is));
	EXPECT_EQ(S_IFREG | 0400u, is.st_mode);
	shown = read_shown(fd);
	EXPECT_EQ(0, shown.err);
	EXPECT_FALSE(shown.odd);
	EXPECT_EQ(0u, shown.count);
}

/* What the file of a task with a filter says to others than root. */
struct readers {
	pid_t task;
	int without; /* errno of reading what was opened without the capability */
	int before;  /* and before it was given up */
	unsigned int shown;
	int opened; /* errno of opening it as a user */
};

static int read_as_others(void *data)
{
	struct readers *readers = data;
	int before = open_cache(readers->task, readers->task), without, opened;
	struct shown shown;

	if (kit_capability_effective(CAP_SYS_ADMIN, false))
		return 1;
	without = open_cache(readers->task, readers->task);
	if (before < 0 || without < 0)
		return 2;
	readers->without = read_shown(without).err;
	if (kit_drop_privileges())
		return 3;
	shown = read_shown(before);
	readers->before = shown.err;
	readers->shown = shown.count;
	opened = open_cache(readers->task, readers->task);
	readers->opened = opened < 0 ? errno : 0;
	return 0;
}

SC_TEST(opener_needs_the_capability,
	.doc = "It is who opened the file that needs CAP_SYS_ADMIN: EACCES for root without it, "
	       "while a user goes on reading what root opened, and cannot open it",
	CACHE, .requires = NEED_READER)
{
	struct pile pile = { .name = "allow" };
	struct readers readers = { .without = -1, .before = -1, .opened = -1 };

	ADD(&pile, RET_ALLOW);
	readers.task = start_task(&pile);
	BROKE_UNLESS(readers.task > 0, "no task with a filter");
	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(read_as_others, &readers, sizeof(readers))));
	end_task(readers.task);
	EXPECT_EQ(EACCES, readers.without);
	EXPECT_EQ(0, readers.before);
	EXPECT_NE(0u, readers.shown);
	EXPECT_EQ(EACCES, readers.opened);
}

static int read_in_user_ns(void *data)
{
	int fd;

	if (unshare(CLONE_NEWUSER))
		return 1;
	fd = open_cache(getpid(), getpid());
	*(int *)data = fd < 0 ? errno : read_shown(fd).err;
	return 0;
}

SC_TEST(root_of_a_namespace_may_not,
	.doc = "CAP_SYS_ADMIN in another user namespace than the first is not enough: EACCES",
	CACHE, .requires = NEED_READER | NEED_USER_NS, .dumpable = true)
{
	int err = -1;

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(read_in_user_ns, &err, sizeof(err))));
	EXPECT_EQ(EACCES, err);
}

SC_TEST(nothing_of_the_dead, .doc = "What was opened while the task lived is ESRCH when it is gone",
	CACHE, .requires = NEED_READER)
{
	struct pile pile = { .name = "allow" };
	pid_t pid;
	int fd;

	ADD(&pile, RET_ALLOW);
	pid = start_task(&pile);
	BROKE_UNLESS(pid > 0, "no task with a filter");
	fd = open_cache(pid, pid);
	end_task(pid);
	ASSERT_LE(0, fd);
	EXPECT_EQ(ESRCH, read_shown(fd).err);
}

/* --- what it says of filters ------------------------------------------------------------------ */

SC_TEST(shown_for_every_call,
	.doc = "There is a line for each call that the kernel knows, from 0 on, of its own "
	       "architecture and then of the one of its 32-bit programs",
	CACHE, .requires = NEED_READER)
{
	static struct judged judged;
	struct pile pile = { .name = "allow" };
	bool own = false;

	ADD(&pile, RET_ALLOW);
	judge(&judged, &pile);
	BROKE_UNLESS(judged.started, "no task with a filter");
	EXPECT_EQ(0, judged.shown.err);
	EXPECT_FALSE(judged.shown.odd);
	ASSERT_NE(0u, judged.shown.count);
	for (unsigned int i = 0; i < judged.shown.count; i++) {
		const struct arch *arch = arch_of_shown(judged.shown.arch[i].name);

		ASSERT_NE(NULL, arch) TH_LOG("%s", judged.shown.arch[i].name);
		EXPECT_EQ(!!i, !!arch->compat_of && judged.shown.count > 1);
		EXPECT_LT(arch_syscall_nr(arch, "clone3"), judged.shown.arch[i].count);
		own |= arch->audit == arch_native()->audit;
	}
	EXPECT_TRUE(own);
}

SC_TEST(shown_of_actions, .doc = "A call is shown as allowed only for ALLOW without data", CACHE,
	.requires = NEED_READER)
{
	static const uint32_t actions[] = {
		SECCOMP_RET_ALLOW,	  SECCOMP_RET_ALLOW | 1,
		SECCOMP_RET_LOG,	  SECCOMP_RET_TRACE,
		SECCOMP_RET_USER_NOTIF,	  SECCOMP_RET_ERRNO,
		SECCOMP_RET_TRAP,	  SECCOMP_RET_KILL_THREAD,
		SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ALLOW + 0x10000,
	};

	for (size_t i = 0; i < COUNT(actions); i++) {
		struct pile pile = { .name = "one action" };

		ADD(&pile, RET(actions[i]));
		EXPECT_SHOWN(pile);
	}
}

SC_TEST(shown_of_numbers,
	.doc = "Each conditional jump about the number, or some bits of it, shows for every call "
	       "what it decides",
	CACHE, .requires = NEED_READER, .seconds = 20)
{
	static const uint16_t ops[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	static const uint32_t ks[] = { 0, 1, 39, 0x40, 300 };

	for (size_t op = 0; op < COUNT(ops); op++) {
		for (size_t k = 0; k < COUNT(ks); k++) {
			struct pile plain = { .name = "number" }, masked = { .name = "bits" };

			ADD(&plain, LD_AT(nr), IF(ops[op], ks[k], 0, 1), RET_ALLOW, REFUSE);
			EXPECT_SHOWN(plain);
			ADD(&masked, LD_AT(nr), INSN(BPF_ALU | BPF_AND | BPF_K, 0x71),
			    IF(ops[op], ks[k] & 0x71, 1, 0), RET_ALLOW, REFUSE);
			EXPECT_SHOWN(masked);
		}
	}
}

SC_TEST(shown_of_architectures,
	.doc = "What is decided by the architecture shows in its part of the file", CACHE,
	.requires = NEED_READER)
{
	const uint32_t own = arch_native()->audit;
	struct pile only = { .name = "own" }, other = { .name = "other" },
		    some = { .name = "some" };

	ADD(&only, LD_AT(arch), IF(BPF_JEQ, own, 0, 1), RET_ALLOW, RET(SECCOMP_RET_KILL_PROCESS));
	EXPECT_SHOWN(only);
	ADD(&other, LD_AT(arch), IF(BPF_JEQ, own, 0, 1), REFUSE, RET_ALLOW);
	EXPECT_SHOWN(other);
	ADD(&some, LD_AT(arch), IF(BPF_JEQ, own, 0, 3), LD_AT(nr), IF(BPF_JGT, 100, 1, 0),
	    RET_ALLOW, REFUSE);
	EXPECT_SHOWN(some);
}

SC_TEST(shown_of_arguments,
	.doc = "A call whose arguments or place are looked at is not known to be allowed, and the "
	       "others are",
	CACHE, .requires = NEED_READER)
{
	static const struct sock_filter not_constant[] = {
		LD_AT(args[0]),
		LD_AT(args[5]),
		LD_AT(instruction_pointer),
		INSN(BPF_LD | BPF_W | BPF_LEN, 0),
		INSN(BPF_LD | BPF_IMM, 0),
		INSN(BPF_MISC | BPF_TAX, 0),
		INSN(BPF_ALU | BPF_OR | BPF_K, 1),
		INSN(BPF_ST, 0),
	};

	for (size_t i = 0; i < COUNT(not_constant); i++) {
		struct pile pile = { .name = "arguments" };

		ADD(&pile, LD_AT(nr), IF(BPF_JEQ, 39, 0, 2), not_constant[i], JA(0), RET_ALLOW);
		EXPECT_SHOWN(pile);
	}
}

SC_TEST(shown_of_many_filters,
	.doc = "Of more filters than one all must be known to allow a call, whichever is newer",
	CACHE, .requires = NEED_READER)
{
	static const unsigned int orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 0, 2 },
						  { 1, 2, 0 }, { 0, 2, 1 }, { 2, 0, 1 } };
	struct pile all = { .name = "all" };

	/* Each lets prctl and seccomp pass, by which the next one is installed. */
	ADD(&all, LD_AT(nr), IF(BPF_JGE, 100, 0, 1), RET_ALLOW, REFUSE);
	ADD(&all, LD_AT(nr), IF(BPF_JSET, 0x1a, 0, 1), RET_ALLOW, REFUSE);
	ADD(&all, LD_AT(nr), IF(BPF_JEQ, 110, 0, 1), LD_AT(args[0]), RET_ALLOW);
	for (size_t i = 0; i < COUNT(orders); i++) {
		struct pile pile = { .name = "many", .count = STACK_MAX };

		for (unsigned int f = 0; f < STACK_MAX; f++)
			pile.programs[f] = all.programs[orders[i][f]];
		EXPECT_SHOWN(pile);
	}
}

/* --- threads ---------------------------------------------------------------------------------- */

struct two {
	struct shown leader, worker;
};

static long refuse_one(void *data)
{
	(void)data;
	return kit_filter_syscall(__NR_getppid, SECCOMP_RET_ERRNO | 1);
}

static int look_at_threads(void *data)
{
	struct worker worker;
	struct two *two = data;

	if (worker_start(&worker) || worker_do(&worker, refuse_one, NULL))
		return 1;
	two->leader = read_shown(open_cache(getpid(), getpid()));
	two->worker = read_shown(open_cache(getpid(), worker.tid));
	worker_stop(&worker);
	return 0;
}

SC_TEST(shown_of_threads, .doc = "Each thread has a file of its own", CACHE,
	.requires = NEED_READER)
{
	static struct two two;

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(look_at_threads, &two, sizeof(two))));
	EXPECT_EQ(0, two.leader.err);
	EXPECT_EQ(0u, two.leader.count);
	EXPECT_EQ(0, two.worker.err);
	EXPECT_NE(0u, two.worker.count);
}

/* --- of a task that ends ---------------------------------------------------------------------- */

/* In few of them the task is found, and is gone before it is looked at. */
#define ENDINGS 400u

struct endings {
	unsigned int count, gone;
	int other;	    /* an errno that is not ESRCH */
	volatile bool told; /* the child is to end */
};

/* The errno of the first read() that fails. */
static int read_to_the_end(pid_t pid, volatile bool *told)
{
	char path[64], byte;
	int fd, err;

	snprintf(path, sizeof(path), "/proc/%d/seccomp_cache", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	*told = true;
	if (fd < 0)
		return errno;
	while (pread(fd, &byte, 1, 0) >= 0)
		;
	err = errno;
	close(fd);
	return err;
}

/* Nobody waits for the children: the kernel takes them away where they end. */
static int see_endings(void *data)
{
	struct endings *endings = data;

	if (signal(SIGCHLD, SIG_IGN) == SIG_ERR)
		return 1;
	for (unsigned int i = 0; i < endings->count; i++) {
		pid_t pid;
		int err;

		endings->told = false;
		pid = fork();
		if (pid < 0)
			return 2;
		if (!pid) {
			while (!endings->told)
				sched_yield();
			_exit(0);
		}
		err = read_to_the_end(pid, &endings->told);
		endings->gone += err == ESRCH;
		if (err != ESRCH)
			endings->other = err;
	}
	return 0;
}

SC_TEST(read_while_it_ends,
	.doc = "The file of a task that ends can be read until it is ESRCH, at whatever moment",
	CACHE, .requires = NEED_READER | NEED_TWO_CPUS, .seconds = 20)
{
	struct endings endings = { .count = kit_rounds(ENDINGS) };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(see_endings, &endings, sizeof(endings))));
	EXPECT_EQ(0, endings.other);
	EXPECT_EQ(endings.count, endings.gone);
}

TEST_HARNESS_MAIN
