/* SPDX-License-Identifier: BSD-3-Clause */
/* Built without jansson, OCI profiles are refused: a target compiles text, if anything. */
#ifndef HAVE_JANSSON
#include "compile/read.h"
#include "report/complain.h"

int policy_read_json(struct policy *policy, const char *path, const char *text, size_t length,
		     const struct read_options *options)
{
	(void)policy;
	(void)text;
	(void)length;
	(void)options;
	return complain_of(path, "this build has no JSON reader; one made with libjansson-dev "
				 "installed has (sudo make setup)");
}

#endif
