/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-tracepoint.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/perf_event.h>

#include "selftests/glue/kit-hush.h"
#include "selftests/glue/kit-task.h"
#include "selftests/glue/kit.h"

#define TRACEFS "/sys/kernel/tracing"
#define ID_FILE "/sys/kernel/tracing/events/raw_syscalls/sys_enter/id"

/* Where nobody mounted tracefs, a mount that only the caller sees has to do. */
static int read_id(void *data)
{
	unsigned long *id = data;

	if (access(ID_FILE, R_OK) &&
	    (kit_own_mounts() || mount("tracefs", TRACEFS, "tracefs", 0, NULL)))
		return 1;
	*id = kit_number_in(ID_FILE, 0);
	return 0;
}

/* What perf calls the tracepoint: a number that the kernel chose; 0 if it has none. */
static unsigned long tracepoint_id(void)
{
	static unsigned long id;

	if (!id)
		kit_ask(read_id, &id, sizeof(id));
	return id;
}

int tracepoint_open(pid_t pid, int nr)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = tracepoint_id(),
		.disabled = 1,
	};
	char filter[32];
	int fd;

	if (!attr.config) {
		errno = ENODEV;
		return -1;
	}
	fd = (int)syscall(__NR_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -1;
	snprintf(filter, sizeof(filter), "id == %d", nr);
	if (!ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter) && !ioctl(fd, PERF_EVENT_IOC_ENABLE, 0))
		return fd;
	close(fd);
	return -1;
}

long tracepoint_count(int fd)
{
	uint64_t count;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? (long)count : -1;
}

static int held = -1;

static int hold(void *data)
{
	(void)data;
	held = tracepoint_open(0, __NR_getppid);
	return held;
}

static int let_go(void *data)
{
	(void)data;
	return close(held);
}

bool tracepoint_hold(void)
{
	return tracepoint_id() && kit_hushed(hold, NULL) >= 0;
}

void tracepoint_let_go(void)
{
	kit_hushed(let_go, NULL);
}

static int try_tracepoint(void *data)
{
	(void)data;
	if (!tracepoint_hold())
		return 1;
	tracepoint_let_go();
	return 0;
}

bool tracepoint_can(void)
{
	return kit_end(kit_child(try_tracepoint, NULL)) == kit_exited(0);
}
