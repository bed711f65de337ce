/* SPDX-License-Identifier: BSD-3-Clause */
/* What /proc/<pid>/status and its threads' show of seccomp (behaviours 102 and 103). */
#include "selftests/glue/test.h"

#include <ctype.h>
#include <dirent.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit-layers.h"
#include "selftests/glue/kit-model.h"
#include "selftests/glue/kit-threads.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Poses that everybody can take. */
static const struct pose poses[] = {
	{ .name = "nothing" },
	{ .name = "NNP", .nnp = true },
	{ .name = "one filter", .nnp = true, .filters = 1 },
	{ .name = "nine filters", .nnp = true, .filters = 9 },
	{ .name = "ten filters", .nnp = true, .filters = 10 },
	{ .name = "64 filters", .nnp = true, .filters = 64 },
	{ .name = "strict mode", .strict = true },
	{ .name = "strict mode and NNP", .nnp = true, .strict = true },
};

static struct status_expected expect_pose(const struct pose *pose)
{
	int mode = pose->strict	   ? SECCOMP_MODE_STRICT
		   : pose->filters ? SECCOMP_MODE_FILTER
				   : SECCOMP_MODE_DISABLED;

	return status_expect(pose->nnp, mode, pose->filters);
}

/* A place that shows a model, read by one who looks at it. */
struct look_at {
	const struct pose *pose;
	const char *path;  /* with the model's number for %1$d */
	bool unprivileged; /* is the reader */
	bool hidden;	   /* from such a reader, as all of root's processes are */
	struct status_text status;
	pid_t pid;
};

static int read_model(void *data)
{
	struct look_at *look = data;

	if (look->unprivileged && kit_drop_privileges())
		return NO_TASK;
	if (status_read(&look->status, look->path, look->pid) > 0)
		return 0;
	look->hidden = look->unprivileged && access("/proc/1/status", R_OK);
	return look->hidden ? 0 : NO_WORD;
}

static int play_model(void *data)
{
	struct look_at *look = data;
	struct model model;
	int end;

	if (model_start(&model, look->pose))
		return CANNOT_INSTALL;
	look->pid = model.born.pid;
	end = kit_end(kit_ask(read_model, look, sizeof(*look)));
	return model_end(&model) ? NO_WORD : end;
}

/* Looks at one model in one place and compares all of it. */
#define EXPECT_POSE(look)                                                               \
	do {                                                                            \
		struct status_expected is_ = expect_pose((look).pose);                  \
		ASSERT_LIVED(kit_end(kit_ask(play_model, &(look), sizeof(look))),       \
			     (look).pose->name);                                        \
		if (!(look).hidden) {                                                   \
			EXPECT_EQ(1u, status_count(&(look).status, "NoNewPrivs"));      \
			EXPECT_EQ(1u, status_count(&(look).status, "Seccomp"));         \
			EXPECT_EQ(1u, status_count(&(look).status, "Seccomp_filters")); \
			EXPECT_STREQ(is_.text, status_block(&(look).status))            \
			TH_LOG("%s, %s", (look).pose->name, (look).path);               \
		}                                                                       \
	} while (0)

static const char *const places[] = { "/proc/%1$d/status", "/proc/%1$d/task/%1$d/status" };

#define NEEDS_LINES .needs = { F_nnp, F_proc_nnp, F_proc_seccomp, F_proc_filters, F_proc_ssb }

SC_TEST(lines_of_another_process,
	.doc = "A process's NoNewPrivs, Seccomp and Seccomp_filters lines are there once, one "
	       "behind the other, and say to the letter what it has, in strict mode as well",
	NEEDS_LINES, .covers = { F_proc_nnp, F_proc_seccomp, F_proc_filters },
	.behaviours = { 102, 103 }, .requires = NEED_UNFILTERED | NEED_NO_NNP,
	.varies = VARY(DIM_ROUTE), .seconds = 10)
{
	for (size_t i = 0; i < COUNT(poses); i++)
		for (size_t place = 0; place < COUNT(places); place++) {
			struct look_at look = { .pose = &poses[i], .path = places[place] };

			EXPECT_POSE(look);
		}
}

SC_TEST(lines_of_another_user,
	.doc = "Root and an unprivileged user read the lines of each other's processes, with and "
	       "without NNP, but where the machine hides all of root's processes",
	NEEDS_LINES, .covers = { F_proc_nnp, F_proc_seccomp, F_proc_filters },
	.behaviours = { 102 },
	.requires = NEED_UNPRIVILEGED | NEED_UNFILTERED | NEED_NO_NNP | NEED_ROOT)
{
	static const struct pose of_root = { .name = "filters of root's", .filters = 3 };
	static const struct pose of_nobody = {
		.name = "filter of nobody's", .unprivileged = true, .nnp = true, .filters = 1
	};
	static const struct pose *const both[] = { &of_root, &of_nobody };

	for (size_t i = 0; i < 2 * COUNT(both); i++) {
		struct look_at look = { .pose = both[i / 2],
					.path = places[0],
					.unprivileged = i % 2 };

		EXPECT_POSE(look);
	}
}

/* --- one's own ------------------------------------------------------------------------------- */

#define STACK 64

struct growth {
	int wrong; /* the first count that was not shown, or -1 */
	struct kit_view nobody, view;
	struct status_text status;
};

static int grow(void *data)
{
	struct growth *growth = data;

	kit_view_self(&growth->nobody);
	for (int i = 0; i < STACK; i++) {
		if (layer_install(i, true))
			return CANNOT_INSTALL;
		kit_view_self(&growth->view);
		if (growth->view.filters_line == growth->nobody.filters_line + i + 1 &&
		    growth->view.mode_line == 2)
			continue;
		growth->wrong = i + 1;
		break;
	}
	return 0;
}

SC_TEST(count_goes_up_by_one,
	.doc = "Seccomp_filters is greater by one after each installation, and Seccomp is 2 after "
	       "each",
	.needs = { F_mode_filter_prctl, F_nnp, F_proc_seccomp, F_proc_filters },
	.covers = { F_proc_seccomp, F_proc_filters }, .behaviours = { 102, 103 },
	.varies = VARY(DIM_ROUTE) | VARY(DIM_RIGHT) | VARY(DIM_TASK))
{
	struct growth growth = { .wrong = -1 };

	ASSERT_LIVED(kit_end(kit_ask(grow, &growth, sizeof(growth))), "filters");
	EXPECT_EQ(-1, growth.wrong)
	{
		TH_LOG("after filter %d the lines say mode %d and %d filters, before %d",
		       growth.wrong, growth.view.mode_line, growth.view.filters_line,
		       growth.nobody.filters_line);
	}
}

/* A process of two threads, of which the second one has filters and the leader none. */
enum { PROCESS, LEADER, THREAD, THREAD_AS_PROCESS, SELF_BY_THREAD, THREAD_SELF, VIEWS };

static const char *const view_paths[VIEWS] = {
	[PROCESS] = "/proc/%1$d/status",
	[LEADER] = "/proc/%1$d/task/%1$d/status",
	[THREAD] = "/proc/%1$d/task/%2$d/status",
	/* Not listed there, but there. */
	[THREAD_AS_PROCESS] = "/proc/%2$d/status",
	[SELF_BY_THREAD] = "/proc/self/status",
	[THREAD_SELF] = "/proc/thread-self/status",
};

struct two_threads {
	struct status_text views[VIEWS];
	pid_t pid, tid;
};

static long filter_thread(void *data)
{
	(void)data;
	return layers_install(0, 2, true);
}

static int read_views(struct two_threads *two, int from, int to)
{
	for (int i = from; i < to; i++)
		if (status_read(&two->views[i], view_paths[i], two->pid, two->tid) < 0)
			return NO_WORD;
	return 0;
}

static long read_by_thread(void *data)
{
	return read_views(data, SELF_BY_THREAD, VIEWS);
}

static int play_two_threads(void *data)
{
	struct two_threads *two = data;
	struct worker worker;

	if (worker_start(&worker))
		return NO_TASK;
	if (worker_do(&worker, filter_thread, NULL))
		return CANNOT_INSTALL;
	two->pid = getpid();
	two->tid = worker.tid;
	if (read_views(two, PROCESS, SELF_BY_THREAD))
		return NO_WORD;
	return (int)worker_do(&worker, read_by_thread, two);
}

SC_TEST(lines_of_each_thread,
	.doc = "The lines are each thread's own: those of the process are its leader's, and a "
	       "thread's show below task/, by its number and to itself as thread-self",
	NEEDS_LINES, .covers = { F_proc_nnp, F_proc_seccomp, F_proc_filters },
	.behaviours = { 102, 103 }, .requires = NEED_UNFILTERED | NEED_NO_NNP,
	.varies = VARY(DIM_ROUTE))
{
	static struct two_threads two;
	struct status_expected none = status_expect(0, 0, 0), both = status_expect(1, 2, 2);

	ASSERT_LIVED(kit_end(kit_ask(play_two_threads, &two, sizeof(two))), "pthread_create");
	for (int i = 0; i < VIEWS; i++) {
		bool leader = i == PROCESS || i == LEADER || i == SELF_BY_THREAD;

		EXPECT_STREQ(leader ? none.text : both.text, status_block(&two.views[i]))
		TH_LOG("%s", view_paths[i]);
	}
}

/* --- the dead -------------------------------------------------------------------------------- */

/* Waits until the task is a zombie, and reads what it shows. */
static int read_zombie(struct status_text *status, const char *path, pid_t pid)
{
	struct status_text copy;
	const char *state;

	do {
		if (status_read(status, path, pid) < 0)
			return NO_WORD;
		copy = *status;
		state = status_value(&copy, "State");
	} while (state && strncmp(state, "\tZ", 2) && !sched_yield());
	return state ? 0 : NO_WORD;
}

static int play_zombie(void *data)
{
	struct look_at *look = data;
	struct model model;
	int result;

	if (model_start(&model, look->pose))
		return CANNOT_INSTALL;
	if (model_let_go(&model))
		return NO_WORD;
	result = read_zombie(&look->status, look->path, model.born.pid);
	return birth_end(&model.born) ? NO_WORD : result;
}

SC_TEST(lines_of_a_zombie,
	.doc = "A process that has exited and was not waited for still shows the mode, NNP and "
	       "count that it had",
	NEEDS_LINES, .covers = { F_proc_nnp, F_proc_seccomp, F_proc_filters },
	.behaviours = { 102, 117 }, .requires = NEED_UNFILTERED | NEED_NO_NNP,
	.varies = VARY(DIM_ROUTE))
{
	for (size_t i = 0; i < COUNT(poses); i++) {
		struct look_at look = { .pose = &poses[i], .path = places[0] };
		struct status_expected is = expect_pose(&poses[i]);

		ASSERT_LIVED(kit_end(kit_ask(play_zombie, &look, sizeof(look))), "fork");
		EXPECT_STREQ(is.text, status_block(&look.status)) TH_LOG("%s", poses[i].name);
	}
}

static void *watch_leader(void *data)
{
	exit(read_zombie(data, "/proc/%1$d/status", getpid()));
}

/* Its other thread outlives it. */
static int leave_as_leader(void *data)
{
	pthread_t thread;

	if (layers_install(0, 2, true))
		return CANNOT_INSTALL;
	if (pthread_create(&thread, NULL, watch_leader, data))
		return NO_TASK;
	for (;;)
		syscall(SYS_exit, 0);
}

SC_TEST(lines_of_a_leader_that_left,
	.doc = "The leader of a process that has exited before its threads still shows what it had",
	NEEDS_LINES, .covers = { F_proc_nnp, F_proc_seccomp, F_proc_filters },
	.behaviours = { 102, 117 }, .requires = NEED_UNFILTERED, .varies = VARY(DIM_ROUTE))
{
	static struct status_text status;
	struct status_expected is = status_expect(1, 2, 2);

	ASSERT_LIVED(kit_end(kit_ask(leave_as_leader, &status, sizeof(status))), "pthread_create");
	EXPECT_STREQ(is.text, status_block(&status));
}

/* --- all tasks ------------------------------------------------------------------------------- */

struct sweep {
	unsigned int seen[3]; /* living tasks in each mode */
	unsigned int wrong;
	struct status_text first;
};

static int number_of(const struct status_text *status, const char *key)
{
	struct status_text copy = *status;
	const char *value = status_value(&copy, key);

	return value ? atoi(value) : -1;
}

#define PF_KTHREAD 0x00200000

/* The flags are the seventh word behind the name, which may be any text, in brackets. */
static bool is_kernel_thread(pid_t tid)
{
	struct status_text stat;
	unsigned int flags = 0;
	char *end;

	if (status_read(&stat, "/proc/%d/stat", tid) < 0)
		return false;
	end = strrchr(stat.text, ')');
	return end && sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %u", &flags) == 1 &&
	       (flags & PF_KTHREAD);
}

/* A task that is just being killed is in a mode without a name; it is as good as dead. */
static bool is_consistent(const struct status_text *status, pid_t tid)
{
	int mode = number_of(status, "Seccomp"), filters = number_of(status, "Seccomp_filters");

	if (is_kernel_thread(tid))
		return mode == 0 && filters == 0 && number_of(status, "NoNewPrivs") <= 0;
	return mode == 2 ? filters > 0 : mode > 2 || filters == 0;
}

/* The lines are not read at one instant: what is wrong must stay so while the task lives. */
static void sweep_task(struct sweep *sweep, pid_t tid)
{
	struct status_text status;
	int mode;

	for (int i = 0; i < 100; i++) {
		if (status_read(&status, "/proc/%d/status", tid) < 0)
			return;
		if (!is_consistent(&status, tid)) {
			sched_yield();
			continue;
		}
		mode = number_of(&status, "Seccomp");
		if (mode >= 0 && mode < 3)
			sweep->seen[mode]++;
		return;
	}
	if (!sweep->wrong++)
		sweep->first = status;
}

static int sweep_tasks(struct sweep *sweep, const char *path, bool threads)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	char below[300];

	if (!folder)
		return -1;
	while ((entry = readdir(folder))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(below, sizeof(below), "%s/%s/task", path, entry->d_name);
		if (threads)
			sweep_task(sweep, atoi(entry->d_name));
		else
			sweep_tasks(sweep, below, true);
	}
	return closedir(folder);
}

static const struct pose sweep_poses[] = {
	{ .name = "strict mode", .strict = true },
	{ .name = "one filter", .nnp = true, .filters = 1 },
	{ .name = "two filters", .nnp = true, .filters = 2 },
};

static int play_sweep(void *data)
{
	struct model models[3];

	for (size_t i = 0; i < COUNT(models); i++)
		if (model_start(&models[i], &sweep_poses[i]))
			return CANNOT_INSTALL;
	if (sweep_tasks(data, "/proc", false))
		return NO_TASK;
	for (size_t i = 0; i < COUNT(models); i++)
		if (model_end(&models[i]))
			return NO_WORD;
	return 0;
}

SC_TEST(all_tasks,
	.doc = "Of all tasks that can be seen those in mode 2 have filters, and no others; the "
	       "kernel's threads are in mode 0 and without no_new_privs",
	NEEDS_LINES, .covers = { F_proc_nnp, F_proc_seccomp, F_proc_filters },
	.behaviours = { 102, 114 }, .requires = NEED_UNFILTERED, .seconds = 20)
{
	static struct sweep sweep;

	ASSERT_LIVED(kit_end(run_ask(play_sweep, &sweep, sizeof(sweep), 15000)), "/proc");
	EXPECT_EQ(0u, sweep.wrong) TH_LOG("tasks; the first is %s", sweep.first.text);
	/* Those of the test itself, at least. */
	EXPECT_LE(1u, sweep.seen[1]);
	EXPECT_LE(2u, sweep.seen[2]);
}

TEST_HARNESS_MAIN
