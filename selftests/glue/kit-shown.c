/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-shown.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filters/sim.h"
#include "run/run.h"
#include "selftests/glue/kit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- what the file says ----------------------------------------------------------------------- */

/* Of x86_64, which a kernel may let pass unasked. */
#define NR_URETPROBE 335
#define NR_UPROBE    336

static void take_line(struct shown *shown, const char *line)
{
	struct shown_arch *arch = &shown->arch[shown->count ? shown->count - 1 : 0];
	char name[16], status[16], again[64];
	unsigned int nr;

	if (sscanf(line, "%15s %u %15s", name, &nr, status) != 3) {
		shown->odd = true;
		return;
	}
	snprintf(again, sizeof(again), "%s %u %s\n", name, nr, status);
	if (!shown->count || strcmp(name, arch->name)) {
		if (shown->count == COUNT(shown->arch)) {
			shown->odd = true;
			return;
		}
		arch = &shown->arch[shown->count++];
		strcpy(arch->name, name);
	}
	if (strcmp(again, line) || nr != arch->count || nr >= SHOWN_NUMBERS ||
	    (strcmp(status, "ALLOW") && strcmp(status, "FILTER"))) {
		shown->odd = true;
		return;
	}
	arch->allow[arch->count++] = !strcmp(status, "ALLOW");
}

struct shown read_shown(int fd)
{
	static struct shown shown;
	char line[64];
	FILE *file = fdopen(fd, "r");

	memset(&shown, 0, sizeof(shown));
	errno = 0;
	while (file && fgets(line, sizeof(line), file))
		take_line(&shown, line);
	shown.err = !file || ferror(file) ? errno : 0;
	if (file)
		fclose(file);
	return shown;
}

int open_cache(pid_t pid, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/seccomp_cache", pid, tid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* --- what is right ---------------------------------------------------------------------------- */

/* Clears *data when an instruction looks at something else than number and architecture. */
static void look_at_step(void *data, const struct sim_step *step)
{
	bool *constant = data;

	switch (step->insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		*constant &= step->insn->k <= offsetof(struct seccomp_data, arch);
		break;
	case BPF_ALU | BPF_AND | BPF_K:
	case BPF_JMP | BPF_JA:
	case BPF_JMP | BPF_JEQ | BPF_K:
	case BPF_JMP | BPF_JGT | BPF_K:
	case BPF_JMP | BPF_JGE | BPF_K:
	case BPF_JMP | BPF_JSET | BPF_K:
	case BPF_RET | BPF_K:
		break;
	default:
		*constant = false;
	}
}

static bool allows(const struct program *program, uint32_t arch, int nr)
{
	const struct seccomp_data data = { .nr = nr, .arch = arch };
	bool constant = true;
	struct sim_result result = sim_run_checked(program->code, &data, arch_native()->big_endian,
						   look_at_step, &constant);

	return constant && result.value == SECCOMP_RET_ALLOW;
}

const struct arch *arch_of_shown(const char *name)
{
	if (!strcmp(name, "ia32"))
		return arch_by_name("i386");
	if (!strcmp(name, "ppc64"))
		return NULL;
	return arch_by_name(name);
}

/* --- a task with filters ---------------------------------------------------------------------- */

static int install_pile(const struct pile *pile)
{
	for (unsigned int i = 0; i < pile->count; i++) {
		struct sock_fprog prog = { .len = pile->programs[i].len,
					   .filter = (struct sock_filter *)pile->programs[i].code };

		if (kit_install(&prog))
			return errno;
	}
	return 0;
}

static long filters_of(pid_t pid)
{
	char path[64], line[256];
	long filters = -1;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "Seccomp_filters: %ld", &filters) == 1)
			break;
	if (status)
		fclose(status);
	return filters;
}

void end_task(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

pid_t start_task(const struct pile *pile)
{
	const double end = run_now() + run_scaled_ms(3000) / 1e3;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (install_pile(pile))
			_exit(1);
		for (;;)
			__asm__ volatile("");
	}
	while (pid > 0 && filters_of(pid) != (long)pile->count) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return -1;
		if (run_now() > end) {
			end_task(pid);
			return -1;
		}
		sched_yield();
	}
	return pid;
}

static void judge_arch(struct judged *judged, const struct pile *pile,
		       const struct shown_arch *shown)
{
	const struct arch *arch = arch_of_shown(shown->name);

	for (unsigned int nr = 0; arch && nr < shown->count; nr++) {
		bool right = true;

		/* The kernel lets uprobes' calls pass. */
		if (arch->audit == AUDIT_ARCH_X86_64 && (nr == NR_URETPROBE || nr == NR_UPROBE))
			continue;
		for (unsigned int i = 0; i < pile->count; i++)
			right &= allows(&pile->programs[i], arch->audit, (int)nr);
		judged->asked++;
		if (right == shown->allow[nr] || judged->wrong++)
			continue;
		snprintf(judged->text, sizeof(judged->text), "%s: %s %u %s", pile->name,
			 shown->name, nr, shown->allow[nr] ? "ALLOW" : "FILTER");
	}
}

void judge(struct judged *judged, const struct pile *pile)
{
	pid_t pid = start_task(pile);

	memset(judged, 0, sizeof(*judged));
	judged->started = pid > 0;
	if (pid < 0)
		return;
	judged->shown = read_shown(open_cache(pid, pid));
	end_task(pid);
	for (unsigned int i = 0; i < judged->shown.count; i++)
		judge_arch(judged, pile, &judged->shown.arch[i]);
}

void add_program(struct pile *pile, const struct sock_filter *code, unsigned int len)
{
	struct program *program = &pile->programs[pile->count++];

	memcpy(program->code, code, len * sizeof(*code));
	program->len = len;
}
