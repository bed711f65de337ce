/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int kmsg_open(void)
{
	return open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

int kmsg_open_at_end(void)
{
	int fd = kmsg_open();

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* A record is "priority,number,time,flags;text\n", and lines that begin with a space. */
const char *kmsg_next(int fd, char *buf, size_t size)
{
	for (;;) {
		ssize_t got = read(fd, buf, size - 1);
		char *text;

		/* Some were overwritten: the next read goes on behind them. */
		if (got < 0 && errno == EPIPE)
			continue;
		if (got <= 0)
			return NULL;
		buf[got] = '\0';
		text = strchr(buf, ';');
		if (!text)
			continue;
		text[strcspn(text, "\n")] = '\0';
		return text + 1;
	}
}
