/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks of filters of which each one can be told to act: layer i answers getpriority(*, i), which
 * no other layer knows of, with an errno of its own.
 */
#ifndef SECCOMPAT_SELFTESTS_KIT_LAYERS_H
#define SECCOMPAT_SELFTESTS_KIT_LAYERS_H

#include <stdbool.h>
#include <stdint.h>

#include "selftests/glue/kit-task.h"

#define LAYERS_MAX 64

/* The first n layers, as a set. */
static inline uint64_t layers_first(unsigned int n)
{
	return n < 64 ? (1ull << n) - 1 : ~0ull;
}

/* Installs layer i by the pass's route; nnp: sets NNP first. 0, or -1 and errno. */
int layer_install(unsigned int i, bool nnp);

/* Layers from ... to - 1. */
int layers_install(unsigned int from, unsigned int to, bool nnp);

/* A task as it sees itself. */
struct sight {
	struct kit_view view;
	uint64_t layers; /* that act: bit i is layer i */
};

/* Of the calling thread; good wherever kit_view_self is. */
void sight_take(struct sight *sight);

/* What it becomes by these layers more (mode and lines; not NNP), and by NNP. */
struct sight sight_with_layers(struct sight before, uint64_t layers);
struct sight sight_with_nnp(struct sight before);

/* What shows of a stack of filters: the view's lines and those of the layers. */
bool sight_equal(const struct sight *a, const struct sight *b);

/* "mode 2 nnp 1 filters 3 layers 0x7", and who it is; in one of two storages in turn. */
const char *sight_text(const struct sight *sight);

/* In a test's body, test.h being included; the rest says, as printf, whose sight it is. */
#define EXPECT_SIGHT(expected, seen, ...)                                                   \
	do {                                                                                \
		EXPECT_TRUE(sight_equal((expected), (seen)))                                \
		{                                                                           \
			TH_LOG(__VA_ARGS__);                                                \
			TH_LOG("%s instead of %s", sight_text(seen), sight_text(expected)); \
		}                                                                           \
	} while (0)

#endif
