/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench/count.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#include "bench/stats.h"
#include "filters/random.h"

#define TRIES 9	  /* of which the least counts: a timer's interrupt only ever adds */
#define TURNS 100 /* of a block of instructions; more meet the ticks, at which some clocks leap */
#define EXACT 0.01
/* More than the nearest cache holds, and less than the processor's own table of translations. */
#define FAR_BYTES (256 << 10)
#define LINE	  64
#define CELLS	  (FAR_BYTES / LINE)

double count_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

/* --- what takes a known number of instructions ----------------------------------------------- */

/* Functions of their own: a branch around so much is too far for some processors. */
#define BLOCK(n)                                                               \
	__attribute__((noinline)) static void nops_##n(void)                   \
	{                                                                      \
		__asm__ volatile(".rept " #n "\n\tnop\n\t.endr" ::: "memory"); \
	}
BLOCK(1000)
BLOCK(2000)

static double time_block(void (*block)(void))
{
	double start = count_now_ns();

	for (int turn = 0; turn < TURNS; turn++)
		block();
	return count_now_ns() - start;
}

/* --- what takes as many wherever it looks ---------------------------------------------------- */

struct cell {
	_Alignas(LINE) struct cell *next;
};

static struct cell cells[CELLS];

/* One ring through all of them, in an order that no processor foresees. */
static void make_ring(void)
{
	uint64_t random = random_seed(1);
	size_t order[CELLS];

	for (size_t i = 0; i < CELLS; i++)
		order[i] = i;
	for (size_t i = CELLS; i > 1; i--) {
		size_t other = random_below(&random, (unsigned int)i), kept = order[i - 1];

		order[i - 1] = order[other];
		order[other] = kept;
	}
	for (size_t i = 0; i < CELLS; i++)
		cells[order[i]].next = &cells[order[(i + 1) % CELLS]];
}

static double time_chase(struct cell *cell)
{
	double start = count_now_ns();

	for (int i = 0; i < CELLS; i++)
		cell = *(struct cell *volatile *)&cell->next;
	return count_now_ns() - start;
}

/* --- both ------------------------------------------------------------------------------------ */

struct count_clock count_measure(void)
{
	struct cell self = { .next = &self };
	double one[TRIES], two[TRIES], near[TRIES], far[TRIES];

	make_ring();
	for (int i = 0; i < TRIES; i++) {
		one[i] = time_block(nops_1000);
		two[i] = time_block(nops_2000);
		near[i] = time_chase(&self);
		far[i] = time_chase(cells);
	}
	return (struct count_clock){
		.nop = (stats_least(two, TRIES) - stats_least(one, TRIES)) / (1000.0 * TURNS),
		.near = stats_least(near, TRIES) / CELLS,
		.far = stats_least(far, TRIES) / CELLS,
	};
}

bool count_is_exact(const struct count_clock *clock, char *why, size_t size)
{
	if (!(fabs(clock->nop - 1) < EXACT))
		snprintf(why, size, "1000 instructions that do nothing take %.0f ns and not 1000",
			 1000 * clock->nop);
	else if (!(fabs(clock->far / clock->near - 1) < EXACT))
		snprintf(why, size, "a load takes %.2f ns near and %.2f ns far away", clock->near,
			 clock->far);
	else
		return true;
	return false;
}
