/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/records.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/ask.h"
#include "probe/command-line.h"

#define GROUP_READLOG 1 /* AUDIT_NLGRP_READLOG, of 3.16 */

/* The inode of the first pid namespace, the same on every kernel since 3.8. */
#define FIRST_PID_NS "pid:[4026531836]"

/* What only that one shows; the link of pid 1 is for those to read who have all its capabilities.
 */
#define FIRST_NET_NS "/proc/sys/net/core/netdev_max_backlog"

int records_open(void)
{
	const struct sockaddr_nl group = { .nl_family = AF_NETLINK,
					   .nl_groups = 1 << (GROUP_READLOG - 1) };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_AUDIT);
	int err;

	if (fd < 0)
		return -errno;
	if (!bind(fd, (const struct sockaddr *)&group, sizeof(group)))
		return fd;
	err = errno;
	close(fd);
	return -err;
}

const char *records_refusal(void)
{
	char link[64];
	ssize_t length = readlink("/proc/self/ns/pid", link, sizeof(link) - 1);

	/* There is no link where there are no such namespaces. */
	link[length < 0 ? 0 : length] = '\0';
	if (link[0] && strcmp(link, FIRST_PID_NS))
		return "records name the first pid namespace's pids, and this is another one";
	if (access(FIRST_NET_NS, F_OK))
		return "records reach the first net namespace, and this seems to be another one";
	return NULL;
}

/* The kernel takes it for a number, or for "off" and "on". */
static bool is_off_by_command_line(void)
{
	char value[16];

	command_line_value("audit", value, sizeof(value));
	return !strcmp(value, "0") || !strcmp(value, "off");
}

/* That records come is for tests to see: here one would be left in the kernel's log. */
void probe_audit_records(struct answer *answer)
{
	int fd = records_open();

	if (fd == -EPROTONOSUPPORT && is_off_by_command_line())
		ask_is(answer, ASKED_UNKNOWN, fd, COMMAND_LINE_SAYS "audit=0");
	else if (fd == -EPERM)
		ask_is(answer, ASKED_UNKNOWN, fd, "only CAP_AUDIT_READ may read them");
	else if (fd < 0)
		ask_decide(answer, fd, 0, EPROTONOSUPPORT);
	else if (records_refusal())
		ask_is(answer, ASKED_UNKNOWN, 0, "%s", records_refusal());
	else
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	if (fd >= 0)
		close(fd);
}
