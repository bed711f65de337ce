/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory and the numbers that a listener's ioctl(2) is given: what is read of them, what is
 * written, what is refused, and that a request outlives it (behaviours 75, 76, 77 and 78).
 */
#include "selftests/glue/test.h"

#include <sys/mman.h>

#include "selftests/glue/kit-late.h"
#include "selftests/glue/kit-notif.h"
#include "selftests/glue/kit-threads.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* No address of any program. */
#define NOWHERE ((void *)8)

#define ANSWER_AND_FINISH(target_, id_)                                    \
	do {                                                               \
		EXPECT_EQ(0, notif_answer((target_)->listener, (id_), 7)); \
		EXPECT_EQ(7, target_finish(target_));                      \
	} while (0)

/* --- RECV ------------------------------------------------------------------------------------ */

SC_TEST(dirty_buffer,
	.doc = "RECV into a buffer with any byte set is EINVAL, which leaves the buffer and the "
	       "request alone, and does not wait",
	.needs = { F_notif_zero_check }, .covers = { F_notif_zero_check },
	.fixes = { FIX_notif_zeroed }, .behaviours = { 78 })
{
	static const unsigned char bytes[] = { 1, 0x80, 0xff };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	for (int waiting = 0; waiting < 2; waiting++) {
		for (size_t i = 0; i < sizeof(notif); i++) {
			unsigned char buffer[sizeof(notif)] = { 0 }, before[sizeof(notif)];

			buffer[i] = bytes[i % COUNT(bytes)];
			memcpy(before, buffer, sizeof(before));
			ASSERT_EQ(-EINVAL, listener_ioctl(target.listener, NOTIF_RECV, buffer))
			TH_LOG("byte %zu", i);
			EXPECT_EQ(0, memcmp(before, buffer, sizeof(before)));
		}
		if (waiting)
			continue;
		target_call(&target, __NR_getppid, NULL);
		ASSERT_TRUE(target_asleep(&target));
	}
	EXPECT_EQ(POLLIN | POLLRDNORM, notif_events(target.listener));
	RECEIVE(&target, &notif);
	ANSWER_AND_FINISH(&target, notif.id);
}

SC_TEST(unreadable_buffer,
	.doc = "RECV into memory that is not all there is EFAULT, does not wait, and leaves the "
	       "request to be received",
	.needs = { F_notif_zero_check }, .covers = { F_notif_recv, F_notif_zero_check },
	.behaviours = { 78 })
{
	char *edge = kit_page_edge();
	struct target target;
	struct notif notif;

	BROKE_UNLESS(edge != NULL, "no memory");
	START_TARGET(&target, NULL);
	for (int waiting = 0; waiting < 2; waiting++) {
		ASSERT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_RECV, NULL));
		ASSERT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_RECV, NOWHERE));
		for (size_t inside = 0; inside < sizeof(notif); inside++) {
			ASSERT_EQ(-EFAULT,
				  listener_ioctl(target.listener, NOTIF_RECV, edge - inside))
			TH_LOG("%zu bytes are there", inside);
		}
		if (waiting)
			continue;
		target_call(&target, __NR_getppid, NULL);
		ASSERT_TRUE(target_asleep(&target));
	}
	EXPECT_EQ(POLLIN | POLLRDNORM, notif_events(target.listener));
	RECEIVE(&target, &notif);
	ANSWER_AND_FINISH(&target, notif.id);
}

/* size zero bytes up to the end of memory, the last `locked` of which cannot be written. */
static char *read_only_tail(size_t size, size_t locked)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_READ))
		return NULL;
	return pages + page - (size - locked);
}

SC_TEST(read_only_buffer,
	.doc = "a request that could not be written to its receiver (EFAULT) is as it was before: "
	       "not received, not to be answered, told by poll, and received again with its id",
	.needs = { F_notif_recv, F_notif_poll }, .covers = { F_notif_recv },
	.behaviours = { 75, 78 })
{
	static const size_t locked[] = { sizeof(struct notif), 1, 8, sizeof(struct notif) - 1 };
	struct target target;
	struct notif notif;
	uint64_t id;

	START_TARGET(&target, NULL);
	target_call(&target, __NR_getppid, NULL);
	RECEIVE(&target, &notif);
	ANSWER_AND_FINISH(&target, notif.id);
	for (size_t i = 0; i < COUNT(locked); i++) {
		target_call(&target, __NR_getppid, NULL);
		id = notif.id + 1;
		for (int again = 0; again < 3; again++) {
			/* A new one, as part of it may have been written. */
			char *buffer = read_only_tail(sizeof(notif), locked[i]);

			BROKE_UNLESS(buffer != NULL, "no memory");
			EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_RECV, buffer));
			EXPECT_EQ(POLLIN | POLLRDNORM, notif_events(target.listener));
			EXPECT_EQ(-ENOENT, notif_id_valid(target.listener, id));
			EXPECT_EQ(-EINPROGRESS, notif_answer(target.listener, id, 3));
		}
		EXPECT_TRUE(target_asleep(&target));
		RECEIVE(&target, &notif);
		EXPECT_EQ(id, notif.id);
		EXPECT_EQ(POLLOUT | POLLWRNORM, notif_events(target.listener));
		ANSWER_AND_FINISH(&target, notif.id);
	}
}

static void on_usr1(int signal)
{
	(void)signal;
}

/* Without SA_RESTART. */
static long handle_usr1(void *data)
{
	const struct sigaction action = { .sa_handler = on_usr1 };

	(void)data;
	return sigaction(SIGUSR1, &action, NULL);
}

SC_TEST(read_only_buffer_killable,
	.doc = "so it is of a caller that, once received, would be interrupted by fatal signals "
	       "only: a signal reaches it as if it had never been received",
	.needs = { F_flag_wait_killable_recv }, .covers = { F_flag_wait_killable_recv },
	.behaviours = { 78, 87 })
{
	const struct target_plan plan = { .flags = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV };
	char *buffer = read_only_tail(sizeof(struct notif), 8);
	struct target target;
	struct notif notif;

	BROKE_UNLESS(buffer != NULL, "no memory");
	START_TARGET(&target, &plan);
	EXPECT_EQ(0, target_do(&target, handle_usr1, NULL));
	target_call(&target, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&target));
	EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_RECV, buffer));
	EXPECT_TRUE(target_asleep(&target));
	EXPECT_EQ(POLLIN | POLLRDNORM, notif_events(target.listener));
	BROKE_UNLESS(!kill(target.pid, SIGUSR1), "no signal");
	EXPECT_EQ(-EINTR, target_finish(&target));
	target_call(&target, __NR_getppid, NULL);
	/* That it was counted has to be forgotten first. */
	while (notif_recv(target.listener, &notif) == -ENOENT)
		;
	EXPECT_NOTIF(target_notif(&target), notif);
	ANSWER_AND_FINISH(&target, notif.id);
}

/* A supervisor's thread that receives into some memory. */
struct receiver {
	int listener;
	void *buffer;
};

static long receive(void *data)
{
	const struct receiver *receiver = data;

	return listener_ioctl(receiver->listener, NOTIF_RECV, receiver->buffer);
}

/* The target's call is being received: the worker waits for the page to write it to. */
#define CALL_BEFORE_PAGE(target_, worker_, receiver_, late_)                            \
	do {                                                                            \
		BROKE_UNLESS(!late_open(late_) && !worker_start(worker_),               \
			     "no page, or no thread");                                  \
		*(receiver_) = (struct receiver){ (target_)->listener, (late_)->page }; \
		worker_begin((worker_), receive, (receiver_));                          \
		thread_asleep((worker_)->tid);                                          \
		BROKE_UNLESS(!late_begin(late_), "no page");                            \
		target_call((target_), __NR_getppid, NULL);                             \
		ASSERT_TRUE(late_awaited(late_));                                       \
	} while (0)

SC_TEST(gone_meanwhile,
	.doc = "a request whose caller was killed before it proved impossible to write it to its "
	       "receiver (EFAULT) is gone: the next RECV waits for the next call",
	.needs = { F_notif_recv }, .covers = { F_notif_recv }, .behaviours = { 78, 84 },
	.requires = NEED_LATE_PAGES)
{
	struct receiver receiver;
	struct target target, other;
	struct late_page late;
	struct worker worker;
	struct notif notif = { 0 };

	START_TARGET(&target, NULL);
	FORK_TARGET(&other, &target);
	CALL_BEFORE_PAGE(&target, &worker, &receiver, &late);
	ASSERT_EQ(kit_killed(SIGKILL), target_kill(&target));
	late_end(&late);
	EXPECT_EQ(-EFAULT, worker_finish(&worker));

	receiver.buffer = &notif;
	worker_begin(&worker, receive, &receiver);
	thread_asleep(worker.tid);
	target_call(&other, __NR_getppid, NULL);
	EXPECT_EQ(0, worker_finish(&worker));
	EXPECT_NOTIF(target_notif(&other), notif);
	ANSWER_AND_FINISH(&other, notif.id);
	worker_stop(&worker);
}

SC_TEST(signal_meanwhile,
	.doc = "a caller that a signal has made wait for fatal ones only, as its request was being "
	       "received, is interrupted by it when that fails (EFAULT)",
	.needs = { F_flag_wait_killable_recv }, .covers = { F_flag_wait_killable_recv },
	.behaviours = { 78, 87 }, .requires = NEED_LATE_PAGES)
{
	const struct target_plan plan = { .flags = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV };
	struct receiver receiver;
	struct target target;
	struct late_page late;
	struct worker worker;

	START_TARGET(&target, &plan);
	EXPECT_EQ(0, target_do(&target, handle_usr1, NULL));
	CALL_BEFORE_PAGE(&target, &worker, &receiver, &late);
	ASSERT_TRUE(target_asleep(&target));
	BROKE_UNLESS(!kill(target.pid, SIGUSR1), "no signal");
	while (target_state(&target) != 'D' && !target_is_back(&target))
		sched_yield();
	late_end(&late);
	EXPECT_EQ(-EFAULT, worker_finish(&worker));
	EXPECT_EQ(-EINTR, target_finish(&target));
	worker_stop(&worker);
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(turn_is_kept,
	.doc = "a request that could not be written to its receiver keeps its turn (5.19)",
	.needs = { F_notif_fifo }, .covers = { F_notif_fifo }, .behaviours = { 78, 85 })
{
	char *buffer = read_only_tail(sizeof(struct notif), 8);
	struct target first, second;
	struct notif notif;

	BROKE_UNLESS(buffer != NULL, "no memory");
	START_TARGET(&first, NULL);
	FORK_TARGET(&second, &first);
	target_call(&first, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&first));
	target_call(&second, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&second));
	EXPECT_EQ(-EFAULT, listener_ioctl(first.listener, NOTIF_RECV, buffer));
	RECEIVE(&first, &notif);
	RECEIVE(&second, &notif);
}

SC_TEST(whole_buffer,
	.doc = "RECV writes all of struct seccomp_notif and nothing else, wherever it is",
	.needs = { F_notif_recv }, .covers = { F_notif_recv }, .behaviours = { 78 })
{
	char *edge = kit_page_edge(), space[sizeof(struct notif) + 16];
	struct notif notif, right;
	struct target target;

	BROKE_UNLESS(edge != NULL, "no memory");
	START_TARGET(&target, NULL);
	for (size_t at = 0; at <= 16; at++) {
		/* The last one ends where the memory does. */
		char *buffer = at < 16 ? space + at : edge - sizeof(notif);

		memset(space, 0xaa, sizeof(space));
		memset(buffer, 0, sizeof(notif));
		target_call(&target, __NR_getppid, NULL);
		ASSERT_EQ(0, listener_ioctl(target.listener, NOTIF_RECV, buffer));
		memcpy(&notif, buffer, sizeof(notif));
		right = target_notif(&target);
		right.id = notif.id;
		EXPECT_EQ(0, memcmp(&right, &notif, sizeof(notif)));
		for (size_t i = 0; at < 16 && i < sizeof(space); i++)
			if (i < at || i >= at + sizeof(notif))
				EXPECT_EQ((char)0xaa, space[i]);
		ANSWER_AND_FINISH(&target, notif.id);
	}
}

/* --- SEND, ID_VALID -------------------------------------------------------------------------- */

SC_TEST(answer_is_read,
	.doc = "SEND and ID_VALID read their 24 and 8 bytes, wherever they are, and write none; "
	       "what is not all there is EFAULT, and the request waits on",
	.needs = { F_notif_send, F_notif_id_valid }, .covers = { F_notif_send, F_notif_id_valid },
	.behaviours = { 74, 76 })
{
	struct notif_resp resp = { .val = 7 };
	char *edge = kit_page_edge(), *locked = read_only_tail(sizeof(resp), sizeof(resp));
	struct target target;
	struct notif notif;

	BROKE_UNLESS(edge && locked, "no memory");
	START_TARGET(&target, NULL);
	target_call(&target, __NR_getppid, NULL);
	RECEIVE(&target, &notif);
	resp.id = notif.id;
	EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_SEND, NULL));
	EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_SEND, NOWHERE));
	for (size_t inside = 0; inside < sizeof(resp); inside++) {
		memcpy(edge - inside, &resp, inside);
		EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_SEND, edge - inside));
	}
	EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_ID_VALID, NULL));
	EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_ID_VALID, NOWHERE));
	for (size_t inside = 0; inside < sizeof(resp.id); inside++) {
		memcpy(edge - inside, &resp, inside);
		EXPECT_EQ(-EFAULT, listener_ioctl(target.listener, NOTIF_ID_VALID, edge - inside));
	}
	memcpy(edge - sizeof(resp.id), &resp.id, sizeof(resp.id));
	EXPECT_EQ(0, listener_ioctl(target.listener, NOTIF_ID_VALID, edge - sizeof(resp.id)));
	EXPECT_EQ(0, memcmp(edge - sizeof(resp.id), &resp.id, sizeof(resp.id)));
	EXPECT_TRUE(target_asleep(&target));

	memcpy(edge - sizeof(resp), &resp, sizeof(resp));
	EXPECT_EQ(0, listener_ioctl(target.listener, NOTIF_SEND, edge - sizeof(resp)));
	EXPECT_EQ(0, memcmp(edge - sizeof(resp), &resp, sizeof(resp)));
	EXPECT_EQ(7, target_finish(&target));
}

SC_TEST(answer_in_read_only_memory,
	.doc = "SEND and ID_VALID take memory that cannot be written, and of any alignment",
	.needs = { F_notif_send, F_notif_id_valid }, .covers = { F_notif_send, F_notif_id_valid },
	.behaviours = { 74, 76 })
{
	struct notif_resp resp = { .val = 7 };
	struct target target;
	struct notif notif;
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	BROKE_UNLESS(page != MAP_FAILED, "no memory");
	START_TARGET(&target, NULL);
	target_call(&target, __NR_getppid, NULL);
	RECEIVE(&target, &notif);
	resp.id = notif.id;
	memcpy(page + 1, &resp, sizeof(resp));
	BROKE_UNLESS(!mprotect(page, 4096, PROT_READ), "no lock");
	EXPECT_EQ(0, listener_ioctl(target.listener, NOTIF_ID_VALID, page + 1));
	EXPECT_EQ(0, listener_ioctl(target.listener, NOTIF_SEND, page + 1));
	EXPECT_EQ(7, target_finish(&target));
}

/* --- numbers --------------------------------------------------------------------------------- */

/* A request number of a listener's, with whatever it means. ADDFD is of any size and direction. */
static bool is_known(unsigned int number)
{
	return number == NOTIF_RECV || number == NOTIF_SEND || number == NOTIF_ID_VALID ||
	       number == NOTIF_ID_VALID_WRONG_DIR || number == NOTIF_SET_FLAGS ||
	       (_IOC_TYPE(number) == '!' && _IOC_NR(number) == _IOC_NR(NOTIF_ADDFD));
}

/* What SEND would answer, ID_VALID find, and RECV refuse. */
#define EXPECT_UNKNOWN(target_, number_, resp_)                                            \
	do {                                                                               \
		if (!is_known(number_)) {                                                  \
			EXPECT_EQ(-EINVAL,                                                 \
				  listener_ioctl((target_)->listener, (number_), (resp_))) \
			TH_LOG("number %#x", (unsigned int)(number_));                     \
		}                                                                          \
	} while (0)

SC_TEST(unknown_numbers,
	.doc = "an ioctl is EINVAL if its direction, type, number or size is another one than "
	       "those "
	       "of the header, and does nothing",
	.needs = { F_notif_send }, .covers = { F_notif_upper, F_notif_send, F_notif_recv },
	.behaviours = { 75, 76 })
{
	static const unsigned int known[] = { NOTIF_RECV, NOTIF_SEND, NOTIF_ID_VALID,
					      NOTIF_ID_VALID_WRONG_DIR };
	/* The first one is SEND's; RECV would read the others, too. */
	struct notif_resp answer[8] = { { .val = 7 } };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	target_call(&target, __NR_getppid, NULL);
	RECEIVE(&target, &notif);
	answer[0].id = notif.id;
	for (size_t i = 0; i < COUNT(known); i++) {
		for (unsigned int bit = 0; bit < 32; bit++)
			EXPECT_UNKNOWN(&target, known[i] ^ 1u << bit, answer);
		for (unsigned int dir = 0; dir < 4; dir++)
			EXPECT_UNKNOWN(&target,
				       _IOC(dir, '!', _IOC_NR(known[i]), _IOC_SIZE(known[i])),
				       answer);
	}
	/* Those in between may be a later kernel's. */
	for (unsigned int nr = 128; nr < 256; nr++)
		EXPECT_UNKNOWN(&target, _IOWR('!', nr, struct notif_resp), answer);
	EXPECT_UNKNOWN(&target, 0, answer);
	EXPECT_TRUE(target_asleep(&target));
	EXPECT_EQ(0, notif_id_valid(target.listener, notif.id));
	ANSWER_AND_FINISH(&target, notif.id);
}

TEST_HARNESS_MAIN
