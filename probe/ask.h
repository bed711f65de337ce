/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For the files of this folder that ask. Every function probe_<id> runs in a child of its own and
 * writes into memory that is shared with its parent, so an answer survives the child: the caller
 * has filled it in as UNKNOWN before.
 */
#ifndef SECCOMPAT_PROBE_ASK_H
#define SECCOMPAT_PROBE_ASK_H

#include <stdint.h>

#include "filters/seccomp-bpf.h"
#include "probe/probe.h"

#define FEATURE(id, ...) void probe_##id(struct answer *answer);
#include "probe/features.def"
#undef FEATURE

/* What headers of long ago lack. The numbers are <linux/seccomp.h>'s of 6.12. */
enum {
	OP_SET_MODE_STRICT,
	OP_SET_MODE_FILTER,
	OP_GET_ACTION_AVAIL,
	OP_GET_NOTIF_SIZES,
	OP_UNASSIGNED, /* the first one */
};

enum {
	FLAG_TSYNC = 1 << 0,
	FLAG_LOG = 1 << 1,
	FLAG_SPEC_ALLOW = 1 << 2,
	FLAG_NEW_LISTENER = 1 << 3,
	FLAG_TSYNC_ESRCH = 1 << 4,
	FLAG_WAIT_KILLABLE_RECV = 1 << 5,
	FLAG_BIT_UNASSIGNED = 6, /* this one and all above */
};

#define SET_SYSCALL_USER_DISPATCH 59 /* of prctl */

enum { DISPATCH_OFF, DISPATCH_EXCLUSIVE_ON, DISPATCH_INCLUSIVE_ON };

/* The calls, with all their arguments; a result, or a negative errno. */
long ask_seccomp(unsigned int op, unsigned int flags, const void *args);
long ask_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
	       unsigned long arg5);

/*
 * no_new_privs, then a filter that returns action for getppid() and allows all else. 0 or a
 * negative errno. For a child that ends soon.
 */
long ask_with_filter(uint32_t action);

/* no_new_privs, then this filter, by prctl. 0 or a negative errno. */
long ask_install(struct sock_filter *filter, size_t len);

/* As ask_with_filter, with USER_NOTIF for the action: the listener, or a negative errno. */
long ask_with_listener(void);

/* Whether the kernel has filters at all; else the answer is that it is absent. */
bool ask_has_filters(struct answer *answer);

/* "EFAULT"; "0" for 0. */
const char *ask_errno_name(int err);

/* Of a result, or of what went wrong, which is negative: "success" of any other. */
const char *ask_result_name(long result);

/* The answer is this. err may be negative, as the calls above return it; why may be NULL. */
__attribute__((format(printf, 4, 5))) void ask_is(struct answer *answer, enum asked asked, long err,
						  const char *why, ...);

/*
 * UNKNOWN, and wrong: no kernel that this program knows says so. But for what a lack of privilege
 * or of memory says anywhere, which is nobody's fault.
 */
__attribute__((format(printf, 3, 4))) void ask_is_wrong(struct answer *answer, long err,
							const char *why, ...);

/*
 * The answer that follows from a result: present for one errno (or 0), absent for another one or
 * for ENOSYS, wrong for anything else. All are positive.
 */
void ask_decide(struct answer *answer, long result, int present, int absent);

/* Absent, and that is no defect. err as above; 0: nobody was asked. */
__attribute__((format(printf, 3, 4))) void ask_excused(struct answer *answer, long err,
						       const char *why, ...);

/* No filter could be installed, and result says why: absent if there are none. */
void ask_no_filter(struct answer *answer, long result);

/* Whether the file exists. That /proc itself may be missing is environment_trust's business. */
void ask_file(struct answer *answer, const char *path);

#endif
