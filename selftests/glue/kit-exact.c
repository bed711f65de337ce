/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-exact.h"

#include <stddef.h>
#include <string.h>

#include "arch/arch.h"
#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"

#define WORDS	 (sizeof(struct seccomp_data) / 4)
#define ERRNO_OF 2000u

static void load(struct builder *b, size_t word)
{
	build_stmt(b, BPF_LD | BPF_W | BPF_ABS, 4 * word);
}

static void begin(struct builder *b, const uint32_t words[WORDS])
{
	const size_t mark = offsetof(struct seccomp_data, args) / 4 + arch_native()->big_endian;
	int marked;

	builder_init(b, arch_native());
	load(b, mark);
	marked = builder_label(b, "marked");
	build_if(b, BPF_JEQ, words[mark], marked, NEXT);
	build_ret(b, SECCOMP_RET_ALLOW);
	builder_bind(b, marked);
}

/* else_action: for word i of count, i is added to it. */
static int install(const struct seccomp_data *expected, size_t count, uint32_t action,
		   uint32_t else_action)
{
	uint32_t words[WORDS];
	struct builder b;

	memcpy(words, expected, sizeof(words));
	begin(&b, words);
	for (size_t i = 0; i < count; i++) {
		int next = builder_label(&b, NULL);

		load(&b, i);
		build_if(&b, BPF_JEQ, words[i], next, NEXT);
		build_ret(&b, else_action ? else_action + i : SECCOMP_RET_KILL_PROCESS);
		builder_bind(&b, next);
	}
	build_ret(&b, action);
	return kit_install_built(&b);
}

int exact_install_args(const struct seccomp_data *expected, unsigned int args)
{
	size_t count = (offsetof(struct seccomp_data, args) + args * sizeof(expected->args[0])) / 4;

	return install(expected, count, SECCOMP_RET_ERRNO | ERRNO_OF,
		       SECCOMP_RET_ERRNO | (ERRNO_OF + 1));
}

int exact_install(const struct seccomp_data *expected)
{
	return exact_install_args(expected, 6);
}

int exact_install_action(const struct seccomp_data *expected, uint32_t action)
{
	return install(expected, WORDS, action, 0);
}
