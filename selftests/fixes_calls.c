/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fixes of what becomes of single calls: what an installation leaves of its privilege, how the user
 * dispatch fails.
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-birth.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- the mark of a privilege that was used -----------------------------------------------------
 */

#define MARK 0x100 /* PF_SUPERPRIV, which process accounting shows too */

/* The flags of the calling task: the seventh number behind its name; 0 if they cannot be read. */
static unsigned long task_flags(void)
{
	char line[512] = "";
	const char *end;
	unsigned long flags = 0;
	FILE *stat = fopen("/proc/self/stat", "re");

	if (!stat)
		return 0;
	end = fgets(line, sizeof(line), stat) ? strrchr(line, ')') : NULL;
	if (end)
		sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %lu", &flags);
	fclose(stat);
	return flags;
}

struct marked {
	bool nnp; /* before it asks */
	bool before, after;
	int error;
};

/*
 * The privilege is looked at before the instructions are copied: an installation that fails there
 * shows what seccomp does alone, as x86's JIT asks for CAP_SYS_ADMIN, too (branch history, 2025).
 */
static int asks_for_it(void *data)
{
	struct sock_fprog nowhere = { .len = 1, .filter = TRACE_NOWHERE };
	struct marked *m = data;

	if (m->nnp && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return CANNOT_INSTALL;
	m->before = task_flags() & MARK;
	m->error = kit_install_only(&nowhere) ? errno : 0;
	m->after = task_flags() & MARK;
	return 0;
}

SC_TEST(privilege_is_marked,
	.doc = "an installation that CAP_SYS_ADMIN allows marks the task as one that used a "
	       "privilege, as process accounting shows it; one that NNP allows does not",
	.fixes = { FIX_superpriv }, .behaviours = { 11 },
	.requires = NEED_ROOT | NEED_NO_NNP | NEED_EXEC, .varies = VARY(DIM_ROUTE))
{
	for (int nnp = 0; nnp <= 1; nnp++) {
		struct marked m = { .nnp = nnp };

		ASSERT_LIVED(kit_end(kit_ask(asks_for_it, &m, sizeof(m))), "fork");
		BROKE_UNLESS(!m.before, "a child is marked from its start");
		EXPECT_EQ(EFAULT, m.error);
		EXPECT_EQ(!nnp, m.after);
	}
}

TEST_HARNESS_MAIN
