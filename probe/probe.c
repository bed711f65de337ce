/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/probe.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "probe/ask.h"
#include "run/run.h"

#define BOUND_MS 2000
/* No answer takes a hundredth of it anywhere. */
#define BOUND_CPU_S 2

const struct feature_info features[F_COUNT] = {
#define FEATURE(id, group, since, kconfig, optional, method, doc) \
	[F_##id] = { #id, group, since, kconfig, optional, method, doc },
#include "probe/features.def"
#undef FEATURE
};

static void (*const questions[F_COUNT])(struct answer *answer) = {
#define FEATURE(id, ...) [F_##id] = probe_##id,
#include "probe/features.def"
#undef FEATURE
};

struct question {
	enum feature feature;
	struct answer answer;
};

static int put(void *data)
{
	/* The other bound is stretched where all is slow; an emulator that spins has had its time.
	 */
	const struct rlimit cpu = { BOUND_CPU_S, BOUND_CPU_S };
	struct question *question = data;

	setrlimit(RLIMIT_CPU, &cpu);
	questions[question->feature](&question->answer);
	return 0;
}

struct answer probe_feature(enum feature feature)
{
	struct question question = { .feature = feature };
	char text[80];
	struct run_end end = run_ask(put, &question, sizeof(question), BOUND_MS);

	if (end.how == RUN_EXITED)
		return question.answer;
	ask_is(&question.answer, ASKED_UNKNOWN, end.how == RUN_NOT_STARTED ? end.value : 0,
	       "no answer: %s", run_end_text(&end, text, sizeof(text)));
	question.answer.died = end.how == RUN_SIGNALED;
	return question.answer;
}

void probe_all(struct answer answers[F_COUNT])
{
	memset(&answers[F_NONE], 0, sizeof(answers[F_NONE]));
	for (enum feature feature = F_NONE + 1; feature < F_COUNT; feature++)
		answers[feature] = probe_feature(feature);
}

enum feature feature_by_id(const char *id)
{
	for (enum feature feature = F_NONE + 1; feature < F_COUNT; feature++)
		if (!strcmp(features[feature].id, id))
			return feature;
	return F_NONE;
}
