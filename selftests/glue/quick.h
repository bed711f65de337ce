/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The selection of `seccompat check --quick`: for each behaviour that tests show, each feature
 * that they cover and each fix that they detect, the first test that does so, in its first variant.
 * Those that can run here come first, of these such with a short bound. Slow ones are left out,
 * whatever they alone show. What a test declares decides, so that no list is kept.
 */
#ifndef SECCOMPAT_SELFTESTS_QUICK_H
#define SECCOMPAT_SELFTESTS_QUICK_H

#include "selftests/glue/info.h"

/* Chooses; asked of each test that is not slow: whether it can run here. */
void quick_choose(bool (*can_run)(const struct test_info *info, void *data), void *data);

/* Of the selection that was made. */
bool quick_includes(const struct test_info *info);

#endif
