/* SPDX-License-Identifier: BSD-3-Clause */
/* The program with these families instead of the real ones, and without a twin. */
#include "selftests/glue/info.h"

int faulty_main(int argc, char **argv);
int deadly_main(int argc, char **argv);

const struct family families[] = {
	{ "faulty", faulty_main },
	{ "deadly", deadly_main },
	{ 0 },
};

const char twin_start[1];
extern const char twin_end[1] __attribute__((alias("twin_start")));
