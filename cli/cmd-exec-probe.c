/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * seccompat exec-probe FD: what this program, just executed, sees of itself, to a kernel test that
 * did the exec. Not for people, and so not in the list of commands.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "selftests/glue/kit-task.h"

int cmd_exec_probe(int argc, char **argv)
{
	struct kit_view view;
	int fd = argc == 2 ? atoi(argv[1]) : 0;

	/* execve made it dumpable again, and a filter may be about to kill it. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (fd <= STDERR_FILENO) {
		fprintf(stderr,
			"seccompat: exec-probe: for the kernel tests only; see seccompat check\n");
		return SC_BROKEN;
	}
	kit_view_self(&view);
	/* At once: what else is done at an exit (gcov's counts) may meet that filter, too. */
	_exit(write(fd, &view, sizeof(view)) == sizeof(view) ? SC_OK : SC_BROKEN);
}
