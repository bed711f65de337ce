/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What has the kernel patch its own code, beside the tests of other families. For a moment an int3
 * is there. QEMU before 8.1 ("accel/tcg: Always lock pages before translation") may translate it
 * while it goes, and keep it: that CPU never gets any further. Where the tests in one of 7.2's
 * switched a tracepoint some 70 times, 6 of 8 guests hung so.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_HUSH_H
#define SECCOMPAT_SELFTESTS_KIT_HUSH_H

/*
 * Calls fn(data) while no other CPU runs anything of the kernel's but interrupts, if this is an x86
 * of QEMU's; elsewhere it only calls. Returns what fn returned. As root: else nothing keeps them.
 */
int kit_hushed(int (*fn)(void *data), void *data);

#endif
