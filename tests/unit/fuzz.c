/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz/: what can be known of it without a kernel; and what it goes on from. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/arch.h"
#include "filters/check.h"
#include "filters/sim.h"
#include "fuzz/checker.h"
#include "fuzz/envelope.h"
#include "fuzz/shrink.h"
#include "report/fuzz-state.h"
#include "report/fuzz.h"
#include "tests/unit/unit.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define ENVELOPES  60

static const struct fuzz_known known = { .route = { { .usable = true, .made_up = true } } };

/* --- envelopes ------------------------------------------------------------------------------- */

static uint32_t run(const struct program *program, const struct seccomp_data *data)
{
	bool wide;

	return fuzz_simulate(program, data, &wide);
}

/* The 32 bits of a part's result, as they are read from a kernel. */
static uint32_t read_part(const struct fuzz_envelope *envelope, unsigned int part,
			  struct seccomp_data data)
{
	uint32_t value = 0;

	for (unsigned int byte = 0; byte < 4; byte++) {
		uint32_t told;

		fuzz_envelope_select(envelope, &data, part, byte, 0x1234567);
		told = run(&envelope->program, &data);
		if ((told & ~0xffu) != SECCOMP_RET_ERRNO)
			return 0xbad;
		value |= (told & 0xff) << 8 * byte;
	}
	return value;
}

static void check_readback(void)
{
	static const struct random_body shape = { .len = 30, .words = 0x0fff };
	static struct fuzz_envelope envelope;
	static struct program bodies[40];
	uint64_t state = random_seed(5);
	unsigned int asked = 0, wrong = 0;

	fuzz_envelope_begin(&envelope, offsetof(struct seccomp_data, args[5]));
	for (size_t i = 0; i < LEN(bodies); i++) {
		program_append(&bodies[i], BPF_LDX | BPF_IMM, 3, 0, 0);
		random_append(&bodies[i], &state, &shape);
		fuzz_envelope_part(&envelope, &bodies[i]);
		program_append(&bodies[i], BPF_RET | BPF_A, 0, 0, 0);
	}
	fuzz_envelope_finish(&envelope);
	check(!check_filter(envelope.program.code, envelope.program.len).reason,
	      "programs put together are valid");
	for (unsigned int i = 0; i < LEN(bodies); i++) {
		/* Alone A is 0 at first, together it is the part's number. */
		struct program alone = { .len = 0 };
		struct seccomp_data data = { .nr = 7, .args = { random_value(&state), 2, 3 } };
		uint32_t value;

		program_append(&alone, BPF_LD | BPF_IMM, i, 0, 0);
		for (uint32_t pc = 0; pc < bodies[i].len; pc++)
			program_append(&alone, bodies[i].code[pc].code, bodies[i].code[pc].k,
				       bodies[i].code[pc].jt, bodies[i].code[pc].jf);
		value = run(&alone, &data);
		/* A death is a 0 that is no result. */
		if (!value)
			continue;
		asked++;
		wrong += value != read_part(&envelope, i, data);
	}
	check(asked > 8 && !wrong, "32 bits of each are read: %u of %u wrong", wrong, asked);
}

static void check_envelopes(void)
{
	static struct fuzz_envelope envelope;
	unsigned int invalid = 0, others = 0, single = 0, many = 0, most = 0;

	for (uint64_t seed = 0; seed < ENVELOPES; seed++) {
		uint64_t state = random_seed(seed);

		fuzz_envelope_make(&envelope, &state);
		if (check_filter(envelope.program.code, envelope.program.len).reason) {
			invalid++;
			continue;
		}
		single += envelope.parts == 1;
		many += envelope.parts > 30;
		if (envelope.program.len > most)
			most = envelope.program.len;
		for (unsigned int part = 0; part < envelope.parts; part++) {
			struct fuzz_question question =
				fuzz_envelope_question(&envelope, part, &known, &state);
			struct fuzz_answer answer;

			fuzz_envelope_select(&envelope, &question.data, part, part % 4, 0);
			others += !fuzz_expected(run(&envelope.program, &question.data), &answer);
		}
	}
	check(!invalid, "%u of %u envelopes are invalid", invalid, ENVELOPES);
	check(!others, "%u decide something else than ERRNO or death", others);
	check(single && many && most > 3900, "single ones (%u), full ones (%u), long ones (%u)",
	      single, many, most);
}

static void check_expected(void)
{
	static const struct {
		uint32_t value;
		bool asked;
		struct fuzz_answer answer;
	} rows[] = {
		{ SECCOMP_RET_ERRNO, true, { FUZZ_RETURNED, 0 } },
		{ SECCOMP_RET_ERRNO | 17, true, { FUZZ_RETURNED, -17 } },
		{ SECCOMP_RET_ERRNO | 4095, true, { FUZZ_RETURNED, -4095 } },
		{ SECCOMP_RET_ERRNO | 0xffff, true, { FUZZ_RETURNED, -4095 } },
		{ SECCOMP_RET_KILL_THREAD, true, { FUZZ_DIED, SIGSYS } },
		{ SECCOMP_RET_KILL_PROCESS, false, { 0 } },
		{ SECCOMP_RET_ALLOW, false, { 0 } },
		{ SECCOMP_RET_TRAP, false, { 0 } },
		{ 0x12345678, false, { 0 } },
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		struct fuzz_answer answer;
		bool asked = fuzz_expected(rows[i].value, &answer);

		check(asked == rows[i].asked && (!asked || (answer.how == rows[i].answer.how &&
							    answer.value == rows[i].answer.value)),
		      "what a kernel does about 0x%08x", rows[i].value);
	}
}

/* --- shrinking ------------------------------------------------------------------------------- */

static void check_removal(void)
{
	struct program program = { .len = 0 };

	program_append(&program, BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 1);
	program_append(&program, BPF_JMP | BPF_JA, 3, 0, 0);
	program_append(&program, BPF_MISC | BPF_TAX, 0, 0, 0);
	program_append(&program, BPF_MISC | BPF_TXA, 0, 0, 0);
	program_append(&program, BPF_RET | BPF_K, 1, 9, 9);
	program_append(&program, BPF_RET | BPF_K, 2, 0, 0);
	fuzz_remove(&program, 2, 2);
	check(program.len == 4 && program.code[0].jt == 1 && program.code[0].jf == 1 &&
		      program.code[1].k == 1 && program.code[2].k == 1 && program.code[2].jt == 9 &&
		      program.code[3].k == 2,
	      "what is removed shortens the jumps over it, and catches those into it");
}

/* It is about one instruction; that it stays valid, and harmless at its beginning, goes without
 * saying.
 */
static bool still_multiplies(struct fuzz_difference *difference, void *data)
{
	const struct program *program = &difference->program;

	++*(unsigned int *)data;
	if (check_filter(program->code, program->len).reason)
		return false;
	for (uint32_t pc = 0; pc < program->len; pc++)
		if (program->code[pc].code == (BPF_ALU | BPF_MUL | BPF_K) &&
		    program->code[pc].k > 1)
			return true;
	return false;
}

static void check_shrinking(void)
{
	static struct fuzz_difference difference;
	const struct random_body body = { .len = 900, .words = 0xffff };
	unsigned int tries = 0;
	uint64_t state = random_seed(2);

	difference =
		(struct fuzz_difference){ .keep = FUZZ_HEAD, .question = { .data.args = { 5 } } };
	fuzz_append_head(&difference.program);
	random_append(&difference.program, &state, &body);
	program_append(&difference.program, BPF_ALU | BPF_MUL | BPF_K, 77777, 0, 0);
	program_append(&difference.program, BPF_RET | BPF_A, 0, 0, 0);
	fuzz_shrink(&difference, still_multiplies, &tries, 5000);
	check(difference.program.len == FUZZ_HEAD + 2 &&
		      difference.program.code[FUZZ_HEAD].code == (BPF_ALU | BPF_MUL | BPF_K),
	      "900 instructions become the one and a return: %u", difference.program.len);
	check(difference.program.code[FUZZ_HEAD].k == 2, "with a small number: %u",
	      difference.program.code[FUZZ_HEAD].k);
	check(difference.program.code[1].k ==
		      (uint32_t)arch_syscall_nr(arch_native(), "exit_group"),
	      "the beginning is left alone");
	check(!difference.question.data.args[0], "arguments become 0");
	tries = 0;
	fuzz_shrink(&difference, still_multiplies, &tries, 3);
	check(tries == 3, "no more tries than are allowed: %u", tries);
}

/* --- the checker's programs ------------------------------------------------------------------ */

static void check_near_valid(void)
{
	static struct program program;
	unsigned int reasons[CHECK_OFFSET + 1] = { 0 }, harmful = 0, missing = 0;
	uint64_t state = random_seed(4);

	for (unsigned int i = 0; i < 3000; i++) {
		uint32_t keep = fuzz_checker_make(&program, &state);

		reasons[check_filter(program.code, program.len).reason]++;
		/* Where the kernel takes what we refuse, it is installed, too. */
		harmful += sim_run_checked(program.code, &(struct seccomp_data){ .nr = (int)i },
					   false, NULL, NULL)
				   .value != SECCOMP_RET_ALLOW;
		harmful += keep > program.len;
	}
	check(!harmful, "what the checker is tried with lets all calls through: %u do not",
	      harmful);
	for (size_t i = 0; i < LEN(reasons); i++)
		missing += i != CHECK_LENGTH && reasons[i] < 10;
	check(!missing, "and breaks every rule that is about instructions");
	check(reasons[CHECK_OK] > 300 && reasons[CHECK_OK] < 1200,
	      "a part of it is valid: %u of 3000", reasons[CHECK_OK]);
}

/* --- how it is told -------------------------------------------------------------------------- */

static char *render(const struct fuzz_difference *difference, const char *engine, bool json)
{
	struct json writer;
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	if (json) {
		jsonw_begin(&writer, out);
		fuzz_json_difference(&writer, difference, engine);
	} else {
		fuzz_put_difference(out, difference, engine);
	}
	fclose(out);
	return text;
}

static void check_told(const char *doc, const struct fuzz_difference *difference,
		       const char *engine, const char *const wanted[4])
{
	for (int json = 0; json < 2; json++) {
		char *text = render(difference, engine, json);

		for (int i = 0; i < 4; i++)
			if (!check(strstr(text, wanted[i]) != NULL, "%s, in %s: %s", doc,
				   json ? "JSON" : "words", wanted[i]))
				printf("# %s\n", text);
		free(text);
	}
}

static void check_rendering(void)
{
	struct fuzz_difference difference = {
		.kind = FUZZ_PROGRAMS,
		.seed = 77,
		.question = { .data = { .nr = 0x10400, .args = { 0xabc } } },
		.simulated = SECCOMP_RET_ERRNO | 5,
		.answer = { FUZZ_RETURNED, -6 },
	};

	program_append(&difference.program, BPF_LD | BPF_IMM, 5, 0, 0);
	program_append(&difference.program, BPF_RET | BPF_A, 0, 0, 0);
	if (fuzz_route_arch(FUZZ_NATIVE)) {
		check_told("a wrong result", &difference, "interpreter",
			   (const char *const[]){
				   "seccompat fuzz --simulator --interpreter --seed 77 --count 1",
				   "ld #0x5", "returned -6", "0x00050005, ERRNO(5)" });
		difference.answer = (struct fuzz_answer){ FUZZ_DIED, SIGSYS };
		check_told("a death", &difference, NULL,
			   (const char *const[]){ "fuzz --simulator --seed 77", "0xabc",
						  "was killed by SIGSYS", "ret a" });
	}
	difference.refused = 22;
	check_told("a program that is refused", &difference, NULL,
		   (const char *const[]){ "--simulator --seed 77", "ret a", "refused it: EINVAL",
					  "accepted" });
	difference.kind = FUZZ_CHECKER;
	difference.refused = 0;
	difference.program.len = 1;
	check_told("a program that is taken", &difference, NULL,
		   (const char *const[]){ "seccompat fuzz --checker --seed 77", "ld #0x5",
					  "took it", "the last instruction must be a return" });
}

/* --- what it goes on from -------------------------------------------------------------------- */

static int parse(const char *text, struct fuzz_state *state)
{
	FILE *in = fmemopen((char *)text, strlen(text), "r");
	int saved = dup(STDERR_FILENO), result;

	/* One line on stderr is what a bad one is for; TAP has no use for it. */
	if (!freopen("/dev/null", "w", stderr))
		return -2;
	result = fuzz_state_parse(in, "state", state);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	fclose(in);
	return result;
}

#define TOTALS                                                                          \
	"rounds 1\nprograms 2\nquestions 3\ndeaths 4\nundefined 5\nchecks 6\ntaken 7\n" \
	"differences 8\nseconds 1.5\n"

static void check_states(void)
{
	static const struct {
		const char *text, *doc;
		int result;
	} rows[] = {
		{ "seccompat fuzz 1\nseed 9\n" TOTALS, "a whole state", 1 },
		{ "seccompat fuzz 1\n" TOTALS, "without a seed", -1 },
		{ "seccompat fuzz 1\nseed 9\n", "without totals", -1 },
		{ "seccompat fuzz 2\nseed 9\n" TOTALS, "of another version", -1 },
		{ "seccompat fuzz 1\nseed 9\nrounds -1\n" TOTALS, "with a negative number", -1 },
		{ "seccompat fuzz 1\nseed 99999999999999999999\n" TOTALS, "with too large a number",
		  -1 },
		{ "seccompat fuzz 1\nseed 9\nspeed 1\n" TOTALS, "with an unknown word", -1 },
		{ "seccompat fuzz 1\nseed 9x\n" TOTALS, "with junk behind a number", -1 },
		{ "seccompat fuzz 1\nseed 9\n" TOTALS "seconds 1e99\n", "with endless seconds",
		  -1 },
		{ "", "an empty file", -1 },
	};
	char path[] = "/tmp/seccompat-unit.XXXXXX";
	struct fuzz_state state, again = { 0 };

	for (size_t i = 0; i < LEN(rows); i++)
		check(parse(rows[i].text, &state) == rows[i].result, "a state: %s", rows[i].doc);
	parse(rows[0].text, &state);
	check(state.seed == 9 && state.totals.taken == 7 && state.totals.seconds == 1.5,
	      "its numbers are read");
	close(mkstemp(path));
	check(!fuzz_state_write(path, &state) && fuzz_state_read(path, &again) == 1 &&
		      !memcmp(&state, &again, sizeof(state)),
	      "what is written is read again");
	unlink(path);
	check(fuzz_state_read(path, &again) == 0, "no file is no state");
}

int main(void)
{
	check_readback();
	check_envelopes();
	check_expected();
	check_removal();
	check_shrinking();
	check_near_valid();
	check_rendering();
	check_states();
	return unit_end();
}
