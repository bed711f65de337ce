/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether what tests need is to be had here: tried when the first test asks, and remembered. */
#ifndef SECCOMPAT_SELFTESTS_NEEDS_H
#define SECCOMPAT_SELFTESTS_NEEDS_H

#include "selftests/glue/plan.h"

/* The first of what is required (enum need, or-ed) that is missing; NEED_COUNT if all is there. */
enum need_row needs_missing(struct plan_facts *facts, unsigned int requires);

/* Why a test is skipped for want of it, in two parts. */
const char *need_reason(enum need_row need);
const char *need_detail(const struct plan_facts *facts, enum need_row need);

/* Whether PLAN_PROCESSES can be had at once: several things limit them. */
bool needs_have_processes(void);

/* Whether that many tasks, of whatever kind, can. */
bool needs_have_tasks(unsigned int count);

#endif
