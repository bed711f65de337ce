/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-task.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "run/exec.h"
#include "selftests/glue/kit.h"
#include "selftests/glue/plan.h"

static int32_t prctl_value(int option)
{
	int value = prctl(option, 0, 0, 0, 0);

	return value < 0 ? -errno : value;
}

static int32_t errno_of(long result)
{
	return result < 0 ? errno : 0;
}

/* The number behind "\nkey:\t"; -1 without such a line. */
static int32_t line_value(const char *status, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = status; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == ':')
			return atoi(line + length + 1);
	}
	return -1;
}

static void read_lines(struct kit_view *view)
{
	char status[4096] = "";
	int fd = open("/proc/thread-self/status", O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got;

	if (fd < 0)
		fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && (got = read(fd, status + used, sizeof(status) - 1 - used)) > 0)
		used += got;
	if (fd >= 0)
		close(fd);
	view->mode_line = line_value(status, "Seccomp");
	view->nnp_line = line_value(status, "NoNewPrivs");
	view->filters_line = line_value(status, "Seccomp_filters");
}

static void read_capabilities(struct kit_view *view)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	syscall(SYS_capget, &header, data);
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		view->permitted[i] = data[i].permitted;
		view->effective[i] = data[i].effective;
	}
}

void kit_view_self(struct kit_view *view)
{
	*view = (struct kit_view){
		.mode = prctl_value(PR_GET_SECCOMP),
		.nnp = prctl_value(PR_GET_NO_NEW_PRIVS),
		.getppid_errno = errno_of(syscall(SYS_getppid)),
		.getsid_errno = errno_of(syscall(SYS_getsid, 0)),
		.ruid = getuid(),
		.euid = geteuid(),
		.rgid = getgid(),
		.egid = getegid(),
		.secure = getauxval(AT_SECURE),
	};
	read_lines(view);
	read_capabilities(view);
}

struct probe_args {
	char fd[12];
	char *argv[4];
};

static char *const *probe_argv(struct probe_args *args, int fd)
{
	snprintf(args->fd, sizeof(args->fd), "%d", fd);
	args->argv[0] = "seccompat";
	args->argv[1] = "exec-probe";
	args->argv[2] = args->fd;
	args->argv[3] = NULL;
	return args->argv;
}

int kit_exec_path(const char *path, int fd)
{
	struct probe_args args;

	return execve(path, probe_argv(&args, fd), environ);
}

int kit_exec_self(int fd)
{
	return kit_exec_path("/proc/self/exe", fd);
}

int kit_exec_twin(int fd)
{
	struct probe_args args;

	return exec_descriptor(plan_twin_fd(), probe_argv(&args, fd));
}

const struct arch *kit_twin_arch(void)
{
	for (size_t i = 0; i < arch_count; i++)
		if (arches[i].compat_of && !strcmp(arches[i].compat_of, arch_native()->name) &&
		    !strcmp(arches[i].tier, "kernel"))
			return &arches[i];
	return NULL;
}

bool kit_view_read(int fd, struct kit_view *view)
{
	return read(fd, view, sizeof(*view)) == sizeof(*view);
}

bool kit_in_first_user_ns(void)
{
	struct stat ns;

	/* The first one's inode number is part of what the kernel promises. */
	return stat("/proc/self/ns/user", &ns) || ns.st_ino == 0xeffffffd;
}

int kit_capability_effective(unsigned int capability, bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	__u32 *word = &data[CAP_TO_INDEX(capability)].effective;

	if (syscall(SYS_capget, &header, data))
		return -1;
	*word = on ? *word | CAP_TO_MASK(capability) : *word & ~CAP_TO_MASK(capability);
	return syscall(SYS_capset, &header, data);
}

int kit_own_mounts(void)
{
	return unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ? -1 : 0;
}

/* Any folder will do, as what is in it is hidden from the caller alone. */
static const char *mount_private(void)
{
	static const char *const folders[] = { "/tmp", "/run", "/mnt", "/dev/shm", "/sys" };

	if (kit_own_mounts())
		return NULL;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (!mount("seccompat", folders[i], "tmpfs", 0, "mode=0755"))
			return folders[i];
	return NULL;
}

static int try_mount(void *data)
{
	(void)data;
	return mount_private() == NULL;
}

bool kit_can_mount(void)
{
	return kit_end(kit_child(try_mount, NULL)) == kit_exited(0);
}

static int copy_self(const char *path, unsigned int mode)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int result = -1;
	ssize_t done;

	if (from < 0 || to < 0)
		goto out;
	while ((done = sendfile(to, from, NULL, 1 << 20)) > 0)
		;
	/* The owner first: chown takes setuid bits away. */
	if (done == 0 && !fchown(to, 0, 0) && !fchmod(to, mode))
		result = 0;
out:
	close(from);
	close(to);
	return result;
}

const char *kit_private_copy(unsigned int mode)
{
	static char path[64];
	const char *folder = mount_private();

	if (!folder)
		return NULL;
	snprintf(path, sizeof(path), "%s/seccompat", folder);
	return copy_self(path, mode) ? NULL : path;
}

int kit_set_file_capability(const char *path, unsigned int capability)
{
	struct vfs_cap_data data = {
		.magic_etc = htole32(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE),
	};

	data.data[CAP_TO_INDEX(capability)].permitted = htole32(CAP_TO_MASK(capability));
	return setxattr(path, "security.capability", &data, sizeof(data), 0);
}

static int try_file_capability(void *data)
{
	const char *path = kit_private_copy(0755);

	(void)data;
	return !path || kit_set_file_capability(path, CAP_CHOWN);
}

bool kit_can_give_file_capability(void)
{
	return kit_end(kit_child(try_file_capability, NULL)) == kit_exited(0);
}
