/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernel gives back what it took for a filter: after one that it refuses in the end, and after
 * the last task of one that it took, whoever looked at that meanwhile (behaviour 117). And it looks
 * at no memory but the program's.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "probe/ptrace-numbers.h"
#include "selftests/glue/kit-faults.h"
#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit-memory.h"
#include "selftests/glue/kit-shown.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define MEMORY .behaviours = { 117 }, .seconds = 30

/* Something that is made and given up, `each` of it in a round. */
struct given_up {
	const char *what;
	int (*prepare)(void); /* if any */
	int (*round)(void *data);
	const void *data;
	unsigned int each;
};

struct outcome {
	const struct given_up *of;
	int unprepared, left;
	struct memory more;
};

#define LONG_MS 20000

static int give_up(void *data)
{
	struct outcome *outcome = data;
	const struct given_up *it = outcome->of;

	outcome->unprepared = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!outcome->unprepared && it->prepare)
		outcome->unprepared = it->prepare();
	if (!outcome->unprepared)
		outcome->left =
			memory_is_left(it->round, (void *)it->data, it->each, &outcome->more);
	return 0;
}

/* In a test's body; its rows are an array. */
#define EXPECT_ALL_BACK(rows)                                                                     \
	for (size_t i = 0; i < COUNT(rows); i++) {                                                \
		struct outcome outcome = { .of = &(rows)[i], .left = 1 };                         \
                                                                                                  \
		ASSERT_EQ(kit_exited(0),                                                          \
			  kit_end(run_ask(give_up, &outcome, sizeof(outcome), LONG_MS)))          \
		TH_LOG("%s", (rows)[i].what);                                                     \
		ASSERT_EQ(0, outcome.unprepared) TH_LOG("%s", (rows)[i].what);                    \
		EXPECT_EQ(0, outcome.left)                                                        \
		{                                                                                 \
			TH_LOG("%s: %ld objects, %ld kB, %ld files are left", (rows)[i].what,     \
			       outcome.more.objects, outcome.more.kilobytes, outcome.more.files); \
		}                                                                                 \
	}

/* --- what is refused -------------------------------------------------------------------------- */

static const struct sock_filter allow[] = { RET_ALLOW };
static const struct sock_filter endless[] = { INSN(BPF_LD | BPF_IMM, 0) };
static const struct sock_filter of_packets[] = { INSN(BPF_LD | BPF_B | BPF_ABS, 0), RET_ALLOW };

/* A filter, and how it is refused. */
struct refusal {
	struct sock_fprog prog;
	unsigned int flags;
	int error; /* 0: the number of a thread comes back */
};

#define PROG(code)                                                         \
	{                                                                  \
		.len = COUNT(code), .filter = (struct sock_filter *)(code) \
	}

static int install_refused(void *data)
{
	const struct refusal *refusal = data;
	long result = kit_seccomp(SECCOMP_SET_MODE_FILTER, refusal->flags, (void *)&refusal->prog);

	if (!refusal->error)
		return result <= 0;
	return result != -1 || errno != refusal->error;
}

static int install_allow(unsigned int count)
{
	const struct sock_fprog prog = PROG(allow);

	while (count--)
		if (kit_seccomp(SECCOMP_SET_MODE_FILTER, 0, (void *)&prog))
			return -1;
	return 0;
}

/* Until not one instruction more fits. */
static int fill_path(void)
{
	static struct sock_filter code[4096];
	struct sock_fprog prog = { .len = COUNT(code), .filter = code };

	for (size_t i = 0; i < COUNT(code); i++)
		code[i] = allow[0];
	while (prog.len)
		if (kit_seccomp(SECCOMP_SET_MODE_FILTER, 0, &prog))
			prog.len /= 2;
	return errno != ENOMEM;
}

SC_TEST(refused_filters,
	.doc = "Nothing is left of filters that are refused: for their instructions, for an "
	       "address that is none, and for want of room in the path",
	.needs = { F_op_set_mode_filter, F_nnp, F_limit_path }, .covers = { F_op_set_mode_filter },
	MEMORY, .requires = NEED_SLABINFO)
{
	static const struct refusal refusals[] = {
		{ PROG(endless), 0, EINVAL },
		{ PROG(of_packets), 0, EINVAL },
		{ { .len = 2, .filter = TRACE_NOWHERE }, 0, EFAULT },
		{ PROG(allow), 0, ENOMEM },
	};
	static const struct given_up given_up[] = {
		{ "without an end", NULL, install_refused, &refusals[0], 1 },
		{ "of packets", NULL, install_refused, &refusals[1], 1 },
		{ "nowhere", NULL, install_refused, &refusals[2], 1 },
		{ "too many", fill_path, install_refused, &refusals[3], 1 },
	};

	EXPECT_ALL_BACK(given_up);
}

static int have_listener(void)
{
	const struct sock_fprog prog = PROG(allow);

	return kit_seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			   (void *)&prog) < 0;
}

SC_TEST(refused_listeners,
	.doc = "Nothing is left of filters with a second listener, which are refused",
	.needs = { F_notif_one_listener, F_nnp }, .covers = { F_notif_one_listener }, MEMORY,
	.requires = NEED_SLABINFO)
{
	static const struct refusal second = { PROG(allow), SECCOMP_FILTER_FLAG_NEW_LISTENER,
					       EBUSY };
	static const struct given_up given_up[] = {
		{ "second listeners", have_listener, install_refused, &second, 1 },
	};

	EXPECT_ALL_BACK(given_up);
}

static long stray(void *data)
{
	(void)data;
	return install_allow(1);
}

/* A thread with a filter of its own, which goes with the task. */
static int have_strayed_thread(void)
{
	static struct worker worker;

	return worker_start(&worker) || worker_do(&worker, stray, NULL);
}

SC_TEST(refused_synchronization,
	.doc = "Nothing is left of filters that a thread cannot have, with a listener or without",
	.needs = { F_flag_combo_tsync_listener, F_flag_tsync_esrch, F_nnp },
	.covers = { F_flag_tsync, F_flag_combo_tsync_listener }, MEMORY, .requires = NEED_SLABINFO)
{
	static const struct refusal refusals[] = {
		{ PROG(allow), SECCOMP_FILTER_FLAG_TSYNC, 0 },
		{ PROG(allow), SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH, ESRCH },
		{ PROG(allow),
		  SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
			  SECCOMP_FILTER_FLAG_NEW_LISTENER,
		  ESRCH },
	};
	static const struct given_up given_up[] = {
		{ "TSYNC", have_strayed_thread, install_refused, &refusals[0], 1 },
		{ "TSYNC_ESRCH", have_strayed_thread, install_refused, &refusals[1], 1 },
		{ "NEW_LISTENER", have_strayed_thread, install_refused, &refusals[2], 1 },
	};

	EXPECT_ALL_BACK(given_up);
}

/* --- what fails for want of memory ------------------------------------------------------------ */

/* No installation has as many allocations. */
#define FAILURES_MAX 400

static int faults = -1;

static int have_faults(void)
{
	if (faults_allow())
		return 1;
	faults = faults_open();
	return faults < 0;
}

static int fill_path_and_have_faults(void)
{
	return fill_path() || have_faults();
}

static int have_listener_and_faults(void)
{
	return have_listener() || have_faults();
}

/* Each of its allocations fails in turn, and then none. */
static int install_without_memory(void *data)
{
	for (unsigned int n = 1; n < FAILURES_MAX; n++) {
		int wrong = !faults_arm(faults, n) || install_refused(data);

		if (!faults_disarm(faults))
			return wrong;
	}
	return -2;
}

SC_TEST(without_memory,
	.doc = "Nothing is left of filters, with a second listener or without, of which an "
	       "allocation failed",
	.needs = { F_notif_one_listener, F_nnp, F_limit_path }, .covers = { F_flag_new_listener },
	.behaviours = { 117, 121 }, .seconds = 60,
	.requires = NEED_SLABINFO | NEED_FAULTS | NEED_DISPOSABLE)
{
	static const struct refusal full = { PROG(allow), 0, ENOMEM };
	static const struct refusal second = { PROG(allow), SECCOMP_FILTER_FLAG_NEW_LISTENER,
					       EBUSY };
	static const struct given_up given_up[] = {
		{ "filters", fill_path_and_have_faults, install_without_memory, &full, 1 },
		{ "listeners", have_listener_and_faults, install_without_memory, &second, 1 },
	};

	EXPECT_ALL_BACK(given_up);
}

/* --- what ends with its tasks ----------------------------------------------------------------- */

#define A_TASKS 20u

static int live(void *data)
{
	(void)data;
	return install_allow(A_TASKS) || have_listener();
}

static int live_with_threads(void *data)
{
	const struct sock_fprog prog = PROG(allow);
	struct worker worker;

	(void)data;
	if (install_allow(A_TASKS) || worker_start(&worker))
		return 1;
	return kit_seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, (void *)&prog) != 0;
}

static int live_and_fork(void *data)
{
	return install_allow(A_TASKS) || kit_end(kit_child(live, data));
}

/* What a child does until its end. */
struct life {
	int (*live)(void *data);
};

static int child_lives(void *data)
{
	const struct life *life = data;

	return kit_end(kit_child(life->live, NULL));
}

SC_TEST(filters_of_tasks,
	.doc = "Nothing is left of the filters and the listener of a task that ended, of those "
	       "that its child had too, and of those that its threads had by TSYNC",
	.needs = { F_flag_new_listener, F_flag_tsync, F_nnp },
	.covers = { F_flag_new_listener, F_flag_tsync }, MEMORY, .requires = NEED_SLABINFO)
{
	static const struct life lives[] = { { live }, { live_and_fork }, { live_with_threads } };
	static const struct given_up given_up[] = {
		{ "tasks", NULL, child_lives, &lives[0], A_TASKS },
		{ "forks", NULL, child_lives, &lives[1], A_TASKS },
		{ "threads", NULL, child_lives, &lives[2], A_TASKS },
	};

	EXPECT_ALL_BACK(given_up);
}

/* --- what others looked at -------------------------------------------------------------------- */

static int live_traced(void *data)
{
	(void)data;
	if (install_allow(A_TASKS))
		return 1;
	trace_stop_self();
	return 0;
}

/* What is looked at of a tracee: 0 if it is as it should be. */
struct look {
	int (*at)(pid_t pid);
};

/* A tracee that lives until that is done. */
static int look_at_tracee(void *data)
{
	const struct look *look = data;
	pid_t pid = trace_fork_ready(live_traced, NULL, TRACE_OPTIONS);
	int wrong = pid < 0 || look->at(pid);

	if (pid > 0)
		trace_end(pid);
	return wrong;
}

/* The newest of a tracee's filters: while it is there, so are all. */
#define NEWEST (A_TASKS - 1)

static int look_at_filters(pid_t pid)
{
	struct sock_filter code[COUNT(allow)];

	return trace_ask(GET_FILTER, pid, NEWEST, NULL) != COUNT(allow) ||
	       trace_ask(GET_FILTER, pid, NEWEST, code) != COUNT(allow) ||
	       trace_ask(GET_FILTER, pid, NEWEST, TRACE_NOWHERE) != -1 ||
	       trace_ask(GET_FILTER, pid, A_TASKS, code) != -1;
}

static int look_at_metadata(pid_t pid)
{
	uint64_t newest[2] = { NEWEST }, none[2] = { A_TASKS };

	return trace_ask(GET_METADATA, pid, sizeof(newest), newest) != sizeof(newest) ||
	       trace_ask(GET_METADATA, pid, sizeof(none), none) != -1;
}

SC_TEST(filters_that_a_tracer_read,
	.doc = "Nothing is left of the filters of a tracee whose tracer read them, or what is "
	       "known of them, or tried to in vain",
	.needs = { F_ptrace_get_filter, F_ptrace_get_metadata, F_op_set_mode_filter },
	.covers = { F_ptrace_get_filter, F_ptrace_get_metadata }, MEMORY,
	.requires = NEED_SLABINFO | NEED_PTRACE | NEED_MACHINE_ROOT)
{
	static const struct look looks[] = { { look_at_filters }, { look_at_metadata } };
	static const struct given_up given_up[] = {
		{ "PTRACE_SECCOMP_GET_FILTER", NULL, look_at_tracee, &looks[0], A_TASKS },
		{ "PTRACE_SECCOMP_GET_METADATA", NULL, look_at_tracee, &looks[1], A_TASKS },
	};

	EXPECT_ALL_BACK(given_up);
}

static int look_at_cache(pid_t pid)
{
	return read_shown(open_cache(pid, pid)).err != 0;
}

SC_TEST(filters_whose_cache_was_read,
	.doc = "Nothing is left of the filters of a task whose /proc/PID/seccomp_cache was read",
	.needs = { F_proc_cache, F_op_set_mode_filter }, .covers = { F_proc_cache }, MEMORY,
	.requires = NEED_SLABINFO | NEED_PTRACE | NEED_MACHINE_ROOT)
{
	static const struct look look = { look_at_cache };
	static const struct given_up given_up[] = {
		{ "seccomp_cache", NULL, look_at_tracee, &look, A_TASKS },
	};

	EXPECT_ALL_BACK(given_up);
}

/* --- what is behind a program ----------------------------------------------------------------- */

/* With a page's worth among them, whatever the kernel puts before the instructions. */
#define LENGTHS 600u

struct lengths {
	unsigned int refused; /* for want of room in the path, as they should be */
	int other;	      /* another errno, or 0 */
};

static int try_lengths(void *data)
{
	static struct sock_filter code[LENGTHS];
	struct lengths *lengths = data;
	struct sock_fprog prog = { .filter = code };

	for (size_t i = 0; i < COUNT(code); i++)
		code[i] = allow[0];
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || fill_path())
		return 1;
	for (prog.len = 1; prog.len <= LENGTHS; prog.len++) {
		if (kit_seccomp(SECCOMP_SET_MODE_FILTER, 0, &prog) == -1 && errno == ENOMEM)
			lengths->refused++;
		else
			lengths->other = errno;
	}
	return 0;
}

SC_TEST(nothing_behind_a_program_is_read,
	.doc = "Filters of any length, also those behind which the kernel's memory ends, are "
	       "looked at and refused for want of room in the path",
	.needs = { F_op_set_mode_filter, F_nnp, F_limit_path }, .covers = { F_op_set_mode_filter },
	.behaviours = { 118 }, .seconds = 20)
{
	struct lengths lengths = { 0 };

	ASSERT_EQ(kit_exited(0), kit_end(kit_ask(try_lengths, &lengths, sizeof(lengths))));
	EXPECT_EQ(LENGTHS, lengths.refused) TH_LOG("another errno: %d", lengths.other);
}

TEST_HARNESS_MAIN
