/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A filter for all threads while one of them executes a script (behaviour 69). That one is held in
 * its execve(2) by a lease of somebody else's on the interpreter, which must be given up first: it
 * is opened when the old credentials are guarded already, as newer kernels do not open the script.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "selftests/glue/kit-letters.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit-threads.h"

/* How a process with two such threads ends. */
struct scene {
	bool kill; /* while both wait; or let the program be executed */
	bool waited;
	int status;
};

/* Shared with the process. */
struct meeting {
	volatile bool go, back;
	volatile pid_t tid;
};

static struct meeting *meeting;

static long sync_when_told(void *data)
{
	struct kit_filter filter;
	long result;

	(void)data;
	while (!meeting->go)
		sched_yield();
	result = kit_install_flags(SECCOMP_FILTER_FLAG_TSYNC, letter_filter(&filter, A));
	meeting->back = true;
	return result;
}

static void __attribute__((noreturn)) be_process(const char *script)
{
	int null = open("/dev/null", O_WRONLY);
	struct worker worker;

	if (dup2(null, STDOUT_FILENO) >= 0 && !worker_start(&worker)) {
		meeting->tid = worker.tid;
		worker_begin(&worker, sync_when_told, NULL);
		execl(script, script, NULL);
	}
	_exit(99);
}

/* One is in execve, then the other asks for TSYNC, and waits for it. */
static bool meet(int lease)
{
	while (fcntl(lease, F_GETLEASE) == F_WRLCK)
		sched_yield();
	meeting->go = true;
	while (kit_task_state(meeting->tid) != 'D' && !meeting->back)
		sched_yield();
	return !meeting->back;
}

/* A script whose interpreter is this program, which only tells its version. */
static bool write_script(const char *script, const char *interpreter)
{
	int fd = open(script, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	bool written;

	if (fd < 0)
		return false;
	/* Whatever the umask is. */
	written = !fchmod(fd, 0700) && dprintf(fd, "#!%s --version\n", interpreter) > 0;
	close(fd);
	return written;
}

static int runs_the_scene(void *data)
{
	struct scene *scene = data;
	const char *path = kit_private_copy(0755);
	int lease = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	char script[256];
	pid_t pid;

	meeting = mmap(NULL, sizeof(*meeting), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	snprintf(script, sizeof(script), "%s.sh", path ?: "");
	signal(SIGIO, SIG_IGN); /* says that the lease is to be given up */
	if (meeting == MAP_FAILED || lease < 0 || !write_script(script, path) ||
	    fcntl(lease, F_SETLEASE, F_WRLCK))
		return 1;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_process(script);
	}
	if (pid < 0)
		return 1;
	scene->waited = meet(lease);
	if (scene->kill)
		kill(pid, SIGKILL);
	else
		fcntl(lease, F_SETLEASE, F_UNLCK);
	return waitpid(pid, &scene->status, 0) == pid ? 0 : 1;
}

#define RUN_SCENE(scene)                                                                    \
	do {                                                                                \
		const int end_ = kit_end(kit_ask(runs_the_scene, &(scene), sizeof(scene))); \
                                                                                            \
		BROKE_UNLESS(end_ == kit_exited(0), "no lease, or no process");             \
		EXPECT_TRUE((scene).waited) TH_LOG("TSYNC did not wait for execve");        \
	} while (0)

SC_TEST(tsync_waits_for_exec,
	.doc = "TSYNC waits while another thread is in execve(2), which then goes on alone",
	.needs = { F_flag_tsync }, .covers = { F_flag_tsync }, .behaviours = { 69 },
	.requires = NEED_ROOT | NEED_OWN_MOUNT)
{
	struct scene scene = { .kill = false };

	RUN_SCENE(scene);
	EXPECT_TRUE(WIFEXITED(scene.status) && WEXITSTATUS(scene.status) == 0);
}

SC_TEST(tsync_dies_waiting, .doc = "and can be killed while it waits", .needs = { F_flag_tsync },
	.covers = { F_flag_tsync }, .behaviours = { 69 }, .requires = NEED_ROOT | NEED_OWN_MOUNT)
{
	struct scene scene = { .kill = true };

	RUN_SCENE(scene);
	EXPECT_TRUE(WIFSIGNALED(scene.status) && WTERMSIG(scene.status) == SIGKILL);
}

TEST_HARNESS_MAIN
