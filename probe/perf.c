/* SPDX-License-Identifier: BSD-3-Clause */
/* What filters cost, as far as it tells how the kernel is made. */
#include <time.h>

#include "arch/arch.h"
#include "probe/ask.h"
#include "probe/command-line.h"
#include "probe/status.h"

#define CHAIN  4000 /* instructions that decide nothing */
#define ROUNDS 24
#define CALLS  8
#define BLOCKS 20 /* of rounds, as long as other load hides the answer */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* The least that some calls took. */
static void measure(int nr, unsigned long arg, double *least)
{
	double start = now(), took;

	for (int i = 0; i < CALLS; i++)
		syscall(nr, arg);
	took = now() - start;
	if (!*least || took < *least)
		*least = took;
}

/*
 * getppid() is allowed at the end of a long chain, and by its number alone. Any other call is
 * allowed there, too, but for its argument: by 1 at once.
 */
static long install_chain(void)
{
	static struct sock_filter filter[CHAIN + 1];
	const struct sock_filter head[] = {
		EXAMINE_SYSCALL,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 3, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, syscall_arg_low(0)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		ALLOW,
	};
	size_t len = sizeof(head) / sizeof(head[0]);

	memcpy(filter, head, sizeof(head));
	for (; len < CHAIN; len++)
		filter[len] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							   0x7f000000 + len, 0, 0);
	filter[len++] = (struct sock_filter)ALLOW;
	return ask_install(filter, len);
}

/* The least of each, in ns. */
struct costs {
	double by_number, by_argument, at_once;
};

/* What the chain costs a call that depends on its number alone, as a share of what it costs
 * another.
 */
static double share_of_chain(const struct costs *costs)
{
	return (costs->by_number - costs->at_once) / (costs->by_argument - costs->at_once);
}

static bool is_clear(const struct costs *costs)
{
	double share = share_of_chain(costs);

	return costs->by_argument >= costs->at_once * 5 / 4 && (share <= 0.2 || share >= 0.8);
}

static void measure_block(struct costs *costs)
{
	for (int round = 0; round < ROUNDS; round++) {
		measure(__NR_getppid, 0, &costs->by_number);
		measure(__NR_getpid, 0, &costs->by_argument);
		measure(__NR_gettid, 1, &costs->at_once);
	}
}

/*
 * By time: whether the chain costs a call that depends on nothing but its number as much as it
 * costs one that depends on an argument. Only what is as clear as 4 to 1 counts.
 */
void probe_const_bitmap(struct answer *answer)
{
	long result = install_chain();
	struct costs costs = { 0 };
	int blocks = 0;

	if (result < 0) {
		ask_no_filter(answer, result);
		return;
	}
	do
		measure_block(&costs);
	while (!is_clear(&costs) && ++blocks < BLOCKS);
	if (!is_clear(&costs))
		ask_is(answer, ASKED_UNKNOWN, 0,
		       "the time of filters does not stand out here: a call takes %.0f ns, by its "
		       "number %.0f, by an argument %.0f",
		       costs.at_once / CALLS, costs.by_number / CALLS, costs.by_argument / CALLS);
	else if (share_of_chain(&costs) < 0.5)
		ask_is(answer, ASKED_PRESENT, 0, "told by time, better than 4 to 1");
#ifdef __mips__
	else
		ask_excused(answer, 0, "mips has none, as its numbers do not begin at 0");
#else
	else
		ask_is(answer, ASKED_ABSENT, 0, "told by time, better than 4 to 1");
#endif
}

#if defined(__x86_64__) || defined(__i386__)
void probe_ssb_default_516(struct answer *answer)
{
	static const char line[] = "Speculation_Store_Bypass";
	char before[64] = "no such line", after[64], asked_for[16];
	long result;

	command_line_value("spec_store_bypass_disable", asked_for, sizeof(asked_for));
	if (!strcmp(asked_for, "seccomp")) {
		ask_is(answer, ASKED_UNKNOWN, 0,
		       COMMAND_LINE_SAYS "spec_store_bypass_disable=seccomp");
		return;
	}
	status_line(line, before, sizeof(before));
	if (strcmp(before, "thread vulnerable")) {
		ask_is(answer, ASKED_UNKNOWN, 0, "filters change nothing here: \"%s\"", before);
		return;
	}
	result = ask_with_filter(SECCOMP_RET_ALLOW);
	if (result < 0)
		ask_no_filter(answer, result);
	else if (status_line(line, after, sizeof(after)))
		ask_is(answer, ASKED_UNKNOWN, 0, "the line is gone");
	else if (!strcmp(before, after))
		ask_is(answer, ASKED_PRESENT, 0, "%s", after);
	else
		ask_is(answer, ASKED_ABSENT, 0, "a filter makes it \"%s\"", after);
}
#else
void probe_ssb_default_516(struct answer *answer)
{
	ask_excused(answer, 0, "on x86 alone filters ever did so");
}
#endif
