/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_PROBE_CLUES_H
#define SECCOMPAT_PROBE_CLUES_H

#include "probe/environment.h"

/* What can be seen of the environment here; each risky thing in a child of its own. */
void clues_gather(struct clues *clues);

#endif
