/* SPDX-License-Identifier: BSD-3-Clause */
/* One probing of this kernel: what every rendering of `seccompat probe` reads. */
#ifndef SECCOMPAT_REPORT_PROBING_H
#define SECCOMPAT_REPORT_PROBING_H

#include <sys/utsname.h>

#include "probe/probe.h"
#include "verdict/verdict.h"

struct finding {
	enum feature feature;
	struct answer answer; /* trusted; see environment_trust() */
	struct verdict verdict;
};

struct probing {
	struct utsname name;
	struct environment env;
	bool assume_unfiltered;		  /* refusals are taken for the kernel's own */
	struct finding findings[F_COUNT]; /* of the features that were wanted, in our order */
	size_t count;
};

/*
 * Asks this kernel for the features that are wanted. To assume_unfiltered is to believe a refusal
 * even below an outer filter, as seccompat as has it.
 */
void probing_ask(struct probing *probing, const bool wanted[F_COUNT], bool assume_unfiltered);

/* Whether one may rely on it: what is broken is as good as absent. */
enum asked finding_presence(const struct finding *finding);

/* An exit status: 0 all are present, 1 one is absent, 4 none is, but one is unknown. */
int probing_status(const struct probing *probing);

#endif
