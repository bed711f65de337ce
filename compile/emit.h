/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nodes become instructions. Not by filters/builder, which gives each branch that is too long a
 * jump of its own: here one such jump serves all branches around it.
 */
#ifndef SECCOMPAT_COMPILE_EMIT_H
#define SECCOMPAT_COMPILE_EMIT_H

#include "compile/dag.h"

struct filter {
	struct sock_filter *insns;
	size_t count;
};

/*
 * The filter that begins with root, for the caller to free. Its count alone, and no instructions,
 * if it would have more than 4096.
 */
struct filter emit(const struct dag *dag, int root);

#endif
