/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a result came from: without it, a JSON file is worth little a year later. */
#ifndef SECCOMPAT_REPORT_PROVENANCE_H
#define SECCOMPAT_REPORT_PROVENANCE_H

#include "probe/probe.h"
#include "report/json.h"

/*
 * Three objects into the innermost one: "kernel" (what it says of itself), "tool" (this program)
 * and "environment" (how far its answers can be trusted). What cannot be read is null.
 */
void provenance_write(struct json *json, const struct environment *env);

/*
 * The GNU build id in ELF notes (/sys/kernel/notes), in this machine's endianness: as hex digits
 * into text, of at least 2 * 20 + 1 bytes; false if there is none.
 */
bool provenance_build_id(const unsigned char *notes, size_t length, char *text, size_t size);

#endif
