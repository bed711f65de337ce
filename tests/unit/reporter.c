// SPDX-License-Identifier: BSD-3-Clause
/* What the reporter prints for a number, on the architecture that it was built for. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "arch/arch.h"
#include "filters/seccomp-bpf.h"
#define SYSCALL_REPORTER_NO_WARNING
#include "reporter/syscall-reporter.h"
#include "tests/unit/unit.h"

static void check_report(unsigned int nr, const char *wanted)
{
	char line[SYSCALL_REPORT_SIZE];
	size_t len = syscall_report(line, nr);

	check(!strcmp(line, wanted) && len == strlen(wanted), "%u: %.*s", nr,
	      (int)strcspn(line, "\n"), line);
}

static void known_calls(void)
{
	static const struct {
		unsigned int nr;
		const char *name;
	} calls[] = {
		{ __NR_read, "read" },
		{ __NR_exit_group, "exit_group" },
		{ __NR_seccomp, "seccomp" },
		{ __NR_clone3, "clone3" },
#ifdef __ARM_NR_cacheflush
		{ __ARM_NR_cacheflush, "cacheflush" },
		{ __ARM_NR_set_tls, "set_tls" },
#endif
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		char wanted[SYSCALL_REPORT_SIZE];

		snprintf(wanted, sizeof(wanted), "Looks like you need syscall %s(%u) too!\n",
			 calls[i].name, calls[i].nr);
		check_report(calls[i].nr, wanted);
	}
}

struct comparison {
	unsigned int named;
	unsigned int wrong;
};

/* Two tables of one fact, made from two sources: the compiler's headers, the kernel's tables. */
static int compare(uint32_t nr, const char *name, void *data)
{
	struct comparison *comparison = data;
	char line[SYSCALL_REPORT_SIZE];
	char reported[SYSCALL_REPORT_SIZE];

	(void)name;
	syscall_report(line, nr);
	if (sscanf(line, "Looks like you need syscall %127[^(]", reported) != 1)
		return ++comparison->wrong;
	if (!strcmp(reported, "unknown"))
		return 0;
	comparison->named++;
	if (arch_syscall_nr(arch_native(), reported) == nr)
		return 0;
	printf("# %u is %s in arch/syscalls.tsv, %s in the headers\n", nr, name, reported);
	comparison->wrong++;
	return 0;
}

/* In a child: a SIGSYS of the process's own making, with what seccomp would have put into it. */
static void refuse(unsigned int nr, unsigned int arch)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGSYS;
	info.si_code = SYS_SECCOMP;
	info.si_syscall = (int)nr;
	info.si_arch = arch;
	syscall(__NR_rt_sigqueueinfo, getpid(), SIGSYS, &info);
}

static void check_refusal(unsigned int nr, unsigned int arch, const char *wanted)
{
	char line[SYSCALL_REPORT_SIZE] = "";
	int status, ends[2];
	ssize_t len;
	pid_t child;

	fflush(stdout);
	if (pipe(ends) || (child = fork()) < 0) {
		check(false, "pipe and fork: %s", strerror(errno));
		return;
	}
	if (!child) {
		dup2(ends[1], STDOUT_FILENO);
		if (install_syscall_reporter())
			_exit(3);
		raise(SIGSYS); /* not seccomp's */
		refuse(nr, arch);
		_exit(4);
	}
	close(ends[1]);
	len = read(ends[0], line, sizeof(line) - 1);
	close(ends[0]);
	waitpid(child, &status, 0);
	check(len == (ssize_t)strlen(wanted) && !strcmp(line, wanted) && WIFEXITED(status) &&
		      WEXITSTATUS(status) == 1,
	      "SIGSYS of call %u, architecture 0x%x: status 0x%x, %.*s", nr, arch, status,
	      (int)strcspn(line, "\n"), line);
}

static void the_handler(void)
{
	char wanted[SYSCALL_REPORT_SIZE];

	syscall_report(wanted, __NR_read);
	check_refusal(__NR_read, ARCH_NR, wanted);
	check_refusal(268435455, ARCH_NR, "Looks like you need syscall unknown(268435455) too!\n");
	snprintf(wanted, sizeof(wanted), "Looks like you need syscall unknown(%u) too!\n",
		 (unsigned int)__NR_read);
	check_refusal(__NR_read, ARCH_NR ^ 1, wanted);
}

int main(void)
{
	struct comparison comparison = { 0, 0 };

	known_calls();
	check_report(0x0fffffff, "Looks like you need syscall unknown(268435455) too!\n");
	check_report(UINT32_MAX, "Looks like you need syscall unknown(4294967295) too!\n");

	arch_each_syscall(arch_native(), compare, &comparison);
	check(comparison.named >= 300, "the headers name %u of the syscalls", comparison.named);
	check(comparison.wrong == 0, "and none of them by another's name");

	the_handler();
	return unit_end();
}
