/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-refusals.h"

#include <errno.h>

#include "selftests/glue/kit.h"

struct request {
	int (*ask)(struct refusals *refusals);
	struct refusals refusals;
};

static int run_request(void *data)
{
	struct request *request = data;

	return request->ask(&request->refusals);
}

struct refusals refusals_ask(int (*ask)(struct refusals *refusals), const struct sock_fprog *prog,
			     const void *data)
{
	struct request request = { .ask = ask, .refusals = { .prog = prog, .data = data } };

	if (kit_end(kit_ask(run_request, &request, sizeof(request))) != kit_exited(0))
		request.refusals.complete = false;
	return request.refusals;
}

void refusals_begin(struct refusals *refusals)
{
	kit_view_self(&refusals->before);
}

void refusals_expect(struct refusals *refusals, uint32_t question, long result, int expected)
{
	int got = result < 0 ? errno : 0;

	refusals->asked++;
	if (got == expected || refusals->wrong++)
		return;
	refusals->question = question;
	refusals->got = got;
	refusals->expected = expected;
}

int refusals_end(struct refusals *refusals)
{
	kit_view_self(&refusals->after);
	refusals->complete = true;
	return 0;
}
