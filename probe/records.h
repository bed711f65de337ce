/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the records of what seccomp logs can be read: a multicast group of the audit system. */
#ifndef SECCOMPAT_PROBE_RECORDS_H
#define SECCOMPAT_PROBE_RECORDS_H

#include <stddef.h>

/*
 * A socket that all records of the audit system come to from now on, whoever else reads them; to
 * be closed. It does not block. A negative errno: -EPROTONOSUPPORT if there is no audit system,
 * -EPERM if the caller may not (CAP_AUDIT_READ).
 */
int records_open(void);

/*
 * Why the records of this process do not come here although the group can be joined; NULL: they do.
 * They name it by its first pid, and reach the first net namespace only.
 */
const char *records_refusal(void);

/*
 * Sends the audit system a request (AUDIT_GET ..., NLM_F_ACK or 0) and takes what comes back first:
 * an error or acknowledgement (NLMSG_ERROR), or what was asked for, which a thread of the kernel
 * sends. 0, or a negative errno: -ETIMEDOUT if nothing came within a second.
 */
int records_ask(int type, int flags, const void *data, size_t size, void *answer,
		size_t answer_size);

#endif
