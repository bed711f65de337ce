/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-answer.h"

#include "arch/regs.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "selftests/glue/kit.h"

int kit_install_built(struct builder *b)
{
	struct sock_fprog prog;
	int err = builder_finish(b, &prog);

	if (err)
		test_broke(__FILE__, __LINE__, "no filter could be built: %s", b->why);
	else if (kit_install(&prog))
		err = -errno;
	builder_free(b);
	errno = -err;
	return err ? -1 : 0;
}

/* uretprobe and uprobe, which older tables do not have, by number. */
bool kit_passes_unasked(uint32_t nr)
{
	return arch_native()->audit == AUDIT_ARCH_X86_64 && (nr == 335 || nr == 336);
}

/* Without registers there are no kernel tests either. */
#if ARCH_HAS_REGS
uint64_t kit_answer(uint32_t nr, const unsigned long args[5])
{
	uint64_t value = 0;

	for (unsigned int byte = 0; byte < 4; byte++) {
		long result =
			arch_syscall6((int)nr, args[0], args[1], args[2], args[3], args[4], byte);

		if (result > 0 || result < -0xff)
			return KIT_NO_ANSWER | (uint32_t)-result;
		value |= (uint64_t)-result << (8 * byte);
	}
	return value;
}
#endif
