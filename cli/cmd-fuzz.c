/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "arch/arch.h"
#include "cli/cli.h"
#include "fuzz/learn.h"
#include "probe/jit.h"
#include "report/atomic.h"
#include "report/fuzz-state.h"
#include "report/fuzz.h"

#define DEFAULT_SECONDS 10

struct fuzz_options {
	bool seeded, json, checker, simulator;
	bool engine[JIT_ON + 1]; /* asked for by name */
	uint64_t seed, count, seconds;
	const char *resume, *folder;
};

/* What one invocation does: one session an engine. */
struct fuzz_work {
	const struct fuzz_options *options;
	struct fuzz_state state;
	const char *engine; /* its name, if it was asked for */
	struct json json;
	unsigned long long before;    /* differences of earlier runs */
	bool tested, untested, broke; /* an engine was; one was not */
	int interrupted;
};

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat fuzz [--seed N] [--count N] [--time SECONDS] [--resume FILE]\n"
		"                      [--simulator] [--checker] [--jit] [--interpreter]\n"
		"                      [--output FOLDER] [--json]\n"
		"Random filters in this kernel and in the simulator, which must decide alike, and\n"
		"near-valid ones, which the kernel must take exactly when the checker does.\n\n"
		"  -s, --seed N         where to begin (anywhere); the same seed, the same "
		"filters\n"
		"  -n, --count N        end after so many programs\n"
		"  -t, --time SECONDS   end after that long (%d, where there is no --count "
		"either)\n"
		"  -r, --resume FILE    go on from where FILE says, and note there how far it "
		"came\n"
		"  -S, --simulator      only programs that are run\n"
		"  -c, --checker        only programs that may be refused\n"
		"  -J, --jit            with the kernel's compiler of filters switched on,\n"
		"  -i, --interpreter    and with it switched off (as root); else as it is\n"
		"  -o, --output FOLDER  where filters that show a difference are written, too\n"
		"  -j, --json           one object, for machines\n"
		"  -h, --help           this\n",
		DEFAULT_SECONDS);
}

static int parse_number(const char *option, const char *text, uint64_t least, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && !*end && !errno && *value >= least)
		return 0;
	fprintf(stderr, "seccompat: fuzz: --%s %s: a number from %llu on is needed\n", option, text,
		(unsigned long long)least);
	return SC_BROKEN;
}

static int parse(int argc, char **argv, struct fuzz_options *options)
{
	static const struct option long_options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "count", required_argument, NULL, 'n' },
		{ "time", required_argument, NULL, 't' },
		{ "resume", required_argument, NULL, 'r' },
		{ "simulator", no_argument, NULL, 'S' },
		{ "checker", no_argument, NULL, 'c' },
		{ "jit", no_argument, NULL, 'J' },
		{ "interpreter", no_argument, NULL, 'i' },
		{ "output", required_argument, NULL, 'o' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option, err = 0;

	argv[0] = (char *)"seccompat: fuzz"; /* how getopt begins its messages */
	while (!err &&
	       (option = getopt_long(argc, argv, "+s:n:t:r:ScJio:jh", long_options, NULL)) != -1) {
		switch (option) {
		case 's':
			options->seeded = true;
			err = parse_number("seed", optarg, 0, &options->seed);
			break;
		case 'n':
			err = parse_number("count", optarg, 1, &options->count);
			break;
		case 't':
			err = parse_number("time", optarg, 1, &options->seconds);
			break;
		case 'r':
			options->resume = optarg;
			break;
		case 'S':
			options->simulator = true;
			break;
		case 'c':
			options->checker = true;
			break;
		case 'J':
			options->engine[JIT_ON] = true;
			break;
		case 'i':
			options->engine[JIT_OFF] = true;
			break;
		case 'o':
			options->folder = optarg;
			break;
		case 'j':
			options->json = true;
			break;
		case 'h':
			usage(stdout);
			return -1;
		default:
			return SC_BROKEN;
		}
	}
	if (!err && optind < argc) {
		fprintf(stderr, "seccompat: fuzz: %s: no arguments are needed; see fuzz --help\n",
			argv[optind]);
		err = SC_BROKEN;
	}
	return err;
}

/* Short enough to be typed again. */
static uint64_t any_seed(void)
{
	uint32_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint32_t)time(NULL);
	return seed;
}

static int begin_state(struct fuzz_work *work)
{
	const struct fuzz_options *options = work->options;
	int found = options->resume ? fuzz_state_read(options->resume, &work->state) : 0;

	if (found < 0)
		return SC_BROKEN;
	if (found && options->seeded && options->seed != work->state.seed) {
		fprintf(stderr,
			"seccompat: %s: began with seed %llu; leave --seed out, or name "
			"another file\n",
			options->resume, (unsigned long long)work->state.seed);
		return SC_BROKEN;
	}
	if (!found)
		work->state.seed = options->seeded ? options->seed : any_seed();
	/* That it cannot be written is told before the work, not after it. */
	if (options->resume && fuzz_state_write(options->resume, &work->state))
		return SC_BROKEN;
	return 0;
}

/* Where a filter is written: 0, or -1 and errno. */
static int filter_path(char path[ATOMIC_PATH], const char *folder, enum fuzz_kind kind,
		       uint64_t seed)
{
	char name[48];

	snprintf(name, sizeof(name), "%s-%llu.bpf", kind == FUZZ_CHECKER ? "checker" : "simulator",
		 (unsigned long long)seed);
	return atomic_path(path, folder, name);
}

static int begin_folder(const char *folder)
{
	char path[ATOMIC_PATH];
	struct stat st;

	if (!folder)
		return 0;
	if (!filter_path(path, folder, FUZZ_PROGRAMS, UINT64_MAX) &&
	    (!mkdir(folder, 0777) || errno == EEXIST) && !stat(folder, &st)) {
		if (S_ISDIR(st.st_mode) && !access(folder, W_OK))
			return 0;
		errno = S_ISDIR(st.st_mode) ? EACCES : ENOTDIR;
	}
	fprintf(stderr, "seccompat: fuzz: --output %s: %s\n", folder, strerror(errno));
	return SC_BROKEN;
}

static void write_filter(struct fuzz_work *work, const struct fuzz_difference *difference)
{
	char path[ATOMIC_PATH];

	/* That it finds room was seen before. */
	if (filter_path(path, work->options->folder, difference->kind, difference->seed) ||
	    fuzz_write_filter(path, &difference->program))
		work->broke = true;
	else if (!work->options->json)
		printf("  written to %s\n", path);
}

static void found(struct fuzz_session *session, const struct fuzz_difference *difference)
{
	struct fuzz_work *work = session->data;

	if (work->options->json)
		fuzz_json_difference(&work->json, difference, work->engine);
	else
		fuzz_put_difference(stdout, difference, work->engine);
	if (work->options->folder)
		write_filter(work, difference);
	fflush(stdout);
}

static void progress(struct fuzz_session *session)
{
	struct fuzz_work *work = session->data;

	work->state.totals = session->totals;
	if (work->options->resume && fuzz_state_write(work->options->resume, &work->state))
		snprintf(session->broke, sizeof(session->broke), "no progress can be noted");
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%llu programs, %llu differences, %.0f s ",
			session->totals.programs + session->totals.checks,
			session->totals.differences, session->totals.seconds);
}

/* Without a switch it may be as wanted all the same. */
static int have_engine(struct jit_loan *loan, enum jit wanted, char *why, size_t size)
{
	char how[JIT_WHY];
	int err = jit_borrow(loan, JIT_SWITCH, why, size);

	if (!err)
		return jit_set(loan, wanted, why, size);
	if (err != -EWOULDBLOCK && jit_now(JIT_SWITCH, how, sizeof(how)) == wanted)
		return 0;
	return err;
}

static const char *begin_engine(const struct fuzz_work *work, const struct fuzz_known *known)
{
	char how[JIT_WHY];
	const char *name = jit_name(jit_now(JIT_SWITCH, how, sizeof(how)));
	const char *shifts = known->wide_shifts ? "as simulated" : "not compared";

	if (!work->options->json) {
		printf("# engine: %s; calls: %s%s%s; shifts by X >= 32: %s\n", name,
		       arch_native()->name,
		       known->route[FUZZ_NATIVE].made_up ? " (also of no number)" : "",
		       known->route[FUZZ_INT80].usable ? ", int80" : "", shifts);
		fflush(stdout);
	}
	return name;
}

static void run_session(struct fuzz_work *work, const struct fuzz_known *known)
{
	const struct fuzz_options *options = work->options;
	bool both = options->simulator == options->checker;
	struct fuzz_session session = {
		.seed = work->state.seed,
		.kinds = { both || options->simulator, both || options->checker },
		.count = options->count,
		.seconds = (double)(options->seconds || options->count ? options->seconds
								       : DEFAULT_SECONDS),
		.known = *known,
		.totals = work->state.totals,
		.found = found,
		.progress = progress,
		.data = work,
	};
	int result = fuzz_session_run(&session);

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	work->state.totals = session.totals;
	work->tested |= session.totals.programs + session.totals.checks > 0;
	if (result < 0) {
		fprintf(stderr, "seccompat: fuzz: %s\n", session.broke);
		work->broke = true;
	}
	if (result > 0)
		work->interrupted = result;
}

static void tell_untested(struct fuzz_work *work, const char *why)
{
	work->untested = true;
	fprintf(stderr, "seccompat: fuzz: %s%snot tested: %s\n", work->engine ?: "",
		work->engine ? ": " : "", why);
	if (!work->options->json)
		return;
	jsonw_object(&work->json, NULL);
	jsonw_string(&work->json, "engine", work->engine);
	jsonw_string(&work->json, "not_tested", why);
	jsonw_end(&work->json);
}

/* JIT_UNKNOWN: whatever the kernel has. */
static void run_engine(struct fuzz_work *work, enum jit wanted)
{
	struct jit_loan loan = JIT_NO_LOAN;
	struct fuzz_known known;
	const char *name;
	char why[200];

	work->engine = wanted == JIT_UNKNOWN ? NULL : jit_name(wanted);
	if ((work->engine && have_engine(&loan, wanted, why, sizeof(why))) ||
	    fuzz_learn(&known, why, sizeof(why))) {
		tell_untested(work, why);
		work->broke |= jit_return(&loan);
		return;
	}
	name = begin_engine(work, &known);
	if (work->options->json) {
		jsonw_object(&work->json, NULL);
		jsonw_string(&work->json, "engine", name);
		jsonw_bool(&work->json, "wide_shifts_as_simulated", known.wide_shifts);
		jsonw_bool(&work->json, "int80", known.route[FUZZ_INT80].usable);
		jsonw_array(&work->json, "differences");
	}
	run_session(work, &known);
	if (work->options->json) {
		jsonw_end(&work->json);
		jsonw_end(&work->json);
	}
	work->broke |= jit_return(&loan);
}

static void run_engines(struct fuzz_work *work)
{
	const struct fuzz_options *options = work->options;

	if (!options->engine[JIT_ON] && !options->engine[JIT_OFF])
		run_engine(work, JIT_UNKNOWN);
	if (options->engine[JIT_ON])
		run_engine(work, JIT_ON);
	if (options->engine[JIT_OFF] && !work->interrupted && !work->broke)
		run_engine(work, JIT_OFF);
}

static void begin_output(struct fuzz_work *work)
{
	struct utsname name = { 0 };
	char seed[24];

	uname(&name);
	if (!work->options->json) {
		printf("# seccompat fuzz on Linux %s %s, seed %llu\n", name.release,
		       arch_native()->name, (unsigned long long)work->state.seed);
		return;
	}
	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)work->state.seed);
	jsonw_begin(&work->json, stdout);
	jsonw_object(&work->json, NULL);
	jsonw_string(&work->json, "kernel", name.release);
	jsonw_string(&work->json, "arch", arch_native()->name);
	jsonw_string(&work->json, "seed", seed);
	jsonw_array(&work->json, "engines");
}

static int end_output(struct fuzz_work *work)
{
	const struct fuzz_totals *totals = &work->state.totals;

	if (work->options->json) {
		jsonw_end(&work->json);
		fuzz_json_totals(&work->json, totals);
		jsonw_end(&work->json);
	} else if (work->tested) {
		fuzz_put_totals(stdout, totals);
	}
	if (work->options->resume && fuzz_state_write(work->options->resume, &work->state))
		work->broke = true;
	if (work->interrupted) {
		fflush(stdout);
		signal(work->interrupted, SIG_DFL);
		raise(work->interrupted);
	}
	if (work->broke)
		return SC_BROKEN;
	if (totals->differences > work->before)
		return SC_FAILED;
	return work->untested || !work->tested ? SC_UNTESTED : SC_OK;
}

int cmd_fuzz(int argc, char **argv)
{
	struct fuzz_options options = { 0 };
	struct fuzz_work work = { .options = &options };
	int err = parse(argc, argv, &options);

	if (err)
		return err < 0 ? SC_OK : err;
	err = begin_folder(options.folder) ?: begin_state(&work);
	if (err)
		return err;
	work.before = work.state.totals.differences;
	begin_output(&work);
	run_engines(&work);
	return end_output(&work);
}
