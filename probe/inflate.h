/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SECCOMPAT_PROBE_INFLATE_H
#define SECCOMPAT_PROBE_INFLATE_H

#include <stddef.h>

/*
 * What a gzip file (RFC 1952, one member) holds, with a NUL behind it: to be freed. NULL if it is
 * none, is cut short, is damaged, or holds more than limit bytes. Its checksum is compared.
 */
char *inflate_gzip(const unsigned char *in, size_t length, size_t limit, size_t *inflated);

#endif
