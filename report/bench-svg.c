/* SPDX-License-Identifier: BSD-3-Clause */
/* Plots, by gnuplot: a script goes in, and what comes out is a file. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/atomic.h"
#include "report/bench.h"
#include "run/endings.h"

#define GNUPLOT	     "gnuplot"
#define LONGEST_NAME "actions.svg" /* of a plot */

/* Whether a program of that name is where execvp(3) looks. */
static bool is_in_path(const char *name)
{
	const char *path = getenv("PATH") ?: "/bin:/usr/bin";
	char file[512];

	while (*path) {
		size_t length = strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, name);
		if (!access(file, X_OK))
			return true;
		path += length + (path[length] == ':');
	}
	return false;
}

static int complain(const char *folder)
{
	fprintf(stderr, "seccompat: bench: --svg %s: %s\n", folder, strerror(errno));
	return -1;
}

int bench_can_plot(const char *folder)
{
	char path[ATOMIC_PATH];
	struct stat st;

	if (!is_in_path(GNUPLOT)) {
		fprintf(stderr, "seccompat: bench: --svg needs gnuplot, which is not installed\n");
		return -1;
	}
	if (atomic_path(path, folder, LONGEST_NAME) || (mkdir(folder, 0777) && errno != EEXIST))
		return complain(folder);
	if (!stat(folder, &st) && S_ISDIR(st.st_mode) && !access(folder, W_OK))
		return 0;
	fprintf(stderr, "seccompat: bench: --svg %s: no folder that can be written to\n", folder);
	return -1;
}

/* --- scripts --------------------------------------------------------------------------------- */

static void put_quoted(FILE *script, const char *text)
{
	putc('"', script);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', script);
		if ((unsigned char)*text >= ' ')
			putc(*text, script);
	}
	putc('"', script);
}

static void put_head(FILE *script, const char *title)
{
	fprintf(script, "set terminal svg size 1000,640 noenhanced background 'white'\n"
			"set encoding utf8\nset grid ytics\nset title ");
	put_quoted(script, title);
	fprintf(script, "\nset ylabel \"ns\"\n");
}

/* The points of a load's rows, by n; whether there are any. */
static bool put_points(FILE *script, const struct bench_report *report, const char *name,
		       enum load_id load)
{
	const struct bench_results *results = &report->runs[0].results;
	bool any = false;

	fprintf(script, "$%s << EOD\n", name);
	for (size_t i = 0; i < report->plan.count; i++)
		if (report->plan.configs[i].load == load && results->rows[i].ns.count) {
			fprintf(script, "%u %.3f\n", report->plan.configs[i].n,
				bench_added(&report->plan, results, i));
			any = true;
		}
	fprintf(script, "EOD\n");
	return any;
}

struct line {
	enum load_id load;
	const char *name, *text;
};

static bool put_lines(FILE *script, const struct bench_report *report, const struct line *lines,
		      size_t count)
{
	bool has[8] = { false }, any = false;

	for (size_t i = 0; i < count; i++)
		has[i] = put_points(script, report, lines[i].name, lines[i].load);
	for (size_t i = 0; i < count; i++) {
		if (!has[i])
			continue;
		fprintf(script, "%s $%s using 1:2 with linespoints title \"%s\"",
			any ? "," : "plot", lines[i].name, lines[i].text);
		any = true;
	}
	fprintf(script, "\n");
	return any;
}

static bool script_length(FILE *script, const struct bench_report *report)
{
	static const struct line lines[] = {
		{ L_alu, "alu", "arithmetic" }, { L_jeq, "jeq", "jumps" },
		{ L_ld, "ld", "loads" },	{ L_mem, "mem", "memory words" },
		{ L_div, "div", "divisions" },
	};

	put_head(script, "What a filter adds to a call, by its length");
	fprintf(script, "set xlabel \"instructions\"\nset xrange [0:*]\nset logscale y\nset key "
			"left top\n");
	return put_lines(script, report, lines, sizeof(lines) / sizeof(lines[0]));
}

static bool script_depth(FILE *script, const struct bench_report *report)
{
	static const struct line lines[] = {
		{ L_by_arg, "by_arg", "an argument decides" },
		{ L_constant, "constant", "the number decides" },
	};

	put_head(script, "What filters add to a call, by how many there are");
	fprintf(script, "set xlabel \"filters\"\nset logscale x 2\nset key left top\n");
	return put_lines(script, report, lines, sizeof(lines) / sizeof(lines[0]));
}

/* Bars of the rows of a group. */
static bool put_bars(FILE *script, const struct bench_report *report, const char *group)
{
	const struct bench_results *results = &report->runs[0].results;
	bool any = false;

	fprintf(script, "set style fill solid 0.6\nset boxwidth 0.7\nset xtics rotate by -35\n"
			"set bmargin 17\nset rmargin 26\nunset key\n$bars << EOD\n");
	for (size_t i = 0; i < report->plan.count; i++) {
		const struct bench_config *config = &report->plan.configs[i];

		if (strcmp(config->group, group) || !results->rows[i].ns.count)
			continue;
		put_quoted(script, config->text);
		fprintf(script, " %.3f\n", bench_ns(&report->plan, results, i));
		any = true;
	}
	fprintf(script, "EOD\nplot $bars using 0:2:xticlabels(1) with boxes\n");
	return any;
}

static bool script_actions(FILE *script, const struct bench_report *report)
{
	put_head(script, "What a call costs, by what the filter returns");
	fprintf(script, "set logscale y\n");
	return put_bars(script, report, "action");
}

static bool script_filters(FILE *script, const struct bench_report *report)
{
	put_head(script, "What a call costs, by the filter");
	fprintf(script, "set yrange [0:*]\n");
	return put_bars(script, report, "own filters");
}

/* --- gnuplot --------------------------------------------------------------------------------- */

static void become_gnuplot(int input, int output)
{
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	endings_allow();
	execlp(GNUPLOT, GNUPLOT, "-", (char *)NULL);
	perror("seccompat: bench: gnuplot");
	_exit(127);
}

/* Its exit status; anything but 0 if it has none. */
static int run_gnuplot(const char *script, size_t length, FILE *out)
{
	FILE *input = tmpfile();
	int status = -1;
	pid_t pid;

	if (!input || fwrite(script, 1, length, input) != length || fflush(input)) {
		perror("seccompat: bench: no room for a script");
		if (input)
			fclose(input);
		return -1;
	}
	rewind(input);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		become_gnuplot(fileno(input), fileno(out));
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	fclose(input);
	return status;
}

static int write_plot(const char *path, const char *script, size_t length)
{
	struct atomic_file file;

	if (atomic_open(&file, path))
		return -1;
	if (run_gnuplot(script, length, file.out)) {
		fprintf(stderr, "seccompat: bench: %s: gnuplot failed\n", path);
		atomic_abort(&file);
		return -1;
	}
	return atomic_commit(&file);
}

int bench_plot(const char *folder, const struct bench_report *report)
{
	static const struct plot {
		const char *name;
		bool (*script)(FILE *script, const struct bench_report *report);
	} plots[] = {
		{ "length.svg", script_length },
		{ "depth.svg", script_depth },
		{ "actions.svg", script_actions },
		{ "filters.svg", script_filters },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(plots) / sizeof(plots[0]) && !err; i++) {
		char path[ATOMIC_PATH], *text;
		size_t length;
		FILE *script = open_memstream(&text, &length);
		bool any = plots[i].script(script, report);

		fclose(script);
		if (atomic_path(path, folder, plots[i].name))
			err = complain(folder);
		else if (any)
			err = write_plot(path, text, length);
		free(text);
	}
	return err;
}
