/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A filter that answers like a kernel with other features: it refuses what that kernel would
 * refuse, as that kernel does, and allows all else. It can take features away, and add none.
 */
#ifndef SECCOMPAT_PROBE_IMITATE_H
#define SECCOMPAT_PROBE_IMITATE_H

#include "filters/builder.h"
#include "probe/probe.h"

/* Why a filter cannot take a feature away. */
enum hidden_by {
	BY_POINTER,	/* the call names it in memory */
	BY_PATH,	/* it is a file */
	BY_RETURN,	/* it shows in what becomes of a filter's result */
	BY_EFFECT,	/* it shows in what the kernel does, not in a call */
	BY_ENTRY,	/* it is another way into the kernel, which is no call of seccomp's */
	BY_FILTER_MODE, /* the filter itself makes it impossible */
	HIDDEN_BY_COUNT
};

/* The same for people: "the call names it behind a pointer". */
extern const char *const hidden_by_text[HIDDEN_BY_COUNT];

enum imitation {
	IMITATION_NONE,	   /* nobody has thought of it: no row of imitations.def */
	IMITATION_REFUSED, /* by refusing calls */
	IMITATION_FOLLOWS, /* by those of another feature */
	IMITATION_HIDDEN,  /* not at all */
};

/* How the feature is taken away. */
enum imitation imitation_of(enum feature feature);

/* Of what follows another feature: that one. */
enum feature imitation_followed(enum feature feature);

/* Of what is hidden: by what. */
enum hidden_by imitation_hidden_by(enum feature feature);

/*
 * The filter of a kernel that has[] these features, into a fresh builder of any architecture: it is
 * for all the architectures whose programs run on the same kernels. Features that are hidden, or
 * follow others, are passed over; upper bounds are refused unless has[] says otherwise.
 */
void imitate(struct builder *b, const bool has[F_COUNT]);

#endif
