/* SPDX-License-Identifier: BSD-3-Clause */
/* What execve leaves of a task's filters: all of them (behaviours 103 and 115). */
#include "selftests/glue/test.h"

#include <spawn.h>
#include <linux/seccomp.h>

#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-threads.h"

/* --- filters for the programs of every ABI of this kernel ------------------------------------ */

/* If it is this ABI's call of that name: to yes. Else it goes on. */
static void build_if_call(struct builder *b, const struct arch *arch, const char *name, int yes)
{
	int64_t nr = arch_syscall_nr(arch, name);
	int next = builder_label(b, NULL);

	if (nr >= 0) {
		build_stmt(b, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
		build_if(b, BPF_JEQ, arch->audit, NEXT, next);
		build_nr(b);
		build_if(b, BPF_JEQ, (uint32_t)nr, yes, next);
	}
	builder_bind(b, next);
}

/* The call is refused with err, whichever ABI it is made by. */
static int refuse_in_all_abis(const char *name, unsigned int err, bool nnp)
{
	const struct arch *native = arch_native();
	struct sock_fprog prog;
	struct builder b;
	int refuse, result = -1;

	builder_init(&b, native);
	refuse = builder_label(&b, "refuse");
	for (size_t i = 0; i < arch_count; i++)
		if (&arches[i] == native ||
		    (arches[i].compat_of && !strcmp(arches[i].compat_of, native->name)))
			build_if_call(&b, &arches[i], name, refuse);
	build_ret(&b, SECCOMP_RET_ALLOW);
	builder_bind(&b, refuse);
	build_ret(&b, SECCOMP_RET_ERRNO | err);
	if (builder_finish(&b, &prog))
		errno = -b.err;
	else
		result = nnp ? kit_install(&prog) : kit_install_only(&prog);
	builder_free(&b);
	return result;
}

#define OLDEST 150
#define NEWEST 300 /* and what lies between, down from it */

/* getsid by the oldest of depth filters, getppid by all others: of these the newest counts. */
static int install_stack(unsigned int depth, bool nnp)
{
	if (refuse_in_all_abis("getsid", OLDEST, nnp))
		return -1;
	while (--depth)
		if (refuse_in_all_abis("getppid", NEWEST - depth + 1, nnp))
			return -1;
	return 0;
}

/* --- a process that becomes another program -------------------------------------------------- */

struct exec {
	enum { SELF, TWIN, AT_PATH, SPAWNED } program;
	const char *path;
	unsigned int depth;
	bool without_nnp;  /* the filters are installed by privilege */
	bool unprivileged; /* before execve, and after the filters */
	int fd;
	struct kit_view nobody, before;
};

/* Statuses of one that did not get there. */
enum { CANNOT_INSTALL = 101, CANNOT_DROP, CANNOT_EXEC, NO_THREAD };

static int spawn(int fd)
{
	char number[12];
	char *argv[] = { "seccompat", "exec-probe", number, NULL };
	int status;
	pid_t pid;

	snprintf(number, sizeof(number), "%d", fd);
	if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ) ||
	    waitpid(pid, &status, 0) != pid)
		return CANNOT_EXEC;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int become(const struct exec *exec)
{
	switch (exec->program) {
	case SELF:
		kit_exec_self(exec->fd);
		break;
	case TWIN:
		kit_exec_twin(exec->fd);
		break;
	case AT_PATH:
		kit_exec_path(exec->path, exec->fd);
		break;
	case SPAWNED:
		return spawn(exec->fd);
	}
	return CANNOT_EXEC;
}

static int exec_main(void *data)
{
	struct exec *exec = data;

	kit_view_self(&exec->nobody);
	if (install_stack(exec->depth, !exec->without_nnp))
		return CANNOT_INSTALL;
	if (exec->unprivileged && kit_drop_privileges())
		return CANNOT_DROP;
	kit_view_self(&exec->before);
	return become(exec);
}

/* How it ended, and what the new program saw. fn is told fd by its place in data. */
static int run_exec(int (*fn)(void *data), void *data, size_t size, int *fd, struct kit_view *after)
{
	int fds[2], end;

	*after = (struct kit_view){ .mode = -1 };
	if (pipe(fds))
		return -1;
	*fd = fds[1];
	end = kit_end(kit_ask(fn, data, size));
	close(fds[1]);
	if (!kit_view_read(fds[0], after) && !end)
		end = -2;
	close(fds[0]);
	return end;
}

#define RUN_EXEC(exec, after)                                                                \
	do {                                                                                 \
		int end_ = run_exec(exec_main, &(exec), sizeof(exec), &(exec).fd, &(after)); \
		BROKE_UNLESS(end_ != CANNOT_DROP && end_ != CANNOT_EXEC, "status %d", end_); \
		ASSERT_EQ(kit_exited(0), end_);                                              \
	} while (0)

static int more_lines(int line, unsigned int depth)
{
	return line < 0 ? line : line + (int)depth;
}

#define EXPECT_STACK(exec, view)                                                              \
	do {                                                                                  \
		const struct kit_view *old_ = &(exec).nobody;                                 \
		EXPECT_EQ(2, (view).mode);                                                    \
		EXPECT_EQ((exec).without_nnp ? old_->nnp : 1, (view).nnp);                    \
		EXPECT_EQ(old_->mode_line < 0 ? -1 : 2, (view).mode_line);                    \
		EXPECT_EQ(old_->nnp_line < 0 ? -1 : (view).nnp, (view).nnp_line);             \
		EXPECT_EQ(more_lines(old_->filters_line, (exec).depth), (view).filters_line); \
		EXPECT_EQ(OLDEST, (view).getsid_errno);                                       \
		EXPECT_EQ((exec).depth > 1 ? NEWEST : 0, (view).getppid_errno);               \
	} while (0)

/* The same before and after, and what there is has depth. */
#define EXPECT_KEPT(exec)                          \
	do {                                       \
		struct kit_view after_;            \
		RUN_EXEC(exec, after_);            \
		EXPECT_STACK(exec, (exec).before); \
		EXPECT_STACK(exec, after_);        \
	} while (0)

static const unsigned int depths[] = { 1, 2, 32 };

#define for_each_depth(depth)                    \
	for (const unsigned int *depth = depths; \
	     depth < depths + sizeof(depths) / sizeof(depths[0]); depth++)

SC_TEST(kept_by_the_same_program,
	.doc = "execve keeps mode, NNP and all of up to 32 filters, and each still acts",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 103, 115 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_TASK) | VARY(DIM_REPORTER),
	.seconds = 10)
{
	for_each_depth(depth)
	{
		struct exec exec = { .program = SELF, .depth = *depth };

		EXPECT_KEPT(exec);
	}
}

SC_TEST(kept_by_a_program_of_the_other_abi,
	.doc = "execve of a 32-bit program by a 64-bit one keeps them all the same, and the filter "
	       "acts on the calls of the new ABI",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 103, 115 }, .requires = NEED_TWIN, .varies = VARY(DIM_ROUTE), .seconds = 10)
{
	for_each_depth(depth)
	{
		struct exec exec = { .program = TWIN, .depth = *depth };

		EXPECT_KEPT(exec);
	}
}

SC_TEST(kept_by_posix_spawn,
	.doc = "A program that posix_spawn starts has mode, NNP and all filters of who did",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 103, 114, 115 }, .varies = VARY(DIM_ROUTE), .seconds = 10)
{
	for_each_depth(depth)
	{
		struct exec exec = { .program = SPAWNED, .depth = *depth };

		EXPECT_KEPT(exec);
	}
}

static int exec_nothing(void *data)
{
	struct exec *exec = data;

	kit_view_self(&exec->nobody);
	if (install_stack(exec->depth, true))
		return CANNOT_INSTALL;
	kit_exec_path("/proc/self/no such program", exec->fd);
	kit_view_self(&exec->before);
	return 0;
}

SC_TEST(kept_by_a_failed_execve,
	.doc = "An execve that fails leaves mode, NNP and filters as they are",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 115 }, .varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	struct exec exec = { .depth = 3 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(exec_nothing, &exec, sizeof(exec))));
	EXPECT_STACK(exec, exec.before);
}

/* --- setuid programs ------------------------------------------------------------------------- */

SC_TEST(setuid_under_nnp,
	.doc = "A program of root's with setuid and setgid bits, executed under NNP and a filter "
	       "by "
	       "somebody else, is under that filter and is not root's",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl, F_nnp },
	.behaviours = { 115 }, .requires = NEED_UNPRIVILEGED | NEED_ROOT | NEED_OWN_MOUNT,
	.varies = VARY(DIM_ROUTE), .seconds = 10)
{
	struct exec exec = { .program = AT_PATH, .depth = 2, .unprivileged = true };
	struct kit_view after;

	exec.path = kit_private_copy(06755);
	BROKE_UNLESS(exec.path != NULL, "no file system of one's own with a setuid program");
	RUN_EXEC(exec, after);
	EXPECT_STACK(exec, after);
	EXPECT_EQ(65534u, after.ruid);
	EXPECT_EQ(65534u, after.euid);
	EXPECT_EQ(65534u, after.rgid);
	EXPECT_EQ(65534u, after.egid);
	EXPECT_EQ(0u, after.secure);
	EXPECT_EQ(0u, after.permitted[0] | after.permitted[1]);
	EXPECT_EQ(0u, after.effective[0] | after.effective[1]);
}

SC_TEST(setuid_without_nnp,
	.doc = "A filter that was installed by privilege, without NNP, stays on a task that loses "
	       "its privileges, and gets them back by a setuid program",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 115 },
	.requires = NEED_UNPRIVILEGED | NEED_ROOT | NEED_OWN_MOUNT | NEED_NO_NNP,
	.varies = VARY(DIM_ROUTE), .seconds = 10)
{
	struct exec exec = {
		.program = AT_PATH, .depth = 2, .without_nnp = true, .unprivileged = true
	};
	struct kit_view after;

	exec.path = kit_private_copy(06755);
	BROKE_UNLESS(exec.path != NULL, "no file system of one's own with a setuid program");
	RUN_EXEC(exec, after);
	EXPECT_STACK(exec, exec.before);
	EXPECT_EQ(65534u, exec.before.euid);
	EXPECT_STACK(exec, after);
	EXPECT_EQ(0, after.nnp);
	EXPECT_EQ(65534u, after.ruid);
	EXPECT_EQ(0u, after.euid);
	EXPECT_EQ(0u, after.egid);
	EXPECT_EQ(1u, after.secure);
	EXPECT_NE(0u, after.effective[0]);
}

SC_TEST(kept_without_nnp,
	.doc = "execve keeps filters that were installed by privilege, and no NNP comes with them",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 115 }, .requires = NEED_ROOT | NEED_NO_NNP, .varies = VARY(DIM_ROUTE))
{
	struct exec exec = { .program = SELF, .depth = 3, .without_nnp = true };

	EXPECT_KEPT(exec);
	EXPECT_EQ(0, exec.before.nnp);
}

/* --- execve by one of several threads -------------------------------------------------------- */

#define LEADERS 160
#define THREADS 161

/* The leader refuses getppid, the other thread getsid and, by a second filter, getppid. */
struct threads {
	bool by_leader;
	int fd;
	struct kit_view nobody;
};

static long install_of_thread(void *data)
{
	(void)data;
	return refuse_in_all_abis("getsid", THREADS, true) ||
	       refuse_in_all_abis("getppid", THREADS, true);
}

static long exec_from_here(void *data)
{
	kit_exec_self(((struct threads *)data)->fd);
	return CANNOT_EXEC;
}

static int exec_of_two(void *data)
{
	struct threads *threads = data;
	struct worker worker;

	kit_view_self(&threads->nobody);
	if (worker_start(&worker))
		return NO_THREAD;
	if (worker_do(&worker, install_of_thread, NULL) ||
	    refuse_in_all_abis("getppid", LEADERS, true))
		return CANNOT_INSTALL;
	if (threads->by_leader)
		return (int)exec_from_here(threads);
	return (int)worker_do(&worker, exec_from_here, threads);
}

SC_TEST(of_the_executing_thread,
	.doc = "Of the threads of a process it is the one that calls execve whose filters are "
	       "kept, "
	       "and it keeps them as it becomes the leader; the others' end",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_mode_filter_prctl },
	.behaviours = { 115 }, .varies = VARY(DIM_ROUTE))
{
	struct threads threads = { .by_leader = false };
	struct kit_view view;
	int end;

	end = run_exec(exec_of_two, &threads, sizeof(threads), &threads.fd, &view);
	BROKE_UNLESS(end != NO_THREAD && end != CANNOT_EXEC, "status %d", end);
	ASSERT_EQ(kit_exited(0), end);
	EXPECT_EQ(2, view.mode);
	EXPECT_EQ(1, view.nnp);
	EXPECT_EQ(THREADS, view.getsid_errno);
	EXPECT_EQ(THREADS, view.getppid_errno);
	EXPECT_EQ(more_lines(threads.nobody.filters_line, 2), view.filters_line);

	threads.by_leader = true;
	end = run_exec(exec_of_two, &threads, sizeof(threads), &threads.fd, &view);
	BROKE_UNLESS(end != NO_THREAD && end != CANNOT_EXEC, "status %d", end);
	ASSERT_EQ(kit_exited(0), end);
	EXPECT_EQ(2, view.mode);
	EXPECT_EQ(0, view.getsid_errno);
	EXPECT_EQ(LEADERS, view.getppid_errno);
	EXPECT_EQ(more_lines(threads.nobody.filters_line, 1), view.filters_line);
}

TEST_HARNESS_MAIN
