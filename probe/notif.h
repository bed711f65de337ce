/* SPDX-License-Identifier: BSD-3-Clause */
/* What a listener is asked with: structs, numbers, calls. Tests of the kernel use them, too. */
#ifndef SECCOMPAT_PROBE_NOTIF_H
#define SECCOMPAT_PROBE_NOTIF_H

#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>

/* <linux/seccomp.h> of 6.12; headers of long ago lack most of it. */
struct notif {
	uint64_t id;
	uint32_t pid;
	uint32_t flags;
	struct seccomp_data data;
};

struct notif_resp {
	uint64_t id;
	int64_t val;
	int32_t error;
	uint32_t flags;
};

struct notif_addfd {
	uint64_t id;
	uint32_t flags;
	uint32_t srcfd;
	uint32_t newfd;
	uint32_t newfd_flags;
};

#define NOTIF_RECV		 _IOWR('!', 0, struct notif)
#define NOTIF_SEND		 _IOWR('!', 1, struct notif_resp)
#define NOTIF_ID_VALID		 _IOW('!', 2, uint64_t)
#define NOTIF_ID_VALID_WRONG_DIR _IOR('!', 2, uint64_t)
#define NOTIF_ADDFD		 _IOW('!', 3, struct notif_addfd)
#define NOTIF_SET_FLAGS		 _IOW('!', 4, uint64_t)
#define NOTIF_UNASSIGNED	 _IOW('!', 5, uint64_t) /* the first one */

#define NOTIF_FLAG_CONTINUE 1
#define NOTIF_SYNC_WAKE_UP  1
#define ADDFD_FLAG_SETFD    1
#define ADDFD_FLAG_SEND	    2
#define ADDFD_UNASSIGNED    4 /* the first one */

#define NOTIF_NO_ID 0 /* ids begin with a random number, and 0 is none of them for a long time */

/* ioctl(2): a result, or a negative errno. */
long listener_ioctl(int fd, unsigned long request, void *data);

/* The events that poll(2) tells at once, or within ms (scaled). */
int listener_poll(int fd, unsigned int ms);

#endif
