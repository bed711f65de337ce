/* SPDX-License-Identifier: BSD-3-Clause */
#include <byteswap.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filters/check.h"
#include "filters/file.h"

#define INSN_SIZE sizeof(struct sock_filter)

static void swap(struct sock_filter *insns, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		insns[i].code = bswap_16(insns[i].code);
		insns[i].k = bswap_32(insns[i].k);
	}
}

/* Up to size bytes; the number of them, or -1 and errno. */
static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, buf + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += n;
	}
	return got;
}

/* One byte more than a filter may have, to see that there is more. */
static ssize_t read_path(const char *path, char *buf, size_t size)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;
	int err;

	if (fd < 0)
		return -1;
	got = read_all(fd, buf, size);
	err = errno;
	if (!standard)
		close(fd);
	errno = err;
	return got;
}

static int judge_size(ssize_t got, char *why, size_t size)
{
	if (got < 0)
		snprintf(why, size, "%s", strerror(errno));
	else if (got == 0)
		snprintf(why, size, "empty; a filter has 1 to %d instructions", BPF_MAXINSNS);
	else if ((size_t)got > BPF_MAXINSNS * INSN_SIZE)
		snprintf(why, size, "more than %d instructions of %zu bytes; no filter",
			 BPF_MAXINSNS, INSN_SIZE);
	else if (got % INSN_SIZE)
		snprintf(why, size,
			 "%zd bytes, no multiple of %zu; truncated, or no raw struct sock_filter",
			 got, INSN_SIZE);
	else
		return 0;
	return -1;
}

int filter_read(const char *path, const struct arch *arch, struct filter_file *file, char *why,
		size_t size)
{
	size_t room = BPF_MAXINSNS * INSN_SIZE + 1;
	char *buf = malloc(room);
	ssize_t got;

	*file = (struct filter_file){ 0 };
	if (!buf) {
		snprintf(why, size, "out of memory");
		return -1;
	}
	got = read_path(path, buf, room);
	if (judge_size(got, why, size)) {
		free(buf);
		return -1;
	}
	file->insns = (struct sock_filter *)buf; /* malloc's memory is aligned for it */
	file->len = got / INSN_SIZE;
	if (arch->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
		swap(file->insns, file->len);
	return 0;
}

void filter_free(struct filter_file *file)
{
	free(file->insns);
	*file = (struct filter_file){ 0 };
}

int filter_accepted(const struct filter_file *file, char *why, size_t size)
{
	struct check_result result = check_filter(file->insns, file->len);
	size_t used;

	if (!result.reason)
		return 0;
	check_text(&result, file->insns, file->len, why, size);
	used = strlen(why);
	swap(file->insns, file->len);
	if (check_filter(file->insns, file->len).reason == CHECK_OK)
		snprintf(why + used, size - used,
			 "; its byte order is the other one: name its --arch");
	swap(file->insns, file->len);
	return -1;
}
