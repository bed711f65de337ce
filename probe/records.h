/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the records of what seccomp logs can be read: a multicast group of the audit system. */
#ifndef SECCOMPAT_PROBE_RECORDS_H
#define SECCOMPAT_PROBE_RECORDS_H

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

#endif
