/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What has the kernel patch its own code beside the tests of other families. QEMU before 8.1
 * ("accel/tcg: Always lock pages before translation") may translate the int3 that is there for a
 * moment, keep it for good, and so hold an emulated CPU there that comes by just then: it does so
 * about once in a hundred times.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_HUSH_H
#define SECCOMPAT_SELFTESTS_KIT_HUSH_H

/*
 * Calls fn(data) while no other CPU runs anything of the kernel's but interrupts, if the CPUs are
 * QEMU's; elsewhere it only calls. Returns what fn returned. As root: else nothing keeps them.
 */
int kit_hushed(int (*fn)(void *data), void *data);

#endif
