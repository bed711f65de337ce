/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A supervisor that a signal interrupts while the target is taking a descriptor (behaviours 75,
 * 99).
 *
 * That takes a moment only, unless the target's table of files grows for it, and others share the
 * table: then the target sleeps for some milliseconds, with the listener's lock, and is seen in
 * state D. Where it is quicker all the same, nothing is interrupted, and what must hold holds too.
 */
#include "selftests/glue/test.h"

#include <sys/resource.h>
#include <time.h>

#include "selftests/glue/kit-addfd.h"
#include "selftests/glue/kit-threads.h"

/* Each is the first that the table has no room for, or it does not grow: kernels differ. */
static const uint32_t numbers[] = { 64, 128, 256, 512 };

/* Those that the limit allows. */
static size_t usable_numbers(void)
{
	struct rlimit limit;
	size_t n = 0;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	while (n < sizeof(numbers) / sizeof(numbers[0]) && numbers[n] < limit.rlim_cur)
		n++;
	return n;
}

/* A thread of a process whose call waits, so that two share a table; and who adds to it. */
struct scene {
	struct target process, target;
	struct notif notif;
	struct worker adder, other;
	struct notif_addfd addfd;
	int listener, file;
	volatile bool asks; /* the other one is at its ioctl(2) */
	bool overtook;	    /* and had an answer while the target had the lock */
};

static void on_signal(int signal)
{
	(void)signal;
}

static long add(void *data)
{
	const struct scene *scene = data;

	return addfd_ask(scene->listener, scene->addfd);
}

static int start_supervisors(struct scene *scene)
{
	const struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART */

	scene->listener = scene->process.listener;
	scene->file = addfd_file();
	scene->asks = false;
	scene->overtook = false;
	if (scene->file < 0 || sigaction(SIGUSR2, &action, NULL))
		return -1;
	return worker_start(&scene->adder) || worker_start(&scene->other) ? -1 : 0;
}

static int interrupt_worker(const struct worker *worker)
{
	return (int)syscall(SYS_tgkill, getpid(), worker->tid, SIGUSR2);
}

/* Whether it sleeps, but not for the lock: the adder gave that back before it went to sleep. */
static bool sleeps_with_lock(const struct scene *scene)
{
	return target_state(&scene->target) == 'D' && kit_task_state(scene->adder.tid) == 'S' &&
	       target_state(&scene->target) == 'D';
}

/* Whether the target is seen while it takes it. */
static bool takes_its_time(struct scene *scene)
{
	while (worker_is_busy(&scene->adder)) {
		if (sleeps_with_lock(scene))
			return true;
		sched_yield();
	}
	return false;
}

#define OPEN_SCENE(scene)                                                          \
	do {                                                                       \
		START_TIDY(&(scene)->process);                                     \
		THREAD_TARGET(&(scene)->target, &(scene)->process);                \
		BROKE_UNLESS(!start_supervisors(scene), "no file, or no threads"); \
	} while (0)

/* The target takes a descriptor of that number from now on. */
#define BEGIN_AT(scene, number)                                                           \
	do {                                                                              \
		HOLD(&(scene)->target, &(scene)->notif);                                  \
		(scene)->addfd = addfd_at((scene)->notif.id, (scene)->file, (number), 0); \
		worker_begin(&(scene)->adder, add, (scene));                              \
	} while (0)

#define CLOSE_SCENE(scene)                                               \
	do {                                                             \
		worker_stop(&(scene)->adder);                            \
		worker_stop(&(scene)->other);                            \
		EXPECT_FALSE((scene)->overtook);                         \
		EXPECT_EQ(TARGET_ENDED, target_stop(&(scene)->target));  \
		EXPECT_EQ(TARGET_ENDED, target_stop(&(scene)->process)); \
	} while (0)

SC_TEST(taken_or_interrupted,
	.doc = "ADDFD that a signal interrupts while the target takes the descriptor says that it "
	       "has it; EINTR says that it has not",
	.needs = { F_addfd_setfd }, .covers = { F_addfd_setfd }, .behaviours = { 99 },
	.seconds = 20)
{
	struct scene scene;
	long got;

	OPEN_SCENE(&scene);
	for (size_t i = 0; i < usable_numbers(); i++) {
		BEGIN_AT(&scene, numbers[i]);
		if (takes_its_time(&scene))
			EXPECT_EQ(0, interrupt_worker(&scene.adder));
		got = worker_finish(&scene.adder);
		LET_GO(&scene.target, &scene.notif);
		if (got != -EINTR)
			EXPECT_EQ((long)numbers[i], got);
		EXPECT_EQ(got == -EINTR ? -EBADF : 0, fd_flags(&scene.target, numbers[i]))
		TH_LOG("ADDFD said %ld", got);
	}
	CLOSE_SCENE(&scene);
}

/* What another supervisor asks meanwhile, which waits for the lock. */

static long answers(void *data)
{
	struct scene *scene = data;

	scene->asks = true;
	return notif_answer(scene->listener, scene->notif.id, 8);
}

static long validates(void *data)
{
	struct scene *scene = data;

	scene->asks = true;
	return notif_id_valid(scene->listener, scene->notif.id);
}

static long adds_another(void *data)
{
	struct scene *scene = data;

	scene->asks = true;
	return addfd_ask(scene->listener, addfd_new(scene->notif.id, scene->file, 0));
}

static long adds_to_nobody(void *data)
{
	struct scene *scene = data;

	scene->asks = true;
	return addfd_ask(scene->listener, addfd_new(scene->notif.id + 1, scene->file, 0));
}

/* What it said. It is interrupted again and again, until it is back. */
static long ask_meanwhile(struct scene *scene, long (*asks)(void *data))
{
	bool has_lock;
	long said;

	scene->asks = false;
	worker_begin(&scene->other, asks, scene);
	while (!scene->asks)
		sched_yield();
	while (worker_is_busy(&scene->other)) {
		interrupt_worker(&scene->other);
		nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
	}
	has_lock = target_state(&scene->target) == 'D';
	said = worker_finish(&scene->other);
	scene->overtook |= has_lock && said != -EINTR;
	return said;
}

#define EXPECT_UNDONE(scene, number)                                                 \
	do {                                                                         \
		EXPECT_EQ((long)(number), worker_finish(&(scene)->adder));           \
		EXPECT_EQ(0, notif_answer((scene)->listener, (scene)->notif.id, 7)); \
		ASSERT_EQ(7, target_finish(&(scene)->target));                       \
	} while (0)

SC_TEST(answer_waits_interruptibly,
	.doc = "SEND that a signal interrupts while another one hands a descriptor over has not "
	       "answered: it can be done again",
	.needs = { F_addfd_setfd }, .covers = { F_notif_send }, .behaviours = { 75 }, .seconds = 20)
{
	struct scene scene;
	long said;

	OPEN_SCENE(&scene);
	for (size_t i = 0; i < usable_numbers(); i++) {
		BEGIN_AT(&scene, numbers[i]);
		said = takes_its_time(&scene) ? ask_meanwhile(&scene, answers) : -EINTR;
		if (said == -EINTR) {
			EXPECT_UNDONE(&scene, numbers[i]);
			continue;
		}
		EXPECT_EQ(0, said);
		EXPECT_EQ((long)numbers[i], worker_finish(&scene.adder));
		ASSERT_EQ(-ENOENT, notif_id_valid(scene.listener, scene.notif.id));
		ASSERT_EQ(8, target_finish(&scene.target));
	}
	CLOSE_SCENE(&scene);
}

SC_TEST(questions_wait_interruptibly,
	.doc = "so can ID_VALID, and a second ADDFD, of which the target then has nothing; none is "
	       "answered before",
	.needs = { F_addfd_setfd }, .covers = { F_notif_id_valid, F_notif_addfd },
	.behaviours = { 75, 99 }, .seconds = 20)
{
	long (*const asks[])(void *data) = { validates, adds_another, adds_to_nobody };
	struct scene scene;
	long lowest, said;
	size_t ask;

	OPEN_SCENE(&scene);
	for (size_t i = 0; i < usable_numbers(); i++) {
		const long answers[] = { 0, lowest = fd_lowest(&scene.target), -ENOENT };

		ask = i % (sizeof(asks) / sizeof(asks[0]));
		BEGIN_AT(&scene, numbers[i]);
		said = takes_its_time(&scene) ? ask_meanwhile(&scene, asks[ask]) : -EINTR;
		if (said != -EINTR)
			EXPECT_EQ(answers[ask], said);
		EXPECT_UNDONE(&scene, numbers[i]);
		EXPECT_EQ(lowest + (asks[ask] == adds_another && said != -EINTR),
			  fd_lowest(&scene.target));
	}
	CLOSE_SCENE(&scene);
}

TEST_HARNESS_MAIN
