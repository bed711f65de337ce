/* SPDX-License-Identifier: BSD-3-Clause */
/* no_new_privs, and who may install a filter (behaviours 9 to 11). */
#include "selftests/glue/test.h"

#include <limits.h>
#include <pthread.h>
#include <linux/capability.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit-refusals.h"
#include "selftests/glue/kit-task.h"

#define SET_NNP() prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
#define GET_NNP() prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)

/* The shapes of a word that is not 0; on 64 bits also those whose lower half is. */
static const unsigned long nonzero[] = {
	1, 2, 0x80000000, ULONG_MAX, (unsigned long)(1ULL << 32), (unsigned long)(1ULL << 63),
};
#define NONZERO_COUNT (sizeof(nonzero) / sizeof(nonzero[0]))

static void ask_bad_sets(struct refusals *refusals)
{
	static const unsigned long values[] = {
		0,
		2,
		3,
		0x80000001,
		ULONG_MAX,
		(unsigned long)(1ULL << 32),
		ULONG_MAX - UINT_MAX + 1,
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		/* What has no upper half is 1, and good. */
		if (values[i] != 1)
			refusals_expect(refusals, values[i],
					prctl(PR_SET_NO_NEW_PRIVS, values[i], 0UL, 0UL, 0UL),
					EINVAL);
	for (size_t i = 0; i < NONZERO_COUNT; i++) {
		unsigned long junk = nonzero[i];

		if (!junk)
			continue;
		refusals_expect(refusals, 3, prctl(PR_SET_NO_NEW_PRIVS, 1UL, junk, 0UL, 0UL),
				EINVAL);
		refusals_expect(refusals, 4, prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, junk, 0UL),
				EINVAL);
		refusals_expect(refusals, 5, prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, junk),
				EINVAL);
	}
}

static void ask_bad_gets(struct refusals *refusals)
{
	for (size_t i = 0; i < NONZERO_COUNT; i++) {
		unsigned long junk = nonzero[i];

		if (!junk)
			continue;
		refusals_expect(refusals, 12, prctl(PR_GET_NO_NEW_PRIVS, junk, 0UL, 0UL, 0UL),
				EINVAL);
		refusals_expect(refusals, 13, prctl(PR_GET_NO_NEW_PRIVS, 0UL, junk, 0UL, 0UL),
				EINVAL);
		refusals_expect(refusals, 14, prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, junk, 0UL),
				EINVAL);
		refusals_expect(refusals, 15, prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, junk),
				EINVAL);
	}
}

static int ask_bad_arguments(struct refusals *refusals)
{
	/* data: NNP is set already */
	if (refusals->data && SET_NNP())
		return 1;
	refusals_begin(refusals);
	ask_bad_sets(refusals);
	ask_bad_gets(refusals);
	return refusals_end(refusals);
}

SC_TEST(bad_arguments,
	.doc = "PR_SET_NO_NEW_PRIVS takes 1 and three zeros, PR_GET_NO_NEW_PRIVS four; all else is "
	       "EINVAL and changes nothing, before and after it was set",
	.needs = { F_nnp }, .covers = { F_nnp_argcheck }, .behaviours = { 9 },
	.requires = NEED_NO_NNP)
{
	struct refusals refusals = refusals_ask(ask_bad_arguments, NULL, NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.nnp);
	refusals = refusals_ask(ask_bad_arguments, NULL, "set");
	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(1, refusals.after.nnp);
}

SC_TEST(sticky,
	.doc = "NNP is 0, then set and stays so; to set it twice is no error; seccomp's mode stays "
	       "0",
	.needs = { F_prctl_seccomp, F_nnp }, .covers = { F_nnp }, .behaviours = { 9, 10 },
	.requires = NEED_UNFILTERED | NEED_NO_NNP)
{
	EXPECT_EQ(0, GET_NNP());
	ASSERT_EQ(0, SET_NNP());
	EXPECT_EQ(1, GET_NNP());
	EXPECT_EQ(-1, prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(1, GET_NNP());
	EXPECT_EQ(0, SET_NNP());
	EXPECT_EQ(1, GET_NNP());
	EXPECT_EQ(0, prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
}

/* --- who has it ------------------------------------------------------------------------------ */

static int view_task(void *data)
{
	kit_view_self(data);
	return 0;
}

static void *view_thread(void *data)
{
	kit_view_self(data);
	return NULL;
}

/* What a new thread of the caller sees; nnp -1 if there was no thread. */
static struct kit_view new_thread_view(void)
{
	struct kit_view view = { .nnp = -1 };
	pthread_t thread;

	if (!pthread_create(&thread, NULL, view_thread, &view))
		pthread_join(thread, NULL);
	return view;
}

static struct kit_view new_child_view(void)
{
	struct kit_view view = { .nnp = -1 };

	kit_ask(view_task, &view, sizeof(view));
	return view;
}

/* A thread that sets NNP between two barriers, seen by another one which was there before. */
struct setter {
	pthread_barrier_t barrier;
	int result;
	pid_t tid, reader;
	long nnp_line_of_reader;
	struct kit_view itself, its_thread, its_child;
};

static void *set_and_wait(void *data)
{
	struct setter *setter = data;

	setter->tid = syscall(SYS_gettid);
	setter->result = SET_NNP();
	setter->nnp_line_of_reader = kit_status(setter->reader, "NoNewPrivs");
	kit_view_self(&setter->itself);
	setter->its_thread = new_thread_view();
	setter->its_child = new_child_view();
	pthread_barrier_wait(&setter->barrier);
	pthread_barrier_wait(&setter->barrier);
	return NULL;
}

SC_TEST(of_one_thread,
	.doc = "NNP is the calling thread's: its new threads and children have it, its siblings, "
	       "their "
	       "new threads and children have not",
	.needs = { F_nnp }, .covers = { F_nnp }, .behaviours = { 10 }, .requires = NEED_NO_NNP)
{
	struct setter setter = { .result = -1 };
	struct kit_view view;
	pthread_t thread;

	BROKE_UNLESS(!pthread_barrier_init(&setter.barrier, NULL, 2), "no barrier");
	BROKE_UNLESS(!pthread_create(&thread, NULL, set_and_wait, &setter), "no thread");
	pthread_barrier_wait(&setter.barrier);
	EXPECT_EQ(0, setter.result);
	EXPECT_EQ(1, setter.itself.nnp);
	EXPECT_EQ(1, setter.its_thread.nnp);
	EXPECT_EQ(1, setter.its_child.nnp);
	EXPECT_EQ(0, GET_NNP());
	view = new_thread_view();
	EXPECT_EQ(0, view.nnp);
	view = new_child_view();
	EXPECT_EQ(0, view.nnp);
	pthread_barrier_wait(&setter.barrier);
	EXPECT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, GET_NNP());
}

SC_TEST(proc_line,
	.doc = "The NoNewPrivs line of each thread's status is what prctl says, whoever reads it",
	.needs = { F_nnp, F_proc_nnp }, .covers = { F_proc_nnp }, .behaviours = { 10, 102 },
	.requires = NEED_NO_NNP)
{
	struct setter setter = { .result = -1, .reader = syscall(SYS_gettid) };
	struct kit_view view;
	pthread_t thread;

	BROKE_UNLESS(!pthread_barrier_init(&setter.barrier, NULL, 2), "no barrier");
	BROKE_UNLESS(!pthread_create(&thread, NULL, set_and_wait, &setter), "no thread");
	pthread_barrier_wait(&setter.barrier);
	EXPECT_EQ(1, setter.itself.nnp_line);
	EXPECT_EQ(1, setter.its_thread.nnp_line);
	EXPECT_EQ(1, setter.its_child.nnp_line);
	EXPECT_EQ(0, kit_status(0, "NoNewPrivs"));
	/* Of a task that is not the reader, and has the other value. */
	EXPECT_EQ(1, kit_status(setter.tid, "NoNewPrivs"));
	EXPECT_EQ(0, setter.nnp_line_of_reader);
	pthread_barrier_wait(&setter.barrier);
	EXPECT_EQ(0, pthread_join(thread, NULL));
	kit_view_self(&view);
	EXPECT_EQ(0, view.nnp_line);
	EXPECT_EQ(0, SET_NNP());
	kit_view_self(&view);
	EXPECT_EQ(1, view.nnp_line);
}

static int set_nnp_in_child(void *data)
{
	(void)data;
	return SET_NNP() || GET_NNP() != 1;
}

SC_TEST(not_given_back, .doc = "A child's NNP is not its parent's", .needs = { F_nnp },
	.covers = { F_nnp }, .behaviours = { 10 }, .requires = NEED_NO_NNP)
{
	EXPECT_EQ(kit_exited(0), kit_end(kit_child(set_nnp_in_child, NULL)));
	EXPECT_EQ(0, GET_NNP());
}

/* --- execve ---------------------------------------------------------------------------------- */

/* A child that becomes `seccompat exec-probe`. */
struct exec {
	const char *path;  /* of the program; NULL: this one itself */
	bool unprivileged; /* drops privileges first */
	bool nnp;
	const struct sock_fprog *prog; /* a filter to install before all that, as root; or NULL */
	int fd;
};

static int exec_child(void *data)
{
	const struct exec *exec = data;

	if (exec->prog && kit_install_only(exec->prog))
		return 101;
	if (exec->unprivileged && kit_drop_privileges())
		return 102;
	if (exec->nnp && SET_NNP())
		return 103;
	if (exec->path)
		kit_exec_path(exec->path, exec->fd);
	else
		kit_exec_self(exec->fd);
	return 104;
}

/* How the child ended, and what its new program saw. */
static int exec_view(struct exec exec, struct kit_view *view)
{
	int fds[2], end;

	*view = (struct kit_view){ .nnp = -1 };
	if (pipe(fds))
		return -1;
	exec.fd = fds[1];
	end = kit_end(kit_child(exec_child, &exec));
	close(fds[1]);
	if (!kit_view_read(fds[0], view) && !end)
		end = -2;
	close(fds[0]);
	return end;
}

SC_TEST(kept_by_execve, .doc = "execve keeps NNP as it was, set or not", .needs = { F_nnp },
	.covers = { F_nnp }, .behaviours = { 10 }, .requires = NEED_NO_NNP)
{
	struct kit_view view;

	EXPECT_EQ(kit_exited(0), exec_view((struct exec){ .nnp = false }, &view));
	EXPECT_EQ(0, view.nnp);
	EXPECT_EQ(kit_exited(0), exec_view((struct exec){ .nnp = true }, &view));
	EXPECT_EQ(1, view.nnp);
}

SC_TEST(setuid_gives_nothing,
	.doc = "Under NNP an unprivileged task that executes a program of root's with setuid and "
	       "setgid bits stays who it is; without NNP it becomes root",
	.needs = { F_nnp }, .covers = { F_nnp }, .behaviours = { 10 },
	.requires = NEED_UNPRIVILEGED | NEED_NO_NNP | NEED_ROOT | NEED_OWN_MOUNT, .seconds = 10)
{
	const char *path = kit_private_copy(06755);
	struct exec exec = { .path = path, .unprivileged = true };
	struct kit_view view;

	BROKE_UNLESS(path, "no file system of one's own with a setuid program");
	/* Without NNP: or a file system that gives nothing anyhow would look like success. */
	EXPECT_EQ(kit_exited(0), exec_view(exec, &view));
	EXPECT_EQ(0, view.nnp);
	EXPECT_EQ(65534u, view.ruid);
	EXPECT_EQ(0u, view.euid);
	EXPECT_EQ(65534u, view.rgid);
	EXPECT_EQ(0u, view.egid);
	EXPECT_EQ(1u, view.secure);
	EXPECT_NE(0u, view.effective[0]);
	exec.nnp = true;
	EXPECT_EQ(kit_exited(0), exec_view(exec, &view));
	EXPECT_EQ(1, view.nnp);
	EXPECT_EQ(65534u, view.ruid);
	EXPECT_EQ(65534u, view.euid);
	EXPECT_EQ(65534u, view.rgid);
	EXPECT_EQ(65534u, view.egid);
	EXPECT_EQ(0u, view.secure);
	EXPECT_EQ(0u, view.permitted[0]);
	EXPECT_EQ(0u, view.permitted[1]);
	EXPECT_EQ(0u, view.effective[0]);
	EXPECT_EQ(0u, view.effective[1]);
}

SC_TEST(file_capabilities_give_nothing,
	.doc = "Under NNP a program's file capabilities give an unprivileged task nothing; without "
	       "NNP "
	       "they do",
	.needs = { F_nnp }, .covers = { F_nnp }, .behaviours = { 10 },
	.requires = NEED_UNPRIVILEGED | NEED_NO_NNP | NEED_ROOT | NEED_OWN_MOUNT | NEED_FILE_CAPS,
	.seconds = 10)
{
	const uint32_t chown = CAP_TO_MASK(CAP_CHOWN);
	const char *path = kit_private_copy(0755);
	struct exec exec = { .path = path, .unprivileged = true };
	struct kit_view view;

	BROKE_UNLESS(path, "no file system of one's own with a copy of this program");
	BROKE_UNLESS(!kit_set_file_capability(path, CAP_CHOWN), "no file capabilities on tmpfs");
	EXPECT_EQ(kit_exited(0), exec_view(exec, &view));
	EXPECT_EQ(chown, view.permitted[0]);
	EXPECT_EQ(chown, view.effective[0]);
	exec.nnp = true;
	EXPECT_EQ(kit_exited(0), exec_view(exec, &view));
	EXPECT_EQ(0u, view.permitted[0]);
	EXPECT_EQ(0u, view.permitted[1]);
	EXPECT_EQ(0u, view.effective[0]);
	EXPECT_EQ(0u, view.effective[1]);
}

SC_TEST(keeps_what_is_there,
	.doc = "NNP takes no privilege away: root stays root over execve, with its capabilities, "
	       "and "
	       "may become somebody else",
	.needs = { F_nnp }, .covers = { F_nnp }, .behaviours = { 10 },
	.requires = NEED_UNPRIVILEGED | NEED_ROOT)
{
	struct kit_view before, after;

	kit_view_self(&before);
	EXPECT_EQ(kit_exited(0), exec_view((struct exec){ .nnp = true }, &after));
	EXPECT_EQ(0u, after.euid);
	EXPECT_EQ(before.permitted[0], after.permitted[0]);
	EXPECT_EQ(before.permitted[1], after.permitted[1]);
	EXPECT_EQ(before.effective[0], after.effective[0]);
	ASSERT_EQ(0, SET_NNP());
	EXPECT_EQ(0, setresuid(65534, 65534, 65534));
	EXPECT_EQ(65534u, geteuid());
}

/* --- who may install a filter ---------------------------------------------------------------- */

static int ask_unprivileged(struct refusals *refusals)
{
	struct sock_fprog wild = { .len = 1, .filter = NULL }, empty = { .len = 0 };
	struct sock_fprog long_one = { .len = BPF_MAXINSNS + 1, .filter = refusals->prog->filter };

	if (kit_drop_privileges())
		return 1;
	refusals_begin(refusals);
	refusals_expect(refusals, 0, kit_install_only(refusals->prog), EACCES);
	/* Who may not install is told before the instructions are looked at, and after the length.
	 */
	refusals_expect(refusals, 1, kit_install_only(&wild), EACCES);
	refusals_expect(refusals, 2, kit_install_only(&empty), EINVAL);
	refusals_expect(refusals, 3, kit_install_only(&long_one), EINVAL);
	refusals_expect(refusals, 4, kit_install_only(NULL), EFAULT);
	return refusals_end(refusals);
}

SC_TEST(filter_without_nnp_is_refused,
	.doc = "Without NNP and CAP_SYS_ADMIN a filter is EACCES, and nothing is installed",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_filter_priv }, .behaviours = { 11 },
	.requires = NEED_UNFILTERED | NEED_NO_NNP | NEED_UNPRIVILEGED,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(ask_unprivileged, kit_always(&filter, SECCOMP_RET_ALLOW), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
	EXPECT_EQ(0, refusals.after.nnp);
}

static int ask_flags_unprivileged(struct refusals *refusals)
{
	if (kit_drop_privileges())
		return 1;
	refusals_begin(refusals);
	for (int bit = 0; bit < 5; bit++)
		refusals_expect(
			refusals, 1u << bit,
			kit_seccomp(SECCOMP_SET_MODE_FILTER, 1u << bit, (void *)refusals->prog),
			EACCES);
	return refusals_end(refusals);
}

SC_TEST(filter_with_flags_without_nnp_is_refused,
	.doc = "No flag of SET_MODE_FILTER stands in for NNP: EACCES",
	.needs = { F_op_set_mode_filter, F_flag_tsync, F_flag_log, F_flag_spec_allow,
		   F_flag_new_listener, F_flag_tsync_esrch },
	.covers = { F_filter_priv }, .behaviours = { 11 },
	.requires = NEED_UNFILTERED | NEED_NO_NNP | NEED_UNPRIVILEGED)
{
	struct kit_filter filter;
	struct refusals refusals =
		refusals_ask(ask_flags_unprivileged, kit_always(&filter, SECCOMP_RET_ALLOW), NULL);

	EXPECT_REFUSALS(refusals);
	EXPECT_EQ(0, refusals.after.mode);
}

/* A filter and what became of it, in a child. */
struct install {
	const struct sock_fprog *prog;
	enum {
		UNPRIVILEGED_WITH_NNP,
		AS_ROOT,
		ROOT_WITHOUT_CAPABILITY,
		ONLY_CAPABILITY,
		IN_USER_NS,
		IN_USER_NS_WITHOUT_CAPABILITY
	} as;
	int result;
	struct kit_view after;
};

static int keep_only_sys_admin(void)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setresgid(65534, 65534, 65534) ||
	    setresuid(65534, 65534, 65534))
		return -1;
	/* The effective set is empty now, the permitted one is not. */
	return kit_capability_effective(CAP_SYS_ADMIN, true);
}

static int become(const struct install *install)
{
	switch (install->as) {
	case UNPRIVILEGED_WITH_NNP:
		return kit_drop_privileges() || SET_NNP();
	case AS_ROOT:
		return 0;
	case ROOT_WITHOUT_CAPABILITY:
		return kit_capability_effective(CAP_SYS_ADMIN, false);
	case ONLY_CAPABILITY:
		return keep_only_sys_admin();
	case IN_USER_NS:
		return unshare(CLONE_NEWUSER);
	case IN_USER_NS_WITHOUT_CAPABILITY:
		return unshare(CLONE_NEWUSER) || kit_capability_effective(CAP_SYS_ADMIN, false);
	}
	return -1;
}

static int install_child(void *data)
{
	struct install *install = data;

	if (become(install))
		return 1;
	install->result = kit_install_only(install->prog) ? errno : 0;
	kit_view_self(&install->after);
	return 0;
}

static struct install try_install(int as)
{
	struct kit_filter filter;
	struct install install = {
		.prog = kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 99),
		.as = as,
		.result = -1,
	};

	if (kit_end(kit_ask(install_child, &install, sizeof(install))) != kit_exited(0))
		install.result = -1;
	return install;
}

#define EXPECT_INSTALLED(install, has_nnp)                    \
	do {                                                  \
		EXPECT_EQ(0, (install).result);               \
		EXPECT_EQ(2, (install).after.mode);           \
		EXPECT_EQ(99, (install).after.getppid_errno); \
		EXPECT_EQ(has_nnp, (install).after.nnp);      \
	} while (0)

#define EXPECT_NOT_INSTALLED(install)                        \
	do {                                                 \
		EXPECT_EQ(EACCES, (install).result);         \
		EXPECT_EQ(0, (install).after.mode);          \
		EXPECT_EQ(0, (install).after.getppid_errno); \
		EXPECT_EQ(0, (install).after.nnp);           \
	} while (0)

SC_TEST(filter_with_nnp, .doc = "With NNP an unprivileged task installs a filter",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_filter_priv, F_nnp },
	.behaviours = { 11 }, .requires = NEED_UNPRIVILEGED,
	.varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	struct install install = try_install(UNPRIVILEGED_WITH_NNP);

	EXPECT_INSTALLED(install, 1);
}

SC_TEST(filter_with_capability,
	.doc = "With CAP_SYS_ADMIN a filter needs no NNP, and does not set it",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_filter_priv }, .behaviours = { 11 },
	.requires = NEED_NO_NNP | NEED_ROOT, .varies = VARY(DIM_ROUTE) | VARY(DIM_TASK))
{
	struct install install = try_install(AS_ROOT);

	EXPECT_INSTALLED(install, 0);
}

SC_TEST(filter_needs_the_effective_capability,
	.doc = "It is CAP_SYS_ADMIN in the effective set that counts, not uid 0: root without it "
	       "is "
	       "refused with EACCES, another uid with it is not",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_filter_priv }, .behaviours = { 11 },
	.requires = NEED_UNPRIVILEGED | NEED_UNFILTERED | NEED_NO_NNP | NEED_ROOT,
	.varies = VARY(DIM_ROUTE))
{
	struct install install = try_install(ROOT_WITHOUT_CAPABILITY);

	EXPECT_EQ(0u, install.after.euid);
	EXPECT_NE(0u, install.after.effective[0]);
	EXPECT_NOT_INSTALLED(install);
	install = try_install(ONLY_CAPABILITY);
	EXPECT_EQ(65534u, install.after.euid);
	EXPECT_EQ(CAP_TO_MASK(CAP_SYS_ADMIN), install.after.effective[0]);
	EXPECT_INSTALLED(install, 0);
}

SC_TEST(filter_in_user_namespace,
	.doc = "CAP_SYS_ADMIN inside the own user namespace is enough; other capabilities there "
	       "are not",
	.needs = { F_mode_filter_prctl, F_nnp }, .covers = { F_filter_priv }, .behaviours = { 11 },
	.requires = NEED_UNFILTERED | NEED_NO_NNP | NEED_USER_NS, .varies = VARY(DIM_ROUTE))
{
	struct install install = try_install(IN_USER_NS);

	EXPECT_INSTALLED(install, 0);
	install = try_install(IN_USER_NS_WITHOUT_CAPABILITY);
	EXPECT_NE(0u, install.after.effective[0]);
	EXPECT_NOT_INSTALLED(install);
}

TEST_HARNESS_MAIN
