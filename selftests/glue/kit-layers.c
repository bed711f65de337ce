/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-layers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/seccomp.h>

#include "filters/builder.h"
#include "selftests/glue/kit.h"

#define FIRST_ERRNO 200

int layer_install(unsigned int i, bool nnp)
{
	struct sock_fprog prog;
	struct builder b;
	int result = -1;
	int allow, deny;

	builder_init(&b, arch_native());
	allow = builder_label(&b, "allow");
	deny = builder_label(&b, "deny");
	build_arch(&b, allow);
	build_nr(&b);
	build_if(&b, BPF_JEQ, __NR_getpriority, NEXT, allow);
	build_arg_low(&b, 1);
	build_if(&b, BPF_JEQ, i, deny, allow);
	builder_bind(&b, deny);
	build_ret(&b, SECCOMP_RET_ERRNO | (FIRST_ERRNO + i));
	builder_bind(&b, allow);
	build_ret(&b, SECCOMP_RET_ALLOW);
	if (builder_finish(&b, &prog))
		errno = -b.err;
	else
		result = nnp ? kit_install(&prog) : kit_install_only(&prog);
	builder_free(&b);
	return result;
}

int layers_install(unsigned int from, unsigned int to, bool nnp)
{
	for (; from < to; from++)
		if (layer_install(from, nnp))
			return -1;
	return 0;
}

void sight_take(struct sight *sight)
{
	kit_view_self(&sight->view);
	sight->layers = 0;
	for (int i = 0; i < LAYERS_MAX; i++)
		if (syscall(__NR_getpriority, PRIO_PROCESS, i) == -1 && errno == FIRST_ERRNO + i)
			sight->layers |= 1ull << i;
}

struct sight sight_with_layers(struct sight before, uint64_t layers)
{
	before.layers |= layers;
	before.view.mode = 2;
	if (before.view.mode_line >= 0)
		before.view.mode_line = 2;
	if (before.view.filters_line >= 0)
		before.view.filters_line += __builtin_popcountll(layers);
	return before;
}

struct sight sight_with_nnp(struct sight before)
{
	before.view.nnp = 1;
	if (before.view.nnp_line >= 0)
		before.view.nnp_line = 1;
	return before;
}

bool sight_equal(const struct sight *a, const struct sight *b)
{
	return a->layers == b->layers && !memcmp(&a->view, &b->view, sizeof(a->view));
}

const char *sight_text(const struct sight *sight)
{
	static char texts[2][160];
	static unsigned int turn;
	const struct kit_view *view = &sight->view;
	char *text = texts[turn++ % 2];

	snprintf(text, sizeof(texts[0]),
		 "mode %d nnp %d lines %d %d %d layers %#llx uids %u %u gids %u %u", view->mode,
		 view->nnp, view->mode_line, view->nnp_line, view->filters_line,
		 (unsigned long long)sight->layers, view->ruid, view->euid, view->rgid, view->egid);
	return text;
}
