/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who may use a listener: processes that it is passed to, several at a time, and what becomes of
 * the calls when the last one is gone (behaviours 81, 89 and 90).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>
#include <sys/socket.h>

#include "arch/arch.h"
#include "selftests/glue/kit-notif.h"
#include "selftests/glue/kit-threads.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- another process ------------------------------------------------------------------------- */

/* Shared by the test and who it passes the listener to. */
struct passing {
	int socket[2];
	int listener; /* its number in the process that has it, where that counts */
	/* and what came of it */
	long result[3];
	struct notif notif;
};

/* Room for one descriptor, aligned as it must be. */
union control {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr header;
};

static bool send_fd(int socket, int fd)
{
	union control control = { 0 };
	char byte = '!';
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1;
}

static int receive_fd(int socket)
{
	union control control = { 0 };
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header;
	int fd = -1;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static long call_by_name(const char *name, long a, long b, long c)
{
	return syscall((long)arch_syscall_nr(arch_native(), name), a, b, c);
}

/* -1 where the kernel has no such call: 5.6, and nothing of seccomp's. */
static int take_fd(pid_t owner, int number)
{
	int pidfd = (int)call_by_name("pidfd_open", owner, 0, 0);
	int fd;

	if (pidfd < 0)
		return -1;
	fd = (int)call_by_name("pidfd_getfd", pidfd, number, 0);
	close(pidfd);
	return fd;
}

/* The whole of a supervisor's work. */
static void supervise_one(struct passing *passing, int listener)
{
	passing->result[0] = notif_recv(listener, &passing->notif);
	passing->result[1] = notif_id_valid(listener, passing->notif.id);
	passing->result[2] = notif_answer(listener, passing->notif.id, 0x321);
}

static long take_message(void *data)
{
	struct passing *passing = data;
	int listener = receive_fd(passing->socket[0]);

	if (listener < 0)
		return -errno;
	supervise_one(passing, listener);
	return 0;
}

static long use_inherited(void *data)
{
	struct passing *passing = data;

	supervise_one(passing, passing->listener);
	return 0;
}

static long answer_inherited(void *data)
{
	const struct passing *passing = data;

	return notif_answer(passing->listener, passing->notif.id, 0x123);
}

#define EXPECT_SUPERVISED(target_, passing_)                                         \
	do {                                                                         \
		for (size_t i_ = 0; i_ < COUNT((passing_)->result); i_++) {          \
			EXPECT_EQ(0, (passing_)->result[i_]) TH_LOG("step %zu", i_); \
		}                                                                    \
		EXPECT_NOTIF(target_notif(target_), (passing_)->notif);              \
		EXPECT_EQ(0x321, target_finish(target_));                            \
	} while (0)

SC_TEST(passed_by_message,
	.doc = "a listener that was sent by SCM_RIGHTS works where it was received, is open while "
	       "nobody but the message has it, and is closed when its last owner is killed",
	.needs = { F_notif_recv, F_notif_send },
	.covers = { F_notif_recv, F_notif_send, F_notif_listener_close }, .behaviours = { 81, 89 })
{
	struct passing *passing = trace_shared(sizeof(*passing));
	struct target other, target;

	BROKE_UNLESS(passing &&
			     !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, passing->socket),
		     "no sockets");
	/* Born first, it has nothing but what it is sent. */
	START_TARGET(&other, NULL);
	START_TARGET(&target, NULL);
	BROKE_UNLESS(send_fd(passing->socket[1], target.listener), "no message");
	target_close(&target);
	target_call(&target, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&target));
	ASSERT_EQ(0, target_do(&other, take_message, passing));
	EXPECT_SUPERVISED(&target, passing);
	target_call(&target, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&target));
	EXPECT_EQ(kit_killed(SIGKILL), target_kill(&other));
	EXPECT_EQ(-ENOSYS, target_finish(&target));
}

SC_TEST(inherited, .doc = "a listener that was inherited works in the child, beside the parent's",
	.needs = { F_notif_recv, F_notif_send }, .covers = { F_notif_recv, F_notif_send },
	.behaviours = { 89 })
{
	struct passing *passing = trace_shared(sizeof(*passing));
	struct target other, target;
	struct notif notif;

	BROKE_UNLESS(passing != NULL, "no memory");
	START_TARGET(&target, NULL);
	START_TARGET(&other, NULL);
	passing->listener = target.listener;
	for (int i = 0; i < 3; i++) {
		target_call(&target, __NR_getppid, NULL);
		ASSERT_EQ(0, target_do(&other, use_inherited, passing));
		EXPECT_SUPERVISED(&target, passing);
		/* One receives, and the other one answers. */
		target_call(&target, __NR_getppid, NULL);
		RECEIVE(&target, &notif);
		passing->notif = notif;
		ASSERT_EQ(0, target_do(&other, answer_inherited, passing));
		EXPECT_EQ(0x123, target_finish(&target));
	}
}

SC_TEST(taken_by_pidfd,
	.doc = "a listener that was taken out of its owner by pidfd_getfd works where it was taken "
	       "to",
	.needs = { F_notif_recv, F_notif_send }, .covers = { F_notif_recv, F_notif_send },
	.behaviours = { 89 }, .requires = NEED_PTRACE, .dumpable = true)
{
	struct passing passing = { 0 };
	struct target other, target;
	int taken;

	START_TARGET(&target, NULL);
	START_TARGET(&other, NULL);
	taken = take_fd(other.pid, target.listener);
	/* pidfd_getfd is of 5.6, and nothing of seccomp's: all there is then is the parent's. */
	if (taken < 0 && errno == ENOSYS)
		taken = dup(target.listener);
	BROKE_UNLESS(taken >= 0, "pidfd_getfd");
	target_close(&target);
	EXPECT_EQ(kit_killed(SIGKILL), target_kill(&other));
	target_call(&target, __NR_getppid, NULL);
	supervise_one(&passing, taken);
	EXPECT_SUPERVISED(&target, &passing);
	close(taken);
	target_call(&target, __NR_getppid, NULL);
	EXPECT_EQ(-ENOSYS, target_finish(&target));
}

/* --- several --------------------------------------------------------------------------------- */

#define SUPERVISORS 3
#define CALLERS	    4
#define CALLS	    100

/* What a supervisor has received. */
struct desk {
	int listener;
	unsigned int count;
	long wrong; /* the first result that was not 0 */
	uint64_t ids[CALLERS * CALLS];
};

/* Answers each call with its first argument and one more; for ever. */
static long serve_all(void *data)
{
	struct desk *desk = data;
	struct notif notif;

	while (desk->count < CALLERS * CALLS && !desk->wrong) {
		desk->wrong = notif_recv(desk->listener, &notif);
		if (desk->wrong)
			break;
		desk->ids[desk->count++] = notif.id;
		desk->wrong =
			notif_answer(desk->listener, notif.id, (int64_t)notif.data.args[0] + 1);
	}
	return desk->wrong;
}

/* How many calls were answered as they should be, each other than all others. */
static long call_many(void *data)
{
	const long first = (long)(intptr_t)data;
	long right = 0;

	for (long i = first; i < first + CALLS; i++)
		right += syscall(__NR_getppid, i) == i + 1;
	return right;
}

static int by_id(const void *a, const void *b)
{
	const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* Sorted by how far they are from one of them, as ids may go round. */
static unsigned int collect(const struct desk *desks, uint64_t ids[CALLERS * CALLS])
{
	uint64_t origin = 0;
	unsigned int count = 0;

	for (int i = 0; i < SUPERVISORS; i++)
		for (unsigned int n = 0; n < desks[i].count && count < CALLERS * CALLS; n++) {
			if (!count)
				origin = desks[i].ids[n] - INT32_MAX;
			ids[count++] = desks[i].ids[n] - origin;
		}
	qsort(ids, count, sizeof(*ids), by_id);
	return count;
}

SC_TEST(several_supervisors,
	.doc = "when threads and another process all receive at one listener, each call comes to "
	       "one of them, once, and each caller gets its own answer",
	.needs = { F_notif_recv, F_notif_send }, .covers = { F_notif_recv, F_notif_send },
	.behaviours = { 90 }, .seconds = 20)
{
	struct desk *desks = trace_shared(SUPERVISORS * sizeof(*desks));
	uint64_t ids[CALLERS * CALLS];
	struct target callers[CALLERS], other;
	struct worker workers[SUPERVISORS - 1];
	unsigned int received = 0;

	BROKE_UNLESS(desks != NULL, "no memory");
	START_TARGET(&callers[0], NULL);
	for (int i = 1; i < CALLERS; i++) {
		if (i % 2)
			FORK_TARGET(&callers[i], &callers[0]);
		else
			THREAD_TARGET(&callers[i], &callers[0]);
	}
	START_TARGET(&other, NULL);
	for (int i = 0; i < SUPERVISORS; i++)
		desks[i].listener = callers[0].listener;
	target_begin(&other, serve_all, &desks[0]);
	for (int i = 1; i < SUPERVISORS; i++) {
		BROKE_UNLESS(!worker_start(&workers[i - 1]), "no thread");
		worker_begin(&workers[i - 1], serve_all, &desks[i]);
	}
	for (int i = 0; i < CALLERS; i++)
		target_begin(&callers[i], call_many, (void *)(intptr_t)(i * 100000));
	for (int i = 0; i < CALLERS; i++)
		EXPECT_EQ(CALLS, target_finish(&callers[i]));
	for (int i = 0; i < SUPERVISORS; i++) {
		EXPECT_EQ(0, desks[i].wrong);
		received += desks[i].count;
	}
	EXPECT_EQ(CALLERS * CALLS, received);
	ASSERT_EQ(CALLERS * CALLS, collect(desks, ids));
	for (int i = 1; i < CALLERS * CALLS; i++)
		EXPECT_EQ(ids[0] + i, ids[i]);
}

TEST_HARNESS_MAIN
