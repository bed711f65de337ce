/* SPDX-License-Identifier: BSD-3-Clause */
/* One filter in the kernel, in a child, against the simulator. */
#ifndef SECCOMPAT_FUZZ_ASK_H
#define SECCOMPAT_FUZZ_ASK_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

#include "filters/random.h"
#include "fuzz/call.h"
#include "run/run.h"

/* What was found out of this kernel before (fuzz/learn.h). */
struct fuzz_known {
	struct {
		bool usable, made_up; /* its calls, and numbers that no call has, can be asked */
		uint64_t ip;	      /* where its calls come from */
	} route[FUZZ_ROUTES];
	bool wide_shifts; /* a shift by X >= 32 looks at five bits of X, as simulated */
};

/* Data, and how the kernel is shown it. */
struct fuzz_question {
	enum fuzz_route route;
	struct seccomp_data data;
};

/* What the kernel did about a question. */
struct fuzz_answer {
	enum { FUZZ_RETURNED, FUZZ_DIED, FUZZ_SILENT } how;
	long value; /* what the call returned; or the signal */
};

/* The answer that a kernel gives which decides as simulated. False: not to be asked. */
bool fuzz_expected(uint32_t value, struct fuzz_answer *answer);

/* "returned -17", "was killed by SIGSYS": into buf, which is returned; 64 bytes are enough. */
const char *fuzz_answer_text(const struct fuzz_answer *answer, char *buf, size_t size);

/* What the simulator returns; *wide: by a shift that the machine may do otherwise. */
uint32_t fuzz_simulate(const struct program *program, const struct seccomp_data *data, bool *wide);

/* In a child: it dies with its parent, dumps no core, and may install filters. 0 or an errno. */
int fuzz_confine(void);

/* NNP is set: 0, or the errno with which the kernel refuses the program. */
int fuzz_install(const struct program *program);

/*
 * The first instructions of each program that is asked: the child may end. As many as are counted
 * here, and all else must return an errno or kill.
 */
#define FUZZ_HEAD 3
void fuzz_append_head(struct program *program);

/*
 * The end of a child under such a filter. Not by _exit(2): before that a sanitizer makes calls of
 * its own, which would have odd results. Returns 0 if there is no end, as where the filter forbids
 * it.
 */
int fuzz_end(void);

/*
 * A single question in a child of its own. *refused is the errno with which the program was refused
 * (0: it was not). False if the child could not be made.
 */
bool fuzz_ask_once(const struct program *program, const struct fuzz_question *question,
		   struct fuzz_answer *answer, int *refused);

/* Bound of a child, in ms (scaled). */
#define FUZZ_CHILD_MS 5000

#endif
