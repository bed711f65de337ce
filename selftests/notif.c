/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A call under USER_NOTIF, received by who has the listener: what is told of it, who made it, its
 * id and its turn (behaviours 72, 73, 85 and 86).
 */
#include "selftests/glue/test.h"

#include <linux/seccomp.h>

#include "selftests/glue/kit-notif.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* struct seccomp_notif_sizes; the bytes behind it are the kernel's to leave alone. */
struct sizes_box {
	uint16_t notif, notif_resp, data;
	uint16_t behind[5];
};

SC_TEST(sizes,
	.doc = "GET_NOTIF_SIZES says how large the three structs are, and writes nothing else",
	.needs = { F_op_get_notif_sizes }, .covers = { F_op_get_notif_sizes }, .behaviours = { 72 })
{
	struct sizes_box box;
	char *edge = kit_page_edge();

	BROKE_UNLESS(edge != NULL, "no memory");
	memset(&box, 0xaa, sizeof(box));
	EXPECT_EQ(0, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 0, &box));
	/* They may grow, but no kernel has let them so far. */
	EXPECT_EQ(sizeof(struct notif), box.notif);
	EXPECT_EQ(sizeof(struct notif_resp), box.notif_resp);
	EXPECT_EQ(sizeof(struct seccomp_data), box.data);
	for (size_t i = 0; i < COUNT(box.behind); i++)
		EXPECT_EQ(0xaaaa, box.behind[i]);
	/* wherever it is, if only it is there */
	EXPECT_EQ(0, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 0, edge - 6));
	EXPECT_EQ(0, memcmp(edge - 6, &box, 6));
	EXPECT_EQ(0, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 0, (char *)box.behind + 1));
	EXPECT_EQ(0, memcmp((char *)box.behind + 1, &box, 6));
}

SC_TEST(sizes_refused,
	.doc = "GET_NOTIF_SIZES has no flags (EINVAL), which is said first, and needs 6 bytes "
	       "to write to (EFAULT)",
	.needs = { F_op_get_notif_sizes }, .covers = { F_op_get_notif_sizes }, .behaviours = { 72 })
{
	struct sizes_box box;
	char *edge = kit_page_edge();

	BROKE_UNLESS(edge != NULL, "no memory");
	memset(&box, 0xaa, sizeof(box));
	for (unsigned int bit = 0; bit < 32; bit++) {
		EXPECT_EQ(-1, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 1u << bit, &box));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(-1, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 1u << bit, NULL));
		EXPECT_EQ(EINVAL, errno);
	}
	EXPECT_EQ(0xaaaa, box.notif);
	EXPECT_EQ(-1, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 0, NULL));
	EXPECT_EQ(EFAULT, errno);
	for (int inside = 0; inside < 6; inside++) {
		EXPECT_EQ(-1, kit_seccomp(SECCOMP_GET_NOTIF_SIZES, 0, edge - inside));
		EXPECT_EQ(EFAULT, errno);
	}
}

/* --- what is told ---------------------------------------------------------------------------- */

/* One call, from its beginning to its end. */
#define CALL_AND_ANSWER(target_, args_, notif_)                                       \
	do {                                                                          \
		target_call((target_), __NR_getppid, (args_));                        \
		RECEIVE((target_), (notif_));                                         \
		EXPECT_EQ(0, notif_answer((target_)->listener, (notif_)->id, 0x777)); \
		EXPECT_EQ(0x777, target_finish(target_));                             \
	} while (0)

SC_TEST(every_field,
	.doc = "a call is received with the caller's pid, no flags, its number, architecture and "
	       "address, and both halves of its six arguments",
	.needs = { F_notif_recv }, .covers = { F_notif_recv, F_act_user_notif },
	.behaviours = { 73 },
	.varies = VARY(DIM_RIGHT) | VARY(DIM_DEPTH) | VARY(DIM_TASK) | VARY(DIM_REPORTER))
{
	static const uint64_t values[] = {
		0,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x100000000,
		0x7fffffffffffffff,
		0x8000000000000000,
		0xffffffff00000000,
		0xffffffffffffffff,
	};
	struct target target;
	struct notif notif;

	START_TARGET(&target, NULL);
	CALL_AND_ANSWER(&target, target_args, &notif);
	for (size_t v = 0; v < COUNT(values); v++) {
		for (int i = 0; i < 6; i++) {
			unsigned long args[6] = { 0 };

			args[i] = (unsigned long)values[v];
			CALL_AND_ANSWER(&target, args, &notif);
			for (int n = 0; n < 6; n++)
				args[n] = ~args[n];
			CALL_AND_ANSWER(&target, args, &notif);
		}
	}
	EXPECT_EQ(TARGET_ENDED, target_stop(&target));
}

static long fork_and_call(void *data)
{
	pid_t pid = fork();
	int status;

	(void)data;
	if (pid == 0)
		_exit(syscall(__NR_getppid) == 0x55 ? 3 : 4);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	/* Known to the supervisor by its notification alone. */
	return WIFEXITED(status) && WEXITSTATUS(status) == 3 ? pid : -2;
}

SC_TEST(every_caller,
	.doc = "the pid is that of the calling thread: of a first or another thread, of a child, "
	       "and of a child's child; all come to the same listener",
	.needs = { F_notif_recv }, .covers = { F_notif_recv, F_act_user_notif },
	.behaviours = { 73 })
{
	enum { FIRST, THREAD, CHILD, CHILDS_THREAD, GRANDCHILD, TASKS };
	struct target tasks[TASKS];
	struct notif notif;

	START_TARGET(&tasks[FIRST], NULL);
	THREAD_TARGET(&tasks[THREAD], &tasks[FIRST]);
	FORK_TARGET(&tasks[CHILD], &tasks[FIRST]);
	THREAD_TARGET(&tasks[CHILDS_THREAD], &tasks[CHILD]);
	FORK_TARGET(&tasks[GRANDCHILD], &tasks[CHILD]);
	for (int i = 0; i < TASKS; i++)
		CALL_AND_ANSWER(&tasks[i], NULL, &notif);
	target_begin(&tasks[FIRST], fork_and_call, NULL);
	ASSERT_EQ(0, notif_recv(tasks[FIRST].listener, &notif));
	EXPECT_EQ(0, notif_answer(tasks[FIRST].listener, notif.id, 0x55));
	EXPECT_EQ((pid_t)notif.pid, target_finish(&tasks[FIRST]));
}

/* --- its id ---------------------------------------------------------------------------------- */

SC_TEST(ids_are_consecutive,
	.doc = "each call's id is one above the last one's, whoever calls and whatever becomes of "
	       "it",
	.needs = { F_notif_recv }, .covers = { F_notif_recv }, .behaviours = { 73 })
{
	struct target targets[3];
	struct notif notif;
	uint64_t next = 0;
	int listener;

	START_TARGET(&targets[0], NULL);
	FORK_TARGET(&targets[1], &targets[0]);
	THREAD_TARGET(&targets[2], &targets[0]);
	listener = targets[0].listener;
	for (int i = 0; i < 12; i++) {
		struct target *target = &targets[i % 3];

		target_call(target, __NR_getppid, NULL);
		RECEIVE(target, &notif);
		EXPECT_TRUE(i == 0 || notif.id == next)
		TH_LOG("call %d: %#llx, not %#llx", i, (unsigned long long)notif.id,
		       (unsigned long long)next);
		next = notif.id + 1;
		EXPECT_EQ(0, i % 2 ? notif_refuse(listener, notif.id, -EPERM)
				   : notif_answer(listener, notif.id, 5));
		EXPECT_EQ(i % 2 ? -EPERM : 5, target_finish(target));
	}
}

SC_TEST(ids_begin_at_random, .doc = "each listener's first id is a random number of 64 bits",
	.needs = { F_notif_recv }, .covers = { F_notif_recv }, .behaviours = { 73 })
{
	enum { LISTENERS = 4 };
	struct target targets[LISTENERS];
	uint64_t ids[LISTENERS];
	struct notif notif;

	for (int i = 0; i < LISTENERS; i++) {
		START_TARGET(&targets[i], NULL);
		CALL_AND_ANSWER(&targets[i], NULL, &notif);
		ids[i] = notif.id;
		for (int n = 0; n < i; n++) {
			EXPECT_NE((uint32_t)ids[n], (uint32_t)ids[i]);
			EXPECT_NE(ids[n] >> 32, ids[i] >> 32);
		}
	}
}

SC_TEST(ids_belong_to_a_listener, .doc = "an id is good at its own listener only",
	.needs = { F_notif_send, F_notif_id_valid }, .covers = { F_notif_send, F_notif_id_valid },
	.behaviours = { 73, 75 })
{
	struct target one, other;
	struct notif ones, others;

	START_TARGET(&one, NULL);
	START_TARGET(&other, NULL);
	target_call(&one, __NR_getppid, NULL);
	target_call(&other, __NR_getppid, NULL);
	RECEIVE(&one, &ones);
	RECEIVE(&other, &others);
	EXPECT_EQ(-ENOENT, notif_answer(other.listener, ones.id, 1));
	EXPECT_EQ(-ENOENT, notif_id_valid(other.listener, ones.id));
	EXPECT_EQ(-ENOENT, notif_continue(one.listener, others.id));
	EXPECT_EQ(-ENOENT, notif_id_valid(one.listener, others.id));
	EXPECT_EQ(0, notif_answer(one.listener, ones.id, 11));
	EXPECT_EQ(0, notif_answer(other.listener, others.id, 22));
	EXPECT_EQ(11, target_finish(&one));
	EXPECT_EQ(22, target_finish(&other));
}

/* --- its turn -------------------------------------------------------------------------------- */

#define TASKS 4

/* Which of the tasks call, one after the other, each asleep before the next one calls. */
static const int turns[TASKS] = { 2, 0, 3, 1 };

static bool all_ask(struct target targets[TASKS])
{
	if (target_fork(&targets[1], &targets[0]) || target_thread(&targets[2], &targets[0]) ||
	    target_fork(&targets[3], &targets[1]))
		return false;
	for (int i = 0; i < TASKS; i++) {
		target_call(&targets[turns[i]], __NR_getppid, NULL);
		if (!target_asleep(&targets[turns[i]]))
			return false;
	}
	return true;
}

SC_TEST(several_wait,
	.doc = "of several calls that wait each is received once, and each is answered by its own "
	       "id, in any order",
	.needs = { F_notif_recv, F_notif_send }, .covers = { F_notif_recv, F_notif_send },
	.behaviours = { 73, 74 }, .varies = VARY(DIM_TASK))
{
	struct target targets[TASKS];
	struct notif notifs[TASKS] = { 0 };
	int listener;

	START_TARGET(&targets[0], NULL);
	ASSERT_TRUE(all_ask(targets));
	listener = targets[0].listener;
	for (int i = 0; i < TASKS; i++) {
		struct notif notif;
		int who = 0;

		ASSERT_EQ(0, notif_recv(listener, &notif));
		while (who < TASKS && notif.pid != (uint32_t)targets[who].pid)
			who++;
		ASSERT_GT(TASKS, who);
		EXPECT_NOTIF(target_notif(&targets[who]), notif);
		EXPECT_EQ(0, notifs[who].pid);
		notifs[who] = notif;
	}
	EXPECT_EQ(notifs[turns[0]].id + 1, notifs[turns[1]].id);
	EXPECT_EQ(notifs[turns[0]].id + 2, notifs[turns[2]].id);
	EXPECT_EQ(notifs[turns[0]].id + 3, notifs[turns[3]].id);
	for (int i = TASKS - 1; i >= 0; i--) {
		for (int n = 0; n <= i; n++)
			EXPECT_TRUE(target_asleep(&targets[n]));
		EXPECT_EQ(0, notif_answer(listener, notifs[i].id, 100 + i));
		EXPECT_EQ(100 + i, target_finish(&targets[i]));
	}
}

SC_TEST(first_come, .doc = "calls are received in the order in which they were made (5.19)",
	.needs = { F_notif_fifo }, .covers = { F_notif_fifo }, .behaviours = { 85 })
{
	struct target targets[TASKS];
	struct notif notif;

	START_TARGET(&targets[0], NULL);
	ASSERT_TRUE(all_ask(targets));
	for (int i = 0; i < TASKS; i++) {
		RECEIVE(&targets[turns[i]], &notif);
		/* Answered or not: the others keep their turns. */
		if (i % 2)
			EXPECT_EQ(0, notif_answer(targets[0].listener, notif.id, i));
	}
}

/* --- pid namespaces -------------------------------------------------------------------------- */

/*
 * The caller's children are in a pid namespace of their own from now on; but not where the kernel
 * has none, and all is as before.
 */
static int leave_pid_namespace(void *data)
{
	(void)data;
	return unshare(CLONE_NEWPID) && errno != EINVAL ? errno : 0;
}

SC_TEST(pid_in_the_supervisors_namespace,
	.doc = "a caller that is pid 1 of its own namespace is received under the pid it has in "
	       "that of the receiver",
	.needs = { F_notif_pidns }, .covers = { F_notif_pidns }, .behaviours = { 86 },
	.requires = NEED_ROOT)
{
	const struct target_plan plan = { .prepare = leave_pid_namespace };
	struct target target, inner;
	struct notif notif;

	START_TARGET(&target, &plan);
	FORK_TARGET(&inner, &target);
	CALL_AND_ANSWER(&inner, NULL, &notif);
	EXPECT_LT(1, notif.pid);
	EXPECT_EQ(TARGET_ENDED, target_stop(&inner));
}

struct stranger {
	int listener;
	bool apart; /* in a namespace of its own */
	long result;
	struct notif notif;
};

static int receive_one(void *data)
{
	struct stranger *stranger = data;

	stranger->result = notif_recv(stranger->listener, &stranger->notif);
	if (!stranger->result)
		stranger->result = notif_answer(stranger->listener, stranger->notif.id, 8);
	return 0;
}

/* Pid 1 of a namespace from which the caller is not seen. */
static int receive_elsewhere(void *data)
{
	struct stranger *stranger = data;
	pid_t pid;
	int status;

	stranger->apart = !unshare(CLONE_NEWPID);
	pid = fork();
	if (pid == 0)
		_exit(receive_one(stranger));
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}

static struct stranger ask_stranger(const struct target *target)
{
	struct stranger stranger = { .listener = target->listener, .result = -ECHILD };

	if (kit_end(kit_ask(receive_elsewhere, &stranger, sizeof(stranger))) != kit_exited(0))
		stranger.result = -ECHILD;
	return stranger;
}

SC_TEST(pid_of_an_invisible_caller,
	.doc = "to who receives in a namespace where the caller has no pid, its pid is 0: that of "
	       "a caller outside, and of one in a namespace beside",
	.needs = { F_notif_pidns }, .covers = { F_notif_pidns }, .behaviours = { 86 },
	.requires = NEED_ROOT)
{
	const struct target_plan plan = { .prepare = leave_pid_namespace };
	struct target tasks[2];

	START_TARGET(&tasks[0], &plan);
	FORK_TARGET(&tasks[1], &tasks[0]);
	for (int i = 0; i < 2; i++) {
		struct stranger stranger;
		struct notif right;

		target_call(&tasks[i], __NR_getppid, NULL);
		stranger = ask_stranger(&tasks[i]);
		ASSERT_EQ(0, stranger.result);
		right = target_notif(&tasks[i]);
		if (stranger.apart)
			right.pid = 0;
		EXPECT_NOTIF(right, stranger.notif);
		EXPECT_EQ(8, target_finish(&tasks[i]));
	}
}

TEST_HARNESS_MAIN
