/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * outer MODE COMMAND...: runs COMMAND under a filter, as a container would; so the break-it runs
 * show what the program makes of answers that are not the kernel's.
 *
 * outer @FILE COMMAND...: under one that is made of a list of rules, a line each, of which the
 * first that fits decides. A rule is an action (allow, kill, listen, or the number of an errno),
 * the name of a syscall, or * for all, and any number of conditions, which must all hold: "0=16",
 * "2!9" or "0&2114060288=0" of the argument 0, 2 and 0. A syscall that this architecture has not is
 * left out.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "filters/builder.h"
#include "filters/seccomp-bpf.h"
#include "probe/ask.h"

#define TSYNC 1

#define FRAME(...)                           \
	{                                    \
		EXAMINE_SYSCALL, __VA_ARGS__ \
	}

static struct sock_filter allow[] = FRAME(ALLOW);
static struct sock_filter seccomp_enosys[] = FRAME(ERRNO_SYSCALL(seccomp, ENOSYS), ALLOW);
static struct sock_filter seccomp_eperm[] = FRAME(ERRNO_SYSCALL(seccomp, EPERM), ALLOW);
static struct sock_filter seccomp_einval[] = FRAME(ERRNO_SYSCALL(seccomp, EINVAL), ALLOW);
static struct sock_filter seccomp_success[] = FRAME(ERRNO_SYSCALL(seccomp, 0), ALLOW);
static struct sock_filter trap_seccomp[] = FRAME(TRAP_SYSCALL(seccomp, 0), ALLOW);
static struct sock_filter no_tsync[] =
	FRAME(SYSCALL_ARG32_MASKED_EQ(seccomp, 1, TSYNC, TSYNC, RET_ERRNO(EINVAL)), ALLOW);
static struct sock_filter kill_prctl[] = FRAME(KILL_PROCESS_SYSCALL(prctl), ALLOW);
static struct sock_filter no_prctl_seccomp[] =
	FRAME(SYSCALL_ARG32_EQ(prctl, 0, PR_SET_SECCOMP, RET_ERRNO(EINVAL)),
	      SYSCALL_ARG32_EQ(prctl, 0, PR_GET_SECCOMP, RET_ERRNO(EINVAL)), ALLOW);

#define ROW(name, filter)                                          \
	{                                                          \
		name,                                              \
		{                                                  \
			sizeof(filter) / sizeof(filter[0]), filter \
		}                                                  \
	}

static struct {
	const char *mode;
	struct sock_fprog prog;
} const rows[] = {
	ROW("allow", allow),
	ROW("seccomp-enosys", seccomp_enosys),
	ROW("seccomp-eperm", seccomp_eperm),
	ROW("seccomp-einval", seccomp_einval),
	ROW("seccomp-success", seccomp_success),
	ROW("trap-seccomp", trap_seccomp),
	ROW("no-tsync", no_tsync),
	ROW("kill-prctl", kill_prctl),
	ROW("no-prctl-seccomp", no_prctl_seccomp),
};

/* --- rules ------------------------------------------------------------------------------------ */

/* False for a word that is no action. */
static bool action_of(const char *word, uint32_t *action)
{
	char *end;

	if (!strcmp(word, "allow"))
		*action = SECCOMP_RET_ALLOW;
	else if (!strcmp(word, "kill"))
		*action = SECCOMP_RET_KILL_PROCESS;
	else if (!strcmp(word, "listen"))
		*action = SECCOMP_RET_USER_NOTIF;
	else
		*action = SECCOMP_RET_ERRNO | (strtoul(word, &end, 10) & SECCOMP_RET_DATA);
	return *action != SECCOMP_RET_ERRNO;
}

/* Goes on where the condition holds, else to miss. */
static bool build_condition(struct builder *b, const char *word, int miss)
{
	unsigned long long value, mask;
	unsigned int argument;

	if (sscanf(word, "%u&%llu=%llu", &argument, &mask, &value) == 3)
		build_if_arg_masked(b, argument, mask, value, NEXT, miss);
	else if (sscanf(word, "%u=%llu", &argument, &value) == 2)
		build_if_arg_eq(b, argument, value, NEXT, miss);
	else if (sscanf(word, "%u!%llu", &argument, &value) == 2)
		build_if_arg_eq(b, argument, value, miss, NEXT);
	else
		return false;
	return true;
}

/* The words of a line, of which the first two are there. */
static bool build_rule(struct builder *b, char *line)
{
	char *rest, *word;
	const char *action_word = strtok_r(line, " \n", &rest),
		   *name = strtok_r(NULL, " \n", &rest);
	int miss = builder_label(b, NULL);
	uint32_t action;

	if (!name || !action_of(action_word, &action))
		return false;
	if (strcmp(name, "*")) {
		build_nr(b);
		build_if(b, BPF_JEQ, arch_syscall_nr(b->arch, name), NEXT, miss);
	}
	while ((word = strtok_r(NULL, " \n", &rest)))
		if (!build_condition(b, word, miss))
			return false;
	build_ret(b, action);
	builder_bind(b, miss);
	return true;
}

/* Whether a line's syscall is one of this architecture, or none is named. */
static bool is_here(const struct arch *arch, const char *line)
{
	char name[64];

	return sscanf(line, "%*s %63s", name) != 1 || !strcmp(name, "*") ||
	       arch_syscall_nr(arch, name) >= 0;
}

/* The program lives as long as the builder: until this process is another program. */
static const struct sock_fprog *read_rules(const char *path)
{
	static struct sock_fprog prog;
	static struct builder b;
	FILE *rules = fopen(path, "re");
	char line[512];

	if (!rules)
		return NULL;
	builder_init(&b, arch_native());
	while (fgets(line, sizeof(line), rules)) {
		if (!is_here(b.arch, line))
			continue;
		if (!build_rule(&b, line)) {
			fprintf(stderr, "outer: %s: no rule: %s\n", path, line);
			return NULL;
		}
	}
	fclose(rules);
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (!builder_finish(&b, &prog))
		return &prog;
	fprintf(stderr, "outer: %s: %s\n", path, b.why);
	return NULL;
}

/* --- the filter ------------------------------------------------------------------------------- */

static const struct sock_fprog *find(const char *mode)
{
	if (*mode == '@')
		return read_rules(mode + 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].mode, mode))
			return &rows[i].prog;
	return NULL;
}

/* With an action that wants a listener, one is had, which the command inherits, and does not know.
 */
static bool wants_listener(const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++)
		if (prog->filter[i].code == (BPF_RET | BPF_K) &&
		    prog->filter[i].k == SECCOMP_RET_USER_NOTIF)
			return true;
	return false;
}

static int install_listener(const struct sock_fprog *prog)
{
	long fd = ask_seccomp(OP_SET_MODE_FILTER, FLAG_NEW_LISTENER, prog);

	if (fd >= 0)
		return fcntl(fd, F_SETFD, 0);
	errno = -fd;
	return -1;
}

static int install(const struct sock_fprog *prog)
{
	if (wants_listener(prog))
		return install_listener(prog);
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog, 0, 0);
}

/* no_new_privs only where it is needed, as it changes what the command finds. */
static int install_somehow(const struct sock_fprog *prog)
{
	if (!install(prog))
		return 0;
	if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return install(prog);
}

int main(int argc, char **argv)
{
	const struct sock_fprog *prog = argc > 2 ? find(argv[1]) : NULL;

	if (!prog) {
		fprintf(stderr, "usage: outer MODE COMMAND...; MODE is @FILE, or one of:\n");
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			fprintf(stderr, "  %s\n", rows[i].mode);
		return 2;
	}
	if (install_somehow(prog)) {
		perror("outer: the filter cannot be installed");
		return 4;
	}
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 2;
}
