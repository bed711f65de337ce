/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Allocations that fail on purpose, in the calling thread alone, where the kernel was built for it
 * (FAULT_INJECTION, FAILSLAB, FAULT_INJECTION_DEBUG_FS; Documentation/fault-injection).
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_FAULTS_H
#define SECCOMPAT_SELFTESTS_KIT_FAULTS_H

#include <stdbool.h>

/* Whether it can be had: debugfs is mounted at its place, and the files are there and ours. */
bool faults_possible(void);

/* Lets allocations fail that may sleep, too, and quietly; for good (NEED_DISPOSABLE). 0 or -1. */
int faults_allow(void);

/* A descriptor for the two below, of the calling thread; -1 and errno. */
int faults_open(void);

/* The n-th allocation from now on fails, counted from 1. */
bool faults_arm(int fd, unsigned int n);

/* No more does. Whether one has failed. */
bool faults_disarm(int fd);

#endif
