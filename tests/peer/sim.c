/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sim SCMP_BPF_SIM VERDICTS FILTER...: our simulator beside libseccomp's scmp_bpf_sim, which is a
 *process a verdict. The FILTERs (raw, for x86_64) decide in turn about random calls, as does every
 *second time a random program of the instructions that scmp_bpf_sim knows. Prints what differs, and
 *
 *	VERDICTS  DIFFERENT  THEIRS A SECOND  OURS A SECOND
 *
 * with a TAB between two words. 0; 1 if anything differs; 2.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filters/action.h"
#include "filters/file.h"
#include "filters/random.h"
#include "filters/sim.h"
#include "run/run.h"

#define MOST_FILTERS 32
#define NUMBERS	     600  /* of calls: all that have a name, and some that have none */
#define RANDOM_LEN   24	  /* instructions of a random program */
#define AGAIN	     1000 /* times that ours decides, as once is too short to be timed */
#define WORD	     32

extern char **environ;

struct filter {
	const char *path;
	struct filter_file file;
};

static struct filter filters[MOST_FILTERS];
static size_t filter_count;

/* --- random programs ------------------------------------------------------------------------- */

static void append_random(struct program *program, uint64_t *state, uint8_t left)
{
	static const uint32_t jumps[] = { BPF_JEQ, BPF_JGT, BPF_JGE };
	static const uint32_t alus[] = { BPF_OR, BPF_AND };

	switch (random_below(state, 4)) {
	case 0:
		program_append(program, BPF_ALU | BPF_K | RANDOM_OF(state, alus),
			       random_value(state), 0, 0);
		return;
	case 1:
		program_append(program, BPF_LD | BPF_W | BPF_ABS, 4 * random_below(state, 16), 0,
			       0);
		return;
	default:
		program_append(program, BPF_JMP | BPF_K | RANDOM_OF(state, jumps),
			       random_value(state), (uint8_t)random_below(state, left),
			       (uint8_t)random_below(state, left));
	}
}

/* Two of the instructions behind a jump are returns, so that it has somewhere to go. */
static void make_random(struct program *program, uint64_t *state)
{
	static const uint32_t actions[] = { SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_TRACE,
					    SECCOMP_RET_LOG, SECCOMP_RET_KILL_PROCESS };

	program->len = 0;
	program_append(program, BPF_LD | BPF_W | BPF_ABS, 4 * random_below(state, 16), 0, 0);
	while (program->len < RANDOM_LEN)
		append_random(program, state, (uint8_t)(RANDOM_LEN + 2 - program->len - 1));
	for (int i = 0; i < 2; i++)
		program_append(program, BPF_RET | BPF_K,
			       RANDOM_OF(state, actions) | random_below(state, 4095), 0, 0);
}

static int write_program(const char *path, const struct program *program)
{
	FILE *file = fopen(path, "we");
	size_t size = program->len * sizeof(program->code[0]);
	int err = !file || fwrite(program->code, 1, size, file) != size;

	if (file)
		err |= fclose(file);
	return err;
}

/* --- theirs ---------------------------------------------------------------------------------- */

/* The word that the process says; "" if it says none. */
static void read_word(int fd, pid_t pid, char word[WORD])
{
	ssize_t n = read(fd, word, WORD - 1);

	word[n > 0 ? n : 0] = '\0';
	word[strcspn(word, "\n")] = '\0';
	close(fd);
	waitpid(pid, NULL, 0);
}

static void theirs(const char *simulator, const char *path, const struct seccomp_data *data,
		   char word[WORD])
{
	char number[16], args[6][24];
	char *argv[] = { (char *)simulator, (char *)"-a", (char *)"x86_64", (char *)"-f",
			 (char *)path,	    (char *)"-s", number,	    (char *)"-0",
			 args[0],	    (char *)"-1", args[1],	    (char *)"-2",
			 args[2],	    (char *)"-3", args[3],	    (char *)"-4",
			 args[4],	    (char *)"-5", args[5],	    NULL };
	posix_spawn_file_actions_t actions;
	int out[2];
	pid_t pid;

	word[0] = '\0';
	snprintf(number, sizeof(number), "%d", data->nr);
	for (int i = 0; i < 6; i++)
		snprintf(args[i], sizeof(args[i]), "0x%" PRIx64, (uint64_t)data->args[i]);
	if (pipe2(out, O_CLOEXEC))
		return;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	if (posix_spawn(&pid, simulator, &actions, NULL, argv, environ)) {
		close(out[0]);
		close(out[1]);
	} else {
		close(out[1]);
		read_word(out[0], pid, word);
	}
	posix_spawn_file_actions_destroy(&actions);
}

/* --- ours ------------------------------------------------------------------------------------ */

static void ours(const struct sock_filter *insns, const struct seccomp_data *data, char word[WORD])
{
	uint32_t value = sim_run_checked(insns, data, false, NULL, NULL).value;

	/* As they call it. */
	if ((value & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_KILL_THREAD)
		snprintf(word, WORD, "KILL");
	else
		action_text(value, word, WORD);
}

/* --- both ------------------------------------------------------------------------------------ */

struct tally {
	unsigned int different;
	double theirs, ours;	 /* seconds */
	volatile uint32_t value; /* so that what is not needed is done all the same */
};

static void compare(const char *simulator, const char *path, const struct sock_filter *insns,
		    const struct seccomp_data *data, struct tally *tally)
{
	char their_word[WORD], our_word[WORD];
	double start = run_now(), middle;

	theirs(simulator, path, data, their_word);
	middle = run_now();
	for (int i = 0; i < AGAIN; i++)
		tally->value = sim_run_checked(insns, data, false, NULL, NULL).value;
	tally->theirs += middle - start;
	tally->ours += (run_now() - middle) / AGAIN;
	ours(insns, data, our_word);
	if (!strcmp(their_word, our_word))
		return;
	tally->different++;
	printf("%s, call %d: %s says %s, and we %s\n", path, data->nr, simulator, their_word,
	       our_word);
}

static void compare_all(const char *simulator, unsigned int verdicts, const char *scratch,
			struct tally *tally)
{
	static struct program program;
	uint64_t state = random_seed(1);

	for (unsigned int i = 0; i < verdicts; i++) {
		const struct filter *filter = &filters[i % filter_count];
		struct seccomp_data data = { .arch = AUDIT_ARCH_X86_64 };

		data.nr = (int)random_below(&state, NUMBERS);
		for (int arg = 0; arg < 6; arg++)
			data.args[arg] =
				(uint64_t)random_value(&state) << 32 | random_value(&state);
		if (i % 2 == 0) {
			compare(simulator, filter->path, filter->file.insns, &data, tally);
			continue;
		}
		make_random(&program, &state);
		if (write_program(scratch, &program)) {
			perror(scratch);
			exit(2);
		}
		compare(simulator, scratch, program.code, &data, tally);
	}
}

static int read_filters(char **paths, int count)
{
	const struct arch *arch = arch_by_name("x86_64");
	char why[160];

	for (int i = 0; i < count && i < MOST_FILTERS; i++) {
		struct filter *filter = &filters[filter_count++];

		filter->path = paths[i];
		if (!filter_read(paths[i], arch, &filter->file, why, sizeof(why)) &&
		    !filter_accepted(&filter->file, why, sizeof(why)))
			continue;
		fprintf(stderr, "sim: %s: %s\n", paths[i], why);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	char scratch[] = "/tmp/seccompat-sim.XXXXXX";
	unsigned int verdicts = argc > 3 ? (unsigned int)atoi(argv[2]) : 0;
	struct tally tally = { .different = 0 };
	int fd;

	if (!verdicts) {
		fprintf(stderr, "usage: sim SCMP_BPF_SIM VERDICTS FILTER...\n");
		return 2;
	}
	if (read_filters(argv + 3, argc - 3))
		return 2;
	fd = mkstemp(scratch);
	if (fd < 0) {
		perror(scratch);
		return 2;
	}
	close(fd);
	compare_all(argv[1], verdicts, scratch, &tally);
	unlink(scratch);
	for (size_t i = 0; i < filter_count; i++)
		filter_free(&filters[i].file);
	printf("%u\t%u\t%.0f\t%.0f\n", verdicts, tally.different, verdicts / tally.theirs,
	       verdicts / tally.ours);
	return tally.different != 0;
}
