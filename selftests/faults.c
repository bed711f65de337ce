/* SPDX-License-Identifier: BSD-3-Clause */
/* No memory: each allocation of an installation, and of a fork, fails in turn (behaviour 121). */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <sys/wait.h>

#include "selftests/glue/kit-faults.h"
#include "selftests/glue/kit-notif.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-threads.h"

/* What the kernel says where a filter cannot be compiled and there is no interpreter: its ENOTSUPP,
 * which is nobody's errno. */
#define NO_INTERPRETER 524

/* No operation has as many allocations. */
#define FAILURES_MAX 400

struct attempt {
	long (*operation)(const struct sock_fprog *prog);
	unsigned int n; /* the allocation that fails */
	bool failed;	/* there was one */
	long result;
	int err;
	struct kit_view before, after;
	int fd_before, fd_after;    /* the lowest free descriptor */
	long other[2];		    /* filters of another thread */
	long again;		    /* once more, with memory */
	struct kit_view eventually; /* after that */
};

static long install(const struct sock_fprog *prog)
{
	return kit_install_only(prog);
}

/* To the converter a comparison with a number of this sign is two instructions. */
#define OUTGROWS_ITS_PAGE 400

static long install_growing(const struct sock_fprog *prog)
{
	struct sock_filter insns[OUTGROWS_ITS_PAGE + prog->len];
	const struct sock_fprog growing = { .len = OUTGROWS_ITS_PAGE + prog->len, .filter = insns };

	for (unsigned int i = 0; i < OUTGROWS_ITS_PAGE; i++)
		insns[i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x80000000u + i,
							0, 0);
	memcpy(insns + OUTGROWS_ITS_PAGE, prog->filter, prog->len * sizeof(*insns));
	return kit_install_only(&growing);
}

/* A descriptor that is none of a listener is a failure of its own (EBADF, ENOTTY), not of memory.
 */
static long install_with_listener(const struct sock_fprog *prog)
{
	int listener = kit_seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
				   (void *)prog);
	long err = listener < 0 ? -ENOENT : notif_id_valid(listener, 0);

	if (err == -ENOENT)
		return listener;
	errno = -err;
	return -1;
}

static long install_by_tsync(const struct sock_fprog *prog)
{
	return kit_seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, (void *)prog);
}

/* The child shows that it has the filters. */
static long fork_one(const struct sock_fprog *prog)
{
	pid_t pid = fork();
	int status;

	(void)prog;
	if (pid < 0)
		return -1;
	if (pid == 0)
		_exit(syscall(__NR_getsid, 0) == -1 && errno == 77 ? 0 : 1);
	if (waitpid(pid, &status, 0) != pid || status) {
		errno = 0; /* no lack of memory */
		return -1;
	}
	return 0;
}

static int attempt_one(void *data)
{
	static struct kit_filter old, filter;
	const struct sock_fprog *prog =
		kit_on_syscall(&filter, __NR_getppid, SECCOMP_RET_ERRNO | 78);
	struct attempt *attempt = data;
	struct worker worker;
	int fd = faults_open();

	if (fd < 0 || worker_start(&worker) ||
	    kit_install(kit_on_syscall(&old, __NR_getsid, SECCOMP_RET_ERRNO | 77)))
		return 1;
	attempt->fd_before = kit_free_fd();
	attempt->other[0] = kit_status(worker.tid, "Seccomp_filters");
	kit_view_self(&attempt->before);
	if (!faults_arm(fd, attempt->n))
		return 2;
	attempt->result = attempt->operation(prog);
	attempt->err = errno;
	attempt->failed = faults_disarm(fd);
	attempt->fd_after = kit_free_fd();
	attempt->other[1] = kit_status(worker.tid, "Seccomp_filters");
	kit_view_self(&attempt->after);
	attempt->again = attempt->result < 0 ? attempt->operation(prog) : 0;
	kit_view_self(&attempt->eventually);
	worker_stop(&worker);
	return 0;
}

/* Fails each allocation of what it does, until it has had all of them. */
#define EXPECT_ATTEMPTS(what, installs)                                                           \
	do {                                                                                      \
		static struct attempt it;                                                         \
		unsigned int n_ = 0, refused_ = 0;                                                \
		do {                                                                              \
			it = (struct attempt){ .operation = (what), .n = ++n_ };                  \
			ASSERT_EQ(kit_exited(0), kit_end(kit_ask(attempt_one, &it, sizeof(it)))); \
			EXPECT_ATTEMPT(&it, installs);                                            \
			refused_ += it.result < 0;                                                \
		} while (it.failed && n_ < FAILURES_MAX);                                         \
		EXPECT_FALSE(it.failed);                                                          \
		EXPECT_LE(0, it.result);                                                          \
		EXPECT_LT(1u, n_);                                                                \
		EXPECT_LT(0u, refused_);                                                          \
	} while (0)

#define EXPECT_ATTEMPT(it, installs)                                                              \
	do {                                                                                      \
		const int added_ = (installs) && (it)->result >= 0;                               \
		if ((it)->result < 0) {                                                           \
			EXPECT_TRUE((it)->err == ENOMEM || (it)->err == NO_INTERPRETER)           \
			{                                                                         \
				TH_LOG("allocation %u fails: errno %d", (it)->n, (it)->err);      \
			}                                                                         \
			EXPECT_EQ((it)->fd_before, (it)->fd_after);                               \
			EXPECT_EQ((it)->other[0], (it)->other[1]);                                \
			EXPECT_LE(0, (it)->again);                                                \
		}                                                                                 \
		EXPECT_EQ((it)->before.filters_line + added_, (it)->after.filters_line)           \
		{                                                                                 \
			TH_LOG("allocation %u fails", (it)->n);                                   \
		}                                                                                 \
		EXPECT_EQ(added_ ? 78 : 0, (it)->after.getppid_errno);                            \
		EXPECT_EQ(77, (it)->after.getsid_errno);                                          \
		EXPECT_EQ((it)->before.filters_line + (installs), (it)->eventually.filters_line); \
		EXPECT_EQ((installs) ? 78 : 0, (it)->eventually.getppid_errno);                   \
	} while (0)

#define FAULTS                                                                        \
	.requires = NEED_ROOT | NEED_DISPOSABLE | NEED_FAULTS, .behaviours = { 121 }, \
	.seconds = 60, .slow = true

SC_TEST(of_an_installation,
	.doc = "Whichever allocation of an installation fails, it is installed all the same, or "
	       "ENOMEM and nothing has changed; with memory it is then taken",
	.needs = { F_proc_filters }, .covers = { F_mode_filter_prctl }, .varies = VARY(DIM_ROUTE),
	FAULTS)
{
	BROKE_UNLESS(!faults_allow(), "no faults");
	EXPECT_ATTEMPTS(install, 1);
}

SC_TEST(of_a_growing_filter,
	.doc = "Nor is a filter installed in part that the kernel must find more room for",
	.needs = { F_proc_filters }, .covers = { F_mode_filter_prctl }, FAULTS)
{
	BROKE_UNLESS(!faults_allow(), "no faults");
	EXPECT_ATTEMPTS(install_growing, 1);
}

SC_TEST(of_a_listener,
	.doc = "Whichever allocation of a filter with its listener fails, there is neither of "
	       "both, "
	       "and no descriptor is lost",
	.needs = { F_flag_new_listener, F_proc_filters }, .covers = { F_flag_new_listener }, FAULTS)
{
	BROKE_UNLESS(!faults_allow(), "no faults");
	EXPECT_ATTEMPTS(install_with_listener, 1);
}

SC_TEST(of_tsync, .doc = "Whichever allocation of a TSYNC fails, no thread has the filter",
	.needs = { F_flag_tsync, F_proc_filters }, .covers = { F_flag_tsync }, FAULTS)
{
	BROKE_UNLESS(!faults_allow(), "no faults");
	EXPECT_ATTEMPTS(install_by_tsync, 1);
}

SC_TEST(of_a_fork,
	.doc = "Whichever allocation of a fork fails, there is no child, and the filters are as "
	       "before; the next child has them",
	.needs = { F_proc_filters }, .covers = { F_inherit_fork }, FAULTS)
{
	BROKE_UNLESS(!faults_allow(), "no faults");
	EXPECT_ATTEMPTS(fork_one, 0);
}

TEST_HARNESS_MAIN
