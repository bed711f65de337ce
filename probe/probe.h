/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Asks the kernel what seccomp features it has. Returns data, never prints. Every question is put
 * in a child of its own (run/), so the caller's mode, NNP, filters and fds stay as they are, and a
 * filter that kills the question kills only the child.
 */
#ifndef SECCOMPAT_PROBE_PROBE_H
#define SECCOMPAT_PROBE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "probe/environment.h"
#include "probe/kconfig.h"

enum asked { ASKED_UNKNOWN, ASKED_PRESENT, ASKED_ABSENT };

/* F_flag_tsync and so on, a row of features.def each. F_NONE ends a list. */
enum feature {
	F_NONE,
#define FEATURE(id, ...) F_##id,
#include "probe/features.def"
#undef FEATURE
	F_COUNT
};

/* A row of features.def. */
struct feature_info {
	const char *id;	     /* "flag_tsync": the catalogue's, and the JSON's */
	const char *group;   /* "flags" */
	const char *since;   /* the first mainline version: "3.17"; "a..b": b is the last; or "" */
	const char *kconfig; /* the options it needs: "SECCOMP_FILTER SYSCTL", or "" */
	bool optional;	     /* distributions do switch that option off: absence is no failure */
	const char *method;  /* how it is asked: "seccomp(SET_MODE_FILTER, TSYNC, NULL)" */
	const char *doc;     /* one line of documentation */
};

/* Indexed by enum feature; [F_NONE] is empty. */
extern const struct feature_info features[F_COUNT];

/* What was said, and how far to believe it. */
struct answer {
	enum asked asked; /* to be believed */
	int err;	  /* errno of the call that decided; 0 if it succeeded */
	bool died;	  /* who asked was killed, which no kernel should do */
	bool excused;  /* absent, and no defect: another architecture, a boot option; why says it */
	bool untold;   /* unknown, as no question can be put; the tests that cover it can tell */
	bool wrong;    /* unknown, as it is what no kernel should answer */
	char why[200]; /* for UNKNOWN the reason; else what was seen, or "" */
	/* From here on by environment_trust. */
	enum asked heard;	     /* what came back, never changed afterwards */
	enum environment_kind doubt; /* what takes it in doubt; E_NONE for nothing */
};

/* Asks for one feature. Bounded in time; leaves no trace on the caller. */
struct answer probe_feature(enum feature feature);

/* Asks for all. answers[F_NONE] stays zero. */
void probe_all(struct answer answers[F_COUNT]);

enum feature feature_by_id(const char *id); /* F_NONE if there is none */

/*
 * What an answer is worth here: the same, or UNKNOWN with the reason in *why (an emulator
 * answered, an outer filter may have), as doubts.def has it. Pure.
 */
struct answer environment_trust(const struct environment *env, enum feature feature,
				const struct answer *answer);

#endif
