/* SPDX-License-Identifier: BSD-3-Clause */
#include "filters/answer.h"

#include <linux/seccomp.h>

static void return_byte(struct builder *b, int byte)
{
	build_stmt(b, BPF_MISC | BPF_TXA, 0);
	build_stmt(b, BPF_ALU | BPF_RSH | BPF_K, 8 * byte);
	build_stmt(b, BPF_ALU | BPF_AND | BPF_K, 0xff);
	build_stmt(b, BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO);
	build_stmt(b, BPF_RET | BPF_A, 0);
}

void build_answer_byte(struct builder *b)
{
	for (int byte = 0; byte < 3; byte++) {
		int next = builder_label(b, NULL);

		build_if(b, BPF_JEQ, byte, NEXT, next);
		return_byte(b, byte);
		builder_bind(b, next);
	}
	return_byte(b, 3);
}

void build_answer(struct builder *b)
{
	build_stmt(b, BPF_MISC | BPF_TAX, 0);
	build_arg_low(b, 5);
	build_answer_byte(b);
}
