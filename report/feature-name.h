/* SPDX-License-Identifier: BSD-3-Clause */
/* A feature by the name that a person gave. */
#ifndef SECCOMPAT_REPORT_FEATURE_NAME_H
#define SECCOMPAT_REPORT_FEATURE_NAME_H

#include "probe/probe.h"

/*
 * F_NONE after a line on stderr, which begins with where the name stood ("probe", "FILE:3") and
 * names the feature that may have been meant.
 */
enum feature feature_named(const char *where, const char *id);

#endif
