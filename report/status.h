/* SPDX-License-Identifier: BSD-3-Clause */
/* Exit codes, alike everywhere; scripts rely on them. */
#ifndef SECCOMPAT_REPORT_STATUS_H
#define SECCOMPAT_REPORT_STATUS_H

enum {
	SC_OK = 0,	 /* all is well */
	SC_FAILED = 1,	 /* the kernel failed something */
	SC_BROKEN = 2,	 /* usage, bad input, or the toolkit itself broke */
	SC_NOISY = 3,	 /* of a bench: the machine is too noisy to say */
	SC_UNTESTED = 4, /* nothing could be tested (kselftest's skip) */
};

#endif
