/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where questions are asked: who else may have answered, how far an answer can be trusted, and
 * why. Everything is found by behaviour in children, never from uname.
 */
#ifndef SECCOMPAT_PROBE_ENVIRONMENT_H
#define SECCOMPAT_PROBE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* E_outer_filter and so on, a row of environment.def each. E_NONE is no environment. */
enum environment_kind {
	E_NONE,
#define ENVIRONMENT(id, ...) E_##id,
#include "probe/environment.def"
#undef ENVIRONMENT
	E_COUNT
};

/* A row of environment.def. */
struct environment_info {
	const char *id;
	const char *name;
	bool emulates;
	const char *means;
};

/* Indexed by enum environment_kind; [E_NONE] is empty. */
extern const struct environment_info environments[E_COUNT];

/* C_ptrace and so on, a row of calls.def each. */
enum call {
#define CALL(id, ...) C_##id,
#include "probe/calls.def"
#undef CALL
	C_COUNT
};

/* What a call came to. */
struct reply {
	bool heard;	    /* it returned */
	long result;	    /* then: a result, or a negative errno */
	unsigned int death; /* else: the signal that killed who called; 0 if it hung */
};

/* What an environment is known by; tests make these up. */
struct clues {
	const char *root; /* files are looked for below it: "" is the real root */
	long pid;	  /* as getpid() says */
	long asker,
		self;  /* the pid of who looked at /proc, and what /proc/self said; -1: nothing */
	bool procfs;   /* what is mounted on /proc is procfs */
	bool root_uid; /* the effective one is 0 */
	int sys_admin; /* CAP_SYS_ADMIN in the effective set, as capget(2) says; -1: it does not */
	struct reply calls[C_COUNT];
	char manager[64]; /* the variable "container", in which runtimes tell who they are */
	char log[64];	  /* how the kernel's log begins */
	char hypervisor[13], brand[49]; /* what CPUID says; "" where there is none */
};

/* Whether a kind of environment was found, and what was seen of it, in a few words, or "". */
struct sighting {
	bool seen;
	char detail[200];
};

struct environment {
	int mode;	   /* the Seccomp: line of /proc/self/status; -1 if there is none */
	int filters;	   /* Seccomp_filters:; -1 if there is none */
	int nnp;	   /* NoNewPrivs:, or what prctl says; -1 if neither tells */
	bool outer_filter; /* mode is 2: whoever started us filters our questions */
	long tracer;	   /* TracerPid:; -1 if there is none */
	bool root;	   /* effective uid 0 */
	bool proc;	   /* /proc is mounted and is procfs */
	bool sys_admin;	   /* CAP_SYS_ADMIN in the effective set */
	bool reached;	   /* seccomp(2) once answered EFAULT: no filter refuses it as a whole */
	struct sighting found[E_COUNT];
	struct reply calls[C_COUNT]; /* below an outer filter, all; else those that are clues */
};

struct answer;
enum feature;

void environment_read(struct environment *env);

/* The same from clues: they are looked at in this process, and nothing is asked. */
void environment_from(const struct clues *clues, struct environment *env);

/* The name of what answers in a kernel's place; NULL where a kernel does. */
const char *environment_emulator(const struct environment *env);

/* Whether a call was answered as no kernel answers it. */
bool environment_refuses(const struct environment *env, enum call call);

/* "EPERM", "SIGSYS", "success", "nothing": what came back of a call. */
const char *environment_reply_name(const struct reply *reply);

/* "prctl(PR_GET_SECCOMP)" */
const char *environment_call_name(enum call call);

#endif
