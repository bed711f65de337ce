/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/start.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filters/random.h"
#include "run/run.h"
#include "run/sweep.h"

#define REPLY_MS     5000 /* a batch, or getting ready */
#define END_MS	     5000
#define LINE_EVERY   20 /* rounds: a line of output, so that a start that hangs is seen */
#define FIRST_ROUNDS 3	/* are not kept: caches and clocks are cold */

/* What the one who tells the children what to do holds of one. */
struct reins {
	size_t config;
	int request[2], reply[2]; /* pipes; -1 what is closed */
	unsigned int batches;
	bool running;
};

struct runner {
	struct start *start;
	struct reins reins[BENCH_CONFIGS];
	size_t count;
	int alive[2]; /* a pipe that all children hold the end of */
	uint64_t random;
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* --- children -------------------------------------------------------------------------------- */

static const struct bench_config *config_of(const struct runner *runner, size_t i)
{
	return &runner->start->plan->configs[runner->reins[i].config];
}

/* Whether the next one's child is forked from this one's. */
static bool is_followed(const struct runner *runner, size_t i)
{
	return i + 1 < runner->count &&
	       config_of(runner, i)->load == config_of(runner, i + 1)->load &&
	       bench_loads[config_of(runner, i)->load].flags & LOAD_CHAIN;
}

static size_t last_follower(const struct runner *runner, size_t i)
{
	while (is_followed(runner, i))
		i++;
	return i;
}

struct follower {
	struct runner *runner;
	size_t index;
};

static void follow(void *data, const struct bench_child *below);

/* In the child. It keeps its own ends, and those of who may follow: the end of another one is seen
 * by all of its ends being closed. */
__attribute__((noreturn)) static void become(struct runner *runner, size_t i,
					     unsigned int installed)
{
	struct start *start = runner->start;
	struct reins *own = &runner->reins[i];
	struct bench_child child = {
		.request = own->request[0],
		.reply = own->reply[1],
		.config = config_of(runner, i),
		.schedule = &start->plan->schedule,
		.insn_ns = start->plan->insn_ns,
		.cpu = start->cpu,
		.other = start->other,
		.installed = installed,
		.slot = &start->slots[own->config],
	};
	struct follower follower = { .runner = runner, .index = i + 1 };

	close_end(&runner->alive[0]);
	for (size_t j = 0; j < runner->count; j++) {
		close_end(&runner->reins[j].request[1]);
		close_end(&runner->reins[j].reply[0]);
		if (j < i || j > last_follower(runner, i)) {
			close_end(&runner->reins[j].request[0]);
			close_end(&runner->reins[j].reply[1]);
		}
	}
	child_main(&child, is_followed(runner, i) ? follow : NULL, &follower);
}

static void follow(void *data, const struct bench_child *below)
{
	struct follower *follower = data;
	pid_t pid = fork();

	if (pid == 0)
		become(follower->runner, follower->index, below->installed);
	for (size_t j = follower->index; j < follower->runner->count; j++) {
		close_end(&follower->runner->reins[j].request[0]);
		close_end(&follower->runner->reins[j].reply[1]);
	}
}

/* A byte of a child, within the bound. False: it is dead, or as good as that. */
static bool await_reply(const struct reins *reins)
{
	struct pollfd fd = { .fd = reins->reply[0], .events = POLLIN };
	double start = run_now(), bound = start + run_scaled_ms(REPLY_MS) / 1e3;
	char byte;

	do
		while (poll(&fd, 1, 100) == 0 && run_now() < bound)
			;
	while (!fd.revents && (bound = run_deadline_now(start, REPLY_MS)));
	return fd.revents & POLLIN && read(fd.fd, &byte, 1) == 1;
}

static void give_up(struct runner *runner, struct reins *reins, const char *why)
{
	struct bench_slot *slot = &runner->start->slots[reins->config];

	reins->running = false;
	slot->ready = false;
	if (slot->pid > 0)
		kill(slot->pid, SIGKILL);
	if (!slot->why[0])
		snprintf(slot->why, sizeof(slot->why), "%s", why);
}

/* With those that follow it. */
static size_t start_child(struct runner *runner, size_t i)
{
	const struct bench_slot *slots = runner->start->slots;
	size_t last = last_follower(runner, i);
	pid_t pid = fork();

	if (pid == 0)
		become(runner, i, 0);
	for (size_t j = i; j <= last; j++) {
		struct reins *reins = &runner->reins[j];

		close_end(&reins->request[0]);
		close_end(&reins->reply[1]);
		if (pid < 0)
			give_up(runner, reins, "no process can be had");
		else if (j > i && !runner->reins[j - 1].running)
			give_up(runner, reins, slots[runner->reins[j - 1].config].why);
		else if (!await_reply(reins))
			give_up(runner, reins, "its child ended");
		else
			reins->running = slots[reins->config].ready;
	}
	return last;
}

static int open_pipes(struct runner *runner)
{
	for (size_t i = 0; i < runner->count; i++)
		if (pipe2(runner->reins[i].request, O_CLOEXEC) ||
		    pipe2(runner->reins[i].reply, O_CLOEXEC))
			return -1;
	return pipe2(runner->alive, O_CLOEXEC);
}

/* --- rounds ---------------------------------------------------------------------------------- */

/* One batch of one child. Where it can, an end of it is the end of that row only. */
static double ask_batch(struct runner *runner, struct reins *reins)
{
	struct bench_slot *slot = &runner->start->slots[reins->config];

	reins->batches++;
	if (write(reins->request[1], "", 1) == 1 && await_reply(reins))
		return slot->ns;
	give_up(runner, reins, "its child ended in the middle");
	return NAN;
}

static bool takes_part(struct runner *runner, size_t i)
{
	const struct bench_config *config = config_of(runner, i);
	const struct reins *reins = &runner->reins[i];

	if (!reins->running || (config->most && reins->batches >= config->most))
		return false;
	return runner->start->plan->insn_ns > 0 ||
	       random_below(&runner->random, config->every) == 0;
}

/* Those that take part, in an order that is another one each time. */
static size_t choose(struct runner *runner, size_t order[])
{
	size_t count = 0;

	for (size_t i = 0; i < runner->count; i++)
		if (takes_part(runner, i))
			order[count++] = i;
	for (size_t i = count; i > 1; i--) {
		size_t other = random_below(&runner->random, i), kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
	return count;
}

static void make_round(struct runner *runner, bool kept)
{
	struct start *start = runner->start;
	size_t order[BENCH_CONFIGS], count = choose(runner, order);

	for (size_t i = 0; kept && i < BENCH_CONFIGS; i++)
		start->samples[i][start->rounds] = NAN;
	for (size_t i = 0; i < count; i++) {
		struct reins *reins = &runner->reins[order[i]];
		double ns = ask_batch(runner, reins);

		if (kept)
			start->samples[reins->config][start->rounds] = ns;
	}
	start->rounds += kept;
}

static void make_rounds(struct runner *runner)
{
	struct start *start = runner->start;
	double end = run_now() + start->seconds;
	unsigned int least = start->plan->insn_ns > 0 ? START_COUNTS : START_ROUNDS;

	for (unsigned int i = 0; i < FIRST_ROUNDS; i++)
		make_round(runner, false);
	while (start->rounds < START_MOST_ROUNDS && (start->rounds < least || run_now() < end)) {
		make_round(runner, true);
		if (start->rounds % LINE_EVERY)
			continue;
		puts("goes on");
		fflush(stdout);
	}
}

/* --- all of it ------------------------------------------------------------------------------- */

/* They end when nothing can be asked of them any more. Whoever does not is killed with us. */
static void end_children(struct runner *runner)
{
	struct pollfd fd = { .fd = runner->alive[0], .events = POLLIN };

	for (size_t i = 0; i < runner->count; i++) {
		close_end(&runner->reins[i].request[1]);
		close_end(&runner->reins[i].reply[0]);
	}
	close_end(&runner->alive[1]);
	if (poll(&fd, 1, (int)run_scaled_ms(END_MS)) <= 0)
		kill(0, SIGKILL);
	while (waitpid(-1, NULL, __WALL) > 0)
		;
}

static int fail(struct start *start, const char *why)
{
	snprintf(start->why, sizeof(start->why), "%s: %s", why, strerror(errno));
	return 1;
}

int start_main(void *data)
{
	struct start *start = data;
	static struct runner children;
	struct runner *runner = &children;

	/* Whoever cannot adopt leaves the dead to init. */
	sweep_adopt();
	if (child_pin(start->cpu))
		return fail(start, "it cannot be pinned to its CPU");
	runner->start = start;
	runner->random = random_seed(start->seed);
	for (size_t i = 0; i < start->plan->count; i++)
		if (start->plan->configs[i].set == start->set)
			runner->reins[runner->count++].config = i;
	if (open_pipes(runner))
		return fail(start, "no pipes for its children");
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < runner->count; i++)
		i = start_child(runner, i);
	make_rounds(runner);
	end_children(runner);
	return 0;
}

unsigned int start_filters(const struct start *start)
{
	unsigned int filters = 0;

	for (size_t i = 0; i < BENCH_CONFIGS; i++)
		filters += start->slots[i].filters;
	return filters;
}
