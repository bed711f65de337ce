/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "probe/listener.h"

void probe_notif_addfd(struct answer *answer)
{
	int fd = listener_open(answer);

	if (fd >= 0)
		ask_decide(answer, listener_ioctl(fd, NOTIF_ADDFD, NULL), EFAULT, EINVAL);
}

/* The descriptor to send is a good one, or EBADF would be all there is to hear. */
static long ask_flags(int fd, uint32_t flags)
{
	struct notif_addfd addfd = { .id = NOTIF_NO_ID, .flags = flags, .srcfd = fd };

	return listener_ioctl(fd, NOTIF_ADDFD, &addfd);
}

static void ask_addfd(struct answer *answer, uint32_t flags)
{
	int fd = listener_open(answer);

	if (fd >= 0)
		ask_decide(answer, ask_flags(fd, flags), ENOENT, EINVAL);
}

void probe_addfd_setfd(struct answer *answer)
{
	ask_addfd(answer, ADDFD_FLAG_SETFD);
}

void probe_addfd_send(struct answer *answer)
{
	ask_addfd(answer, ADDFD_FLAG_SEND);
}
