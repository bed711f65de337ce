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

/* What the kernel said: raw, never changed afterwards. */
struct answer {
	enum asked asked;
	int err;       /* errno of the call that decided; 0 if it succeeded */
	bool died;     /* who asked was killed, which no kernel should do */
	bool excused;  /* absent, and no defect: another architecture, a boot option; why says it */
	bool untold;   /* unknown, as no question can be put; the tests that cover it can tell */
	char why[160]; /* for UNKNOWN the reason; else what was seen, or "" */
};

/* Asks for one feature. Bounded in time; leaves no trace on the caller. */
struct answer probe_feature(enum feature feature);

/* Asks for all. answers[F_NONE] stays zero. */
void probe_all(struct answer answers[F_COUNT]);

enum feature feature_by_id(const char *id); /* F_NONE if there is none */

/*
 * Where the question was asked: how far an answer can be trusted, and why.
 * Everything is found by behaviour in children, never from uname.
 */
struct environment {
	bool emulated;	   /* qemu-user or alike answered, not a kernel */
	char emulator[32]; /* "qemu-user", or "" */
	int mode;	   /* the Seccomp: line of /proc/self/status; -1 if there is none */
	int filters;	   /* Seccomp_filters:; -1 if there is none */
	int nnp;	   /* NoNewPrivs:; -1 if there is none */
	bool outer_filter; /* mode is 2: whoever started us filters our questions */
	bool traced;	   /* TracerPid is not 0 */
	bool root;	   /* effective uid 0 */
	bool proc;	   /* /proc is mounted and is procfs */
	bool sys_admin;	   /* CAP_SYS_ADMIN in the effective set */
	bool reached;	   /* seccomp(2) once answered EFAULT: no filter refuses it as a whole */
};

void environment_read(struct environment *env);

/*
 * What an answer is worth here: the same, or UNKNOWN with the reason in *why (an emulator
 * answered, an outer filter may have). Pure.
 */
struct answer environment_trust(const struct environment *env, enum feature feature,
				const struct answer *answer);

/* How the kernel was configured, as far as a plain file tells. */
enum kconfig { KCONFIG_UNKNOWN, KCONFIG_OFF, KCONFIG_ON };

/*
 * The state of all of options ("SECCOMP_FILTER SYSCTL") together in the configuration file at path:
 * on if each is y or m, off if one is neither; unknown if the file cannot be read or options is "".
 */
enum kconfig kconfig_read(const char *path, const char *options);

/* The same in the running kernel's /boot/config-<release>, or <modules>/<release>/config. */
enum kconfig kconfig_running(const char *options);

#endif
