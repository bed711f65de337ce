/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/session.h"

#include <stdio.h>

#include "fuzz/shrink.h"
#include "run/endings.h"

/*
 * Filters installed a second, on average. Kernels give back a compiled filter's memory later, in a
 * worker; where they came too fast for it, 6.18 was seen to lock up for good (bpf_prog_pack_free).
 */
#define PACE	     100
#define SHRINK_TRIES 800
#define SILENT_TRIES 4	   /* where each may wait for its bound */
#define SHRINK_MS    20000 /* in all (scaled) */
#define CHECKER_EACH 8	   /* one round of so many, where both kinds are wanted */

struct run {
	struct fuzz_session *session;
	struct endings endings; /* asked for between two children */
	int interrupted;
	double start, told;
	double next_install; /* not before that */
	double shrink_left, shrink_until;
};

/* Until it is time for another filter; at once if a signal comes. */
static void keep_pace(struct run *run, unsigned int installed)
{
	double now = run_now();
	int number;

	if (run->next_install < now - 1)
		run->next_install = now - 1;
	run->next_install += installed / (double)PACE;
	number = endings_wait(&run->endings, run->next_install - now);
	if (number)
		run->interrupted = number;
}

static bool still(struct fuzz_difference *difference, void *data)
{
	struct run *run = data;

	if (run->interrupted || run_now() >= run->shrink_until)
		return false;
	keep_pace(run, 1);
	return !run->interrupted && fuzz_still_differs(difference, &run->session->known);
}

/* One that does not show again is told as it was. */
static void tell_difference(struct run *run, struct fuzz_difference *difference)
{
	bool silent = difference->answer.how == FUZZ_SILENT;
	double began = run_now();

	run->shrink_until = began + run->shrink_left;
	fuzz_shrink(difference, still, run, silent ? SILENT_TRIES : SHRINK_TRIES);
	run->shrink_left -= run_now() - began;
	run->session->totals.differences++;
	run->session->found(run->session, difference);
}

static enum fuzz_kind kind_of(const struct fuzz_session *session, uint64_t seed)
{
	if (!session->kinds[FUZZ_CHECKER])
		return FUZZ_PROGRAMS;
	if (!session->kinds[FUZZ_PROGRAMS])
		return FUZZ_CHECKER;
	return seed % CHECKER_EACH ? FUZZ_PROGRAMS : FUZZ_CHECKER;
}

static void add_up(struct fuzz_totals *totals, const struct fuzz_round *round)
{
	totals->rounds++;
	if (round->kind == FUZZ_CHECKER) {
		totals->checks += round->programs;
		totals->taken += round->installed;
		return;
	}
	totals->programs += round->programs;
	totals->questions += round->questions;
	totals->deaths += round->deaths;
	totals->undefined += round->undefined;
}

static void run_round(struct run *run)
{
	static struct fuzz_round round;
	struct fuzz_session *session = run->session;
	uint64_t seed = session->seed + session->totals.rounds;

	round = (struct fuzz_round){ .seed = seed,
				     .kind = kind_of(session, seed),
				     .known = session->known };
	fuzz_round_run(&round);
	if (round.broke[0]) {
		snprintf(session->broke, sizeof(session->broke), "%s", round.broke);
		return;
	}
	add_up(&session->totals, &round);
	keep_pace(run, round.installed);
	if (round.differs)
		tell_difference(run, &round.difference);
}

static bool enough(const struct run *run, const struct fuzz_totals *before)
{
	const struct fuzz_session *session = run->session;
	const struct fuzz_totals *now = &session->totals;
	unsigned long long done = now->programs + now->checks - before->programs - before->checks;

	return run->interrupted || session->broke[0] ||
	       (session->count && done >= session->count) ||
	       (session->seconds && run_now() - run->start >= session->seconds) ||
	       now->differences - before->differences >= FUZZ_ENOUGH;
}

int fuzz_session_run(struct fuzz_session *session)
{
	const struct fuzz_totals before = session->totals;
	struct run run = { .session = session, .start = run_now() };

	run.told = run.start;
	run.shrink_left = run_scaled_ms(SHRINK_MS) / 1e3;
	endings_hold(&run.endings);
	while (!enough(&run, &before)) {
		run_round(&run);
		session->totals.seconds = before.seconds + run_now() - run.start;
		if (session->progress && run_now() - run.told >= 1) {
			run.told = run_now();
			session->progress(session);
		}
	}
	endings_release(&run.endings);
	return session->broke[0] ? -1 : run.interrupted;
}
