/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What each kind of environment is known by, as a table: made-up clues, and files in a made-up
 * root. For WSL1, FEX and Rosetta, which were not seen run, this is all that is tested of them.
 */
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#include "probe/environment.h"

/* A file of the made-up root; with to, a link. */
struct entry {
	const char *path, *text, *to;
};

#define STATUS(lines)                                         \
	{                                                     \
		"/proc/self/status", "Name:\tx\n" lines, NULL \
	}
#define ROOT(line)                                                                               \
	{                                                                                        \
		"/proc/self/mountinfo", "22 27 0:21 / /proc rw - proc proc rw\n" line "\n", NULL \
	}
#define ORDINARY_ROOT ROOT("27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw")
#define LAYERED_ROOT  ROOT("27 1 0:44 / / rw,relatime - overlay overlay rw,lowerdir=x")
#define FIRST_PIDS                                            \
	{                                                     \
		"/proc/self/ns/pid", NULL, "pid:[4026531836]" \
	}
#define OTHER_PIDS                                            \
	{                                                     \
		"/proc/self/ns/pid", NULL, "pid:[4026532201]" \
	}
#define FIRST_USERS                                             \
	{                                                       \
		"/proc/self/ns/user", NULL, "user:[4026531837]" \
	}
#define OTHER_USERS                                             \
	{                                                       \
		"/proc/self/ns/user", NULL, "user:[4026532202]" \
	}
#define WHOLE_MAP                                                                \
	{                                                                        \
		"/proc/self/uid_map", "         0          0 4294967295\n", NULL \
	}
#define UNFILTERED STATUS("TracerPid:\t0\nNoNewPrivs:\t0\nSeccomp:\t0\n")

static struct reply says(long result)
{
	return (struct reply){ .heard = true, .result = result };
}

static void none(struct clues *clues)
{
	(void)clues;
}

static void no_procfs(struct clues *clues)
{
	clues->procfs = false;
	clues->self = -1;
}

static void no_procfs_filtered(struct clues *clues)
{
	no_procfs(clues);
	clues->calls[C_get_seccomp] = says(2);
}

static void no_procfs_killed(struct clues *clues)
{
	no_procfs(clues);
	clues->calls[C_get_seccomp] = (struct reply){ .death = SIGSYS };
}

static void no_procfs_promised(struct clues *clues)
{
	no_procfs(clues);
	clues->calls[C_get_nnp] = says(1);
}

static void no_procfs_traced(struct clues *clues)
{
	no_procfs(clues);
	clues->calls[C_trace_me] = says(-EPERM);
}

static void no_self(struct clues *clues)
{
	clues->self = -1;
}

static void other_self(struct clues *clues)
{
	clues->self = 4711;
}

static void mode_unknown(struct clues *clues)
{
	clues->calls[C_get_seccomp] = says(-EINVAL);
}

static void without_ptrace(struct clues *clues)
{
	mode_unknown(clues);
	clues->calls[C_ptrace] = says(-ENOSYS);
}

static void without_ptrace_or_proc(struct clues *clues)
{
	without_ptrace(clues);
	no_procfs(clues);
}

static void log_of_gvisor(struct clues *clues)
{
	strcpy(clues->log, "[    0.000000] Starting gVisor...\n");
}

static void log_of_linux(struct clues *clues)
{
	strcpy(clues->log, "[    0.000000] Linux version 6.1.0");
}

static void cpu_of_fex(struct clues *clues)
{
	strcpy(clues->hypervisor, "FEXIFEXIEMU");
}

static void cpu_of_kvm(struct clues *clues)
{
	strcpy(clues->hypervisor, "KVMKVMKVM");
	strcpy(clues->brand, "Intel(R) Xeon(R) Processor");
}

static void cpu_of_rosetta(struct clues *clues)
{
	strcpy(clues->brand, "VirtualApple @ 2.50GHz");
}

static void listener_taken(struct clues *clues)
{
	clues->calls[C_new_listener] = says(-EBUSY);
}

static void refused(struct clues *clues)
{
	clues->calls[C_set_filter] = says(-EPERM);
	clues->calls[C_ptrace] = (struct reply){ .death = SIGSYS };
}

static void named(struct clues *clues)
{
	strcpy(clues->manager, "lxc");
}

static void users_bereft(struct clues *clues)
{
	clues->calls[C_new_user_ns] = says(0);
	clues->calls[C_use_user_ns] = says(-EPERM);
}

static void users_full(struct clues *clues)
{
	clues->calls[C_new_user_ns] = says(0);
	clues->calls[C_use_user_ns] = says(0);
}

static void io_uring_refused(struct clues *clues)
{
	clues->calls[C_io_uring] = says(-EPERM);
}

static void without_privilege(struct clues *clues)
{
	clues->root_uid = false;
	clues->sys_admin = 0;
}

static const struct {
	const char *what;
	void (*change)(struct clues *clues);
	struct entry entries[5];
	enum environment_kind found[3]; /* these, and no others */
	const char *detail;		/* a part of the first one's */
} rows[] = {
	{ "a kernel of its own",
	  cpu_of_kvm,
	  { UNFILTERED, ORDINARY_ROOT, FIRST_PIDS, FIRST_USERS, WHOLE_MAP },
	  { E_NONE },
	  NULL },
	{ "a kernel that says who it is", log_of_linux, { UNFILTERED }, { E_NONE }, NULL },
	{ "a kernel without seccomp", mode_unknown, { STATUS("") }, { E_NONE }, NULL },

	{ "qemu-user",
	  mode_unknown,
	  { UNFILTERED, { "/proc/thread-self/exe", NULL, "/usr/bin/qemu-arm-static" } },
	  { E_qemu_user },
	  "qemu-arm-static" },
	{ "a program beside it",
	  none,
	  { UNFILTERED, { "/proc/thread-self/exe", NULL, "/usr/qemu-arm/seccompat" } },
	  { E_NONE },
	  NULL },
	{ "gVisor", log_of_gvisor, { UNFILTERED }, { E_gvisor }, "log" },
	{ "WSL1 of old",
	  mode_unknown,
	  { ROOT("2 2 0:2 / / rw,noatime - lxfs rootfs rw") },
	  { E_wsl1 },
	  "lxfs" },
	{ "WSL1",
	  mode_unknown,
	  { ROOT("2 2 0:2 / / rw,noatime - wslfs rootfs rw") },
	  { E_wsl1 },
	  "wslfs" },
	{ "WSL2",
	  none,
	  { UNFILTERED, ROOT("80 64 8:32 / / rw,relatime - ext4 /dev/sdc rw") },
	  { E_NONE },
	  NULL },
	{ "FEX", cpu_of_fex, { UNFILTERED }, { E_fex }, "FEXIFEXIEMU" },
	{ "Rosetta", cpu_of_rosetta, { UNFILTERED }, { E_rosetta }, "VirtualApple" },
	{ "a contradiction", mode_unknown, { UNFILTERED }, { E_unknown_emulator }, "prctl" },
	{ "no ptrace(2)",
	  without_ptrace_or_proc,
	  { { 0 } },
	  { E_unknown_emulator, E_no_proc },
	  "ptrace" },
	{ "no ptrace(2), by a filter",
	  without_ptrace,
	  { STATUS("Seccomp:\t2\n") },
	  { E_outer_filter },
	  "ptrace (ENOSYS)" },

	{ "a listener",
	  listener_taken,
	  { STATUS("Seccomp:\t2\n") },
	  { E_listener, E_outer_filter },
	  "EBUSY" },
	{ "a filter",
	  none,
	  { STATUS("Seccomp:\t2\nSeccomp_filters:\t1\n") },
	  { E_outer_filter },
	  "refuses none" },
	{ "a filter that refuses",
	  refused,
	  { STATUS("Seccomp:\t2\n") },
	  { E_outer_filter },
	  "refuses seccomp(SET_MODE_FILTER) (EPERM), ptrace (SIGSYS)" },
	{ "a filter, and no /proc",
	  no_procfs_filtered,
	  { { 0 } },
	  { E_outer_filter, E_no_proc },
	  "refuses none" },
	{ "a filter that kills for being asked about",
	  no_procfs_killed,
	  { { 0 } },
	  { E_outer_filter, E_no_proc },
	  "prctl(PR_GET_SECCOMP) (SIGSYS)" },
	{ "a tracer",
	  none,
	  { STATUS("TracerPid:\t12\nSeccomp:\t0\n"), { "/proc/12/comm", "gdb\n", NULL } },
	  { E_traced },
	  "process 12, gdb" },
	{ "a tracer that does not show",
	  none,
	  { STATUS("TracerPid:\t12\nSeccomp:\t0\n") },
	  { E_traced },
	  "process 12" },
	{ "proot",
	  none,
	  { STATUS("TracerPid:\t12\nSeccomp:\t0\n"), { "/proc/12/comm", "proot\n", NULL } },
	  { E_proot, E_traced },
	  "proot" },
	{ "a tracer, and no /proc", no_procfs_traced, { { 0 } }, { E_traced, E_no_proc }, "" },

	{ "no /proc", no_procfs, { { 0 } }, { E_no_proc }, "" },
	{ "a /proc without this process", no_self, { { 0 } }, { E_foreign_proc }, "no entry" },
	{ "a /proc with another number",
	  other_self,
	  { UNFILTERED },
	  { E_foreign_proc },
	  "process 100 is 4711 there" },

	{ "a mark, and all of a machine",
	  none,
	  { UNFILTERED, ORDINARY_ROOT, FIRST_PIDS, { "/.dockerenv", "", NULL } },
	  { E_NONE },
	  NULL },
	{ "a mark that came along, and a pid namespace",
	  none,
	  { UNFILTERED, ORDINARY_ROOT, OTHER_PIDS, { "/.dockerenv", "", NULL } },
	  { E_pid_ns },
	  "process 100" },
	{ "layers, and all of a machine",
	  none,
	  { UNFILTERED, LAYERED_ROOT, FIRST_PIDS },
	  { E_NONE },
	  NULL },
	{ "docker",
	  none,
	  { UNFILTERED, LAYERED_ROOT, OTHER_PIDS, { "/.dockerenv", "", NULL } },
	  { E_container, E_pid_ns },
	  "docker" },
	{ "docker --pid=host",
	  none,
	  { UNFILTERED, LAYERED_ROOT, FIRST_PIDS, { "/.dockerenv", "", NULL } },
	  { E_container },
	  "docker" },
	{ "podman",
	  none,
	  { UNFILTERED, LAYERED_ROOT, OTHER_PIDS, { "/run/.containerenv", "", NULL } },
	  { E_container, E_pid_ns },
	  "podman" },
	{ "systemd-nspawn",
	  none,
	  { UNFILTERED,
	    ORDINARY_ROOT,
	    OTHER_PIDS,
	    { "/run/host/container-manager", "systemd-nspawn\n", NULL } },
	  { E_container, E_pid_ns },
	  "systemd-nspawn" },
	{ "lxc",
	  named,
	  { UNFILTERED, ORDINARY_ROOT, OTHER_PIDS },
	  { E_container, E_pid_ns },
	  "lxc" },
	{ "a runtime that says nothing",
	  none,
	  { UNFILTERED, LAYERED_ROOT, OTHER_PIDS },
	  { E_container, E_pid_ns },
	  "overlay" },
	{ "bubblewrap",
	  none,
	  { UNFILTERED, ROOT("61 40 0:42 /newroot / rw,nosuid - tmpfs tmpfs rw"), FIRST_PIDS },
	  { E_container },
	  "bubblewrap" },
	{ "a volume of btrfs",
	  none,
	  { UNFILTERED, ROOT("28 1 0:25 /@ / rw - btrfs /dev/sda2 rw"), FIRST_PIDS },
	  { E_NONE },
	  NULL },
	{ "a pid namespace",
	  none,
	  { UNFILTERED, ORDINARY_ROOT, OTHER_PIDS },
	  { E_pid_ns },
	  "process 100" },
	{ "a user namespace",
	  none,
	  { UNFILTERED, OTHER_USERS, { "/proc/self/uid_map", "0 1000 1\n", NULL } },
	  { E_user_ns },
	  "uid 0 here is 1000" },
	{ "a user namespace with all users",
	  none,
	  { UNFILTERED, OTHER_USERS, WHOLE_MAP },
	  { E_user_ns },
	  "uid 0 here is 0" },
	{ "a user namespace without a map",
	  none,
	  { UNFILTERED, OTHER_USERS, { "/proc/self/uid_map", "", NULL } },
	  { E_user_ns },
	  "no uid" },
	{ "a user namespace of a kernel without links",
	  none,
	  { UNFILTERED, { "/proc/self/uid_map", "0 1000 1\n", NULL } },
	  { E_user_ns },
	  "1000" },

	{ "lockdown",
	  none,
	  { UNFILTERED,
	    { "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n", NULL } },
	  { E_lockdown },
	  "integrity" },
	{ "no lockdown",
	  none,
	  { UNFILTERED,
	    { "/sys/kernel/security/lockdown", "[none] integrity confidentiality\n", NULL } },
	  { E_NONE },
	  NULL },
	{ "Yama",
	  none,
	  { UNFILTERED, { "/proc/sys/kernel/yama/ptrace_scope", "2\n", NULL } },
	  { E_yama },
	  "it is 2" },
	{ "Yama that allows all",
	  none,
	  { UNFILTERED, { "/proc/sys/kernel/yama/ptrace_scope", "0\n", NULL } },
	  { E_NONE },
	  NULL },
	{ "user namespaces without capabilities",
	  users_bereft,
	  { UNFILTERED, { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n", NULL } },
	  { E_restricted_user_ns },
	  "apparmor_restrict" },
	{ "the same without its setting",
	  users_bereft,
	  { UNFILTERED },
	  { E_restricted_user_ns },
	  "its maker" },
	{ "user namespaces with them", users_full, { UNFILTERED }, { E_NONE }, NULL },
	{ "a filter that takes them",
	  users_bereft,
	  { STATUS("Seccomp:\t2\n") },
	  { E_outer_filter },
	  NULL },
	{ "io_uring off",
	  io_uring_refused,
	  { UNFILTERED, { "/proc/sys/kernel/io_uring_disabled", "2\n", NULL } },
	  { E_io_uring_off },
	  "is 2" },
	{ "io_uring off for others",
	  none,
	  { UNFILTERED, { "/proc/sys/kernel/io_uring_disabled", "1\n", NULL } },
	  { E_NONE },
	  NULL },
	{ "io_uring refused by a filter",
	  io_uring_refused,
	  { STATUS("Seccomp:\t2\n") },
	  { E_outer_filter },
	  NULL },
	{ "no_new_privs",
	  none,
	  { STATUS("NoNewPrivs:\t1\nSeccomp:\t0\n") },
	  { E_no_new_privs },
	  "" },
	{ "no_new_privs, and no /proc",
	  no_procfs_promised,
	  { { 0 } },
	  { E_no_proc, E_no_new_privs },
	  "" },
	{ "a user", without_privilege, { UNFILTERED }, { E_unprivileged }, "a user" },
};

/* --- the made-up root ------------------------------------------------------------------------- */

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

static bool make_entry(const char *root, const struct entry *entry)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, entry->path);
	make_folders(path);
	if (entry->to)
		return !symlink(entry->to, path);
	file = fopen(path, "w");
	if (!file)
		return false;
	fputs(entry->text, file);
	return !fclose(file);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static struct clues ordinary(const char *root)
{
	struct clues clues = {
		.root = root,
		.pid = 100,
		.asker = 100,
		.self = 100,
		.procfs = true,
		.root_uid = true,
		.sys_admin = 1,
	};

	clues.calls[C_get_seccomp] = says(0);
	clues.calls[C_get_nnp] = says(0);
	clues.calls[C_set_filter] = says(-EFAULT);
	clues.calls[C_new_listener] = says(3);
	clues.calls[C_ptrace] = says(-ESRCH);
	clues.calls[C_trace_me] = says(0);
	clues.calls[C_io_uring] = says(-EFAULT);
	return clues;
}

static bool is_wanted(const enum environment_kind found[3], enum environment_kind kind)
{
	return found[0] == kind || found[1] == kind || found[2] == kind;
}

/* The names of what was found, for the line of a failure. */
static bool found_exactly(const struct environment *env, const enum environment_kind found[3],
			  char names[200])
{
	bool exactly = true;

	*names = '\0';
	for (enum environment_kind kind = E_NONE + 1; kind < E_COUNT; kind++) {
		exactly &= env->found[kind].seen == is_wanted(found, kind);
		if (env->found[kind].seen)
			strncat(strncat(names, " ", 2), environments[kind].id,
				100 - strlen(names) / 2);
	}
	return exactly;
}

static void test_row(size_t i)
{
	char root[] = "/tmp/seccompat-find-XXXXXX", names[200];
	struct environment env;
	struct clues clues;
	bool made = mkdtemp(root);
	const char *detail;

	for (size_t j = 0; j < 5 && rows[i].entries[j].path; j++)
		made &= make_entry(root, &rows[i].entries[j]);
	clues = ordinary(root);
	rows[i].change(&clues);
	environment_from(&clues, &env);
	detail = env.found[rows[i].found[0]].detail;
	check(made && found_exactly(&env, rows[i].found, names) &&
		      (!rows[i].detail || strstr(detail, rows[i].detail)),
	      "%s is%s (%s)", rows[i].what, *names ? names : " nothing special", detail);
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A row that no made-up environment is for, is one that is not tested. */
static void test_all_are_found(void)
{
	for (enum environment_kind kind = E_NONE + 1; kind < E_COUNT; kind++) {
		bool tested = false;

		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			tested |= is_wanted(rows[i].found, kind);
		check(tested, "%s is among them", environments[kind].name);
	}
}

static void test_refusals(void)
{
	struct environment env = { 0 };

	check(!environment_refuses(&env, C_ptrace), "a call that was not put is not refused");
	env.calls[C_ptrace] = says(-ESRCH);
	check(!environment_refuses(&env, C_ptrace), "nor is one that a kernel answered");
	env.calls[C_ptrace] = says(-EPERM);
	check(environment_refuses(&env, C_ptrace) &&
		      !strcmp(environment_reply_name(&env.calls[C_ptrace]), "EPERM"),
	      "an errno that no kernel gives is a refusal");
	env.calls[C_ptrace] = says(0);
	check(environment_refuses(&env, C_ptrace) &&
		      !strcmp(environment_reply_name(&env.calls[C_ptrace]), "success"),
	      "so is a success that cannot be");
	env.calls[C_ptrace] = (struct reply){ .death = 9 };
	check(environment_refuses(&env, C_ptrace) &&
		      !strcmp(environment_reply_name(&env.calls[C_ptrace]), "SIGKILL"),
	      "and a death");
	env.calls[C_set_nnp] = says(0);
	check(!environment_refuses(&env, C_set_nnp), "where success is an answer it is none");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(i);
	test_all_are_found();
	test_refusals();
	return unit_end();
}
