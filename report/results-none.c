/* SPDX-License-Identifier: BSD-3-Clause */
/* Built without jansson, every file of results is refused: a target only ever writes results. */
#ifndef HAVE_JANSSON
#include <stdio.h>

#include "report/complain.h"
#include "report/results.h"

bool results_readable(void)
{
	fprintf(stderr, "seccompat: this build has no JSON reader; one made with libjansson-dev "
			"installed has (sudo make setup)\n");
	return false;
}

int result_read(struct result_kernel *kernel, const char *path)
{
	(void)kernel;
	return complain_of(path, "this build has no JSON reader");
}

/* There is none but an empty one. */
void result_release(struct result_kernel *kernel)
{
	*kernel = (struct result_kernel){ 0 };
}

#endif
