/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs a plan: families in children, in parallel; their TAP becomes the outcome of each case. */
#ifndef SECCOMPAT_SELFTESTS_ENGINE_H
#define SECCOMPAT_SELFTESTS_ENGINE_H

#include "run/jobs.h"
#include "selftests/glue/plan.h"

struct engine {
	struct plan *plan;
	unsigned int at_once;
	const struct job
		*twin; /* the compat twin's run, one more job beside the families; or NULL */
	/* All cases of a family have an outcome; called in the order of the plan. */
	void (*family_done)(void *data, const struct test_case *cases, size_t count);
	void *data;
	size_t reported; /* cases that family_done was called for */
};

/*
 * Gives every pending case an outcome: PASSED, FAILED, or BROKE. Returns 0, or the signal that
 * interrupted it; then pending cases stay pending.
 */
int engine_run(struct engine *engine);

#endif
