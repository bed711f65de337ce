/* SPDX-License-Identifier: BSD-3-Clause */
/* The CPUs of this machine that this process may use. */
#ifndef SECCOMPAT_RUN_CPUS_H
#define SECCOMPAT_RUN_CPUS_H

#include <sched.h>

/* Those below CPU_SETSIZE; never none: the one it is on, where they cannot be told. */
void cpus_usable(cpu_set_t *set);

#endif
