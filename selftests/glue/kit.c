/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/seccomp.h>

#include "run/kmsg.h"
#include "arch/arch.h"
#include "run/inherited.h"
#include "selftests/glue/kit-variant.h"
#include "selftests/glue/plan.h"

#ifndef __NR_seccomp
#define __NR_seccomp arch_syscall_nr(arch_native(), "seccomp")
#endif

#define STEP_MS 3000
#define SLOW	3

/* A core takes seconds where a CPU is emulated: who wants one enters a folder for it. */
static void leave_no_cores(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit))
		return;
	limit.rlim_cur = 0;
	setrlimit(RLIMIT_CORE, &limit);
}

bool test_begin(const struct test_info *info)
{
	unsigned int seconds = test_seconds(info);

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (!plan_includes(info))
		return false;
	prctl(PR_SET_NAME, info->name, 0, 0, 0);
	inherited_endings();
	leave_no_cores();
#ifdef M_TRIM_THRESHOLD
	/* What free(3) gives back, it gives back by a call that a filter may refuse. */
	mallopt(M_TRIM_THRESHOLD, -1);
#endif
	if (!info->dumpable)
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* Twice, as load may come meanwhile; what a test waits for has bounds that see that. */
	alarm(2 * run_scaled_ms(seconds * 1000) / 1000 + 1);
	if (!variant_begin())
		return true;
	test_broke(__FILE__, __LINE__, "the variant cannot be had");
	_exit(1);
}

void test_broke(const char *file, int line, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	fprintf(stderr, "# " PLAN_BROKE "%s:%d: %s (%s)\n", file, line,
		what[0] ? what : "the test could not be set up", strerror(errno));
}

bool test_by_prctl(void)
{
	return plan_variant() == VARIANT_PRCTL;
}

long kit_seccomp(unsigned int operation, unsigned int flags, void *args)
{
	return syscall(__NR_seccomp, operation, flags, args);
}

int kit_install_one(const struct sock_fprog *prog)
{
	if (test_by_prctl())
		return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog, 0, 0);
	return kit_seccomp(SECCOMP_SET_MODE_FILTER, 0, (void *)prog);
}

int kit_install_only(const struct sock_fprog *prog)
{
	return kit_install_one(prog) ? -1 : variant_above();
}

int kit_install(const struct sock_fprog *prog)
{
	return variant_right() ? -1 : kit_install_only(prog);
}

long kit_install_flags(unsigned int flags, const struct sock_fprog *prog)
{
	long result;

	if (variant_right())
		return -1;
	result = kit_seccomp(SECCOMP_SET_MODE_FILTER, flags, (void *)prog);
	return result < 0 || !variant_above() ? result : -1;
}

static const struct sock_fprog *finish(struct kit_filter *filter, size_t len)
{
	filter->prog = (struct sock_fprog){ .len = len, .filter = filter->code };
	return &filter->prog;
}

const struct sock_fprog *kit_on_syscall(struct kit_filter *filter, uint32_t nr, uint32_t action)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	memcpy(filter->code, code, sizeof(code));
	return finish(filter, sizeof(code) / sizeof(code[0]));
}

const struct sock_fprog *kit_always(struct kit_filter *filter, uint32_t action)
{
	filter->code[0] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
	return finish(filter, 1);
}

int kit_filter_syscall(uint32_t nr, uint32_t action)
{
	struct kit_filter filter;

	return kit_install(kit_on_syscall(&filter, nr, action));
}

int kit_stay_on(pid_t pid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(pid, sizeof(set), &set);
}

unsigned long kit_number_in(const char *path, unsigned long otherwise)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return otherwise;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	return length > 0 ? strtoul(text, NULL, 10) : otherwise;
}

/* The number of the line "KEY: NUMBER" in a file; -1 if there is none. */
static long number_of_line(const char *path, const char *key)
{
	size_t length = strlen(key);
	char line[256];
	long value = -1;
	FILE *file = fopen(path, "re");

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, length) && line[length] == ':')
			value = strtol(line + length + 1, NULL, 10);
	fclose(file);
	return value;
}

long kit_status(pid_t tid, const char *key)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", tid ? tid : getpid(),
		 tid ? tid : (pid_t)syscall(SYS_gettid));
	return number_of_line(path, key);
}

long kit_vmalloc_used(void)
{
	return number_of_line("/proc/meminfo", "VmallocUsed");
}

bool kit_can_read_log(void)
{
	int fd = kmsg_open();

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

void kit_find_record(int fd, const char *text, char *record, size_t size)
{
	char buf[8192];
	const char *next;

	record[0] = '\0';
	while ((next = kmsg_next(fd, buf, sizeof(buf))))
		if (strstr(next, text))
			snprintf(record, size, "%s", next);
}

/* Not every file can be sought in; each can be written from its start. */
int kit_write(const char *path, const char *text, off_t at)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return errno;
	if ((at && lseek(fd, at, SEEK_SET) < 0) || write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

/* The state is what follows the name, which is in brackets and may have some of its own. */
char kit_task_state(pid_t tid)
{
	char path[64], line[256] = "";
	const char *end;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	stat = fopen(path, "re");
	if (!stat)
		return 0;
	if (!fgets(line, sizeof(line), stat))
		line[0] = '\0';
	fclose(stat);
	end = strrchr(line, ')');
	return end && end[1] == ' ' ? end[2] : 0;
}

/* Of the caller, and so of the child that it forks. */
static __thread int (*step_fn)(void *data);

static int step_main(void *data)
{
	return variant_run(step_fn, data);
}

struct run_end kit_child(int (*fn)(void *data), void *data)
{
	step_fn = fn;
	return run_child(step_main, data, STEP_MS);
}

struct run_end kit_ask(int (*fn)(void *data), void *data, size_t size)
{
	step_fn = fn;
	return run_ask(step_main, data, size, STEP_MS);
}

unsigned int kit_rounds(unsigned int n)
{
	return run_slowness() < SLOW ? n : n / 4;
}

int kit_end(struct run_end end)
{
	switch (end.how) {
	case RUN_EXITED:
		return kit_exited(end.value);
	case RUN_SIGNALED:
		return kit_killed(end.value);
	case RUN_TIMED_OUT:
	case RUN_STUCK:
		return KIT_HUNG;
	case RUN_NOT_STARTED:
		break;
	}
	return -1;
}

/*
 * Leaving uid 0 clears the capabilities as well, as nothing here sets SECBIT_KEEP_CAPS. An
 * unprivileged caller has nothing to drop.
 */
int kit_drop_privileges(void)
{
	if (geteuid() != 0)
		return 0;
	if (setgroups(0, NULL) || setresgid(65534, 65534, 65534))
		return -1;
	return setresuid(65534, 65534, 65534);
}

static const char *number_text(char *text, size_t size, long number, long named, const char *name)
{
	if (number == named)
		return name;
	snprintf(text, size, "%ld", number);
	return text;
}

const char *kit_errno_text(long number)
{
	static char text[24];

	return number_text(text, sizeof(text), number, ENOSYS, "ENOSYS");
}

const char *kit_signal_text(int number)
{
	static char text[24];

	return number_text(text, sizeof(text), number, SIGSYS, "SIGSYS");
}

char *kit_page_edge(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
		return NULL;
	return pages + page;
}

int kit_free_fd(void)
{
	int number = dup(STDERR_FILENO);

	if (number >= 0)
		close(number);
	/* cppcheck-suppress deallocret ; the number is what is asked for */
	return number;
}
