/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a task sees of itself, and the same after execve(2): the twin and every copy of this program
 * answer to `seccompat exec-probe FD` by writing a struct kit_view to FD.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_TASK_H
#define SECCOMPAT_SELFTESTS_KIT_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/capability.h>
#include <linux/filter.h>

#include "arch/arch.h"

/* Fields of 32 bits only: a program of the other ABI of this kernel lays it out alike. */
struct kit_view {
	/* What prctl(2) says. */
	int32_t mode;
	int32_t nnp;
	/* The lines Seccomp:, NoNewPrivs: and Seccomp_filters: of the task's own status; -1: none.
	 */
	int32_t mode_line;
	int32_t nnp_line;
	int32_t filters_line;
	/* errno of two harmless calls, which filters may refuse; 0: they worked. */
	int32_t getppid_errno;
	int32_t getsid_errno;
	uint32_t ruid, euid, rgid, egid;
	uint32_t secure; /* AT_SECURE: execve gave privileges */
	uint32_t permitted[_LINUX_CAPABILITY_U32S_3];
	uint32_t effective[_LINUX_CAPABILITY_U32S_3];
};

/*
 * Of the calling thread. Uses no memory but the caller's stack, so it is right after vfork(2) too.
 * Under a filter that lets open, read, prctl and the get*id calls through.
 */
void kit_view_self(struct kit_view *view);

/*
 * Become `seccompat exec-probe fd`, fd being open in the new program: this program itself, the copy
 * of it at path, the compat twin (NEED_TWIN). Return only on failure, errno set.
 */
int kit_exec_self(int fd);
int kit_exec_path(const char *path, int fd);
int kit_exec_twin(int fd);

/* The architecture of the compat twin, as make/arch.mk chooses it; NULL: there is none. */
const struct arch *kit_twin_arch(void);

/* Reads what one such program wrote; false if there is none. Waits only if nobody closed the other
 * end. */
bool kit_view_read(int fd, struct kit_view *view);

/*
 * Whether the caller is in the namespace whose capabilities count everywhere. "root" of another one
 * has CAP_SYS_ADMIN, too, but not for what may not be delegated. Without /proc: true.
 */
bool kit_in_first_user_ns(void);

/* The effective set of the caller with or without capability: 0, or -1 and errno. */
int kit_capability_effective(unsigned int capability, bool on);

/* A mount namespace of the caller's own, whose mounts nobody else sees: 0, or -1 and errno. */
int kit_own_mounts(void);

/* Whether kit_private_copy() can work here: not where / is no mount point, as in a chroot. */
bool kit_can_mount(void);

/*
 * For root (NEED_OWN_MOUNT): a tmpfs in a mount namespace of the caller's own, which honours setuid
 * bits and file capabilities, and on it a copy of this program, owned by 0:0 with mode. NULL and
 * errno if that is not to be had. The path is good for the caller and its children, and gone with
 * them.
 */
const char *kit_private_copy(unsigned int mode);

/* Gives the file at path capability, permitted and effective ("cap_x=ep"): 0, or -1 and errno. */
int kit_set_file_capability(const char *path, unsigned int capability);

/* Whether that works on a private copy: tmpfs keeps capabilities if the kernel has TMPFS_XATTR. */
bool kit_can_give_file_capability(void);

#endif
