/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-uprobe.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/perf_event.h>

#include "run/run.h"

#define AT_RETURN (1u << 0) /* what the format of the PMU says of a uretprobe */

/* What perf calls uprobes: a number that the kernel chose; 0 if it has none. */
static unsigned int pmu_type(void)
{
	int fd = open("/sys/bus/event_source/devices/uprobe/type", O_RDONLY | O_CLOEXEC);
	char text[16] = "";

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtoul(text, NULL, 10);
}

/* Where the program's file has it; this program is where it was linked to be. */
static uint64_t file_offset(uintptr_t address)
{
	const ElfW(Phdr) *segment = (const ElfW(Phdr) *)getauxval(AT_PHDR);
	const ElfW(Phdr) *end = segment + getauxval(AT_PHNUM);

	for (; segment && segment < end; segment++)
		if (segment->p_type == PT_LOAD && address - segment->p_vaddr < segment->p_filesz)
			return address - segment->p_vaddr + segment->p_offset;
	return 0;
}

int uprobe_open(const void *function, bool at_return)
{
	struct perf_event_attr attr = {
		.type = pmu_type(),
		.size = sizeof(attr),
		.config = at_return ? AT_RETURN : 0,
		.config1 = (uintptr_t) "/proc/self/exe",
		.config2 = file_offset((uintptr_t)function),
	};

	if (!attr.type) {
		errno = ENODEV;
		return -1;
	}
	return (int)syscall(__NR_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static int try_uprobe(void *data)
{
	(void)data;
	return uprobe_open((const void *)(uintptr_t)uprobe_can, false) < 0;
}

bool uprobe_can(void)
{
	struct run_end end = run_child(try_uprobe, NULL, 2000);

	return end.how == RUN_EXITED && end.value == 0;
}
