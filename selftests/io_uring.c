/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests of io_uring (behaviour 147): a filter sees the calls by which a ring is had and entered,
 * and nothing of what is done by it.
 */
#include "selftests/glue/test.h"

#include <linux/io_uring.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "arch/arch.h"
#include "filters/builder.h"
#include "selftests/glue/kit-answer.h"

/* A ring of one request. */
struct ring {
	int fd;
	struct io_uring_params params;
	struct io_uring_sqe *sqe;
	char *sq, *cq;
};

#define AT(ring, base, offset) ((unsigned int *)((base) + (offset)))

static void *map(const struct ring *ring, size_t size, off_t offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd,
			offset);

	/* cppcheck-suppress memleak ; MAP_FAILED is no memory */
	return at == MAP_FAILED ? NULL : at;
}

static int ring_open(struct ring *ring)
{
	const struct io_uring_params *params = &ring->params;

	memset(ring, 0, sizeof(*ring));
	ring->fd = (int)syscall(__NR_io_uring_setup, 1, &ring->params);
	if (ring->fd < 0)
		return -1;
	ring->sq = map(ring, params->sq_off.array + params->sq_entries * sizeof(unsigned int),
		       IORING_OFF_SQ_RING);
	ring->cq = map(ring, params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe),
		       IORING_OFF_CQ_RING);
	ring->sqe = map(ring, params->sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	return ring->sq && ring->cq && ring->sqe ? 0 : -1;
}

/* Writes by the ring, and waits for it: the result of that; or the negative errno of entering. */
static long ring_write(struct ring *ring, int fd, const struct iovec *iov)
{
	unsigned int *tail = AT(ring, ring->sq, ring->params.sq_off.tail);
	unsigned int *head = AT(ring, ring->cq, ring->params.cq_off.head);
	unsigned int mask = *AT(ring, ring->cq, ring->params.cq_off.ring_mask);
	const struct io_uring_cqe *cqes = (void *)(ring->cq + ring->params.cq_off.cqes);
	long result;

	*ring->sqe = (struct io_uring_sqe){ .opcode = IORING_OP_WRITEV, .fd = fd, .len = 1 };
	ring->sqe->addr = (uintptr_t)iov;
	*AT(ring, ring->sq, ring->params.sq_off.array) = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(__NR_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		return -errno;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	result = cqes[*head & mask].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

#define REFUSAL 444

/* All that writes by a descriptor; and the entry to the ring. */
static int refuse_writes(bool ring, bool setup)
{
	static const char *const names[] = { "write", "writev", "pwrite64", "pwritev", "pwritev2" };
	const struct arch *arch = arch_native();
	struct builder b;
	int refuse;

	builder_init(&b, arch);
	refuse = builder_label(&b, "refuse");
	build_nr(&b);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		build_if(&b, BPF_JEQ, (uint32_t)arch_syscall_nr(arch, names[i]), refuse, NEXT);
	if (ring)
		build_if(&b, BPF_JEQ, __NR_io_uring_enter, refuse, NEXT);
	if (setup)
		build_if(&b, BPF_JEQ, __NR_io_uring_setup, refuse, NEXT);
	build_ret(&b, SECCOMP_RET_ALLOW);
	builder_bind(&b, refuse);
	build_ret(&b, SECCOMP_RET_ERRNO | REFUSAL);
	return kit_install_built(&b);
}

struct written {
	bool refuse_enter, refuse_setup;
	int opened;   /* errno */
	long by_call; /* errno of write(2) */
	long by_ring; /* as ring_write() */
	char got[8];  /* what came out of the pipe */
	int second;   /* errno of a second ring */
};

static int write_by_both(void *data)
{
	struct written *written = data;
	struct iovec iov = { .iov_base = "ring", .iov_len = 4 };
	struct io_uring_params params = { 0 };
	struct ring ring;
	int fds[2];

	if (pipe2(fds, O_NONBLOCK | O_CLOEXEC))
		return 1;
	written->opened = ring_open(&ring) ? errno : 0;
	if (written->opened)
		return 0;
	if (refuse_writes(written->refuse_enter, written->refuse_setup))
		return 2;
	written->by_call = write(fds[1], "call", 4) < 0 ? errno : 0;
	written->by_ring = ring_write(&ring, fds[1], &iov);
	if (read(fds[0], written->got, sizeof(written->got) - 1) < 0)
		strcpy(written->got, "");
	written->second = syscall(__NR_io_uring_setup, 1, &params) < 0 ? errno : 0;
	return 0;
}

#define WRITE_BY_BOTH(written)                                                           \
	do {                                                                             \
		ASSERT_EQ(kit_exited(0),                                                 \
			  kit_end(kit_ask(write_by_both, &(written), sizeof(written)))); \
		errno = (written).opened;                                                \
		BROKE_UNLESS(!(written).opened, "no ring");                              \
	} while (0)

SC_TEST(requests_are_not_seen,
	.doc = "A filter that refuses all calls that write does not see what a ring writes",
	.needs = { F_io_uring, F_act_errno }, .covers = { F_io_uring }, .behaviours = { 147 },
	.varies = VARY(DIM_ROUTE))
{
	struct written written = { .by_call = -1 };

	WRITE_BY_BOTH(written);
	EXPECT_EQ(REFUSAL, written.by_call);
	EXPECT_EQ(4, written.by_ring);
	EXPECT_STREQ("ring", written.got);
	EXPECT_EQ(0, written.second);
}

SC_TEST(its_calls_are_seen,
	.doc = "io_uring_setup and io_uring_enter are calls as others are: refused, nothing is "
	       "done",
	.needs = { F_io_uring, F_act_errno }, .covers = { F_io_uring, F_act_errno },
	.behaviours = { 36, 147 }, .varies = VARY(DIM_ROUTE))
{
	struct written written = { .refuse_enter = true, .refuse_setup = true };

	WRITE_BY_BOTH(written);
	EXPECT_EQ(REFUSAL, written.by_call);
	EXPECT_EQ(-REFUSAL, written.by_ring);
	EXPECT_STREQ("", written.got);
	EXPECT_EQ(REFUSAL, written.second);
}

TEST_HARNESS_MAIN
