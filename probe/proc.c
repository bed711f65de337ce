/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/ask.h"

#include <fcntl.h>

#include "probe/status.h"

/* Whether /proc/self/status has the line. A missing line is an absent feature, a missing file is
 * not. */
static void ask_line(struct answer *answer, const char *name)
{
	char value[64];
	int err = status_line(name, value, sizeof(value));

	if (!err)
		ask_is(answer, ASKED_PRESENT, 0, "%s: %s", name, value);
	else if (err == -ENODATA)
		ask_is(answer, ASKED_ABSENT, 0, "there is no such line");
	else
		ask_is(answer, ASKED_UNKNOWN, err, "/proc/self/status: %s", ask_errno_name(-err));
}

#define ASK_LINE(id, name)                     \
	void probe_##id(struct answer *answer) \
	{                                      \
		ask_line(answer, name);        \
	}

ASK_LINE(proc_seccomp, "Seccomp")
ASK_LINE(proc_nnp, "NoNewPrivs")
ASK_LINE(proc_filters, "Seccomp_filters")
ASK_LINE(proc_ssb, "Speculation_Store_Bypass")
ASK_LINE(proc_sib, "SpeculationIndirectBranch")

void ask_file(struct answer *answer, const char *path)
{
	if (!access(path, F_OK))
		ask_is(answer, ASKED_PRESENT, 0, "the file is there");
	else
		ask_decide(answer, -errno, 0, ENOENT);
}

/* Not opened: only root may, and a process that is not dumpable not even for itself. */
void probe_proc_cache(struct answer *answer)
{
	ask_file(answer, "/proc/self/seccomp_cache");
}

/* A container may hide all sysctls: then a missing file tells nothing. */
static void ask_sysctl(struct answer *answer, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char first;

	if (fd < 0 && access("/proc/sys/kernel", F_OK)) {
		ask_is(answer, ASKED_UNKNOWN, errno, "/proc/sys cannot be read");
	} else if (fd < 0) {
		ask_decide(answer, -errno, 0, ENOENT);
	} else {
		ask_decide(answer, read(fd, &first, 1) < 0 ? -errno : 0, 0, ENOENT);
		close(fd);
	}
}

void probe_sysctl_avail(struct answer *answer)
{
	ask_sysctl(answer, "/proc/sys/kernel/seccomp/actions_avail");
}

void probe_sysctl_logged(struct answer *answer)
{
	ask_sysctl(answer, "/proc/sys/kernel/seccomp/actions_logged");
}

void probe_sud_sysctl(struct answer *answer)
{
	ask_file(answer, "/proc/sys/kernel/syscall_user_dispatch");
}
