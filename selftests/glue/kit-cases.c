/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-cases.h"

#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "selftests/glue/kit-answer.h"

void cases_open(struct builder *b)
{
	build_nr(b);
	build_if(b, BPF_JEQ, __NR_getppid, NEXT, builder_label(b, "allow"));
}

void cases_begin(struct builder *b)
{
	builder_init(b, arch_native());
	cases_open(b);
}

int cases_next(struct builder *b, uint32_t number)
{
	int behind = builder_label(b, NULL);

	build_arg_low(b, CASES_ARG);
	build_if(b, BPF_JEQ, number, NEXT, behind);
	return behind;
}

int cases_end(struct builder *b)
{
	builder_bind(b, builder_label(b, "allow"));
	build_ret(b, SECCOMP_RET_ALLOW);
	return kit_install_built(b);
}
