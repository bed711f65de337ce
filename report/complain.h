/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_REPORT_COMPLAIN_H
#define SECCOMPAT_REPORT_COMPLAIN_H

/*
 * A bad file is told in one line on stderr: "seccompat: PATH: ..."; always -1. What comes out of
 * the file has no control characters left.
 */
__attribute__((format(printf, 2, 3))) int complain_of(const char *path, const char *format, ...);

#endif
