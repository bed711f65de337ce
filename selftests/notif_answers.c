/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the caller gets for which answer, which answers are refused, and when (behaviours 74, 75, 76
 * and 77).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-notif.h"
#include "selftests/glue/kit-trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Lets target call, and receives that. */
#define CALL_AND_RECEIVE(target_, notif_)                                \
	do {                                                             \
		target_call((target_), __NR_getppid, NULL);              \
		ASSERT_EQ(0, notif_recv((target_)->listener, (notif_))); \
	} while (0)

/* --- what the caller gets -------------------------------------------------------------------- */

SC_TEST(value_is_the_result,
	.doc = "the answer's value is the call's result, as many bits of it as the ABI has",
	.needs = { F_notif_send }, .covers = { F_notif_send, F_act_user_notif },
	.behaviours = { 74 }, .varies = VARY(DIM_DEPTH) | VARY(DIM_TASK))
{
	static const int64_t values[] = {
		0,
		1,
		4095,
		4096,
		0x7fffffff,
		0x80000000,
		0xfffff000,
		0xfffff001,
		0xffffffff,
		0x100000000,
		0x1122334455667788,
		INT64_MAX,
		INT64_MIN,
		-4096,
		-4095,
		-ENOSYS,
		-1,
	};
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	for (size_t i = 0; i < COUNT(values); i++) {
		CALL_AND_RECEIVE(&target, &notif);
		EXPECT_EQ(0, notif_answer(target.listener, notif.id, values[i]));
		EXPECT_EQ((long)values[i], target_finish(&target));
	}
}

SC_TEST(error_is_the_result,
	.doc = "the answer's error, if it is not 0, is the call's result as it is, whatever the "
	       "value is",
	.needs = { F_notif_send }, .covers = { F_notif_send, F_act_user_notif },
	.behaviours = { 74 }, .varies = VARY(DIM_DEPTH) | VARY(DIM_TASK))
{
	static const int32_t errors[] = { -1, -EPERM, -ENOSYS, -EAGAIN, -255, -256, -4095 };
	static const int64_t values[] = { 0, 99, -3, 0x100000000, INT64_MIN };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	for (size_t i = 0; i < COUNT(errors); i++) {
		for (size_t v = 0; v < COUNT(values); v++) {
			CALL_AND_RECEIVE(&target, &notif);
			EXPECT_EQ(0, notif_respond(target.listener,
						   (struct notif_resp){ .id = notif.id,
									.val = values[v],
									.error = errors[i] }));
			EXPECT_EQ(errors[i], target_finish(&target));
		}
	}
}

SC_TEST(error_that_is_none,
	.doc = "an error that is positive, or beyond -4095, is passed through: the call returns it "
	       "with its sign",
	.needs = { F_notif_send }, .covers = { F_notif_send }, .behaviours = { 74 })
{
	static const int32_t errors[] = { 1, EPERM, 4095, 4096, INT32_MAX, -4096, INT32_MIN };
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	for (size_t i = 0; i < COUNT(errors); i++) {
		CALL_AND_RECEIVE(&target, &notif);
		EXPECT_EQ(0, notif_refuse(target.listener, notif.id, errors[i]));
		EXPECT_EQ(errors[i], target_finish(&target));
	}
}

SC_TEST(caller_sleeps_until_answered,
	.doc = "a call sleeps, before it is received and afterwards, and wakes for its answer",
	.needs = { F_notif_send }, .covers = { F_notif_send, F_act_user_notif },
	.behaviours = { 74 })
{
	struct target target, other;
	struct notif notif, others;

	START_TARGET(&target, NULL);
	FORK_TARGET(&other, &target);
	for (int i = 0; i < 20; i++) {
		target_call(&target, __NR_getppid, NULL);
		ASSERT_TRUE(target_asleep(&target));
		ASSERT_EQ(0, notif_recv(target.listener, &notif));
		ASSERT_TRUE(target_asleep(&target));
		/* Another one's answer is not for it. */
		CALL_AND_RECEIVE(&other, &others);
		EXPECT_EQ(0, notif_answer(target.listener, others.id, i));
		EXPECT_EQ(i, target_finish(&other));
		ASSERT_TRUE(target_asleep(&target));
		EXPECT_EQ(0, i % 2 ? notif_answer(target.listener, notif.id, 3)
				   : notif_continue(target.listener, notif.id));
		EXPECT_EQ(i % 2 ? 3 : getpid(), target_finish(&target));
	}
}

/* --- CONTINUE -------------------------------------------------------------------------------- */

/* Memory that the target reads, and its way to tell. */
struct paper {
	char text[4];
	int pipe[2];
};

static const struct sock_fprog *on_write(struct kit_filter *filter)
{
	return kit_on_syscall(filter, __NR_write, SECCOMP_RET_USER_NOTIF);
}

SC_TEST(continue_runs_the_call,
	.doc = "CONTINUE lets the call run once, with its arguments and with memory as it is then; "
	       "its result is the call's",
	.needs = { F_notif_continue }, .covers = { F_notif_continue }, .behaviours = { 77 },
	.varies = VARY(DIM_DEPTH) | VARY(DIM_TASK))
{
	struct paper *paper = trace_shared(sizeof(*paper));
	struct kit_filter filter;
	const struct target_plan plan = { .prog = on_write(&filter) };
	char seen[8] = "";
	struct target target;
	struct notif notif;

	BROKE_UNLESS(paper && !pipe2(paper->pipe, O_NONBLOCK | O_CLOEXEC), "no pipe");
	START_TARGET(&target, &plan);
	for (int i = 0; i < 3; i++) {
		const unsigned long args[6] = { paper->pipe[1],
						(unsigned long)paper->text,
						3,
						target_args[3],
						target_args[4],
						target_args[5] };

		memcpy(paper->text, "old", 3);
		target_call(&target, __NR_write, args);
		RECEIVE(&target, &notif);
		EXPECT_EQ(-1, read(paper->pipe[0], seen, sizeof(seen)));
		memcpy(paper->text, "new", 3);
		EXPECT_EQ(0, notif_continue(target.listener, notif.id));
		EXPECT_EQ(3, target_finish(&target));
		EXPECT_EQ(3, read(paper->pipe[0], seen, sizeof(seen)));
		EXPECT_STREQ("new", seen);
	}
	/* What the call itself refuses, it refuses. */
	target_call(&target, __NR_write, (unsigned long[6]){ -1ul, 0, 3 });
	RECEIVE(&target, &notif);
	EXPECT_EQ(0, notif_continue(target.listener, notif.id));
	EXPECT_EQ(-EBADF, target_finish(&target));
}

SC_TEST(answered_call_does_not_run,
	.doc = "a call that is answered with a value or an error, 0 too, does not run",
	.needs = { F_notif_send }, .covers = { F_notif_send, F_act_user_notif },
	.behaviours = { 74, 77 }, .varies = VARY(DIM_TASK))
{
	static const struct notif_resp answers[] = {
		{ .val = 0 }, { .val = 3 }, { .error = -EIO }, { .val = 3, .error = -EIO }
	};
	struct kit_filter filter;
	const struct target_plan plan = { .prog = on_write(&filter) };
	struct target target;
	struct notif notif;
	int pipe[2];
	char byte;

	BROKE_UNLESS(!pipe2(pipe, O_NONBLOCK | O_CLOEXEC), "no pipe");
	START_TARGET(&target, &plan);
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct notif_resp answer = answers[i];

		target_call(&target, __NR_write,
			    (unsigned long[6]){ pipe[1], (unsigned long)"new", 3 });
		RECEIVE(&target, &notif);
		answer.id = notif.id;
		EXPECT_EQ(0, notif_respond(target.listener, answer));
		EXPECT_EQ(answer.error ? answer.error : answer.val, target_finish(&target));
		EXPECT_EQ(-1, read(pipe[0], &byte, 1));
	}
}

SC_TEST(continue_and_a_result,
	.doc = "CONTINUE with a value or an error is EINVAL, and the call waits on",
	.needs = { F_notif_continue }, .covers = { F_notif_continue }, .behaviours = { 77 })
{
	static const struct notif_resp answers[] = {
		{ .val = 1 },	{ .val = -1 },	 { .val = INT64_MIN },	 { .val = 0x100000000 },
		{ .error = 1 }, { .error = -1 }, { .error = INT32_MIN }, { .val = 1, .error = 1 },
	};
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	CALL_AND_RECEIVE(&target, &notif);
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct notif_resp answer = answers[i];

		answer.id = notif.id;
		answer.flags = NOTIF_FLAG_CONTINUE;
		EXPECT_EQ(-EINVAL, notif_respond(target.listener, answer)) TH_LOG("row %zu", i);
		EXPECT_EQ(0, notif_id_valid(target.listener, notif.id));
	}
	EXPECT_TRUE(target_asleep(&target));
	EXPECT_EQ(0, notif_continue(target.listener, notif.id));
	EXPECT_EQ(getpid(), target_finish(&target));
}

SC_TEST(unknown_flags,
	.doc = "each flag of an answer but CONTINUE is EINVAL, alone and with it, and the call "
	       "waits on",
	.needs = { F_notif_continue }, .covers = { F_notif_continue, F_notif_send },
	.behaviours = { 77 })
{
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	CALL_AND_RECEIVE(&target, &notif);
	for (unsigned int bit = 1; bit < 32; bit++) {
		for (unsigned int with = 0; with < 2; with++) {
			struct notif_resp answer = { .id = notif.id, .flags = 1u << bit | with };

			EXPECT_EQ(-EINVAL, notif_respond(target.listener, answer))
			TH_LOG("flags %#x", answer.flags);
			answer.val = 5;
			EXPECT_EQ(-EINVAL, notif_respond(target.listener, answer))
			TH_LOG("flags %#x with a value", answer.flags);
			answer.id = NOTIF_BOGUS(notif.id);
			EXPECT_EQ(-EINVAL, notif_respond(target.listener, answer))
			TH_LOG("flags %#x for no call", answer.flags);
		}
	}
	EXPECT_TRUE(target_asleep(&target));
	EXPECT_EQ(0, notif_answer(target.listener, notif.id, 9));
	EXPECT_EQ(9, target_finish(&target));
}

/* --- when ------------------------------------------------------------------------------------ */

/* What all that names an id says of it: SEND with this errno, ID_VALID with that one. */
static void ask_about(int listener, uint64_t id, long got[4])
{
	uint64_t word = id;

	got[0] = notif_answer(listener, id, 1);
	got[1] = notif_continue(listener, id);
	got[2] = notif_id_valid(listener, id);
	got[3] = listener_ioctl(listener, NOTIF_ID_VALID_WRONG_DIR, &word);
}

#define EXPECT_ID(sent_, valid_, listener_, id_)                                       \
	do {                                                                           \
		const long right_[4] = { (sent_), (sent_), (valid_), (valid_) };       \
		long got_[4];                                                          \
                                                                                       \
		ask_about((listener_), (id_), got_);                                   \
		for (int i_ = 0; i_ < 4; i_++) {                                       \
			EXPECT_EQ(right_[i_], got_[i_])                                \
			TH_LOG("question %d of %#llx", i_, (unsigned long long)(id_)); \
		}                                                                      \
	} while (0)

#define ID_FEATURES                                                                         \
	{                                                                                   \
		F_notif_send, F_notif_continue, F_notif_id_valid, F_notif_id_valid_wrongdir \
	}

SC_TEST(ids_of_no_call,
	.doc = "an id that is not a waiting call's is ENOENT to SEND and to ID_VALID by both "
	       "numbers: every other bit makes it one, and so do 0, the last one and the next one",
	.needs = ID_FEATURES, .covers = ID_FEATURES, .behaviours = { 75, 76 })
{
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	EXPECT_ID(-ENOENT, -ENOENT, target.listener, NOTIF_NO_ID);
	CALL_AND_RECEIVE(&target, &notif);
	for (unsigned int bit = 0; bit < 64; bit++)
		EXPECT_ID(-ENOENT, -ENOENT, target.listener, notif.id ^ 1ull << bit);
	EXPECT_ID(-ENOENT, -ENOENT, target.listener, NOTIF_NO_ID);
	EXPECT_ID(-ENOENT, -ENOENT, target.listener, notif.id - 1);
	EXPECT_ID(-ENOENT, -ENOENT, target.listener, notif.id + 1);
	EXPECT_ID(-ENOENT, -ENOENT, target.listener, ~notif.id);
	EXPECT_TRUE(target_asleep(&target));
	EXPECT_EQ(0, notif_answer(target.listener, notif.id, 9));
	EXPECT_EQ(9, target_finish(&target));
}

SC_TEST(id_through_its_life,
	.doc = "SEND is EINPROGRESS before the call is received, and ENOENT after it has returned; "
	       "ID_VALID is 0 in between only",
	.needs = ID_FEATURES, .covers = ID_FEATURES, .behaviours = { 75, 76 })
{
	struct target target;
	struct notif notif;
	uint64_t id;

	START_TARGET(&target, NULL);
	CALL_AND_RECEIVE(&target, &notif);
	for (int i = 0; i < 3; i++) {
		id = notif.id;
		EXPECT_EQ(0, notif_id_valid(target.listener, id));
		EXPECT_EQ(0, listener_ioctl(target.listener, NOTIF_ID_VALID_WRONG_DIR, &id));
		EXPECT_EQ(notif.id, id);
		EXPECT_EQ(0, i % 2 ? notif_continue(target.listener, id)
				   : notif_answer(target.listener, id, getpid()));
		EXPECT_EQ(getpid(), target_finish(&target));
		EXPECT_ID(-ENOENT, -ENOENT, target.listener, id);
		target_call(&target, __NR_getppid, NULL);
		ASSERT_TRUE(target_asleep(&target));
		EXPECT_ID(-ENOENT, -ENOENT, target.listener, id);
		EXPECT_ID(-EINPROGRESS, -ENOENT, target.listener, id + 1);
		ASSERT_EQ(0, notif_recv(target.listener, &notif));
		EXPECT_EQ(id + 1, notif.id);
	}
}

SC_TEST(answered_twice,
	.doc = "a second answer is EINPROGRESS while the caller has not woken for the first one, "
	       "which counts; ENOENT then. ID_VALID is ENOENT at once, and poll tells nothing",
	.needs = ID_FEATURES, .covers = ID_FEATURES, .behaviours = { 75 }, .seconds = 10)
{
	int in_progress = 0, rounds = 0;
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	BROKE_UNLESS(target_hold_back(&target), "no way to hold it back");
	/* The test may be interrupted, but not always. */
	while (in_progress < 10 && rounds++ < 200) {
		long again, valid;
		int events;

		CALL_AND_RECEIVE(&target, &notif);
		EXPECT_EQ(0, notif_answer(target.listener, notif.id, rounds));
		again = rounds % 2 ? notif_refuse(target.listener, notif.id, -EIO)
				   : notif_continue(target.listener, notif.id);
		valid = notif_id_valid(target.listener, notif.id);
		events = notif_events(target.listener);
		EXPECT_TRUE(again == -EINPROGRESS || again == -ENOENT) TH_LOG("it is %ld", again);
		EXPECT_EQ(-ENOENT, valid);
		EXPECT_EQ(0, events);
		EXPECT_EQ(rounds, target_finish(&target));
		in_progress += again == -EINPROGRESS;
	}
	target_let_run(&target);
	EXPECT_EQ(10, in_progress) TH_LOG("in %d rounds", rounds);
}

SC_TEST(caller_is_killed,
	.doc = "the id of a caller that was killed is ENOENT, whether it had been received or not; "
	       "poll tells of nothing to answer, and others go on",
	.needs = ID_FEATURES, .covers = ID_FEATURES, .behaviours = { 75 })
{
	struct target target, victim;
	struct notif notif;

	START_TARGET(&target, NULL);
	FORK_TARGET(&victim, &target);
	CALL_AND_RECEIVE(&victim, &notif);
	EXPECT_EQ(kit_killed(SIGKILL), target_kill(&victim));
	EXPECT_ID(-ENOENT, -ENOENT, target.listener, notif.id);
	EXPECT_EQ(0, notif_events(target.listener));

	FORK_TARGET(&victim, &target);
	target_call(&victim, __NR_getppid, NULL);
	ASSERT_TRUE(target_asleep(&victim));
	EXPECT_EQ(kit_killed(SIGKILL), target_kill(&victim));
	EXPECT_ID(-ENOENT, -ENOENT, target.listener, notif.id + 1);
	EXPECT_EQ(0, notif_events(target.listener));
	/* It was counted, and is missed; then no more. */
	EXPECT_EQ(-ENOENT, notif_recv(target.listener, &notif));
	CALL_AND_RECEIVE(&target, &notif);
	EXPECT_EQ((uint32_t)target.pid, notif.pid);
	EXPECT_EQ(0, notif_answer(target.listener, notif.id, 9));
	EXPECT_EQ(9, target_finish(&target));
}

TEST_HARNESS_MAIN
