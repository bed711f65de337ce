/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SECCOMP_IOCTL_NOTIF_ADDFD puts a descriptor of the supervisor's into the target: where, and what
 * it is there (behaviours 92, 93, 94, 95 and 101). addfd_refused.c has what is refused.
 */
#include "selftests/glue/test.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "selftests/glue/kit-addfd.h"

#define FILE_OR_BROKE(file_)                           \
	do {                                           \
		(file_) = addfd_file();                \
		BROKE_UNLESS((file_) >= 0, "no file"); \
	} while (0)

SC_TEST(lowest_number,
	.doc = "without SETFD a descriptor gets the target's lowest free number, which is what the "
	       "ioctl returns",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 92 },
	.varies = VARY(DIM_TASK))
{
	struct target target;
	struct notif notif;
	long first, gap;
	int file;

	START_TIDY(&target);
	/* The numbers of the supervisor are others. */
	FILE_OR_BROKE(file);
	BROKE_UNLESS(fcntl(file, F_DUPFD_CLOEXEC, 40) >= 0, "no descriptor");
	first = fd_lowest(&target);
	gap = first + 1;
	BROKE_UNLESS(fd_copy_to(&target, first) == first, "no descriptor");
	BROKE_UNLESS(fd_copy_to(&target, first + 2) == first + 2, "no descriptor");
	HOLD(&target, &notif);
	EXPECT_EQ(gap, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	EXPECT_EQ(first + 3, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	EXPECT_EQ(first + 4, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	LET_GO(&target, &notif);
	EXPECT_EQ(first + 5, fd_lowest(&target));
	EXPECT_TRUE(fd_is_same_file(&target, gap, file));
	EXPECT_TRUE(fd_is_same_file(&target, first + 3, file));
	EXPECT_TRUE(fd_is_same_file(&target, first + 4, file));
	EXPECT_EQ(0, fd_close(&target, first + 3));
	HOLD(&target, &notif);
	EXPECT_EQ(first + 3, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	LET_GO(&target, &notif);
	EXPECT_EQ(first + 5, fd_lowest(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(close_on_exec,
	.doc = "newfd_flags O_CLOEXEC sets FD_CLOEXEC, and without it there is none, whatever the "
	       "supervisor's descriptor has",
	.needs = { F_notif_addfd, F_addfd_setfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 94 })
{
	struct target target;
	struct notif notif;
	int file[2];

	START_TIDY(&target);
	FILE_OR_BROKE(file[0]);
	file[1] = fcntl(file[0], F_DUPFD, 0);
	BROKE_UNLESS(file[1] >= 0, "no descriptor");
	for (int i = 0; i < 8; i++) {
		bool wanted = i & 1, set = i & 2;
		long number = fd_lowest(&target);
		struct notif_addfd addfd = addfd_new(0, file[i / 4], 0);

		HOLD(&target, &notif);
		addfd.id = notif.id;
		if (set) {
			number += 3;
			addfd.flags = ADDFD_FLAG_SETFD;
			addfd.newfd = (uint32_t)number;
		}
		addfd.newfd_flags = wanted ? O_CLOEXEC : 0;
		EXPECT_EQ(number, addfd_ask(target.listener, addfd));
		LET_GO(&target, &notif);
		EXPECT_EQ(wanted ? FD_CLOEXEC : 0, fd_flags(&target, number));
		EXPECT_TRUE(fd_is_same_file(&target, number, file[0]));
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(outlives_the_source,
	.doc = "a descriptor that was added stays open when the supervisor closes its own, and the "
	       "listener",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 92 })
{
	struct target target;
	struct notif notif;
	int ends[2];
	long number;
	char byte;

	START_TIDY(&target);
	BROKE_UNLESS(!pipe2(ends, O_CLOEXEC | O_NONBLOCK), "no pipe");
	number = fd_lowest(&target);
	HOLD(&target, &notif);
	EXPECT_EQ(number, addfd_ask(target.listener, addfd_new(notif.id, ends[1], 0)));
	close(ends[1]);
	LET_GO(&target, &notif);
	target_close(&target);
	/* Somebody has the writing end, or this would be the end of the file. */
	EXPECT_EQ(-1, read(ends[0], &byte, 1));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, fd_flags(&target, number));
	EXPECT_EQ(0, fd_close(&target, number));
	EXPECT_EQ(0, read(ends[0], &byte, 1));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

/* The highest number that the limit on open files allows, up to at_most. */
static long fd_highest(long at_most)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > (rlim_t)at_most)
		return at_most;
	return (long)limit.rlim_cur - 1;
}

SC_TEST(number_of_choice,
	.doc = "SETFD puts it at that number, whether that is free, open, 0, or far beyond the "
	       "others",
	.needs = { F_addfd_setfd }, .covers = { F_addfd_setfd }, .behaviours = { 93 })
{
	struct target target;
	struct notif notif;
	long lowest, numbers[6];
	int file;

	START_TIDY(&target);
	FILE_OR_BROKE(file);
	lowest = fd_lowest(&target);
	numbers[0] = lowest + 7;
	numbers[1] = lowest;
	numbers[2] = lowest + 7;
	numbers[3] = 0;
	numbers[4] = fd_highest(300);
	numbers[5] = lowest + 1;
	for (int i = 0; i < 6; i++) {
		HOLD(&target, &notif);
		EXPECT_EQ(numbers[i], addfd_ask(target.listener,
						addfd_at(notif.id, file, (uint32_t)numbers[i], 0)));
		LET_GO(&target, &notif);
		EXPECT_EQ(0, fd_flags(&target, numbers[i]));
		EXPECT_TRUE(fd_is_same_file(&target, numbers[i], file));
	}
	EXPECT_EQ(lowest + 2, fd_lowest(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

static int open_pipe(void *data)
{
	int *ends = data;

	return pipe2(ends, O_CLOEXEC | O_NONBLOCK) ? errno : 0;
}

SC_TEST(replaced_one_is_closed,
	.doc = "SETFD at an open number closes what was there, and its FD_CLOEXEC does not stay",
	.needs = { F_addfd_setfd }, .covers = { F_addfd_setfd }, .behaviours = { 93, 94 })
{
	int *ends = mmap(NULL, 2 * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	const struct target_plan plan = { .prepare = open_pipe, .data = ends };
	struct notif_addfd addfd;
	struct target target;
	struct notif notif;
	long write_end;
	int file;
	char byte;

	BROKE_UNLESS(ends != MAP_FAILED, "no memory");
	START_TARGET(&target, &plan);
	FILE_OR_BROKE(file);
	/* Both have the pipe: the writing end becomes the target's alone. */
	write_end = ends[1];
	close(ends[1]);
	EXPECT_EQ(-1, read(ends[0], &byte, 1));
	EXPECT_EQ(FD_CLOEXEC, fd_flags(&target, write_end));
	HOLD(&target, &notif);
	addfd = addfd_at(notif.id, file, (uint32_t)write_end, 0);
	EXPECT_EQ(write_end, addfd_ask(target.listener, addfd));
	LET_GO(&target, &notif);
	EXPECT_EQ(0, read(ends[0], &byte, 1)) TH_LOG("the replaced one is open");
	EXPECT_EQ(0, fd_flags(&target, write_end));
	EXPECT_TRUE(fd_is_same_file(&target, write_end, file));
	HOLD(&target, &notif);
	addfd.id = notif.id;
	addfd.newfd_flags = O_CLOEXEC;
	EXPECT_EQ(write_end, addfd_ask(target.listener, addfd));
	LET_GO(&target, &notif);
	EXPECT_EQ(FD_CLOEXEC, fd_flags(&target, write_end));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(limit_of_the_target,
	.doc = "the target's own RLIMIT_NOFILE decides: EMFILE when no number is left, EBADF when "
	       "the chosen one is above it",
	.needs = { F_addfd_setfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 95 })
{
	static const uint32_t beyond[] = { 0, 1, 1000, 0x7fffffffu };
	struct target target;
	struct notif notif;
	long limit, count;
	int file;

	START_TIDY(&target);
	FILE_OR_BROKE(file);
	limit = fd_lowest(&target) + 2;
	ASSERT_EQ(limit - 2, fd_copy_to(&target, limit - 2));
	ASSERT_EQ(0, fd_limit(&target, limit));
	count = fd_count(&target);
	HOLD(&target, &notif);
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		uint32_t number = i < 3 ? (uint32_t)limit + beyond[i] : beyond[i];

		EXPECT_EQ(-EBADF, addfd_ask(target.listener, addfd_at(notif.id, file, number, 0)))
		TH_LOG("number %#x, limit %ld", number, limit);
	}
	EXPECT_EQ(limit - 1,
		  addfd_ask(target.listener, addfd_at(notif.id, file, (uint32_t)limit - 1, 0)));
	EXPECT_EQ(-EMFILE, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	EXPECT_EQ(limit - 1,
		  addfd_ask(target.listener, addfd_at(notif.id, file, (uint32_t)limit - 1, 0)));
	LET_GO(&target, &notif);
	EXPECT_EQ(count + 1, fd_count(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(negative_number,
	.doc = "a number that is negative as an int is above every limit: EBADF (5.11)",
	.needs = { F_addfd_setfd }, .covers = { F_addfd_setfd }, .behaviours = { 95 })
{
	static const uint32_t numbers[] = { 0x80000000u, 0xfffffffeu, 0xffffffffu };
	struct target target;
	struct notif notif;
	int file;

	START_TIDY(&target);
	FILE_OR_BROKE(file);
	HOLD(&target, &notif);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		EXPECT_EQ(-EBADF,
			  addfd_ask(target.listener, addfd_at(notif.id, file, numbers[i], 0)))
		TH_LOG("number %#x", numbers[i]);
	}
	LET_GO(&target, &notif);
	EXPECT_EQ(3, fd_count(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(limit_of_the_supervisor,
	.doc = "the supervisor's RLIMIT_NOFILE does not matter for the number in the target",
	.needs = { F_addfd_setfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 95 })
{
	struct rlimit limit, small;
	struct target target;
	struct notif notif;
	long number;
	int file;

	START_TIDY(&target);
	FILE_OR_BROKE(file);
	number = fd_lowest(&target);
	BROKE_UNLESS(!getrlimit(RLIMIT_NOFILE, &limit), "no limit");
	small = (struct rlimit){ 3, limit.rlim_max };
	HOLD(&target, &notif);
	BROKE_UNLESS(!setrlimit(RLIMIT_NOFILE, &small), "no limit");
	EXPECT_EQ(number, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	EXPECT_EQ(number + 9,
		  addfd_ask(target.listener, addfd_at(notif.id, file, (uint32_t)number + 9, 0)));
	/* All else may want descriptors of its own. */
	BROKE_UNLESS(!setrlimit(RLIMIT_NOFILE, &limit), "the limit stays");
	LET_GO(&target, &notif);
	EXPECT_TRUE(fd_is_same_file(&target, number + 9, file));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

static long say_hello(void *fd)
{
	return send((int)(long)fd, "hello", 5, 0);
}

SC_TEST(sockets, .doc = "sockets are added too, of either kind, and work in the target",
	.needs = { F_addfd_setfd }, .covers = { F_notif_addfd, F_addfd_setfd },
	.behaviours = { 101 })
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	struct target target;
	struct notif notif;

	START_TIDY(&target);
	for (int i = 0; i < 6; i++) {
		long number = fd_lowest(&target) + (i & 1);
		struct notif_addfd addfd;
		char text[8] = "";
		int pair[2];

		BROKE_UNLESS(!socketpair(AF_UNIX, types[i / 2] | SOCK_CLOEXEC, 0, pair),
			     "no sockets");
		HOLD(&target, &notif);
		addfd = i & 1 ? addfd_at(notif.id, pair[1], (uint32_t)number, 0)
			      : addfd_new(notif.id, pair[1], 0);
		EXPECT_EQ(number, addfd_ask(target.listener, addfd));
		close(pair[1]);
		LET_GO(&target, &notif);
		EXPECT_EQ(5, target_do(&target, say_hello, (void *)number));
		EXPECT_EQ(5, recv(pair[0], text, sizeof(text), MSG_DONTWAIT));
		EXPECT_STREQ("hello", text);
		EXPECT_EQ(0, fd_close(&target, number));
		close(pair[0]);
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(into_a_thread,
	.doc = "a thread's call gets it for its process, another process's for that one alone",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 92 })
{
	struct target target, thread, child;
	struct notif notif;
	long number;
	int file;

	START_TIDY(&target);
	FILE_OR_BROKE(file);
	BROKE_UNLESS(!target_fork(&child, &target) && !target_thread(&thread, &target), "no task");
	number = fd_lowest(&target);
	HOLD(&thread, &notif);
	EXPECT_EQ(number, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	LET_GO(&thread, &notif);
	EXPECT_TRUE(fd_is_same_file(&target, number, file));
	EXPECT_EQ(number, fd_lowest(&child));
	HOLD(&child, &notif);
	EXPECT_EQ(number, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	LET_GO(&child, &notif);
	EXPECT_TRUE(fd_is_same_file(&child, number, file));
	EXPECT_EQ(number + 1, fd_lowest(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&child));
	EXPECT_EQ(TARGET_ENDED, target_stop(&thread));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

SC_TEST(then_continued,
	.doc = "a call that was given descriptors may still be run, refused, or answered",
	.needs = { F_notif_addfd, F_notif_continue }, .covers = { F_notif_addfd },
	.behaviours = { 92 })
{
	struct target target;
	struct notif notif;
	long number;
	int file;

	START_TIDY(&target);
	FILE_OR_BROKE(file);
	number = fd_lowest(&target);
	HOLD(&target, &notif);
	EXPECT_EQ(number, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	EXPECT_EQ(0, notif_continue(target.listener, notif.id));
	EXPECT_EQ(getpid(), target_finish(&target));
	HOLD(&target, &notif);
	EXPECT_EQ(number + 1, addfd_ask(target.listener, addfd_new(notif.id, file, 0)));
	EXPECT_EQ(0, notif_refuse(target.listener, notif.id, -EPERM));
	EXPECT_EQ(-EPERM, target_finish(&target));
	EXPECT_EQ(number + 2, fd_lowest(&target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

TEST_HARNESS_MAIN
