/* SPDX-License-Identifier: BSD-3-Clause */
/* filters/file: byte orders, sizes, and what is refused. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filters/file.h"
#include "tests/unit/unit.h"

static char path[] = "/tmp/seccompat-filter-file.XXXXXX";

/* ld [4]; ret ERRNO(1): as bytes, in both orders. */
static const unsigned char little[] = {
	0x20, 0, 0, 0, 4, 0, 0, 0, 0x06, 0, 0, 0, 0x01, 0, 0x05, 0,
};
static const unsigned char big[] = {
	0, 0x20, 0, 0, 0, 0, 0, 4, 0, 0x06, 0, 0, 0, 0x05, 0, 0x01,
};

static void write_file(const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd)) {
		perror(path);
		exit(2);
	}
}

static void check_order(const char *arch, const void *bytes, const char *other)
{
	struct filter_file file;
	char why[240] = "";
	int err;

	write_file(bytes, sizeof(little));
	err = filter_read(path, arch_by_name(arch), &file, why, sizeof(why));
	check(!err && file.len == 2 && file.insns[0].code == (BPF_LD | BPF_W | BPF_ABS) &&
		      file.insns[0].k == 4 && file.insns[1].code == (BPF_RET | BPF_K) &&
		      file.insns[1].k == 0x50001,
	      "two instructions of %s %s", arch, why);
	check(!filter_accepted(&file, why, sizeof(why)), "they are accepted");
	filter_free(&file);
	err = filter_read(path, arch_by_name(other), &file, why, sizeof(why));
	check(!err && filter_accepted(&file, why, sizeof(why)) && strstr(why, "name its --arch"),
	      "not as %s: %s", other, why);
	check(file.insns[0].code == 0x2000, "and the objection changes nothing");
	filter_free(&file);
}

static void check_refused(size_t size, const char *wanted)
{
	static unsigned char bytes[BPF_MAXINSNS * 8 + 8];
	struct filter_file file = { .len = 9 };
	char why[160] = "";
	int err;

	write_file(bytes, size);
	err = filter_read(path, arch_native(), &file, why, sizeof(why));
	check(err == -1 && !file.insns && !file.len && strstr(why, wanted), "%zu bytes: %s", size,
	      why);
}

static void check_unreadable(const char *name, const char *wanted)
{
	struct filter_file file;
	char why[160] = "";
	int err = filter_read(name, arch_native(), &file, why, sizeof(why));

	check(err == -1 && !strcmp(why, wanted), "%s: %s", name, why);
}

/* The longest filter there can be. */
static void check_standard_input(void)
{
	static const unsigned char bytes[BPF_MAXINSNS * 8];
	struct filter_file file = { 0 };
	char why[160] = "";
	int err;

	write_file(bytes, sizeof(bytes));
	if (!freopen(path, "r", stdin))
		exit(2);
	err = filter_read("-", arch_native(), &file, why, sizeof(why));
	check(!err && file.len == BPF_MAXINSNS, "4096 instructions from standard input %s", why);
	filter_free(&file);
}

static void check_objection(void)
{
	struct sock_filter insns[] = { { BPF_RET | BPF_X, 0, 0, 0 } };
	struct filter_file file = { insns, 1 };
	char why[240] = "";
	int err = filter_accepted(&file, why, sizeof(why));

	check(err == -1 &&
		      !strcmp(why, "instruction 0 (.word 0x000e, 0, 0, 0x0): no instruction of "
				   "classic BPF"),
	      "an objection names the instruction: %s", why);
}

int main(void)
{
	int fd = mkstemp(path);

	if (fd < 0) {
		perror(path);
		return 2;
	}
	close(fd);
	check_order("x86_64", little, "s390x");
	check_order("s390x", big, "x86_64");
	check_refused(0, "empty");
	check_refused(7, "7 bytes, no multiple of 8");
	check_refused(17, "17 bytes, no multiple of 8");
	check_refused(BPF_MAXINSNS * 8 + 1, "more than 4096 instructions");
	check_refused(BPF_MAXINSNS * 8 + 8, "more than 4096 instructions");
	check_unreadable("/nonexistent", "No such file or directory");
	check_unreadable("/", "Is a directory");
	check_standard_input();
	check_objection();
	unlink(path);
	return unit_end();
}
