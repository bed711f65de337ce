/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What comes while the target has not yet run: several ADDFDs, answers and signals at the same
 * time, each in a known order (behaviours 75, 83, 87, 96, 99 and 100; kit-turns.h).
 */
#include "selftests/glue/test.h"

#include <poll.h>

#include "selftests/glue/kit-turns.h"

/* A target whose call is received and that does not run, and its lowest free number. */
struct scene {
	struct interrupted who;
	struct target *target;
	struct notif notif;
	int listener;
	long number;
	struct adder a, b;
};

static struct notif_addfd new_fd(const struct scene *scene, uint32_t flags)
{
	return addfd_new(scene->notif.id, STDERR_FILENO, flags);
}

static struct notif_addfd fd_at(const struct scene *scene, long number)
{
	return addfd_at(scene->notif.id, STDERR_FILENO, (uint32_t)number, 0);
}

static int hold_still(struct scene *scene, int supervisors_flags)
{
	if (turns_begin() || turns_hold(scene->target))
		return -1;
	if (adder_start(&scene->a, scene->listener, supervisors_flags))
		return -1;
	return adder_start(&scene->b, scene->listener, supervisors_flags);
}

#define OPEN_SCENE_OF(scene, target_flags, filter_flags, supervisors_flags)                      \
	do {                                                                                     \
		START_INTERRUPTED(&(scene)->who, (target_flags), (filter_flags));                \
		(scene)->target = &(scene)->who.target;                                          \
		(scene)->listener = (scene)->target->listener;                                   \
		ASSERT_EQ(0, fd_tidy((scene)->target));                                          \
		(scene)->number = fd_lowest((scene)->target);                                    \
		BROKE_UNLESS(!hold_still((scene), (supervisors_flags)), "no real-time threads"); \
		HOLD((scene)->target, &(scene)->notif);                                          \
	} while (0)

#define OPEN_SCENE(scene) OPEN_SCENE_OF(scene, 0, 0, 0)

/* So many were added, and nothing is left to do. */
#define CLOSE_SCENE(scene, added)                                                 \
	do {                                                                      \
		ASSERT_EQ(0, turns_end());                                        \
		EXPECT_EQ(0, notif_events((scene)->listener));                    \
		EXPECT_EQ((scene)->number + (added), fd_lowest((scene)->target)); \
		EXPECT_EQ(3 + (added), fd_count((scene)->target));                \
		adder_stop(&(scene)->a);                                          \
		adder_stop(&(scene)->b);                                          \
		EXPECT_EQ(TARGET_ENDED, target_stop((scene)->target));            \
	} while (0)

/* The call is over for supervisors, though its target has not left. */
#define EXPECT_ANSWERED(scene)                                                                  \
	do {                                                                                    \
		EXPECT_EQ(-EINPROGRESS, notif_answer((scene)->listener, (scene)->notif.id, 5)); \
		EXPECT_EQ(-EINPROGRESS, addfd_ask((scene)->listener, new_fd((scene), 0)));      \
		EXPECT_EQ(-EINPROGRESS, addfd_ask((scene)->listener, fd_at((scene), 50)));      \
		EXPECT_EQ(-ENOENT, notif_id_valid((scene)->listener, (scene)->notif.id));       \
		EXPECT_EQ(0, notif_events((scene)->listener));                                  \
		EXPECT_FALSE(target_is_back((scene)->target));                                  \
	} while (0)

SC_TEST(answered_once,
	.doc = "when a call is answered and its target has not left, a second answer and ADDFD are "
	       "EINPROGRESS",
	.needs = { F_notif_addfd }, .covers = { F_notif_send, F_notif_addfd }, .behaviours = { 75 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE(&scene);
	EXPECT_EQ(0, notif_answer(scene.listener, scene.notif.id, 7));
	EXPECT_ANSWERED(&scene);
	EXPECT_EQ(7, target_finish(scene.target));
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(continued_once, .doc = "so it is with a call that is to run, which runs",
	.needs = { F_notif_continue }, .covers = { F_notif_continue }, .behaviours = { 75 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE(&scene);
	EXPECT_EQ(0, notif_continue(scene.listener, scene.notif.id));
	EXPECT_ANSWERED(&scene);
	EXPECT_EQ(getpid(), target_finish(scene.target));
	CLOSE_SCENE(&scene, 0);
}

SC_TEST(sent_once,
	.doc = "ADDFD with SEND is an answer from the start: what follows is EINPROGRESS",
	.needs = { F_addfd_send }, .covers = { F_addfd_send }, .behaviours = { 75, 96 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE(&scene);
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, ADDFD_FLAG_SEND)));
	EXPECT_ANSWERED(&scene);
	EXPECT_EQ(-EINPROGRESS, addfd_ask(scene.listener, new_fd(&scene, ADDFD_FLAG_SEND)));
	EXPECT_EQ(scene.number, adder_finish(&scene.a));
	EXPECT_EQ(scene.number, target_finish(scene.target));
	CLOSE_SCENE(&scene, 1);
}

SC_TEST(send_waits_for_no_other,
	.doc = "SEND is EBUSY while an ADDFD waits for the target, and works afterwards",
	.needs = { F_addfd_send }, .covers = { F_addfd_send }, .behaviours = { 96 },
	.requires = NEED_REALTIME)
{
	struct scene scene;
	struct notif_addfd at;

	OPEN_SCENE(&scene);
	at = fd_at(&scene, 50);
	at.flags |= ADDFD_FLAG_SEND;
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
	EXPECT_EQ(-EBUSY, addfd_ask(scene.listener, new_fd(&scene, ADDFD_FLAG_SEND)));
	EXPECT_EQ(-EBUSY, addfd_ask(scene.listener, at));
	EXPECT_EQ(0, notif_id_valid(scene.listener, scene.notif.id));
	EXPECT_EQ(scene.number, adder_finish(&scene.a));
	EXPECT_EQ(0, notif_id_valid(scene.listener, scene.notif.id));
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, ADDFD_FLAG_SEND)));
	EXPECT_EQ(scene.number + 1, adder_finish(&scene.a));
	EXPECT_EQ(scene.number + 1, target_finish(scene.target));
	CLOSE_SCENE(&scene, 2);
}

SC_TEST(several_at_once,
	.doc = "ADDFDs that come before the target runs are all done, the last one first",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 92, 96 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE(&scene);
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
	ASSERT_TRUE(adder_begin(&scene.b, new_fd(&scene, 0)));
	EXPECT_EQ(scene.number + 1, adder_finish(&scene.a));
	EXPECT_EQ(scene.number, adder_finish(&scene.b));
	LET_GO(scene.target, &scene.notif);
	CLOSE_SCENE(&scene, 2);
}

SC_TEST(answer_overtakes,
	.doc = "of ADDFDs that wait when the answer comes the last one is done, and the others "
	       "are ESRCH",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 96, 100 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE(&scene);
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
	ASSERT_TRUE(adder_begin(&scene.b, new_fd(&scene, 0)));
	EXPECT_EQ(0, notif_answer(scene.listener, scene.notif.id, 7));
	EXPECT_EQ(-ESRCH, adder_finish(&scene.a));
	EXPECT_EQ(scene.number, adder_finish(&scene.b));
	EXPECT_EQ(7, target_finish(scene.target));
	CLOSE_SCENE(&scene, 1);
}

/* --- signals for the target ------------------------------------------------------------------ */

SC_TEST(answer_and_signal,
	.doc = "an answer and a signal, whichever comes first: the answer is the result, the "
	       "handler runs once, and the call is not made again",
	.needs = { F_notif_addfd }, .covers = { F_notif_send, F_act_user_notif },
	.behaviours = { 83, 132 }, .requires = NEED_REALTIME)
{
	for (int i = 0; i < 4; i++) {
		bool signal_first = i & 1;
		struct scene scene;

		OPEN_SCENE_OF(&scene, i & 2 ? SA_RESTART : 0, 0, 0);
		if (signal_first) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		EXPECT_EQ(0, notif_answer(scene.listener, scene.notif.id, 7));
		if (!signal_first) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		EXPECT_EQ(7, target_finish(scene.target));
		EXPECT_EQ(1, *scene.who.handled);
		CLOSE_SCENE(&scene, 0);
		target_close(scene.target);
	}
}

SC_TEST(killable_answer_and_signal, .doc = "so it is under WAIT_KILLABLE_RECV",
	.needs = { F_flag_wait_killable_recv }, .covers = { F_flag_wait_killable_recv },
	.behaviours = { 87 }, .requires = NEED_REALTIME)
{
	for (int i = 0; i < 4; i++) {
		bool signal_first = i & 1;
		struct scene scene;

		OPEN_SCENE_OF(&scene, i & 2 ? SA_RESTART : 0, WAIT_KILLABLE_RECV, 0);
		if (signal_first) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		EXPECT_EQ(0, notif_answer(scene.listener, scene.notif.id, 7));
		if (!signal_first) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		EXPECT_EQ(7, target_finish(scene.target));
		EXPECT_EQ(1, *scene.who.handled);
		CLOSE_SCENE(&scene, 0);
		target_close(scene.target);
	}
}

/* Sleeps for it as RECV would, but not for ever: who spins keeps the target from its CPU. */
static bool asks_again(int listener)
{
	struct pollfd again = { .fd = listener, .events = POLLIN };

	return poll(&again, 1, (int)run_scaled_ms(3000)) == 1 && again.revents & POLLIN;
}

SC_TEST(addfd_and_signal,
	.doc = "an ADDFD and a signal, whichever comes first: the descriptor is there once, and "
	       "the call is interrupted",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd, F_act_user_notif },
	.behaviours = { 100 }, .requires = NEED_REALTIME)
{
	for (int i = 0; i < 4; i++) {
		bool again = i & 2;
		struct scene scene;
		struct notif notif;

		OPEN_SCENE_OF(&scene, again ? SA_RESTART : 0, 0, 0);
		if (i & 1) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
		if (!(i & 1)) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		EXPECT_EQ(scene.number, adder_finish(&scene.a));
		if (again) {
			ASSERT_TRUE(asks_again(scene.listener));
			RECEIVE(scene.target, &notif);
			EXPECT_EQ(scene.notif.id + 1, notif.id);
			EXPECT_INVALID(scene.listener, scene.notif.id);
			LET_GO(scene.target, &notif);
		} else {
			EXPECT_EQ(-EINTR, target_finish(scene.target));
			EXPECT_INVALID(scene.listener, scene.notif.id);
		}
		EXPECT_EQ(1, *scene.who.handled);
		CLOSE_SCENE(&scene, 1);
		target_close(scene.target);
	}
}

SC_TEST(send_and_signal,
	.doc = "an ADDFD with SEND and a signal, whichever comes first: the descriptor is there "
	       "once, and is the result",
	.needs = { F_addfd_send }, .covers = { F_addfd_send }, .behaviours = { 96, 100 },
	.requires = NEED_REALTIME)
{
	for (int i = 0; i < 4; i++) {
		struct scene scene;

		OPEN_SCENE_OF(&scene, i & 2 ? SA_RESTART : 0, 0, 0);
		if (i & 1) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, ADDFD_FLAG_SEND)));
		if (!(i & 1)) {
			ASSERT_EQ(0, interrupt(&scene.who));
		}
		EXPECT_EQ(scene.number, adder_finish(&scene.a));
		EXPECT_EQ(scene.number, target_finish(scene.target));
		EXPECT_EQ(1, *scene.who.handled);
		CLOSE_SCENE(&scene, 1);
		target_close(scene.target);
	}
}

SC_TEST(addfd_and_death,
	.doc = "an ADDFD that a target got before it was killed is told as done, and no more",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 84, 100 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE(&scene);
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
	ASSERT_EQ(0, kill(scene.target->pid, SIGKILL));
	EXPECT_EQ(scene.number, adder_finish(&scene.a));
	ASSERT_EQ(0, turns_end());
	EXPECT_EQ(kit_killed(SIGKILL), target_wait(scene.target));
	EXPECT_INVALID(scene.listener, scene.notif.id);
	adder_stop(&scene.a);
	adder_stop(&scene.b);
}

/* --- signals for the supervisor -------------------------------------------------------------- */

SC_TEST(interrupted_supervisor,
	.doc = "an ADDFD whose supervisor is interrupted is EINTR and adds nothing; it can be "
	       "asked "
	       "for again",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 99 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE(&scene);
	for (int i = 0; i < 3; i++) {
		ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
		EXPECT_FALSE(adder_interrupt(&scene.a));
		EXPECT_EQ(-EINTR, adder_finish(&scene.a));
	}
	/* One that waits beside it is not concerned. */
	ASSERT_TRUE(adder_begin(&scene.b, fd_at(&scene, scene.number)));
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
	EXPECT_FALSE(adder_interrupt(&scene.a));
	EXPECT_EQ(-EINTR, adder_finish(&scene.a));
	EXPECT_EQ(scene.number, adder_finish(&scene.b));
	EXPECT_EQ(0, notif_id_valid(scene.listener, scene.notif.id));
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
	EXPECT_EQ(scene.number + 1, adder_finish(&scene.a));
	LET_GO(scene.target, &scene.notif);
	CLOSE_SCENE(&scene, 2);
}

SC_TEST(interrupted_supervisor_again,
	.doc = "with SA_RESTART the supervisor asks again by itself, and adds one",
	.needs = { F_notif_addfd }, .covers = { F_notif_addfd }, .behaviours = { 99 },
	.requires = NEED_REALTIME)
{
	struct scene scene;

	OPEN_SCENE_OF(&scene, 0, 0, SA_RESTART);
	ASSERT_TRUE(adder_begin(&scene.a, new_fd(&scene, 0)));
	for (int i = 0; i < 3; i++)
		EXPECT_TRUE(adder_interrupt(&scene.a));
	EXPECT_EQ(scene.number, adder_finish(&scene.a));
	LET_GO(scene.target, &scene.notif);
	CLOSE_SCENE(&scene, 1);
}

TEST_HARNESS_MAIN
