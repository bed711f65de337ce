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

#include "selftests/glue/kit.h"

#define AT_RETURN (1u << 0) /* what the format of the PMU says of a uretprobe */

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
		.type = kit_number_in("/sys/bus/event_source/devices/uprobe/type", 0),
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
	return kit_end(kit_child(try_uprobe, NULL)) == kit_exited(0);
}
