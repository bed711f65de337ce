/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The selection of `seccompat check --quick`: tests, in their first variant, that between them show
 * each behaviour, cover each feature and detect each fix that all tests do. The next is the one
 * that adds most; of several such the one with the shortest bound. What can run here comes before
 * what cannot. Slow ones are left out, whatever they alone show. What a test declares decides, so
 * that no list is kept.
 */
#ifndef SECCOMPAT_SELFTESTS_QUICK_H
#define SECCOMPAT_SELFTESTS_QUICK_H

#include "selftests/glue/info.h"

/* Chooses; asked of each test that is not slow: whether it can run here. */
void quick_choose(bool (*can_run)(const struct test_info *info, void *data), void *data);

/* Of the selection that was made. */
bool quick_includes(const struct test_info *info);

#endif
