/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A listener of one's own, to be asked about: for questions, which are put in a child that ends
 * soon. Under its filter getppid() waits for an answer, and every other call is allowed.
 */
#ifndef SECCOMPAT_PROBE_LISTENER_H
#define SECCOMPAT_PROBE_LISTENER_H

#include <sys/ioctl.h>

#include "probe/ask.h"

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

/* The listener, or -1 and *answer says why there is none. The caller has the filter then. */
int listener_open(struct answer *answer);

/*
 * As listener_open, but in a task that has ended since: nobody has the filter any more. The
 * caller's is the only descriptor.
 */
int listener_orphan(struct answer *answer);

/*
 * A child that calls getppid() and so waits; it ends with 0 if the call failed with ENOSYS, else
 * with 1. -1: there is no child, and *answer says why.
 */
pid_t listener_caller(int fd, struct answer *answer);

/* The end of a caller, however it went; its exit status, or -1. */
int listener_reap(pid_t caller);

/* ioctl(2): a result, or a negative errno. */
long listener_ioctl(int fd, unsigned long request, void *data);

/* The events that poll(2) tells at once, or within ms (scaled). */
int listener_poll(int fd, unsigned int ms);

#endif
