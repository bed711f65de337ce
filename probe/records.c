/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/records.h"

#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
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

/* --- whether calls are recorded -------------------------------------------------------------- */

int records_ask(int type, int flags, const void *data, size_t size, void *answer,
		size_t answer_size)
{
	struct nlmsghdr head = { .nlmsg_len = NLMSG_LENGTH(size),
				 .nlmsg_type = type,
				 .nlmsg_flags = NLM_F_REQUEST | flags };
	struct iovec parts[] = { { &head, sizeof(head) }, { (void *)data, size } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT), err = ETIMEDOUT;
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	if (fd < 0)
		return -errno;
	if (sendmsg(fd, &message, 0) < 0)
		err = errno;
	else if (poll(&wait, 1, 1000) > 0)
		err = recv(fd, answer, answer_size, MSG_DONTWAIT) < 0 ? errno : 0;
	close(fd);
	return -err;
}

/* A kernel whose rules are locked would record that somebody asked for one. */
static bool is_locked(void)
{
	struct {
		struct nlmsghdr head;
		struct audit_status status;
		char more[128]; /* cppcheck-suppress unusedStructMember ; a later kernel's */
	} answer = { 0 };

	return records_ask(AUDIT_GET, 0, NULL, 0, &answer, sizeof(answer)) ||
	       answer.head.nlmsg_type != AUDIT_GET || answer.status.enabled > 1;
}

enum { TOO_LONG = PATH_MAX + 1 };

/*
 * A rule about calls whose path is too long for one. Where calls are recorded that is what is wrong
 * with it (ENAMETOOLONG); where not (without AUDITSYSCALL, which mips has not) there are no such
 * rules (EINVAL). Neither is kept, nor recorded.
 */
static bool lacks_rules_of_calls(void)
{
	static union {
		struct audit_rule_data rule;
		/* cppcheck-suppress unusedStructMember ; behind the rule stands the path */
		char bytes[sizeof(struct audit_rule_data) + TOO_LONG];
	} wrong = { .rule = { .flags = AUDIT_FILTER_EXIT,
			      .action = AUDIT_ALWAYS,
			      .field_count = 1,
			      .fields = { AUDIT_WATCH },
			      .fieldflags = { AUDIT_EQUAL },
			      .values = { TOO_LONG },
			      .buflen = TOO_LONG } };
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char more[sizeof(wrong)]; /* cppcheck-suppress unusedStructMember ; it is told */
	} answer = { 0 };

	return !is_locked() &&
	       !records_ask(AUDIT_ADD_RULE, 0, &wrong, sizeof(wrong), &answer, sizeof(answer)) &&
	       answer.head.nlmsg_type == NLMSG_ERROR && answer.error.error == -EINVAL;
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
	else if (lacks_rules_of_calls())
		ask_is(answer, ASKED_ABSENT, 0, "no call is recorded");
	else
		ask_is(answer, ASKED_PRESENT, 0, NULL);
	if (fd >= 0)
		close(fd);
}
