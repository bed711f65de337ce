/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/inherited.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static const int endings[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

#define ENDING_COUNT (sizeof(endings) / sizeof(endings[0]))

void inherited_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		/* Where there is no such file, any other that cannot be written. */
		if (fd < 0)
			fd = open("/", O_PATH);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static bool is_ending(int number)
{
	for (size_t i = 0; i < ENDING_COUNT; i++)
		if (endings[i] == number)
			return true;
	return false;
}

void inherited_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		if (!is_ending(number))
			signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void inherited_endings(void)
{
	for (size_t i = 0; i < ENDING_COUNT; i++)
		signal(endings[i], SIG_DFL);
}
