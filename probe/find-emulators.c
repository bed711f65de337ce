/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who answers in the place of a kernel. qemu-user and gVisor were seen; WSL1, FEX and Rosetta
 * were not, and are known here by what their makers and users document.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probe/find.h"

/* qemu-user shows the program as /proc/self/exe, but itself by any other name of that link. */
bool find_qemu_user(const struct clues *clues, const struct environment *env,
		    char detail[FIND_DETAIL])
{
	char path[FIND_PATH];
	const char *base;

	(void)env;
	if (!find_link(clues, "/proc/thread-self/exe", path, sizeof(path)))
		return false;
	base = strrchr(path, '/');
	base = base ? base + 1 : path;
	if (strncmp(base, "qemu-", strlen("qemu-")))
		return false;
	snprintf(detail, FIND_DETAIL, "what runs is %.100s", base);
	return true;
}

/* Its kernel's log, which it lets anybody read, begins so. */
bool find_gvisor(const struct clues *clues, const struct environment *env, char detail[FIND_DETAIL])
{
	(void)env;
	if (!strstr(clues->log, "Starting gVisor"))
		return false;
	snprintf(detail, FIND_DETAIL, "so begins the kernel's log");
	return true;
}

/* Not seen run. No Linux kernel has the file systems that its root is on; WSL2 is a Linux kernel.
 */
bool find_wsl1(const struct clues *clues, const struct environment *env, char detail[FIND_DETAIL])
{
	char folder[FIND_PATH], type[64];

	(void)env;
	if (!find_root_mount(clues, folder, type))
		return false;
	if (strcmp(type, "lxfs") && strcmp(type, "wslfs"))
		return false;
	snprintf(detail, FIND_DETAIL, "its root is on %s", type);
	return true;
}

/* Not seen run. Its CPUID documentation gives this as the way to know it. */
bool find_fex(const struct clues *clues, const struct environment *env, char detail[FIND_DETAIL])
{
	(void)env;
	if (strcmp(clues->hypervisor, "FEXIFEXIEMU"))
		return false;
	snprintf(detail, FIND_DETAIL, "CPUID says %s", clues->hypervisor);
	return true;
}

/* Not seen run. No processor calls itself so: it is what Rosetta's translation of CPUID says. */
bool find_rosetta(const struct clues *clues, const struct environment *env,
		  char detail[FIND_DETAIL])
{
	(void)env;
	if (strncmp(clues->brand, "VirtualApple", strlen("VirtualApple")))
		return false;
	snprintf(detail, FIND_DETAIL, "CPUID says %s", clues->brand);
	return true;
}

/* A kernel that shows the mode of a task knows how to tell it. */
static bool contradicts_its_proc(const struct clues *clues, const struct environment *env)
{
	return env->mode == 0 && find_said(clues, C_get_seccomp, -EINVAL);
}

/* Every kernel has ptrace(2). A filter may say otherwise; then the mode tells of the filter. */
static bool lacks_ptrace(const struct clues *clues, const struct environment *env)
{
	return !env->outer_filter && find_said(clues, C_ptrace, -ENOSYS);
}

bool find_unknown_emulator(const struct clues *clues, const struct environment *env,
			   char detail[FIND_DETAIL])
{
	if (environment_emulator(env))
		return false;
	if (contradicts_its_proc(clues, env))
		snprintf(detail, FIND_DETAIL, "/proc shows a mode of seccomp, prctl(2) knows none");
	else if (lacks_ptrace(clues, env))
		snprintf(detail, FIND_DETAIL, "there is no ptrace(2), which every kernel has");
	else
		return false;
	return true;
}
