/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_REPORT_UTF8_H
#define SECCOMPAT_REPORT_UTF8_H

#include <stddef.h>

/*
 * The character that text begins with: its number into *code; how many bytes it has, 0 if it is no
 * UTF-8 (neither a surrogate nor an overlong form is).
 */
size_t utf8_read(const char *text, unsigned int *code);

#endif
