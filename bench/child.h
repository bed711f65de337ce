/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One child, which does one thing over and over: pinned to one CPU, it makes itself ready, says so,
 * and then times a batch whenever it is told to.
 */
#ifndef SECCOMPAT_BENCH_CHILD_H
#define SECCOMPAT_BENCH_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "bench/bench.h"
#include "filters/builder.h"

/* Shared with whoever tells it to. */
struct bench_slot {
	pid_t pid;
	bool ready;
	char why[BENCH_WHY];  /* if it is not */
	unsigned int batch;   /* goes in a batch */
	unsigned int filters; /* that it has installed itself, and that are freed with it */
	double ns;	      /* of a go, in the last batch */
};

struct bench_child {
	int request, reply; /* pipes: a byte is read there, and one written */
	const struct bench_config *config;
	const struct bench_schedule *schedule;
	double insn_ns;		/* as in struct bench_plan */
	int cpu, other;		/* other: -1 if there is none */
	unsigned int installed; /* filters that it is under */
	struct bench_slot *slot;
};

/* What the rows of loads.def are made of: 0, or -1 after child_cannot; and what is timed. */
#define LOAD_SETUP(name) int setup_##name(struct bench_child *child)
#define LOAD_ONCE(name)	 void once_##name(struct bench_child *child, unsigned int goes)

#define LOAD(id, setup, once, flags) LOAD_SETUP(setup);
#include "bench/loads.def"
#undef LOAD
#define LOAD(id, setup, once, flags) LOAD_ONCE(once);
#include "bench/loads.def"
#undef LOAD

enum { LOAD_CHAIN = 1, LOAD_COLD = 2, LOAD_COUNT = 4 };

struct bench_load {
	int (*setup)(struct bench_child *child);
	void (*once)(struct bench_child *child, unsigned int goes);
	unsigned int flags;
};

extern const struct bench_load bench_loads[L_COUNT];

/* Why there is no figure: "what: error". Returns -1. err may be negative; 0: what says it all. */
int child_cannot(struct bench_child *child, const char *what, long err);

/* The filter, for this thread, by seccomp(2) with flags or, without any, by prctl(2). */
long child_install(struct bench_child *child, const struct sock_fprog *prog, unsigned int flags);

/* The same with a program that was built, or with an error of the builder. */
int child_install_built(struct bench_child *child, struct builder *b,
			const struct sock_fprog *prog);

/* An action that not every kernel with filters has: 0, or -1 after child_cannot. */
int child_needs_action(struct bench_child *child, uint32_t action, const char *name);

int child_pin(int cpu); /* this thread; 0 or -1 */

/* The CPU of a peer: this one's, or where the row's n says so another one; -1 after child_cannot.
 */
int child_peer_cpu(struct bench_child *child);

/* A call, whatever the C library would make of it; and getppid(). Where there are no registers
 * (see arch/regs.h) the library has its say. */
long child_raw(long nr, const unsigned long args[6]);
long child_call(void);

/*
 * To the end: makes ready, replies by a byte, forks (if follow is not NULL) the child that
 * stands on this one, then serves requests until there are no more. Does not return.
 */
__attribute__((noreturn)) void
child_main(struct bench_child *child, void (*follow)(void *data, const struct bench_child *child),
	   void *data);

#endif
