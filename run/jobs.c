/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/endings.h"

#define LINE_MAX_BYTES 4096

struct running {
	struct job *job;
	pid_t pid;
	int output; /* -1 once it has ended */
	double started, last_line, killed;
	struct run_end end;
	size_t used;
	char buffer[LINE_MAX_BYTES];
};

struct pool {
	struct running *slots;
	unsigned int slot_count;
	int signals; /* a signalfd of SIGCHLD and what interrupts */
	sigset_t before;
	int interrupted;
};

static void child_main(struct job *job, int output, int input, const sigset_t *signals)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	sigprocmask(SIG_SETMASK, signals, NULL);
	exit(job->main(job->data));
}

/* An input at its end without /dev/null, which a bare target may lack: a pipe nobody writes to. */
static int empty_input(void)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -1;
	close(fds[1]);
	return fds[0];
}

static int start(struct running *slot, struct job *job, const struct pool *pool)
{
	int fds[2], input = empty_input();

	if (input < 0 || pipe2(fds, O_CLOEXEC))
		return -1;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	fflush(NULL);
	*slot = (struct running){ .job = job, .output = fds[0] };
	slot->started = slot->last_line = run_now();
	slot->pid = fork();
	if (slot->pid == 0)
		child_main(job, fds[1], input, &pool->before);
	close(fds[1]);
	close(input);
	if (slot->pid < 0)
		close(fds[0]);
	return slot->pid < 0 ? -1 : 0;
}

static void give_line(struct running *slot)
{
	slot->buffer[slot->used] = '\0';
	slot->used = 0;
	slot->last_line = run_now();
	slot->job->line(slot->job->data, slot->buffer);
}

static void read_output(struct running *slot)
{
	char chunk[4096];
	ssize_t got = -1;

	if (slot->output < 0)
		return;
	while ((got = read(slot->output, chunk, sizeof(chunk))) > 0)
		for (ssize_t i = 0; i < got; i++) {
			if (chunk[i] == '\n')
				give_line(slot);
			else if (slot->used < LINE_MAX_BYTES - 1)
				slot->buffer[slot->used++] = chunk[i];
		}
	if (got == 0) {
		close(slot->output);
		slot->output = -1;
	}
}

static void finish(struct running *slot)
{
	read_output(slot);
	if (slot->used)
		give_line(slot);
	if (slot->output >= 0)
		close(slot->output);
	slot->end.seconds = run_now() - slot->started;
	slot->job->ended(slot->job->data, &slot->end);
	slot->job = NULL;
}

static void set_end(struct run_end *end, int status)
{
	if (end->how == RUN_TIMED_OUT)
		return;
	end->how = WIFSIGNALED(status) ? RUN_SIGNALED : RUN_EXITED;
	end->value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

/* Ours have ended; orphans that fell to us are reaped on the way. */
static void reap(struct pool *pool)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (unsigned int i = 0; i < pool->slot_count; i++)
			if (pool->slots[i].job && pool->slots[i].pid == pid) {
				set_end(&pool->slots[i].end, status);
				finish(&pool->slots[i]);
			}
}

static void read_signals(struct pool *pool)
{
	struct signalfd_siginfo info;

	while (read(pool->signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			pool->interrupted = info.ssi_signo;
}

static void kill_slot(struct running *slot)
{
	slot->end = (struct run_end){ .how = RUN_TIMED_OUT };
	slot->killed = run_now();
	kill(-slot->pid, SIGKILL);
	kill(slot->pid, SIGKILL);
}

static bool is_late(double since, unsigned int ms)
{
	return run_now() - since > run_scaled_ms(ms) / 1e3;
}

static void enforce_bounds(struct pool *pool)
{
	for (unsigned int i = 0; i < pool->slot_count; i++) {
		struct running *slot = &pool->slots[i];

		if (!slot->job)
			continue;
		if (slot->end.how != RUN_TIMED_OUT) {
			if (is_late(slot->last_line, slot->job->silence_ms))
				kill_slot(slot);
		} else if (is_late(slot->killed, RUN_KILLED_MS) &&
			   !run_deadline_now(slot->killed, RUN_KILLED_MS)) {
			run_set_stuck(&slot->end, slot->pid);
			finish(slot);
		}
	}
}

static unsigned int running_count(const struct pool *pool)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < pool->slot_count; i++)
		count += pool->slots[i].job != NULL;
	return count;
}

/* Sleeps until there is output, an end, a signal, or a second has gone (for the bounds). */
static void wait_for_events(struct pool *pool)
{
	struct pollfd fds[pool->slot_count + 1];
	nfds_t count = 0;

	fds[count++] = (struct pollfd){ .fd = pool->signals, .events = POLLIN };
	for (unsigned int i = 0; i < pool->slot_count; i++)
		if (pool->slots[i].job)
			fds[count++] =
				(struct pollfd){ .fd = pool->slots[i].output, .events = POLLIN };
	poll(fds, count, 1000);
	for (unsigned int i = 0; i < pool->slot_count; i++)
		if (pool->slots[i].job)
			read_output(&pool->slots[i]);
	read_signals(pool);
	reap(pool);
	enforce_bounds(pool);
}

static struct running *free_slot(struct pool *pool)
{
	for (unsigned int i = 0; i < pool->slot_count; i++)
		if (!pool->slots[i].job)
			return &pool->slots[i];
	return NULL;
}

static void start_or_end(struct pool *pool, struct job *job)
{
	struct running *slot = free_slot(pool);
	struct run_end end = { .how = RUN_NOT_STARTED };

	if (!start(slot, job, pool))
		return;
	end.value = errno;
	slot->job = NULL;
	job->ended(job->data, &end);
}

static void interrupt_all(struct pool *pool)
{
	for (unsigned int i = 0; i < pool->slot_count; i++)
		if (pool->slots[i].job)
			kill_slot(&pool->slots[i]);
	while (running_count(pool))
		wait_for_events(pool);
}

static int open_signals(struct pool *pool)
{
	sigset_t wanted;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	endings_add(&wanted);
	sigprocmask(SIG_BLOCK, &wanted, &pool->before);
	return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

int jobs_run(struct job *jobs, size_t count, unsigned int at_once)
{
	struct pool pool = { .slot_count = at_once ? at_once : 1 };
	size_t next = 0;

	pool.slots = calloc(pool.slot_count, sizeof(*pool.slots));
	pool.signals = open_signals(&pool);
	if (!pool.slots || pool.signals < 0) {
		perror("seccompat: cannot run the tests");
		abort();
	}
	while (!pool.interrupted && (next < count || running_count(&pool))) {
		while (next < count && free_slot(&pool))
			start_or_end(&pool, &jobs[next++]);
		wait_for_events(&pool);
	}
	if (pool.interrupted)
		interrupt_all(&pool);
	close(pool.signals);
	free(pool.slots);
	sigprocmask(SIG_SETMASK, &pool.before, NULL);
	return pool.interrupted;
}
