/* SPDX-License-Identifier: BSD-3-Clause */
/* Joins what the kernel said, what its tests showed, and what its version promises. Pure. */
#ifndef SECCOMPAT_VERDICT_VERDICT_H
#define SECCOMPAT_VERDICT_VERDICT_H

#include "probe/probe.h"

/* What the tests that cover a feature have shown. */
enum works { WORKS_NOT_TESTED, WORKS_YES, WORKS_NO };

enum verdict_kind {
	VERDICT_UNKNOWN,    /* the kernel could not be asked, or not be believed */
	VERDICT_MAINLINE,   /* as in mainline of this version */
	VERDICT_BACKPORTED, /* there, and newer than the version */
	VERDICT_MISSING,    /* mainline of this version has it */
	VERDICT_CONFIG_OFF, /* absent because its option is off */
	VERDICT_BROKEN,	    /* a test of it fails, or no kernel should answer so */
	VERDICT_NOT_YET,    /* absent, and newer than the version */
	VERDICT_COUNT
};

struct verdict {
	enum verdict_kind kind;
	char why[240]; /* one line, or "" where there is nothing to add */
	/* Of VERDICT_CONFIG_OFF. */
	char option[48];	     /* the option that is off, or may be */
	char source[KCONFIG_SOURCE]; /* the file that says so; "" if it is inferred */
};

/* "yes", "no", "not tested": the words of every report. */
const char *works_name(enum works works);

/* "mainline", "config off", ...: the words of every report. */
const char *verdict_name(enum verdict_kind kind);

/*
 * The verdict of a feature: trusted is what environment_trust made of the answer, release is
 * uname's ("6.1.0-18-amd64"), config the state of the options that info names.
 */
struct verdict verdict_of(const struct feature_info *info, const struct answer *trusted,
			  enum works works, const char *release, const struct kconfig_said *config);

/* The numbers that a release begins with. A vendor's suffix, and the rc of "7.3~rc7", do not count.
 */
struct version {
	unsigned int major, minor, patch;
};

/* False, and *version untouched, if text does not begin with "a.b". */
bool version_parse(const char *text, struct version *version);

/* Less than, equal to or greater than 0, as a is older than b, the same or newer. */
int version_compare(const struct version *a, const struct version *b);

/* Whether mainline of that version has what since says: "3.17", "a..b", or "", which all have. */
bool version_has(const struct version *version, const char *since);

/*
 * Which of the two lines of uname(2) has the version: Debian's release has the
 * number of the ABI where the stable one belongs, and its banner the real one.
 */
const char *version_text(const char *banner, const char *release);

/* Whether a version has a fix, by the releases that had it first; see selftests/fixes.def. */
enum promise { PROMISE_UNKNOWN, PROMISE_HAS, PROMISE_LACKS };

enum promise version_promises(const struct version *version, const char *mainline,
			      const char *stable);

#endif
