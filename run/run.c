/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/endings.h"

/* What the two loops of run_slowness() take on a common machine, in seconds. */
#define COMMON_FORK 150e-6
#define COMMON_CALL 0.2e-6

double run_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static struct timespec to_timespec(double seconds)
{
	long whole = seconds > 0 ? (long)seconds : 0;

	return (struct timespec){
		.tv_sec = whole,
		.tv_nsec = seconds > whole ? (long)((seconds - whole) * 1e9) : 0,
	};
}

static double one_fork(void)
{
	double start = run_now();
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return run_now() - start;
}

static double one_call(void)
{
	double start = run_now();

	for (int i = 0; i < 100; i++)
		syscall(SYS_getppid);
	return (run_now() - start) / 100;
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

#define ROUNDS 5

/* The middle of a few: what the machine does under its present load, whatever one was disturbed by.
 */
static double middle_of(double (*measure)(void))
{
	double seconds[ROUNDS];

	for (int i = 0; i < ROUNDS; i++)
		seconds[i] = measure();
	qsort(seconds, ROUNDS, sizeof(*seconds), by_value);
	return seconds[ROUNDS / 2];
}

static double measure_slowness(void)
{
	const char *given = getenv("SECCOMPAT_SLOWNESS");
	double by_fork, by_call, slowness;

	if (given && atof(given) >= 1)
		return atof(given);
	by_fork = middle_of(one_fork) / COMMON_FORK;
	by_call = middle_of(one_call) / COMMON_CALL;
	slowness = by_fork > by_call ? by_fork : by_call;
	return slowness < 1 ? 1 : slowness;
}

double run_slowness(void)
{
	static double slowness;

	if (!slowness)
		slowness = measure_slowness();
	return slowness;
}

unsigned int run_scaled_ms(unsigned int ms)
{
	return ms * run_slowness();
}

static void set_end(struct run_end *end, int status)
{
	if (WIFSIGNALED(status)) {
		end->how = RUN_SIGNALED;
		end->value = WTERMSIG(status);
		end->core = WCOREDUMP(status);
	} else {
		end->how = RUN_EXITED;
		end->value = WEXITSTATUS(status);
	}
}

double run_deadline_now(double start, unsigned int ms)
{
	double deadline = start + ms / 1e3 * measure_slowness();

	return deadline > run_now() ? deadline : 0;
}

/* A child that is waited for, and which signals end that; SIGCHLD is blocked, so none is lost. */
struct watch {
	pid_t pid;
	sigset_t awaited, before;
};

/* Of those that end this program, which may be told of them first: its child would live on. */
static void watch_begin(struct watch *watch)
{
	sigemptyset(&watch->awaited);
	sigaddset(&watch->awaited, SIGCHLD);
	sigprocmask(SIG_BLOCK, NULL, &watch->before);
	endings_add_fatal(&watch->awaited, &watch->before);
	sigprocmask(SIG_BLOCK, &watch->awaited, NULL);
}

static void watch_end(const struct watch *watch)
{
	sigprocmask(SIG_SETMASK, &watch->before, NULL);
}

static void die_with_child(const struct watch *watch, int number)
{
	kill(-watch->pid, SIGKILL);
	watch_end(watch);
	raise(number);
	/* The first process of a pid namespace lives on, unless it means to end. */
	_exit(128 + number);
}

static bool ended_in_time(const struct watch *watch, double deadline, struct run_end *end)
{
	int status, number;

	for (;;) {
		double left = deadline - run_now();
		struct timespec bound = to_timespec(left);
		pid_t got = waitpid(watch->pid, &status, WNOHANG);

		if (got == watch->pid)
			set_end(end, status);
		if (got)
			return true;
		if (left <= 0)
			return false;
		number = sigtimedwait(&watch->awaited, NULL, &bound);
		if (number > 0 && number != SIGCHLD)
			die_with_child(watch, number);
	}
}

static bool ended_in_bound(const struct watch *watch, double start, unsigned int ms,
			   struct run_end *end)
{
	double deadline = start + run_scaled_ms(ms) / 1e3;
	bool ended;

	do
		ended = ended_in_time(watch, deadline, end);
	while (!ended && (deadline = run_deadline_now(start, ms)));
	return ended;
}

void run_set_stuck(struct run_end *end, pid_t pid)
{
	char path[40];
	FILE *wchan;

	*end = (struct run_end){ .how = RUN_STUCK };
	snprintf(path, sizeof(path), "/proc/%d/wchan", pid);
	wchan = fopen(path, "re");
	if (!wchan)
		return;
	/* "0" is what is hidden, or waits nowhere. */
	if (fscanf(wchan, "%47s", end->where) != 1 || !strcmp(end->where, "0"))
		end->where[0] = '\0';
	fclose(wchan);
}

/* The child that is stuck, and how. */
static pid_t stuck_pid;
static struct run_end stuck_end;

/* In a child of the one whose child it is, too. */
static bool is_still_stuck(void)
{
	pid_t got;

	if (!stuck_pid)
		return false;
	got = waitpid(stuck_pid, NULL, WNOHANG);
	if (got == stuck_pid || (got < 0 && kill(stuck_pid, 0)))
		stuck_pid = 0;
	return stuck_pid;
}

static void wait_or_kill(const struct watch *watch, double start, unsigned int timeout_ms,
			 struct run_end *end)
{
	struct run_end killed;

	if (!ended_in_bound(watch, start, timeout_ms, end)) {
		*end = (struct run_end){ .how = RUN_TIMED_OUT };
		kill(-watch->pid, SIGKILL);
		if (!ended_in_bound(watch, run_now(), RUN_KILLED_MS, &killed)) {
			run_set_stuck(end, watch->pid);
			stuck_pid = watch->pid;
			stuck_end = *end;
		}
	}
	/* What the child left behind goes with it. */
	kill(-watch->pid, SIGKILL);
}

struct run_end run_child(int (*fn)(void *data), void *data, unsigned int timeout_ms)
{
	struct run_end end = { .how = RUN_NOT_STARTED };
	struct watch watch;
	double start;

	if (is_still_stuck())
		return stuck_end;
	fflush(NULL);
	run_slowness(); /* not as a part of the child's time */
	watch_begin(&watch);
	start = run_now();
	watch.pid = fork();
	if (watch.pid == 0) {
		setpgid(0, 0);
		watch_end(&watch);
		_exit(fn(data) & 0xff);
	}
	if (watch.pid > 0) {
		setpgid(watch.pid, watch.pid);
		wait_or_kill(&watch, start, timeout_ms, &end);
	} else {
		end.value = errno;
	}
	watch_end(&watch);
	end.seconds = run_now() - start;
	return end;
}

struct run_end run_ask(int (*fn)(void *data), void *data, size_t size, unsigned int timeout_ms)
{
	struct run_end end = { .how = RUN_NOT_STARTED };
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED) {
		end.value = errno;
		return end;
	}
	memcpy(shared, data, size);
	end = run_child(fn, shared, timeout_ms);
	memcpy(data, shared, size);
	munmap(shared, size);
	return end;
}

const char *run_end_text(const struct run_end *end, char *buf, size_t size)
{
	switch (end->how) {
	case RUN_EXITED:
		snprintf(buf, size, "exited with %d", end->value);
		break;
	case RUN_SIGNALED:
		snprintf(buf, size, "killed by SIG%s", sigabbrev_np(end->value) ?: "?");
		break;
	case RUN_TIMED_OUT:
		snprintf(buf, size, "did not end within %.1f s", end->seconds);
		break;
	case RUN_NOT_STARTED:
		snprintf(buf, size, "could not be started: %s", strerror(end->value));
		break;
	case RUN_STUCK:
		snprintf(buf, size, "cannot be killed, it hangs in %s",
			 end->where[0] ? end->where : "the kernel");
		break;
	}
	return buf;
}
