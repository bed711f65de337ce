/* SPDX-License-Identifier: BSD-3-Clause */
/* The other ways into the kernel. Not to have one of them is no defect. */
#include <stdio.h>
#include <string.h>

#include "arch/arch.h"
#include "arch/tiny.h"
#include "probe/ask.h"
#include "probe/tiny.h"

#define X32_BIT	    0x40000000
#define X86_64_PID  39
#define X86_64_TIME 201

#ifdef __x86_64__
void probe_x32_bit(struct answer *answer)
{
	if (syscall(X32_BIT | X86_64_PID) == getpid())
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else if (errno == ENOSYS)
		ask_excused(answer, ENOSYS,
			    "x32 is not built, or switched off at boot (syscall.x32)");
	else
		ask_decide(answer, -errno, 0, ENOSYS);
}
#else
void probe_x32_bit(struct answer *answer)
{
	ask_excused(answer, 0, "x86_64 alone has x32");
}
#endif

/* The status of a program of the other word size, or a negative errno; name: what it is. */
static int run_foreign(const char **name)
{
	unsigned char file[TINY_MAX];
	size_t size = tiny_foreign(file, name);

	return size ? tiny_run(file, size, NULL) : -ENOEXEC;
}

void probe_compat_arch(struct answer *answer)
{
	const char *name;
	int status = run_foreign(&name);

	if (status == 0)
		ask_is(answer, ASKED_PRESENT, 0, "programs of %s run, too", name);
	else if (!name)
		ask_excused(answer, 0, "there are no programs of another word size");
	else if (status == -ENOEXEC)
		ask_excused(answer, status,
			    "kernel and CPU do not run programs of %s together with these", name);
	else
		ask_is(answer, ASKED_UNKNOWN, status < 0 ? status : 0,
		       "a program of %s could not be tried: %s", name,
		       status < 0 ? ask_errno_name(-status) : "it failed");
}

void probe_s390_compat_gone(struct answer *answer)
{
	const char *name;
	int status;

	if (strcmp(arch_native()->name, "s390x")) {
		ask_excused(answer, 0, "it is about s390");
		return;
	}
	status = run_foreign(&name);
	if (status == -ENOEXEC)
		ask_is(answer, ASKED_PRESENT, ENOEXEC, NULL);
	else
		ask_is(answer, status ? ASKED_UNKNOWN : ASKED_ABSENT, status < 0 ? status : 0,
		       "a program of %s %s", name, status ? "could not be tried" : "runs");
}

#if defined(__x86_64__) && !defined(__ILP32__)
/* 1: the page is mapped; 0: it is not; a negative errno. */
static int has_vsyscall_page(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	int found = 0;

	if (!maps)
		return -errno;
	while (!found && fgets(line, sizeof(line), maps))
		found = strstr(line, "[vsyscall]") != NULL;
	fclose(maps);
	return found;
}

static long call_vsyscall_time(void)
{
	/* Not a constant, of which the compiler knows that no function is there. */
	long (*volatile vsyscall_time)(long *) = (long (*)(long *))0xffffffffff600400ul;

	return vsyscall_time(NULL);
}

void probe_vsyscall_filter(struct answer *answer)
{
	struct sock_filter filter[] = {
		EXAMINE_SYSCALL,
		SECCOMP_BPF_CALL(X86_64_TIME, SECCOMP_RET_ERRNO | 77),
		ALLOW,
	};
	int page = has_vsyscall_page();
	long result;

	if (page <= 0) {
		if (page)
			ask_is(answer, ASKED_UNKNOWN, page, "/proc/self/maps cannot be read");
		else
			ask_excused(answer, 0, "there is no such page (vsyscall=none)");
		return;
	}
	result = ask_install(filter, sizeof(filter) / sizeof(filter[0]));
	if (result < 0)
		ask_no_filter(answer, result);
	else if (call_vsyscall_time() == -77)
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	else
		ask_is(answer, ASKED_ABSENT, 0, "a vsyscall was made that the filter refuses");
}
#else
void probe_vsyscall_filter(struct answer *answer)
{
	ask_excused(answer, 0, "x86_64 alone has such a page");
}
#endif
