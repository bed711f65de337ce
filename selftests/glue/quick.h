/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The selection of `seccompat check --quick`: for each behaviour that tests show, each feature
 * that they cover and each fix that they detect, the first test that does so, in its first variant.
 * Tests with a short bound come first, of these such that require nothing. What a test declares
 * decides, so that no list is kept.
 */
#ifndef SECCOMPAT_SELFTESTS_QUICK_H
#define SECCOMPAT_SELFTESTS_QUICK_H

#include "selftests/glue/info.h"

bool quick_includes(const struct test_info *info);

#endif
