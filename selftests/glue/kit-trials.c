/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-trials.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "filters/check.h"
#include "selftests/glue/kit-insns.h"
#include "selftests/glue/kit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* By hand from the manual's table, as numbers: not the same source as the checker's. */
const uint16_t trial_codes[] = {
	0x20,				    /* ld [k] */
	0x80, 0x81,			    /* ld len, ldx len */
	0x00, 0x01,			    /* ld #k, ldx #k */
	0x60, 0x61,			    /* ld M[k], ldx M[k] */
	0x02, 0x03,			    /* st, stx */
	0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, /* add, sub, mul: #k and x */
	0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, /* div, or, and */
	0x64, 0x6c, 0x74, 0x7c, 0xa4, 0xac, /* lsh, rsh, xor */
	0x84,				    /* neg */
	0x05,				    /* ja */
	0x15, 0x1d, 0x25, 0x2d,		    /* jeq, jgt */
	0x35, 0x3d, 0x45, 0x4d,		    /* jge, jset */
	0x06, 0x16,			    /* ret #k, ret a */
	0x07, 0x87,			    /* tax, txa */
};

bool is_trial_code(uint32_t code)
{
	for (size_t i = 0; i < TRIAL_CODES; i++)
		if (trial_codes[i] == code)
			return true;
	return false;
}

const uint32_t trial_edges[] = {
	0x7f,	    0x80,	0xff,	    0x100,	0xfff,	    0x1000,
	0x7fff,	    0x8000,	0xffff,	    0x10000,	0x7ffffffc, 0x7fffffff,
	0x80000000, 0x80000004, 0x8000003c, 0xffefffff, 0xfffff000, 0xfffff004,
	0xfffff020, 0xfffff03c, 0xffffffc0, 0xfffffffc, 0xfffffffe, 0xffffffff,
};

static void keep_first(struct trials *trials, const struct sock_filter *program, size_t len,
		       int got, int expected)
{
	if (trials->wrong + trials->unsure > 1)
		return;
	trials->len = len < COUNT(trials->program) ? len : COUNT(trials->program);
	memcpy(trials->program, program, trials->len * sizeof(*program));
	trials->got = got;
	trials->expected = expected;
}

static int install_program(struct sock_filter *program, size_t len)
{
	struct sock_fprog prog = { .len = len, .filter = program };

	return kit_install_only(&prog) ? errno : 0;
}

void try_program(struct trials *trials, struct sock_filter *program, size_t len, int expected)
{
	int checked = check_filter(program, len).reason ? EINVAL : 0;
	int got = install_program(program, len);

	trials->asked++;
	trials->accepted += !got;
	if (got != expected) {
		trials->wrong++;
		keep_first(trials, program, len, got, expected);
	}
	if (checked != expected) {
		trials->unsure++;
		keep_first(trials, program, len, checked, expected);
	}
}

void try_skipped(struct trials *trials, const struct sock_filter *insns, size_t len, int expected)
{
	struct sock_filter program[32] = { INSN(BPF_JMP | BPF_JA, len) };

	memcpy(program + 1, insns, len * sizeof(*insns));
	program[len + 1] = (struct sock_filter)RET_ALLOW;
	try_program(trials, program, len + 2, expected);
}

void try_insn(struct trials *trials, struct sock_filter insn, int expected)
{
	try_skipped(trials, &insn, 1, expected);
}

void try_as_checked(struct trials *trials, const struct sock_filter *insns, size_t len)
{
	struct sock_filter program[32] = { INSN(BPF_JMP | BPF_JA, len) };

	memcpy(program + 1, insns, len * sizeof(*insns));
	program[len + 1] = (struct sock_filter)RET_ALLOW;
	try_program(trials, program, len + 2, check_filter(program, len + 2).reason ? EINVAL : 0);
}

struct trial_request {
	void (*fn)(struct trials *trials, const void *data);
	const void *data;
	struct trials trials;
};

static int run_trials(void *data)
{
	struct trial_request *request = data;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 1;
	kit_view_self(&request->trials.before);
	request->fn(&request->trials, request->data);
	kit_view_self(&request->trials.after);
	request->trials.complete = true;
	return 0;
}

struct trials trials_ask(void (*fn)(struct trials *trials, const void *data), const void *data)
{
	struct trial_request request = { .fn = fn, .data = data };

	if (kit_end(kit_ask(run_trials, &request, sizeof(request))) != kit_exited(0))
		request.trials.complete = false;
	return request.trials;
}

void print_trial(const struct trials *trials)
{
	for (unsigned int i = 0; i < trials->len; i++)
		fprintf(stderr, "# %u: { 0x%02x, %u, %u, 0x%08x }\n", i, trials->program[i].code,
			trials->program[i].jt, trials->program[i].jf, trials->program[i].k);
}
