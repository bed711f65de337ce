/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_RUN_EXEC_H
#define SECCOMPAT_RUN_EXEC_H

/* Becomes the program that fd is open on, in this environment; returns only to fail, errno set. */
int exec_descriptor(int fd, char *const argv[]);

#endif
