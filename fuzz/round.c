/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/round.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "filters/check.h"
#include "fuzz/checker.h"
#include "fuzz/envelope.h"

#define QUESTIONS 4  /* a part */
#define DEADLY	  16 /* one in so many rounds asks for a death, which the kernel logs */

/* In the shared memory only: a child that cannot end normally has told all the same. */
static void differ(struct fuzz_round *round, const struct program *program,
		   const struct fuzz_question *question, uint32_t simulated)
{
	round->difference = (struct fuzz_difference){
		.kind = FUZZ_PROGRAMS,
		.seed = round->seed,
		.program = *program,
		.keep = FUZZ_HEAD,
		.question = *question,
		.simulated = simulated,
	};
}

static void compare(struct fuzz_round *round, const struct fuzz_envelope *envelope,
		    const struct fuzz_question *question, uint32_t simulated)
{
	struct fuzz_answer right;
	long got;

	/* Also what is asked while the kernel does something else than answer. */
	round->difference.question = *question;
	round->difference.simulated = simulated;
	round->at_question = true;
	got = fuzz_call(question->route, &question->data);
	round->at_question = false;
	round->questions++;
	if (fuzz_expected(simulated, &right) && right.how == FUZZ_RETURNED && right.value == got)
		return;
	differ(round, &envelope->program, question, simulated);
	round->difference.answer = (struct fuzz_answer){ .how = FUZZ_RETURNED, .value = got };
	round->differs = true;
}

/* False once there is a difference. */
static bool ask_part(struct fuzz_round *round, const struct fuzz_envelope *envelope,
		     unsigned int part, struct fuzz_question *question, uint64_t *state,
		     struct fuzz_question *deadly)
{
	uint32_t noise = random_next(state);

	for (unsigned int byte = 0; byte < 4 && !round->differs; byte++) {
		uint32_t value;
		bool wide;

		fuzz_envelope_select(envelope, &question->data, part, byte, noise);
		value = fuzz_simulate(&envelope->program, &question->data, &wide);
		if (wide && !round->known.wide_shifts) {
			round->undefined++;
			return true;
		}
		if (value == SECCOMP_RET_KILL_THREAD) {
			round->must_die = true;
			*deadly = *question;
			return true;
		}
		compare(round, envelope, question, value);
	}
	return !round->differs;
}

static void ask_all(struct fuzz_round *round, const struct fuzz_envelope *envelope, uint64_t *state)
{
	struct fuzz_question deadly = { 0 };

	for (unsigned int part = 0; part < envelope->parts; part++) {
		round->programs++;
		for (unsigned int i = 0; i < QUESTIONS; i++) {
			struct fuzz_question question =
				fuzz_envelope_question(envelope, part, &round->known, state);

			if (!ask_part(round, envelope, part, &question, state, &deadly))
				return;
		}
	}
	round->must_die = round->must_die && !random_below(state, DEADLY);
	if (round->must_die)
		compare(round, envelope, &deadly, SECCOMP_RET_KILL_THREAD);
}

static int ask_programs(void *shared)
{
	static struct fuzz_envelope envelope;
	struct fuzz_round *round = shared;
	uint64_t state = random_seed(round->seed);

	fuzz_envelope_make(&envelope, &state);
	round->difference.program = envelope.program;
	if (check_filter(envelope.program.code, envelope.program.len).reason) {
		snprintf(round->broke, sizeof(round->broke), "seed %llu makes an invalid program",
			 (unsigned long long)round->seed);
		return 0;
	}
	round->refused = fuzz_confine() ?: fuzz_install(&envelope.program);
	if (round->refused)
		return 0;
	round->installed++;
	ask_all(round, &envelope, &state);
	return fuzz_end();
}

/* The errno says whether it was the program, or the machine. */
static void judge_refusal(struct fuzz_round *round)
{
	if (round->refused != EINVAL) {
		snprintf(round->broke, sizeof(round->broke), "no filter could be installed: %s",
			 strerror((int)round->refused));
		return;
	}
	round->difference.kind = FUZZ_PROGRAMS;
	round->difference.seed = round->seed;
	round->difference.keep = FUZZ_HEAD;
	round->difference.refused = EINVAL;
	round->differs = true;
}

/* An end that nobody foresaw is the kernel's answer to the question that was open. */
static void judge_end(struct fuzz_round *round)
{
	struct fuzz_difference *difference = &round->difference;
	char text[96];
	struct fuzz_answer right = { .how = FUZZ_SILENT };

	if (round->end.how == RUN_EXITED && !round->end.value)
		return;
	if (!round->at_question || round->end.how == RUN_NOT_STARTED) {
		snprintf(round->broke, sizeof(round->broke), "seed %llu: the child %s",
			 (unsigned long long)round->seed,
			 run_end_text(&round->end, text, sizeof(text)));
		return;
	}
	difference->kind = FUZZ_PROGRAMS;
	difference->seed = round->seed;
	difference->keep = FUZZ_HEAD;
	difference->answer.how = round->end.how == RUN_SIGNALED ? FUZZ_DIED : FUZZ_SILENT;
	difference->answer.value = round->end.value;
	fuzz_expected(difference->simulated, &right);
	if (right.how == difference->answer.how && right.value == difference->answer.value)
		round->deaths++;
	else
		round->differs = true;
}

void fuzz_round_run(struct fuzz_round *round)
{
	bool programs = round->kind == FUZZ_PROGRAMS;

	round->end = run_ask(programs ? ask_programs : fuzz_checker_child, round, sizeof(*round),
			     FUZZ_CHILD_MS);
	if (round->broke[0] || round->differs)
		return;
	if (programs && round->refused)
		judge_refusal(round);
	else
		judge_end(round);
}

static bool program_differs(struct fuzz_difference *difference, const struct fuzz_known *known)
{
	struct fuzz_answer right, answer;
	uint32_t value;
	bool wide;
	int refused;

	value = fuzz_simulate(&difference->program, &difference->question.data, &wide);
	if ((wide && !known->wide_shifts) || !fuzz_expected(value, &right))
		return false;
	if (!fuzz_ask_once(&difference->program, &difference->question, &answer, &refused))
		return false;
	if (difference->refused)
		return refused == difference->refused;
	if (refused || (answer.how == right.how && answer.value == right.value))
		return false;
	difference->simulated = value;
	difference->answer = answer;
	return true;
}

bool fuzz_still_differs(struct fuzz_difference *difference, const struct fuzz_known *known)
{
	bool valid = !check_filter(difference->program.code, difference->program.len).reason;

	if (difference->kind == FUZZ_CHECKER)
		return fuzz_checker_asks(&difference->program, &difference->refused) &&
		       !difference->refused != valid;
	return valid && program_differs(difference, known);
}
