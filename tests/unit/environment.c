/* SPDX-License-Identifier: BSD-3-Clause */
/* How far answers are trusted, as a table; and that asking leaves no trace on who asks. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/ask.h"
#include "probe/status.h"
#include "report/provenance.h"
#include "tests/unit/unit.h"

#define FOUND(kind) .proc = true, .found = { [E_##kind] = { .seen = true, .detail = "" } }

static const struct environment bare = { .proc = true, .reached = true };
static const struct environment emulated = { FOUND(qemu_user) };
static const struct environment contradicting = { FOUND(unknown_emulator) };
static const struct environment gvisor = { FOUND(gvisor) };
static const struct environment outer = { FOUND(outer_filter), .outer_filter = true, .mode = 2,
					  .reached = true };
static const struct environment walled = { FOUND(outer_filter), .outer_filter = true, .mode = 2 };
static const struct environment heard = { FOUND(listener), .reached = true };
static const struct environment rooted = { FOUND(proot), .reached = true };
static const struct environment traced = { FOUND(traced), .reached = true };
static const struct environment no_proc = { FOUND(no_proc), .reached = true };
static const struct environment foreign = { FOUND(foreign_proc), .reached = true };
static const struct environment yama = { FOUND(yama), .reached = true };
static const struct environment promised = { FOUND(no_new_privs), .reached = true };
static const struct environment contained = { FOUND(container), .reached = true };
/* What explains more gives the reason. */
static const struct environment listened_and_outer = {
	.proc = true,
	.outer_filter = true,
	.reached = true,
	.found = { [E_listener] = { .seen = true }, [E_outer_filter] = { .seen = true } },
};

static const struct {
	const struct environment *env;
	enum feature feature;
	enum asked asked;
	int err;
	enum asked trusted;
	const char *why; /* a part of it */
} rows[] = {
	/* A kernel that answers itself is believed. */
	{ &bare, F_flag_tsync, ASKED_PRESENT, EFAULT, ASKED_PRESENT, "raw" },
	{ &bare, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_ABSENT, "raw" },
	{ &bare, F_seccomp_syscall, ASKED_ABSENT, ENOSYS, ASKED_ABSENT, "raw" },
	{ &bare, F_flag_tsync, ASKED_UNKNOWN, EPERM, ASKED_UNKNOWN, "raw" },
	/* An emulator has no seccomp; it passes on no_new_privs, and shows the host's /proc. */
	{ &emulated, F_flag_tsync, ASKED_ABSENT, ENOSYS, ASKED_UNKNOWN, "emulated (qemu-user)" },
	{ &emulated, F_prctl_seccomp, ASKED_ABSENT, EINVAL, ASKED_UNKNOWN, "EINVAL" },
	{ &emulated, F_proc_seccomp, ASKED_PRESENT, 0, ASKED_UNKNOWN, "emulated" },
	{ &emulated, F_proc_cache, ASKED_ABSENT, ENOENT, ASKED_UNKNOWN, "emulated" },
	{ &emulated, F_filter_priv, ASKED_ABSENT, EINVAL, ASKED_UNKNOWN, "emulated" },
	{ &contradicting, F_flag_tsync, ASKED_ABSENT, ENOSYS, ASKED_UNKNOWN, "unknown emulator" },
	{ &contradicting, F_nnp, ASKED_PRESENT, 0, ASKED_PRESENT, "raw" },
	{ &gvisor, F_flag_tsync, ASKED_PRESENT, EFAULT, ASKED_UNKNOWN, "emulated (gVisor)" },
	{ &gvisor, F_nnp, ASKED_PRESENT, 0, ASKED_UNKNOWN, "no kernel gave the answer" },
	{ &emulated, F_nnp, ASKED_PRESENT, 0, ASKED_PRESENT, "raw" },
	{ &emulated, F_nnp_argcheck, ASKED_PRESENT, EINVAL, ASKED_PRESENT, "raw" },
	/* An outer filter can refuse, but does not look behind pointers, nor at names of files. */
	{ &outer, F_flag_tsync, ASKED_PRESENT, EFAULT, ASKED_PRESENT, "raw" },
	{ &outer, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_UNKNOWN, "outer filter: EINVAL" },
	{ &outer, F_flag_tsync, ASKED_ABSENT, ENOSYS, ASKED_UNKNOWN, "outer filter: ENOSYS" },
	{ &outer, F_flag_tsync, ASKED_UNKNOWN, EPERM, ASKED_UNKNOWN, "outer filter: raw" },
	{ &outer, F_seccomp_syscall, ASKED_PRESENT, EINVAL, ASKED_PRESENT, "raw" },
	{ &outer, F_proc_cache, ASKED_ABSENT, ENOENT, ASKED_ABSENT, "raw" },
	{ &outer, F_mode_strict_procfile, ASKED_ABSENT, ENOENT, ASKED_ABSENT, "raw" },
	/* One that lets no seccomp(2) through may have said EINVAL to all of it. */
	{ &walled, F_seccomp_syscall, ASKED_PRESENT, EINVAL, ASKED_UNKNOWN,
	  "outer filter: EINVAL" },
	{ &walled, F_op_upper_bound, ASKED_PRESENT, EINVAL, ASKED_UNKNOWN, "outer filter: EINVAL" },
	{ &walled, F_nnp_argcheck, ASKED_PRESENT, EINVAL, ASKED_PRESENT, "raw" },
	{ &walled, F_mode_filter_prctl, ASKED_PRESENT, EFAULT, ASKED_PRESENT, "raw" },
	{ &outer, F_proc_filters, ASKED_UNKNOWN, EPERM, ASKED_UNKNOWN, "outer filter: raw" },
	/* Whoever has the one listener leaves none to ask about; other refusals are not that. */
	{ &heard, F_notif_recv, ASKED_UNKNOWN, EBUSY, ASKED_UNKNOWN, "inherited listener: raw" },
	{ &heard, F_notif_one_listener, ASKED_PRESENT, EBUSY, ASKED_PRESENT, "raw" },
	{ &heard, F_notif_recv, ASKED_UNKNOWN, EPERM, ASKED_UNKNOWN, "raw" },
	{ &listened_and_outer, F_notif_recv, ASKED_UNKNOWN, EBUSY, ASKED_UNKNOWN, "inherited" },
	{ &listened_and_outer, F_notif_recv, ASKED_UNKNOWN, EPERM, ASKED_UNKNOWN, "outer filter" },
	{ &rooted, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_UNKNOWN, "proot: EINVAL" },
	{ &rooted, F_flag_tsync, ASKED_PRESENT, EFAULT, ASKED_PRESENT, "raw" },
	{ &rooted, F_proc_cache, ASKED_ABSENT, ENOENT, ASKED_ABSENT, "raw" },
	/* Yama refuses by EPERM, and tracing only. */
	{ &yama, F_ptrace_skip_nr, ASKED_UNKNOWN, EPERM, ASKED_UNKNOWN,
	  "Yama's ptrace_scope: raw" },
	{ &yama, F_ptrace_skip_nr, ASKED_ABSENT, EIO, ASKED_ABSENT, "raw" },
	{ &yama, F_flag_tsync, ASKED_UNKNOWN, EPERM, ASKED_UNKNOWN, "raw" },
	{ &promised, F_filter_priv, ASKED_UNKNOWN, 0, ASKED_UNKNOWN,
	  "inherited no_new_privs: raw" },
	{ &promised, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_ABSENT, "raw" },
	/* A container by itself takes nothing in doubt. */
	{ &contained, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_ABSENT, "raw" },
	/* A /proc of other processes tells of the kernel, but not of this process. */
	{ &foreign, F_proc_filters, ASKED_ABSENT, 0, ASKED_UNKNOWN, "another pid namespace" },
	{ &foreign, F_proc_filters, ASKED_PRESENT, 0, ASKED_PRESENT, "raw" },
	{ &foreign, F_notif_fifo, ASKED_PRESENT, 0, ASKED_UNKNOWN, "another process" },
	{ &foreign, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_ABSENT, "raw" },
	/* A tracer can do what a filter can. */
	{ &traced, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_UNKNOWN, "traced" },
	{ &traced, F_flag_tsync, ASKED_PRESENT, EFAULT, ASKED_PRESENT, "raw" },
	{ &traced, F_proc_cache, ASKED_ABSENT, ENOENT, ASKED_ABSENT, "raw" },
	/* Without /proc nothing is known of its files, and all of the rest. */
	{ &no_proc, F_proc_nnp, ASKED_ABSENT, 0, ASKED_UNKNOWN, "/proc" },
	{ &no_proc, F_sysctl_avail, ASKED_ABSENT, ENOENT, ASKED_UNKNOWN, "/proc" },
	{ &no_proc, F_flag_tsync, ASKED_ABSENT, EINVAL, ASKED_ABSENT, "raw" },
};

static void test_trust(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer raw = { .asked = rows[i].asked, .err = rows[i].err, .why = "raw" };
		struct answer trusted = environment_trust(rows[i].env, rows[i].feature, &raw);

		check(!trusted.died && trusted.asked == rows[i].trusted && trusted.err == raw.err &&
			      trusted.heard == raw.asked &&
			      (trusted.doubt != E_NONE) == !!strcmp(trusted.why, "raw") &&
			      strstr(trusted.why, rows[i].why),
		      "row %zu: %s is trusted, because: %s (%s)", i, features[rows[i].feature].id,
		      rows[i].why, trusted.why);
	}
}

/* A death while asking is the kernel's, unless somebody stands between or cannot be ruled out. */
static void test_death(void)
{
	static const struct environment *const doubtful[] = { &outer, &traced, &no_proc };
	struct answer died = { .asked = ASKED_UNKNOWN, .died = true, .why = "killed by SIGKILL" };

	check(environment_trust(&bare, F_flag_tsync, &died).died, "a death in nobody's way counts");
	for (size_t i = 0; i < sizeof(doubtful) / sizeof(doubtful[0]); i++)
		check(!environment_trust(doubtful[i], F_flag_tsync, &died).died,
		      "a death in doubt %zu is no answer", i);
}

static bool is_group(const char *name)
{
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		if (!strcmp(features[f].group, name))
			return true;
	return false;
}

/* A scope with a typing error would doubt nothing, and nobody would see it. */
static void test_scopes(void)
{
#define DOUBT(environment, scope, which, why) scope,
	static const char *const scopes[] = {
#include "probe/doubts.def"
	};
#undef DOUBT

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		char text[128], *rest = text, *word;
		bool good = true;

		snprintf(text, sizeof(text), "%s", scopes[i]);
		while ((word = strsep(&rest, " "))) {
			word += *word == '-';
			good &= !strcmp(word, "*") || feature_by_id(word) != F_NONE ||
				(*word == '@' && is_group(word + 1));
		}
		check(good, "scope %zu: all of \"%s\" means something", i, scopes[i]);
	}
}

/* What a call that tells by EFAULT from EINVAL may answer, and one that tells by success. */
static const struct {
	long result;
	int present, absent;
	enum asked asked;
} decided[] = {
	{ -EFAULT, EFAULT, EINVAL, ASKED_PRESENT },   { -EINVAL, EFAULT, EINVAL, ASKED_ABSENT },
	{ -ENOSYS, EFAULT, EINVAL, ASKED_ABSENT },    { -EPERM, EFAULT, EINVAL, ASKED_UNKNOWN },
	{ -EACCES, EFAULT, EINVAL, ASKED_UNKNOWN },   { -EBUSY, EFAULT, EINVAL, ASKED_UNKNOWN },
	{ 0, EFAULT, EINVAL, ASKED_UNKNOWN },	      { 3, EFAULT, EINVAL, ASKED_UNKNOWN },
	{ 0, 0, EOPNOTSUPP, ASKED_PRESENT },	      { 1, 0, EINVAL, ASKED_PRESENT },
	{ -EOPNOTSUPP, 0, EOPNOTSUPP, ASKED_ABSENT }, { -EINVAL, 0, EOPNOTSUPP, ASKED_UNKNOWN },
};

static void test_decide(void)
{
	for (size_t i = 0; i < sizeof(decided) / sizeof(decided[0]); i++) {
		long result = decided[i].result;
		struct answer answer;

		ask_decide(&answer, result, decided[i].present, decided[i].absent);
		check(answer.asked == decided[i].asked && answer.err == (result < 0 ? -result : 0),
		      "row %zu: %ld is %s for errno %d (%s)", i, result,
		      decided[i].asked == ASKED_UNKNOWN ? "no answer" : "an answer",
		      decided[i].present, answer.why);
	}
}

static int open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return count;
}

/* The lines of the status file that a question could change, and the fds. */
static void own_state(long long state[5])
{
	state[0] = status_number("Seccomp", 10);
	state[1] = status_number("Seccomp_filters", 10);
	state[2] = status_number("NoNewPrivs", 10);
	state[3] = status_number("Threads", 10);
	state[4] = open_fds();
}

static void test_no_trace(void)
{
	long long before[5], after[5];
	struct answer answers[F_COUNT];
	struct environment env;

	own_state(before);
	environment_read(&env);
	probe_all(answers);
	own_state(after);
	check(!memcmp(before, after, sizeof(before)),
	      "mode, filters, no_new_privs, threads and fds "
	      "are as before");
	check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "no child is left");
	check(env.root == (geteuid() == 0) && env.mode == before[0] && env.filters == before[1] &&
		      env.nnp == before[2],
	      "the environment is what the status file says");
	check(answers[F_NONE].asked == ASKED_UNKNOWN && !answers[F_NONE].err,
	      "there is no answer to no question");
}

/* Whoever answers here, kernel or emulator: asked twice it says the same. */
static void test_repeats(void)
{
	struct answer first[F_COUNT], second[F_COUNT];
	bool same = true;

	probe_all(first);
	probe_all(second);
	for (enum feature f = F_NONE; f < F_COUNT; f++)
		same &= first[f].asked == second[f].asked && first[f].err == second[f].err &&
			!strcmp(first[f].why, second[f].why);
	check(same, "asked twice, the answers are the same");
}

/* A note of another owner, one that is no build id, then the one. Numbers are in our endianness. */
static size_t make_notes(unsigned char *notes)
{
	static const struct {
		unsigned int namesz, descsz, type;
		char name[8], desc[8];
	} notes_of[] = {
		{ 6, 4, 3, "Linux", "abcd" },
		{ 4, 5, 1, "GNU", "abcde" },
		{ 4, 4, 3, "GNU", "\xde\xad\xbe\xef" },
	};
	size_t at = 0;

	for (size_t i = 0; i < 3; i++) {
		memcpy(notes + at, &notes_of[i].namesz, 4);
		memcpy(notes + at + 4, &notes_of[i].descsz, 4);
		memcpy(notes + at + 8, &notes_of[i].type, 4);
		at += 12;
		memcpy(notes + at, notes_of[i].name, 8);
		at += (notes_of[i].namesz + 3) & ~3u;
		memcpy(notes + at, notes_of[i].desc, 8);
		at += (notes_of[i].descsz + 3) & ~3u;
	}
	return at;
}

static void test_build_id(void)
{
	unsigned char notes[256] = { 0 };
	size_t length = make_notes(notes);
	char text[41] = "";
	bool short_ones = false;

	check(provenance_build_id(notes, length, text, sizeof(text)) && !strcmp(text, "deadbeef"),
	      "the build id is found behind other notes (%s)", text);
	for (size_t cut = 0; cut < length; cut++)
		short_ones |= provenance_build_id(notes, cut, text, sizeof(text));
	check(!short_ones, "notes that are cut short have none");
	check(!provenance_build_id(notes, length, text, 8), "one that does not fit is none");
	memset(notes, 0xff, sizeof(notes));
	check(!provenance_build_id(notes, sizeof(notes), text, sizeof(text)),
	      "nor has rubbish one");
}

int main(void)
{
	test_trust();
	test_death();
	test_scopes();
	test_decide();
	test_no_trace();
	test_repeats();
	test_build_id();
	return unit_end();
}
