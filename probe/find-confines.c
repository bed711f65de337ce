/* SPDX-License-Identifier: BSD-3-Clause */
/* What a process is confined to here: namespaces, security modules, settings, privileges. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "probe/find.h"

/* The first namespaces of a machine have had these numbers since 3.8. */
#define FIRST_USER_NS "user:[4026531837]"
#define FIRST_PID_NS  "pid:[4026531836]"

static bool in_other_ns(const struct clues *clues, const char *file, const char *first)
{
	char link[64];

	return find_link(clues, file, link, sizeof(link)) && strcmp(link, first);
}

/* --- containers ------------------------------------------------------------------------------- */

/*
 * A file that a runtime puts there: what is in it is its name, unless that is known. One that lies
 * in the root comes along where a machine is made from an image.
 */
static const struct {
	const char *file, *name;
	bool comes_along;
} marks[] = {
	{ "/run/.containerenv", "podman", false }, { "/run/host/container-manager", NULL, false },
	{ "/run/systemd/container", NULL, false }, { "/.flatpak-info", "flatpak", false },
	{ "/.dockerenv", "docker", true },
};

static bool is_marked(const struct clues *clues, bool odd, char detail[FIND_DETAIL])
{
	char path[FIND_PATH], text[64];

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if ((marks[i].comes_along && !odd) ||
		    access(find_path(clues, marks[i].file, path), F_OK))
			continue;
		if (!marks[i].name && find_text(clues, marks[i].file, text, sizeof(text)))
			snprintf(detail, FIND_DETAIL, "%s, says %s", text, marks[i].file);
		else
			snprintf(detail, FIND_DETAIL, "%s: there is %s",
				 marks[i].name ? marks[i].name : "some runtime", marks[i].file);
		return true;
	}
	return false;
}

/* bubblewrap's root is a folder "newroot" of a file system in memory, and its alone. */
static bool is_bubblewrap(const char *folder, const char *type)
{
	return !strcmp(type, "tmpfs") && !strcmp(folder, "/newroot");
}

/* Layers, or a folder of something: seldom what a machine starts its first process on. */
static bool is_odd(const char *folder, const char *type)
{
	return !strcmp(type, "overlay") || (strcmp(folder, "/") && strcmp(type, "btrfs"));
}

/* A mark alone proves nothing: the root of a virtual machine may have been made from an image. */
bool find_container(const struct clues *clues, const struct environment *env,
		    char detail[FIND_DETAIL])
{
	bool other_pids = in_other_ns(clues, "/proc/self/ns/pid", FIRST_PID_NS);
	char folder[FIND_PATH] = "/", type[64] = "";
	bool odd = find_root_mount(clues, folder, type) && is_odd(folder, type);

	(void)env;
	if (!other_pids && !odd)
		return false;
	if (*clues->manager)
		snprintf(detail, FIND_DETAIL, "%s, says the variable \"container\"",
			 clues->manager);
	else if (!is_marked(clues, odd, detail) && is_bubblewrap(folder, type))
		snprintf(detail, FIND_DETAIL, "bubblewrap: the root is %.100s on %.60s", folder,
			 type);
	else if (!*detail && other_pids && odd)
		snprintf(detail, FIND_DETAIL, "the root is %.60s on %.30s", folder, type);
	return *detail;
}

/* --- namespaces ------------------------------------------------------------------------------- */

bool find_user_ns(const struct clues *clues, const struct environment *env,
		  char detail[FIND_DETAIL])
{
	char map[128];
	unsigned long inside, outside, count;
	bool mapped;

	(void)env;
	mapped = find_text(clues, "/proc/self/uid_map", map, sizeof(map)) &&
		 sscanf(map, "%lu %lu %lu", &inside, &outside, &count) == 3;
	if (!in_other_ns(clues, "/proc/self/ns/user", FIRST_USER_NS) &&
	    (!mapped || (!inside && !outside && count == 4294967295)))
		return false;
	if (mapped)
		snprintf(detail, FIND_DETAIL, "uid %lu here is %lu outside", inside, outside);
	else
		snprintf(detail, FIND_DETAIL, "no uid is mapped");
	return true;
}

bool find_pid_ns(const struct clues *clues, const struct environment *env, char detail[FIND_DETAIL])
{
	(void)env;
	if (!in_other_ns(clues, "/proc/self/ns/pid", FIRST_PID_NS))
		return false;
	snprintf(detail, FIND_DETAIL, "this is process %ld of it", clues->pid);
	return true;
}

/* Its privileges are missing where AppArmor takes them; a filter that refuses their use looks
 * alike.
 */
bool find_restricted_user_ns(const struct clues *clues, const struct environment *env,
			     char detail[FIND_DETAIL])
{
	if (env->outer_filter || !find_said(clues, C_new_user_ns, 0))
		return false;
	if (!find_said(clues, C_use_user_ns, -EPERM) && !find_said(clues, C_use_user_ns, -EACCES))
		return false;
	snprintf(detail, FIND_DETAIL, "%s",
		 find_number(clues, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns") > 0
			 ? "kernel.apparmor_restrict_unprivileged_userns is set"
			 : "its maker may do nothing in it");
	return true;
}

/* --- security modules, and settings ----------------------------------------------------------- */

/* "none [integrity] confidentiality" */
bool find_lockdown(const struct clues *clues, const struct environment *env,
		   char detail[FIND_DETAIL])
{
	char text[64], *level, *end;

	(void)env;
	if (!find_text(clues, "/sys/kernel/security/lockdown", text, sizeof(text)))
		return false;
	level = strchr(text, '[');
	end = level ? strchr(level, ']') : NULL;
	if (!end || !strncmp(level, "[none]", strlen("[none]")))
		return false;
	snprintf(detail, FIND_DETAIL, "%.*s", (int)(end - level - 1), level + 1);
	return true;
}

bool find_yama(const struct clues *clues, const struct environment *env, char detail[FIND_DETAIL])
{
	long scope = find_number(clues, "/proc/sys/kernel/yama/ptrace_scope");

	(void)env;
	if (scope <= 0)
		return false;
	snprintf(detail, FIND_DETAIL, "it is %ld", scope);
	return true;
}

/* Refused to this process; a filter that refuses looks alike, unless the setting says so itself. */
bool find_io_uring_off(const struct clues *clues, const struct environment *env,
		       char detail[FIND_DETAIL])
{
	long disabled = find_number(clues, "/proc/sys/kernel/io_uring_disabled");

	if (!find_said(clues, C_io_uring, -EPERM) || (env->outer_filter && disabled <= 0))
		return false;
	snprintf(detail, FIND_DETAIL, "kernel.io_uring_disabled is %ld", disabled);
	return true;
}

bool find_no_new_privs(const struct clues *clues, const struct environment *env,
		       char detail[FIND_DETAIL])
{
	(void)clues;
	(void)detail;
	return env->nnp == 1;
}

bool find_unprivileged(const struct clues *clues, const struct environment *env,
		       char detail[FIND_DETAIL])
{
	(void)clues;
	if (env->sys_admin)
		return false;
	snprintf(detail, FIND_DETAIL, "%s without CAP_SYS_ADMIN", env->root ? "root" : "a user");
	return true;
}
