/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-addfd.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "selftests/glue/kit.h"

long addfd_ask(int listener, struct notif_addfd addfd)
{
	return listener_ioctl(listener, NOTIF_ADDFD, &addfd);
}

int addfd_file(void)
{
	int fd = memfd_create("seccompat", MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, 4096)) {
		close(fd);
		return -1;
	}
	return fd;
}

static long or_errno(long result)
{
	return result < 0 ? -errno : result;
}

static long lowest(void *data)
{
	(void)data;
	return kit_free_fd();
}

static long flags_of(void *fd)
{
	return or_errno(fcntl((int)(long)fd, F_GETFD));
}

static long close_it(void *fd)
{
	return or_errno(close((int)(long)fd));
}

static long limit_to(void *limit)
{
	struct rlimit both;

	if (getrlimit(RLIMIT_NOFILE, &both))
		return -errno;
	both.rlim_cur = (rlim_t)(long)limit;
	return or_errno(setrlimit(RLIMIT_NOFILE, &both));
}

static long copy_from(void *from)
{
	return or_errno(fcntl(STDERR_FILENO, F_DUPFD, (int)(long)from));
}

static long copy_to(void *fd)
{
	return or_errno(dup2(STDERR_FILENO, (int)(long)fd));
}

#define NUMBERS 1024 /* more than any test uses */

static long count(void *data)
{
	long open = 0;

	(void)data;
	for (int fd = 0; fd < NUMBERS; fd++)
		open += fcntl(fd, F_GETFD) >= 0;
	return open;
}

static long tidy(void *data)
{
	(void)data;
	for (int fd = STDERR_FILENO + 1; fd < NUMBERS; fd++)
		close(fd);
	return 0;
}

static long offset_of(void *fd)
{
	return or_errno(lseek((int)(long)fd, 0, SEEK_CUR));
}

static long move(void *fd)
{
	return or_errno(lseek((int)(long)fd, 77, SEEK_CUR));
}

long fd_lowest(struct target *target)
{
	return target_do(target, lowest, NULL);
}

long fd_flags(struct target *target, long fd)
{
	return target_do(target, flags_of, (void *)fd);
}

long fd_count(struct target *target)
{
	return target_do(target, count, NULL);
}

long fd_close(struct target *target, long fd)
{
	return target_do(target, close_it, (void *)fd);
}

long fd_limit(struct target *target, long limit)
{
	return target_do(target, limit_to, (void *)limit);
}

long fd_copy_from(struct target *target, long from)
{
	return target_do(target, copy_from, (void *)from);
}

long fd_copy_to(struct target *target, long fd)
{
	return target_do(target, copy_to, (void *)fd);
}

bool fd_is_same_file(struct target *target, long fd, int file)
{
	long at = lseek(file, 5, SEEK_CUR);

	if (target_do(target, offset_of, (void *)fd) != at)
		return false;
	return target_do(target, move, (void *)fd) == at + 77 &&
	       lseek(file, 0, SEEK_CUR) == at + 77;
}

long fd_tidy(struct target *target)
{
	return target_do(target, tidy, NULL);
}
