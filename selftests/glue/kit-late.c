/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftests/glue/kit-late.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/run.h"

#define AWAITED_MS 3000

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static int register_page(const struct late_page *late)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = (uintptr_t)late->page, .len = page_size() },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	return ioctl(late->uffd, UFFDIO_API, &api) || ioctl(late->uffd, UFFDIO_REGISTER, &range)
		       ? -1
		       : 0;
}

int late_open(struct late_page *late)
{
	late->uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (late->uffd < 0)
		return -1;
	late->page =
		mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (late->page == MAP_FAILED)
		return -1;
	memset(late->page, 0, page_size());
	return register_page(late);
}

int late_begin(const struct late_page *late)
{
	return madvise(late->page, page_size(), MADV_DONTNEED);
}

bool late_awaited(const struct late_page *late)
{
	struct pollfd pollfd = { .fd = late->uffd, .events = POLLIN };

	return poll(&pollfd, 1, (int)run_scaled_ms(AWAITED_MS)) == 1;
}

int late_give(const struct late_page *late)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (uintptr_t)late->page, .len = page_size() },
	};

	return ioctl(late->uffd, UFFDIO_ZEROPAGE, &zero);
}

void late_end(struct late_page *late)
{
	munmap(late->page, page_size());
	close(late->uffd);
}

bool late_can(void)
{
	struct late_page late = { .page = MAP_FAILED };
	bool can = !late_open(&late);

	late_end(&late);
	return can;
}
