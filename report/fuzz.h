/* SPDX-License-Identifier: BSD-3-Clause */
/* What the fuzzer found, for people and machines; and what it goes on from. */
#ifndef SECCOMPAT_REPORT_FUZZ_H
#define SECCOMPAT_REPORT_FUZZ_H

#include <stdio.h>

#include "fuzz/session.h"
#include "report/json.h"

/* How it is found again: "seccompat fuzz --simulator --seed 7 --count 1", with an engine if named.
 */
const char *fuzz_again(const struct fuzz_difference *difference, const char *engine, char *buf,
		       size_t size);

void fuzz_put_difference(FILE *out, const struct fuzz_difference *difference, const char *engine);
void fuzz_json_difference(struct json *json, const struct fuzz_difference *difference,
			  const char *engine);

/* A line for each kind of program. */
void fuzz_put_totals(FILE *out, const struct fuzz_totals *totals);
void fuzz_json_totals(struct json *json, const struct fuzz_totals *totals);

/* The instructions as they are, for seccompat sim and disasm: 0, or -1 after a line on stderr. */
int fuzz_write_filter(const char *path, const struct program *program);

#endif
