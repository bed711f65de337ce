/* SPDX-License-Identifier: BSD-3-Clause */
/* seccompat check: probe, run the matrix, join both to a verdict. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/arch.h"
#include "cli/cli.h"
#include "cli/twin.h"
#include "report/atomic.h"
#include "report/check.h"
#include "report/features.h"
#include "report/fixes.h"
#include "report/ktap.h"
#include "run/audit.h"
#include "run/cpus.h"
#include "run/exec.h"
#include "run/jobs.h"
#include "run/sweep.h"
#include "selftests/glue/engine.h"
#include "selftests/glue/needs.h"

/* The twin's own families are bounded one by one; this bounds what it says nothing for. */
#define TWIN_SILENCE_MS 90000

struct options {
	const char *json;
	unsigned int jobs;
	bool list;
	struct plan_choice choice;
};

struct twin {
	const struct arch *arch; /* NULL: built without */
	int fd;			 /* -1: cannot be executed, see why */
	char why[160];
	char **argv;
	unsigned int suites; /* that it will report, or one that says why it does not */
	struct ktap_reader results;
};

struct check {
	const struct options *options;
	struct check_run run; /* what is reported */
	struct plan plan;
	struct twin twin;
	unsigned int suite;	 /* the number of the last one printed */
	struct atomic_file json; /* with --json */
};

static void usage(FILE *out)
{
	fprintf(out,
		"usage: seccompat check [OPTION...] [PATTERN...]\n"
		"Runs the tests whose names match a PATTERN (a part of the name, or a glob; all if "
		"none;\n"
		"!PATTERN: not those that match it) on this kernel, prints KTAP, then the "
		"verdict.\n"
		"`seccompat check fixes` is the report of backports: which fixes of seccomp this "
		"kernel\n"
		"lacks, the severest first; a fix's name (CVE-2026-89603) chooses the tests that "
		"detect it.\n\n"
		"  -l, --list       what would run and what each test needs and covers; runs "
		"nothing\n"
		"  -q, --quick      one test for each behaviour, feature and fix, in one variant; "
		"of the compat\n"
		"                   twin's the features only, unless a PATTERN says more\n"
		"      --fail-fast  after a failure no other test begins; the rest is skipped\n"
		"  -j, --jobs N     families that run at once, of each of the two programs "
		"(default:\n"
		"                   the CPUs this process may use, and one more)\n"
		"      --json FILE  the results for machines too; the file is complete or not "
		"there\n"
		"  -h, --help       this text\n\n"
		"Exit status: 0 all passed, 1 the kernel failed something, 2 usage, bad input "
		"or a test\n"
		"broke, 4 nothing could be tested.\n");
}

static unsigned int usable_cpus(void)
{
	cpu_set_t set;

	cpus_usable(&set);
	return CPU_COUNT(&set);
}

/* Not all tests that run at once are the greatest ones. */
#define TASKS_MAX 1024

/*
 * Tests wait more than they compute: one more than there are CPUs, of each of the two programs (the
 * twin is one of ours). One at a time where there cannot be as many tasks.
 */
static unsigned int default_jobs(void)
{
	unsigned int jobs = usable_cpus() + 1, tasks = (2 * jobs - 1) * PLAN_PROCESSES;

	return needs_have_tasks(tasks < TASKS_MAX ? tasks : TASKS_MAX) ? jobs : 1;
}

/* --- the compat twin ------------------------------------------------------------------------- */

static int twin_main(void *data)
{
	struct twin *twin = data;

	exec_descriptor(twin->fd, twin->argv);
	perror("the twin cannot be executed");
	return SC_BROKEN;
}

static void twin_line(void *data, const char *line)
{
	struct twin *twin = data;

	ktap_read_line(&twin->results, line);
}

static void twin_ended(void *data, const struct run_end *end)
{
	struct twin *twin = data;
	char text[64];

	if (end->how == RUN_EXITED && end->value != SC_BROKEN)
		return;
	snprintf(twin->why, sizeof(twin->why), "the twin %s",
		 run_end_text(end, text, sizeof(text)));
}

/* The word of twin->argv in whose place --list may stand. */
enum { TWIN_JOBS = 2 };

/* One variant is enough of a quick check, and the twin's tests are another one of ours. */
static char *const *twin_patterns(const struct plan_choice *choice)
{
	static char all_features[] = "features";
	static char *const asked[] = { all_features, NULL };

	return choice->quick && !*choice->patterns ? asked : choice->patterns;
}

/* What runs filters does not ask whose they are, and is switched for the whole machine: not by two.
 */
static const char *const not_of_twin[] = { "!*/jit", "!*/interpreter" };

static void name_twin(struct twin *twin, const struct options *options)
{
	static char jobs[sizeof("--jobs=4294967295")];
	char *const *patterns = twin_patterns(&options->choice);
	size_t count = 0, next = 0;

	while (patterns[count])
		count++;
	twin->argv = calloc(count + 9, sizeof(*twin->argv));
	if (!twin->argv)
		abort();
	twin->argv[next++] = "seccompat";
	twin->argv[next++] = "check";
	snprintf(jobs, sizeof(jobs), "--jobs=%u", options->jobs);
	twin->argv[next++] = jobs;
	if (options->choice.quick)
		twin->argv[next++] = "--quick";
	if (options->choice.fail_fast)
		twin->argv[next++] = "--fail-fast";
	twin->argv[next++] = "--";
	memcpy(&twin->argv[next], patterns, count * sizeof(*twin->argv));
	memcpy(&twin->argv[next + count], not_of_twin, sizeof(not_of_twin));
}

static struct job twin_job(struct twin *twin)
{
	return (struct job){
		.main = twin_main,
		.line = twin_line,
		.ended = twin_ended,
		.data = twin,
		.silence_ms = TWIN_SILENCE_MS,
	};
}

/* --- the suites beside the families ---------------------------------------------------------- */

static void print_suite(struct check *check, const struct test_case *cases, size_t count)
{
	if (!count)
		return;
	ktap_suite(stdout, ++check->suite, cases, count);
	check_run_add(&check->run, cases, count);
}

static void family_done(void *data, const struct test_case *cases, size_t count)
{
	print_suite(data, cases, count);
}

/* Its suites, in its order, behind ours; what was promised and did not come is broken. */
static void print_twin(struct check *check, unsigned int promised)
{
	const struct ktap_reader *results = &check->twin.results;
	const struct twin *twin = &check->twin;
	unsigned int last = check->suite + promised;

	for (size_t from = 0, to; from < results->count; from = to) {
		size_t prefix =
			strrchr(results->cases[from].name, '.') - results->cases[from].name + 1;

		for (to = from; to < results->count; to++)
			if (strncmp(results->cases[to].name, results->cases[from].name, prefix))
				break;
		print_suite(check, &results->cases[from], to - from);
	}
	while (check->suite < last) {
		struct test_case none = { .outcome = twin->fd < 0 ? SKIPPED : BROKE };

		snprintf(none.name, sizeof(none.name), "%s.all", twin->arch->name);
		snprintf(none.message, sizeof(none.message), "%s",
			 twin->why[0] ? twin->why : "the twin did not report this suite");
		plan_doubt(&check->plan, &none);
		if (plan_is_stopped(&check->plan))
			plan_leave_out(&check->plan, &none);
		print_suite(check, &none, 1);
	}
}

/* The features whose names match, as cases; returns how many. */
static size_t feature_cases(const struct check_run *run, const char *abi, char *const *patterns,
			    struct test_case cases[F_COUNT])
{
	char prefix[64];
	size_t count = 0;

	snprintf(prefix, sizeof(prefix), "%s.features.", abi);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++) {
		cases[count] = feature_case(prefix, f, &run->verdicts[f]);
		count += plan_name_matches(cases[count].name, patterns);
	}
	return count;
}

/* The fixes whose names match, as cases, by what the tests that detect them found. */
static size_t fix_cases(const struct check_run *run, const char *abi, char *const *patterns,
			struct test_case cases[FIX_COUNT])
{
	const struct case_list list = { run->cases, run->count };
	struct version version = { 0 };
	struct utsname name;
	size_t count = 0;

	uname(&name);
	version_parse(version_text(name.version, name.release), &version);
	for (enum fix fix = FIX_NONE + 1; fix < FIX_COUNT; fix++) {
		cases[count] = fix_case(abi, fix, &list, &version);
		count += plan_name_matches(cases[count].name, patterns);
	}
	return count;
}

static struct test_case aftermath_case(const char *name, int trouble, const char *what)
{
	struct test_case test = {
		.outcome = trouble > 0	 ? FAILED
			   : trouble < 0 ? SKIPPED
					 : PASSED,
	};

	snprintf(test.name, sizeof(test.name), "%s.aftermath.%s", arch_native()->name, name);
	snprintf(test.message, sizeof(test.message), "%s", what);
	return test;
}

#define AFTERMATH_CASES 4

/* What the run must not have left: processes, fds, another mode, trouble in the kernel's log. */
static void print_aftermath(struct check *check, struct audit *audit)
{
	struct test_case cases[AFTERMATH_CASES];
	char what[256];
	int trouble;

	sweep_wait();
	trouble = sweep_children(what, sizeof(what)) > 0;
	cases[0] = aftermath_case("no_process_left", trouble, what);
	/* A process left behind is a fault of the test that started it. */
	if (trouble)
		cases[0].outcome = BROKE;
	trouble = audit_fds(audit, what, sizeof(what));
	cases[1] = aftermath_case("no_fd_left", trouble, what);
	trouble = audit_own_state(audit, what, sizeof(what));
	cases[2] = aftermath_case("own_state_unchanged", trouble, what);
	trouble = audit_kernel_log(audit, what, sizeof(what));
	cases[3] = aftermath_case("kernel_log_clean", trouble, what);
	print_suite(check, cases, AFTERMATH_CASES);
}

/* --- the whole ------------------------------------------------------------------------------- */

static unsigned int family_count(const struct plan *plan)
{
	unsigned int count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += !i || strcmp(plan->cases[i].info->family, plan->cases[i - 1].info->family);
	return count;
}

/* The suites of one ABI's run: its families, its features and fixes if one matches, the aftermath.
 */
static unsigned int suite_count(const struct check *check, const char *abi, char *const *patterns,
				unsigned int families)
{
	struct test_case cases[F_COUNT], fixed[FIX_COUNT];

	return families + (feature_cases(&check->run, abi, patterns, cases) > 0) +
	       (fix_cases(&check->run, abi, patterns, fixed) > 0) + 1;
}

/* The families of which tests are listed: lines that are not indented, a family's together. */
static unsigned int families_listed(FILE *list)
{
	char line[256], last[sizeof(line)] = "";
	unsigned int count = 0;

	while (fgets(line, sizeof(line), list)) {
		char *dot = strrchr(line, '.');

		if (isspace((unsigned char)*line) || !dot)
			continue;
		*dot = '\0';
		count += strcmp(line, last) != 0;
		strcpy(last, line);
	}
	return count;
}

/* The twin is asked itself: some tests are of one architecture alone. */
static unsigned int twin_families(const struct check *check)
{
	int ends[2], status;
	unsigned int count = 0;
	FILE *list;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return 0;
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(STDERR_FILENO);
		check->twin.argv[TWIN_JOBS] = "--list";
		exec_descriptor(check->twin.fd, check->twin.argv);
		_exit(SC_BROKEN);
	}
	close(ends[1]);
	list = fdopen(ends[0], "r");
	if (list) {
		count = families_listed(list);
		fclose(list);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return count;
}

/* None where no name of the twin's matches: then it is not run. */
static unsigned int twin_suite_count(const struct check *check)
{
	const struct twin *twin = &check->twin;
	char *const *patterns = twin_patterns(&check->options->choice);
	unsigned int count;

	if (!twin->arch)
		return 0;
	if (twin->fd < 0)
		return check->plan.count > 0;
	count = suite_count(check, twin->arch->name, patterns, twin_families(check));
	return count <= 1 && *patterns ? 0 : count;
}

static void list_plan(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct test_case *test = &plan->cases[i];

		printf("%s\n    %s\n", test->name, test->info->doc);
		check_print_features(stdout, "needs", test->info->needs);
		check_print_features(stdout, "covers", test->info->covers);
		check_print_detected(stdout, test->info);
		if (test->outcome != PENDING)
			printf("    %s here: %s\n", test->outcome == SKIPPED ? "skipped" : "fails",
			       test->message);
	}
}

static void probe_kernel(struct check_run *run)
{
	environment_read(&run->env);
	probe_all(run->answers);
	for (enum feature f = F_NONE + 1; f < F_COUNT; f++)
		run->answers[f] = environment_trust(&run->env, f, &run->answers[f]);
	check_run_judge(run);
}

static int write_json(struct atomic_file *file, const struct check_run *run)
{
	check_write_json(file->out, run);
	return atomic_commit(file);
}

/* Nothing of ours may survive us; then the signal does what it would have done. */
static void __attribute__((noreturn)) die_of(int signal, struct check *check)
{
	char names[256];

	sweep_children(names, sizeof(names));
	atomic_abort(&check->json);
	printf("Bail out! interrupted by SIG%s\n", sigabbrev_np(signal));
	fflush(stdout);
	raise(signal);
	_exit(128 + signal);
}

static void run_suites(struct check *check, struct audit *audit)
{
	struct job job;
	struct engine engine = {
		.plan = &check->plan,
		.at_once = check->options->jobs,
		.family_done = family_done,
		.data = check,
	};
	struct test_case cases[F_COUNT], fixed[FIX_COUNT];
	unsigned int twin_suites = check->twin.suites;
	const char *abi = arch_native()->name;
	int interrupted;

	if (twin_suites && check->twin.fd >= 0) {
		job = twin_job(&check->twin);
		engine.twin = &job;
	}
	ktap_begin(stdout, suite_count(check, abi, check->options->choice.patterns,
				       family_count(&check->plan)) +
				   twin_suites);
	interrupted = engine_run(&engine);
	if (interrupted)
		die_of(interrupted, check);
	check_run_judge(&check->run);
	print_suite(check, cases,
		    feature_cases(&check->run, abi, check->options->choice.patterns, cases));
	print_suite(check, fixed,
		    fix_cases(&check->run, abi, check->options->choice.patterns, fixed));
	print_aftermath(check, audit);
	print_twin(check, twin_suites);
}

/* Proven executable before its suites, or tests that execute it, are promised. */
static void prepare_twin(struct check *check)
{
	struct twin *twin = &check->twin;

	name_twin(twin, check->options);
	twin->fd = -1;
	twin->arch = twin_arch();
	if (twin->arch)
		twin->fd = twin_open(twin->why, sizeof(twin->why));
	else
		snprintf(twin->why, sizeof(twin->why), "this program carries none");
}

static int check_kernel(struct check *check)
{
	const char *json = check->options->json;
	struct audit audit;
	double start = run_now();
	int status;

	if (json && atomic_open(&check->json, json))
		return SC_BROKEN;
	audit_begin(&audit);
	run_suites(check, &audit);
	audit_end(&audit);
	check->run.seconds = run_now() - start;
	check_print_verdict(stdout, &check->run, isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
	status = check_run_status(&check->run);
	if (json && write_json(&check->json, &check->run))
		status = SC_BROKEN;
	return status;
}

static bool anything_matches(const struct check *check)
{
	char *const *patterns = check->options->choice.patterns;
	struct test_case cases[F_COUNT], fixed[FIX_COUNT];
	const char *abi = arch_native()->name;

	return check->plan.count || feature_cases(&check->run, abi, patterns, cases) ||
	       fix_cases(&check->run, abi, patterns, fixed) || check->twin.suites || !*patterns;
}

static int run_check(const struct options *options)
{
	struct check check = { .options = options };
	struct plan_facts facts = {
		.env = &check.run.env,
		.answers = check.run.answers,
		.verdicts = check.run.verdicts,
		.cpus = usable_cpus(),
	};
	int status = SC_OK;
	char why[JIT_WHY];

	probe_kernel(&check.run);
	/* Where an outer filter kills for prctl(2), what needs it has told so already. */
	if (check.run.answers[F_prctl_seccomp].asked == ASKED_PRESENT)
		sweep_adopt();
	facts.engine = jit_now(JIT_SWITCH, why, sizeof(why));
	prepare_twin(&check);
	facts.twin_fd = check.twin.fd;
	facts.twin_why = check.twin.why;
	check.plan = plan_make(&facts, arch_native()->name, &options->choice);
	check.twin.suites = twin_suite_count(&check);
	if (!anything_matches(&check)) {
		fprintf(stderr,
			"seccompat: check: no test matches %s; seccompat check --list names them\n",
			options->choice.patterns[0]);
		status = SC_BROKEN;
	} else if (options->list) {
		list_plan(&check.plan);
	} else {
		status = check_kernel(&check);
	}
	if (check.twin.fd >= 0)
		close(check.twin.fd);
	plan_free(&check.plan);
	ktap_reader_free(&check.twin.results);
	free(check.twin.argv);
	free(check.run.cases);
	return status;
}

static bool parse_jobs(const char *text, unsigned int *jobs)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end || value < 1 || value > 256) {
		fprintf(stderr, "seccompat: check: --jobs %s: give a number from 1 to 256\n", text);
		return false;
	}
	*jobs = value;
	return true;
}

int cmd_check(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "list", no_argument, NULL, 'l' },
		{ "quick", no_argument, NULL, 'q' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "json", required_argument, NULL, 'J' },
		{ "fail-fast", no_argument, NULL, 'F' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct options options = { .jobs = 0 };
	int option;

	while ((option = getopt_long(argc, argv, "lqj:h", long_options, NULL)) != -1) {
		switch (option) {
		case 'l':
			options.list = true;
			break;
		case 'q':
			options.choice.quick = true;
			break;
		case 'F':
			options.choice.fail_fast = true;
			break;
		case 'j':
			if (!parse_jobs(optarg, &options.jobs))
				return SC_BROKEN;
			break;
		case 'J':
			options.json = optarg;
			break;
		case 'h':
			usage(stdout);
			return SC_OK;
		default:
			usage(stderr);
			return SC_BROKEN;
		}
	}
	options.choice.patterns = argv + optind;
	if (!options.jobs)
		options.jobs = options.list ? 1 : default_jobs();
	return run_check(&options);
}
