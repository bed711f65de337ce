/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What has the kernel patch its own code, beside the tests of other families. For a moment an int3
 * is there. QEMU 7.2, whose CPUs translate what another one may write meanwhile (later ones lock
 * the page before), may keep it when it is gone: that CPU never gets any further. Where the tests
 * in a guest switched a tracepoint some 70 times, 6 of 8 guests hung so.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_HUSH_H
#define SECCOMPAT_SELFTESTS_KIT_HUSH_H

/*
 * Calls fn(data) while no other CPU runs anything of the kernel's but interrupts, if this is an x86
 * of QEMU's; elsewhere it only calls. Returns what fn returned. As root: else nothing keeps them.
 */
int kit_hushed(int (*fn)(void *data), void *data);

#endif
