/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counting instead of timing: under `qemu-system -icount shift=0` a guest's clocks go on by a
 * nanosecond an instruction, so that what a call takes is a number that repeats.
 */
#ifndef SECCOMPAT_BENCH_COUNT_H
#define SECCOMPAT_BENCH_COUNT_H

#include <stdbool.h>
#include <stddef.h>

/* What the clock shows; all of the bench's figures are differences of it. */
double count_now_ns(void);

/* What a clock was found to do. */
struct count_clock {
	double nop;  /* ns of an instruction that does nothing */
	double near; /* of a load from where the last one was; */
	double far;  /* and from where no cache near the processor has it */
};

struct count_clock count_measure(void);

/*
 * Whether it counts instructions: one that does nothing takes 1 ns, and memory is as far as any
 * other. If not, why has what it does instead.
 */
bool count_is_exact(const struct count_clock *clock, char *why, size_t size);

#endif
