/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SECCOMP_ADDFD_FLAG_SEND: the descriptor that is added is the answer, or there is none yet
 * (behaviours 96 and 75). addfd_turns.c has those that come at the same time.
 */
#include "selftests/glue/test.h"

#include "selftests/glue/kit-addfd.h"

/* A target, and a file to give it. */
struct scene {
	struct target target;
	struct notif notif;
	int file;
};

#define OPEN_SCENE(scene)                                    \
	do {                                                 \
		START_TIDY(&(scene)->target);                \
		(scene)->file = addfd_file();                \
		BROKE_UNLESS((scene)->file >= 0, "no file"); \
	} while (0)

static long ask(const struct scene *scene, struct notif_addfd addfd)
{
	addfd.id = scene->notif.id;
	return addfd_ask(scene->target.listener, addfd);
}

static struct notif_addfd send_new(const struct scene *scene)
{
	return addfd_new(0, scene->file, ADDFD_FLAG_SEND);
}

static struct notif_addfd send_at(const struct scene *scene, long number)
{
	return addfd_at(0, scene->file, (uint32_t)number, ADDFD_FLAG_SEND);
}

SC_TEST(number_is_the_answer,
	.doc = "with SEND the target's call returns the number, as the ioctl does, and the call is "
	       "over",
	.needs = { F_addfd_send }, .covers = { F_addfd_send }, .behaviours = { 96 },
	.varies = VARY(DIM_TASK))
{
	struct scene scene;
	long number;

	OPEN_SCENE(&scene);
	number = fd_lowest(&scene.target);
	for (int i = 0; i < 3; i++) {
		HOLD(&scene.target, &scene.notif);
		EXPECT_EQ(number + i, ask(&scene, send_new(&scene)));
		EXPECT_EQ(number + i, target_finish(&scene.target));
		EXPECT_EQ(-ENOENT, ask(&scene, send_new(&scene)));
		EXPECT_EQ(-ENOENT, notif_answer(scene.target.listener, scene.notif.id, 5));
		EXPECT_EQ(-ENOENT, notif_id_valid(scene.target.listener, scene.notif.id));
		EXPECT_EQ(number + i + 1, fd_lowest(&scene.target));
		EXPECT_TRUE(fd_is_same_file(&scene.target, number + i, scene.file));
		EXPECT_EQ(0, fd_flags(&scene.target, number + i));
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&scene.target));
}

SC_TEST(chosen_number_is_the_answer, .doc = "so it is with SETFD, 0 included, and newfd_flags hold",
	.needs = { F_addfd_send, F_addfd_setfd }, .covers = { F_addfd_send, F_addfd_setfd },
	.behaviours = { 93, 94, 96 })
{
	static const long above[] = { 5, 5, 0, 17 };
	struct scene scene;
	long lowest;

	OPEN_SCENE(&scene);
	lowest = fd_lowest(&scene.target);
	for (int i = 0; i < 10; i++) {
		long number = i < 8 ? lowest + above[i / 2] : 0;
		struct notif_addfd addfd = send_at(&scene, number);

		addfd.newfd_flags = i & 1 ? O_CLOEXEC : 0;
		HOLD(&scene.target, &scene.notif);
		EXPECT_EQ(number, ask(&scene, addfd));
		EXPECT_EQ(number, target_finish(&scene.target));
		EXPECT_EQ(i & 1 ? FD_CLOEXEC : 0, fd_flags(&scene.target, number));
		EXPECT_TRUE(fd_is_same_file(&scene.target, number, scene.file));
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&scene.target));
}

SC_TEST(after_others,
	.doc = "descriptors that were added before do not keep one with SEND from being the answer",
	.needs = { F_addfd_send }, .covers = { F_addfd_send }, .behaviours = { 96 })
{
	struct scene scene;
	long number;

	OPEN_SCENE(&scene);
	number = fd_lowest(&scene.target);
	HOLD(&scene.target, &scene.notif);
	EXPECT_EQ(number, ask(&scene, addfd_new(0, scene.file, 0)));
	EXPECT_EQ(number + 9, ask(&scene, addfd_at(0, scene.file, (uint32_t)number + 9, 0)));
	EXPECT_EQ(number + 1, ask(&scene, send_new(&scene)));
	EXPECT_EQ(number + 1, target_finish(&scene.target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&scene.target));
}

/* The answer of one round: an answer, a refusal, or a descriptor in place of another. */
static long give(const struct scene *scene, int round, long number)
{
	switch (round) {
	case 0:
		return notif_answer(scene->target.listener, scene->notif.id, 7);
	case 1:
		return notif_refuse(scene->target.listener, scene->notif.id, -EACCES);
	default:
		return ask(scene, send_at(scene, number));
	}
}

SC_TEST(failure_is_no_answer,
	.doc = "when the target has no number for it (EMFILE, EBADF) the call waits on, and any "
	       "answer may follow",
	.needs = { F_addfd_send, F_addfd_setfd }, .covers = { F_addfd_send },
	.behaviours = { 95, 96 })
{
	struct scene scene;
	long limit, count;
	int listener;

	OPEN_SCENE(&scene);
	listener = scene.target.listener;
	limit = fd_lowest(&scene.target);
	ASSERT_EQ(0, fd_limit(&scene.target, limit));
	count = fd_count(&scene.target);
	for (int i = 0; i < 3; i++) {
		HOLD(&scene.target, &scene.notif);
		EXPECT_EQ(-EMFILE, ask(&scene, send_new(&scene)));
		EXPECT_EQ(0, notif_id_valid(listener, scene.notif.id));
		EXPECT_EQ(-EBADF, ask(&scene, send_at(&scene, limit)));
		EXPECT_EQ(0, notif_id_valid(listener, scene.notif.id));
		EXPECT_EQ(POLLOUT | POLLWRNORM, notif_events(listener));
		EXPECT_EQ(-EMFILE, ask(&scene, addfd_new(0, scene.file, 0)));
		EXPECT_EQ(-EMFILE, ask(&scene, send_new(&scene)));
		EXPECT_FALSE(target_is_back(&scene.target));
		EXPECT_EQ(i < 2 ? 0 : limit - 1, give(&scene, i, limit - 1));
		EXPECT_EQ(i == 0 ? 7 : i == 1 ? -EACCES : limit - 1, target_finish(&scene.target));
		EXPECT_EQ(count, fd_count(&scene.target));
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&scene.target));
}

SC_TEST(refusals_are_no_answer,
	.doc = "what ADDFD refuses it refuses with SEND, and the call waits on",
	.needs = { F_addfd_send }, .covers = { F_addfd_send }, .behaviours = { 93, 94, 95, 96 })
{
	struct notif_addfd addfd;
	struct scene scene;
	long count;

	OPEN_SCENE(&scene);
	count = fd_count(&scene.target);
	HOLD(&scene.target, &scene.notif);
	addfd = send_new(&scene);
	addfd.newfd = 50;
	EXPECT_EQ(-EINVAL, ask(&scene, addfd));
	addfd = send_new(&scene);
	addfd.newfd_flags = O_CLOEXEC | O_NONBLOCK;
	EXPECT_EQ(-EINVAL, ask(&scene, addfd));
	addfd = send_new(&scene);
	addfd.srcfd = UINT32_MAX;
	EXPECT_EQ(-EBADF, ask(&scene, addfd));
	addfd = send_new(&scene);
	addfd.id = NOTIF_BOGUS(scene.notif.id);
	EXPECT_EQ(-ENOENT, addfd_ask(scene.target.listener, addfd));
	EXPECT_EQ(POLLOUT | POLLWRNORM, notif_events(scene.target.listener));
	LET_GO(&scene.target, &scene.notif);
	EXPECT_EQ(count, fd_count(&scene.target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&scene.target));
}

SC_TEST(not_received_yet,
	.doc = "a call that is not received yet is not answered by SEND: EINPROGRESS",
	.needs = { F_addfd_send }, .covers = { F_addfd_send }, .behaviours = { 75, 96 })
{
	struct scene scene;
	long number;
	uint64_t id;

	OPEN_SCENE(&scene);
	number = fd_lowest(&scene.target);
	HOLD(&scene.target, &scene.notif);
	id = scene.notif.id;
	LET_GO(&scene.target, &scene.notif);
	target_call(&scene.target, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&scene.target));
	scene.notif.id = id + 1;
	EXPECT_EQ(-EINPROGRESS, ask(&scene, send_new(&scene)));
	EXPECT_EQ(-EINPROGRESS, ask(&scene, send_at(&scene, number + 5)));
	EXPECT_EQ(POLLIN | POLLRDNORM, notif_events(scene.target.listener));
	RECEIVE(&scene.target, &scene.notif);
	EXPECT_EQ(id + 1, scene.notif.id);
	EXPECT_EQ(number, ask(&scene, send_new(&scene)));
	EXPECT_EQ(number, target_finish(&scene.target));
	EXPECT_EQ(TARGET_ENDED, target_stop(&scene.target));
}

TEST_HARNESS_MAIN
